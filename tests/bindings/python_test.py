"""python_test.py FOLDER LIBRARY: the module examples/python/exchange as a program uses it, with every note type.

FOLDER is what made.py left. Every example note is sealed by an agency of the demo, as far as it may write it, and read
back from its own archive, unchanged; where no agency may, it is policy that refuses, after the note has been read whole.
"""

from __future__ import annotations

import base64
import datetime
import inspect
import json
import shutil
import sys
import tempfile
import threading
import typing
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "examples" / "python"))

import exchange  # noqa: E402

AGENCIES = (
    "patrol",
    "police-liaison",
    "prosecutor",
    "program-office",
    "case-management",
    "treatment",
    "public-defender",
)


class PythonModule(unittest.TestCase):
    folder: Path
    library: exchange.Library

    @classmethod
    def setUpClass(cls) -> None:
        top = Path(tempfile.mkdtemp(prefix="exchange-python-"))
        cls.addClassCleanup(shutil.rmtree, top)
        cls.homes = shutil.copytree(cls.folder / "homes", top / "homes")
        cls.made = json.loads((cls.folder / "made.json").read_text(encoding="utf-8"))
        for name in AGENCIES:
            # A copy is refused until somebody says that it was moved.
            with cls.library.open(secret=cls.passphrase(name)) as bare:
                bare.call("doctor.reconcile", {"home": str(cls.homes / name), "moved": True})
        cls.contexts = {name: cls.library.open(str(cls.homes / name), secret=cls.passphrase(name)) for name in AGENCIES}
        for context in cls.contexts.values():
            cls.addClassCleanup(context.close)

    @classmethod
    def passphrase(cls, name: str) -> typing.Callable[[str], bytes]:
        return lambda what: (cls.homes / f"{name}.passphrase").read_bytes().strip()

    def refused(self, call: typing.Callable[[], object], id: str) -> exchange.Error:
        with self.assertRaises(exchange.Error) as raised:
            call()
        self.assertTrue(raised.exception.id.startswith(id), raised.exception)
        self.assertTrue(raised.exception.fix)
        return raised.exception

    # ---- a consent, and every note type under it

    @classmethod
    def settle(cls) -> None:
        """The courier: carries what waits in each spool to its mailbox and lets it be read, until nothing moves."""
        moved = True
        while moved:
            moved = False
            for home in AGENCIES:
                for file in sorted((cls.homes / home / "spool" / "out").glob("*/new/*")):
                    file.rename(cls.homes / file.parts[-3] / "spool" / "in" / "new" / file.name)
                    moved = True
            for context in cls.contexts.values():
                for item in context.call("inbox.process")["items"]:
                    assert item["error"] is None, item

    @classmethod
    def issue(cls, office: str, draft: dict) -> str:
        """Issues a consent on the signed form of the examples, and carries it to those whom it names."""
        form = base64.b64encode((SOURCE / "examples" / "consents" / "signed-form.txt").read_bytes()).decode()
        today = datetime.date.fromisoformat(cls.contexts[office].call("consent.check", {})["today"])
        days = {"first_day": str(today), "last_day": str(today + datetime.timedelta(days=80))}
        signed = {"signed_day": str(today), "signed_form": form} if draft["basis"] != "originator-authority" else {}
        issued = cls.contexts[office].call("consent.issue", {**draft, **days, **signed})
        cls.settle()
        shown = cls.contexts[office].call("consent.show", {"id": issued["id"]})
        assert sorted(shown["acknowledged"]) == sorted(issued["given_to"]), shown
        return issued["grant"]

    def write(self, name: str, request: dict) -> tuple[dict, exchange.Sealed]:
        """Seals as much of a note as this agency may write, without each field that is refused; {}: nothing is left."""
        note = dict(request["note"])
        while note:
            try:
                return note, self.contexts[name].seal({**request, "note": note})
            except exchange.Error as error:
                # Policy comes after the note was read: what the schema refuses has another class of code.
                self.assertGreater(error.code, 0, f"{request['type']}: {error}")
                if error.id != "EX2115":  # a field that this agency may not write
                    break
                del note[error.path.split(".", 1)[1].split(".")[0].split("[")[0]]
        return {}, exchange.Sealed([], {})

    def test_carries_every_note_type_as_far_as_an_agency_of_the_demo_may_write_it(self) -> None:
        consents = SOURCE / "examples" / "consents"
        self.issue("program-office", json.loads((consents / "named-consent.json").read_text(encoding="utf-8")))
        with self.library.open() as nobody:
            types = nobody.call("schema.classes")["types"]
        carried, fields, unread, whole = {}, 0, 0, []
        for type in types:
            note = json.loads((SOURCE / "examples" / "notes" / f"{type}.json").read_text(encoding="utf-8"))
            best: tuple[dict, str, exchange.Sealed] = ({}, "", exchange.Sealed([], {}))
            for name, context in self.contexts.items():
                for row in context.call("grants.list")["rows"]:
                    for purpose in row["purposes"] if row["state"] == "active" and not row["superseded"] else []:
                        request = {
                            "type": type,
                            "note": note,
                            "grant": row["grant"],
                            "purpose": purpose,
                            "deliver": False,
                        }
                        written, sealed = self.write(name, request)
                        if len(written) > len(best[0]):
                            best = (written, name, sealed)
            written, name, sealed = best
            if not written:
                continue
            read, named = {}, set()
            for envelope in (data for mailbox, data in sealed.envelopes if mailbox == name):
                for part in self.contexts[name].open_envelope(envelope)["notes"]:
                    self.assertEqual(part["type"], type)
                    read.update(part["note"])
                    named |= {field["field"].split(".")[0].split("[")[0] for field in part["fields"]}
            # What the writer may not read back in full is there in another form, or (a jail that knows a treatment) not.
            self.assertEqual({name: written[name] for name in read}, read, type)
            self.assertTrue(named and named <= set(written), type)
            unread += len(set(written) - named)
            carried[type] = len(written)
            fields += len(written)
            whole += [type] if written == note else []
        print(
            f"python: {len(carried)} of {len(types)} note types sealed and read back, "
            f"{fields} fields, {unread} of them not for their writer to read, {len(whole)} whole; "
            f"not written by any agency here: {' '.join(sorted(set(types) - set(carried)))}",
            file=sys.stderr,
        )
        self.assertGreaterEqual(len(carried), 24)
        self.assertGreaterEqual(len(whole), 12)
        self.assertLess(unread * 10, fields)

    def test_carries_a_cap_n_proto_message_as_it_was(self) -> None:
        sealed = self.contexts["prosecutor"].seal(self.made["request"])
        envelope = dict(sealed.envelopes)["police-liaison"]
        with self.library.open() as nobody:
            schema = nobody.call("schema.classes", {"type": "court.event"})
        type_id = self.type_id("court_event")
        opened = self.contexts["police-liaison"].open_capnp(envelope, type_id)
        self.assertEqual(opened.report["notes"][0]["type"], "court.event")
        self.assertEqual(len(opened.message) % 8, 0)
        request = {name: self.made["request"][name] for name in ("grant", "purpose", "to", "deliver")}
        again = self.contexts["prosecutor"].seal_capnp(
            type_id, bytes.fromhex(schema["digest"]), [opened.message], request
        )
        read = self.contexts["police-liaison"].open_envelope(dict(again.envelopes)["police-liaison"])
        self.assertEqual(read["notes"][0]["note"], self.made["request"]["note"])
        self.refused(
            lambda: self.contexts["prosecutor"].seal_capnp(type_id, b"\0" * 32, [opened.message], request), "EX"
        )
        self.refused(lambda: self.contexts["prosecutor"].seal_capnp(type_id, b"", [opened.message], request), "EX")
        self.refused(
            lambda: self.contexts["prosecutor"].seal_capnp(
                type_id, bytes.fromhex(schema["digest"]), [opened.message[:-8]], request
            ),
            "EX",
        )
        self.refused(lambda: self.contexts["police-liaison"].open_capnp(envelope, type_id + 1), "EX")

    @staticmethod
    def type_id(file: str) -> int:
        text = (SOURCE / "include" / "exchange" / "schema" / f"{file}.capnp").read_text(encoding="utf-8")
        return int(text.split("struct ", 1)[1].split("@", 1)[1].split()[0], 16)

    # ---- callbacks, threads, ends

    def test_calls_back_for_time_and_events_on_the_calling_thread(self) -> None:
        threads, events = set(), []

        def clock() -> int:
            threads.add(threading.get_ident())
            return 1_000  # 1970: nothing is in force yet

        with self.library.open(
            str(self.homes / "treatment"),
            secret=self.passphrase("treatment"),
            clock=clock,
            log=lambda level, event: events.append((level, event)),
        ) as home:
            self.refused(
                lambda: home.seal(
                    {
                        "type": "progress.engagement",
                        "nothing_to_share": True,
                        "purpose": "COORD",
                        "grant": home.call("grants.list")["rows"][0]["grant"],
                    }
                ),
                "EX",
            )
        self.assertEqual(threads, {threading.get_ident()})
        for _, event in events:
            self.assertIsInstance(event, dict)

    def test_takes_an_exception_in_a_callback_for_no_answer(self) -> None:
        def broken(*_: object) -> typing.Any:
            raise RuntimeError("not for the library")

        treatment = str(self.homes / "treatment")
        self.assertEqual(self.refused(lambda: self.library.open(treatment, secret=broken), "EX6106").exit, 7)
        self.refused(lambda: self.library.open(treatment), "EX6106")
        self.refused(lambda: self.library.open(treatment, secret=lambda what: b"x" * 5000), "EX6106")
        self.refused(lambda: self.library.open(treatment, secret=lambda what: None), "EX6106")
        self.refused(
            lambda: self.library.open(treatment, secret=self.passphrase("treatment"), clock=broken).seal(
                {
                    "type": "progress.engagement",
                    "nothing_to_share": True,
                    "subject": "00" * 16,
                    "basis": "part2-consent",
                    "purpose": "COORD",
                }
            ),
            "EX1008",
        )
        with self.library.open(treatment, secret=self.passphrase("treatment"), log=broken) as home:
            self.assertTrue(home.call("doctor")["findings"])

    def test_serves_many_threads_with_one_context(self) -> None:
        failures: list[BaseException] = []

        def work() -> None:
            try:
                for _ in range(5):
                    sealed = self.contexts["prosecutor"].seal(self.made["request"])
                    answer = self.contexts["police-liaison"].open_envelope(dict(sealed.envelopes)["police-liaison"])
                    assert answer["notes"][0]["note"] == self.made["request"]["note"]
            except BaseException as failure:  # noqa: BLE001
                failures.append(failure)

        workers = [threading.Thread(target=work) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(failures, [])

    def test_is_closed_once_and_then_unusable(self) -> None:
        home = self.library.open()
        self.assertEqual(home.call("version")["kind"], "version")
        home.close()
        home.close()
        for use in (lambda: home.call("version"), lambda: home.seal({}), lambda: home.open_envelope(b"")):
            self.assertRaises(ValueError, use)

    def test_does_not_cut_a_name_or_a_request_at_a_zero_character(self) -> None:
        with self.library.open() as nobody:
            self.assertRaises(ValueError, nobody.call, "version\0x")
            self.refused(lambda: nobody.call("errors.explain", {"id": "EX2218\0"}), "EX")
            self.assertRaises(ValueError, nobody.call, "errors.explain", {"id": float("nan")})
            self.refused(lambda: nobody.call("no.such.verb"), "EX")
        self.assertRaises(ValueError, self.library.open, "home\0x")

    def test_says_when_there_is_no_library(self) -> None:
        self.assertRaises(OSError, exchange.Library, str(self.homes / "libexchange.so.1"))

    # ---- what a reader of the module sees

    def test_documents_and_types_everything_public(self) -> None:
        self.assertTrue((Path(exchange.__file__).parent / "py.typed").exists())
        seen = 0
        for name in exchange.__all__:
            thing = getattr(exchange, name)
            self.assertTrue(thing.__doc__, name)
            members = (
                [(name, thing)]
                if inspect.isfunction(thing)
                else [(f"{name}.{member}", value) for member, value in vars(thing).items() if inspect.isfunction(value)]
            )
            for member, function in members:
                if "._" in member or issubclass(thing, tuple) if inspect.isclass(thing) else False:
                    continue
                seen += 1
                self.assertTrue(function.__doc__, member)
                hints = typing.get_type_hints(function, vars(exchange))
                parameters = set(inspect.signature(function).parameters) - {"self"}
                self.assertEqual(parameters | {"return"}, set(hints), member)
        self.assertGreaterEqual(seen, 8)


def main(folder: str, library: str) -> int:
    PythonModule.folder, PythonModule.library = Path(folder), exchange.Library(library)
    program = unittest.main(argv=[sys.argv[0], "-v"], exit=False)
    return 0 if program.result.wasSuccessful() and program.result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
