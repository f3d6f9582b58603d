"""languages_test.py LANGUAGE FOLDER LIBRARY-FOLDER EXCHANGE: the example of one language, on the bytes of all.

FOLDER is what made.py left, and every language is shown it. Ends with 77 where the language is not installed, which
ctest reports as not run; with CI set that is a failure for a language that `scripts/setup test` installs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import languages
from copied import copied

CANARY = "zebra-pamphlet"


class Bindings(unittest.TestCase):
    language: str
    top: Path
    library: str
    example: languages.Example

    @classmethod
    def setUpClass(cls) -> None:
        cls.work = cls.top / cls.language
        shutil.rmtree(cls.work, ignore_errors=True)
        cls.work.mkdir()
        cls.made = json.loads((cls.top / "made.json").read_text(encoding="utf-8"))
        cls.homes = copied(cls.exchange, cls.top / "homes", cls.work / "homes")

    def run_example(self, *arguments: object) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*self.example.command, *map(str, arguments)],
            capture_output=True,
            check=False,
            timeout=120,
            env=languages.environment(self.library, self.example),
        )

    def home(self, name: str) -> tuple[Path, Path]:
        return self.homes / name, self.homes / f"{name}.passphrase"

    def seal(self, request: object) -> tuple[subprocess.CompletedProcess, dict[str, Path]]:
        """Seals as the prosecutor; the request is an object, or bytes as they are."""
        folder = self.work / "out"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        file = self.work / "request.json"
        file.write_bytes(request if isinstance(request, bytes) else json.dumps(request, ensure_ascii=False).encode())
        ran = self.run_example("seal", *self.home("prosecutor"), file, folder)
        return ran, {envelope.stem: envelope for envelope in folder.iterdir()}

    def assert_refused(self, ran: subprocess.CompletedProcess, exit: int, id: str) -> None:
        self.assertEqual((ran.returncode, ran.stdout), (exit, b""), ran.stderr)
        self.assertIn(id.encode(), ran.stderr)
        self.assertNotIn(CANARY.encode(), ran.stderr)

    def test_opens_every_envelope_to_the_same_answer_as_cpp(self) -> None:
        # First of all (by its name): the copies are as the C++ program found them, so sequence numbers agree too.
        count = 0
        for reader, rows in self.made["opened"].items():
            ran = self.run_example("open", *self.home(reader), *(row["file"] for row in rows))
            self.assertEqual(ran.returncode, 0, ran.stderr)
            answers = [json.loads(line) for line in ran.stdout.decode("utf-8").splitlines()]
            self.assertEqual(answers, [row["answer"] for row in rows])
            count += len(answers)
        self.assertGreaterEqual(count, 16)

    def test_refuses_what_cpp_refuses_with_the_same_id_and_exit_status(self) -> None:
        for row in self.made["refused"]:
            with self.subTest(file=Path(row["file"]).name):
                self.assert_refused(
                    self.run_example("open", *self.home("case-management"), row["file"]), row["exit"], row["id"]
                )
        self.assertGreaterEqual(len(self.made["refused"]), 11)

    def test_seals_a_note_that_the_other_home_opens(self) -> None:
        request = dict(self.made["request"], note=dict(self.made["request"]["note"], court=self.made["court"]))
        ran, envelopes = self.seal(request)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(set(envelopes), {"prosecutor", "police-liaison"})
        for name, file in envelopes.items():
            self.assertIn(f"to {name}: {file.stat().st_size} bytes\n".encode(), ran.stdout)
            read = self.run_example("open", *self.home(name), file)
            self.assertEqual(read.returncode, 0, read.stderr)
            self.assertEqual(json.loads(read.stdout.decode("utf-8"))["notes"][0]["note"], request["note"])

    def test_seals_a_note_that_cpp_opens(self) -> None:
        _, envelopes = self.seal(self.made["request"])
        homes = copied(self.exchange, self.top / "homes", self.work / "cpp-homes")
        env = dict(
            os.environ,
            EXCHANGE_HOME=str(homes / "police-liaison"),
            EXCHANGE_PASSPHRASE_FILE=str(homes / "police-liaison.passphrase"),
        )
        read = subprocess.run(
            [self.exchange, "open", "--json", str(envelopes["police-liaison"])],
            env=env,
            capture_output=True,
            check=False,
        )
        self.assertEqual(read.returncode, 0, read.stderr)
        self.assertEqual(json.loads(read.stdout)["notes"][0]["note"], self.made["request"]["note"])

    def test_gives_the_same_envelopes_again_for_the_same_key(self) -> None:
        request = dict(self.made["request"], key="cad-88121")
        first = {name: file.read_bytes() for name, file in self.seal(request)[1].items()}
        again = {name: file.read_bytes() for name, file in self.seal(request)[1].items()}
        self.assertEqual(first, again)
        self.assertEqual(len(first), 2)

    def test_refuses_requests_that_are_none_and_writes_nothing(self) -> None:
        good = self.made["request"]
        note = good["note"]
        for name, request, exit, id in (
            ("unknown member", dict(good, colour=CANARY), 2, "EX1306"),
            ("member with content in its name", dict(good, **{CANARY: 1}), 2, "EX1306"),
            ("unknown field", dict(good, note=dict(note, judge=CANARY)), 2, "EX1306"),
            ("zero character in a text", dict(good, note=dict(note, court=CANARY + "\0")), 2, "EX13"),
            ("number for a text", dict(good, note=dict(note, court=5)), 2, "EX13"),
            ("nobody to read it", dict(good, to=[CANARY]), 4, "EX"),
            ("no such grant", dict(good, grant="00" * 32), 3, "EX2103"),
            ("not allowed", dict(good, purpose="COORD"), 3, "EX21"),
        ):
            with self.subTest(request=name):
                ran, envelopes = self.seal(request)
                self.assert_refused(ran, exit, id)
                self.assertEqual(envelopes, {})

    def test_refuses_text_that_is_not_json(self) -> None:
        text = json.dumps(self.made["request"]).encode()
        for name, request in (
            ("nothing", b""),
            ("half", text[:40]),
            ("two", text + text),
            ("a list", b"[]"),
            ("zero byte", text + b"\0{}"),
            ("not UTF-8", text.replace(b"review", b"\xff\xfe")),
        ):
            with self.subTest(request=name):
                ran, envelopes = self.seal(request)
                self.assertEqual(ran.returncode, 2, ran.stderr)
                self.assertNotIn(b"    at ", ran.stderr)  # no stack trace
                self.assertEqual(envelopes, {})

    def test_says_what_is_missing(self) -> None:
        envelope = self.made["opened"]["prosecutor"][0]["file"]
        home, passphrase = self.home("prosecutor")
        wrong = self.work / "wrong.passphrase"
        wrong.write_text(CANARY + "\n", encoding="ascii")
        long = self.work / "long.passphrase"
        long.write_text(CANARY * 200 + "\n", encoding="ascii")
        self.assert_refused(self.run_example("open", home, wrong, envelope), 7, "EX61")
        self.assert_refused(self.run_example("open", home, long, envelope), 7, "EX6106")
        self.assert_refused(self.run_example("open", home, self.work / "none", envelope), 7, "EX6106")
        self.assert_refused(self.run_example("open", self.work / "none", passphrase, envelope), 4, "EX1015")
        self.assertEqual(self.run_example("open", home, passphrase, self.work / "none").returncode, 4)
        self.assertEqual(self.run_example("open", home, passphrase).returncode, 2)
        self.assertEqual(self.run_example().returncode, 2)

    def test_runs_on_the_same_libraries_as_cpp(self) -> None:
        # Node has an OpenSSL of its own, and would give it to a library that is loaded in the plain way.
        ran = self.run_example("version")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(json.loads(ran.stdout), self.made["version"])


def load_tests(loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: object) -> unittest.TestSuite:
    # In the order in which they stand: the first one needs the homes as they were made.
    names = [name for name in vars(Bindings) if name.startswith("test_")]
    return unittest.TestSuite(Bindings(name) for name in names)


def main(language: str, folder: str, library: str, exchange: str) -> int:
    here = languages.ALL[language]
    missing = here.missing()
    if missing is not None:
        print(f"not run: {language}: {missing} (scripts/setup {here.setup} installs {here.packages})")
        return 1 if os.environ.get("CI") and here.setup == "test" else 77
    Bindings.language, Bindings.top, Bindings.library, Bindings.exchange = language, Path(folder), library, exchange
    built = Path(folder) / f"built-{language}"
    built.mkdir(exist_ok=True)
    try:
        Bindings.example = here.build(built)
    except languages.NotFetched as reason:
        print(f"not run: {language}: {reason}: {reason.__cause__}")
        return 1 if os.environ.get("CI") else 77
    result = unittest.TextTestRunner(verbosity=2).run(
        load_tests(unittest.defaultTestLoader, unittest.TestSuite(), None)
    )
    return (
        0
        if result.wasSuccessful() and result.testsRun == len([n for n in vars(Bindings) if n.startswith("test_")])
        else 1
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
