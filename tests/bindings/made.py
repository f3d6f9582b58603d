"""made.py EXCHANGE FOLDER: makes what every language is shown, and records what the C++ program says of it.

FOLDER/homes         the homes that `exchange demo` leaves behind, never used again: each test works on a copy
FOLDER/envelopes     envelopes made by C++: those of the demo, and one with text that is not ASCII
FOLDER/damaged       what is no envelope, or no longer one, or not for the reader
FOLDER/made.json     who opens what, with the answer or the refusal of the C++ program; and the requests to seal
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from copied import copied

COURT = "Tribunal de Niñez, sala №5 – 少年法庭 🏛"


class Program:
    """The exchange program, on one set of homes."""

    def __init__(self, exchange: str, homes: Path) -> None:
        self._exchange, self._homes = exchange, homes

    def run(self, home: str, *arguments: str) -> tuple[int, dict]:
        env = dict(
            os.environ,
            EXCHANGE_HOME=str(self._homes / home),
            EXCHANGE_PASSPHRASE_FILE=str(self._homes / f"{home}.passphrase"),
        )
        ran = subprocess.run([self._exchange, *arguments, "--json"], env=env, capture_output=True, check=False)
        lines = (ran.stdout or ran.stderr).decode().splitlines()
        return ran.returncode, json.loads(lines[0])

    def grant(self, home: str, basis: str, purpose: str) -> str:
        rows = self.run(home, "grants")[1]["rows"]
        return next(row["grant"] for row in rows if row["basis"] == basis and purpose in row["purposes"])


def damage(folder: Path, envelope: bytes, own: bytes, consent: bytes) -> None:
    """Everything here goes to case-management; `envelope` is one for it and `own` one for somebody else."""
    flipped = bytearray(envelope)
    flipped[len(flipped) // 2] ^= 1
    signed = bytearray(envelope)
    signed[-1] ^= 0x80
    for name, data in (
        ("empty", b""),
        ("one-byte", envelope[:1]),
        ("half", envelope[: len(envelope) // 2]),
        ("short-by-one", envelope[:-1]),
        ("long-by-one", envelope + b"\0"),
        ("flipped", bytes(flipped)),
        ("last-bit", bytes(signed)),
        ("text", b"not an envelope\n"),
        ("zeros", bytes(1 << 20)),
        ("for-another", own),
        ("a-consent", consent),
    ):
        (folder / f"{name}.lxe").write_bytes(data)


def main(exchange: str, target: str) -> int:
    top = Path(target)
    shutil.rmtree(top, ignore_errors=True)
    homes, envelopes, damaged = top / "homes", top / "envelopes", top / "damaged"
    damaged.mkdir(parents=True)
    if "XCH_DERIVE_ONCE" in os.environ:
        Path(os.environ["XCH_DERIVE_ONCE"]).mkdir(exist_ok=True)
    subprocess.run([exchange, "demo", "--dir", str(homes)], check=True, stdout=subprocess.DEVNULL)
    passed = homes / "envelopes"

    # One envelope with text beyond ASCII, from the prosecutor on its own authority.
    program = Program(exchange, homes)
    note = {"startsAt": "2026-05-20T16:30Z", "court": COURT, "type": "review", "appearance": "appeared"}
    grant = program.grant("prosecutor", "originator-authority", "COURT")
    (top / "note.json").write_text(json.dumps(note), encoding="utf-8")
    code, sealed = program.run(
        "prosecutor",
        "seal",
        "--type",
        "court.event",
        "--grant",
        grant,
        "--purpose",
        "COURT",
        "--to",
        "police-liaison",
        "--no-deliver",
        "--out",
        str(top / "out"),
        str(top / "note.json"),
    )
    assert code == 0, sealed

    opened: dict[str, list[dict]] = {}
    envelopes.mkdir()
    sources = sorted(passed.glob("*.lxe")) + sorted((top / "out").iterdir())
    for i, source in enumerate(sources):
        reader = next(
            (
                home
                for home in (
                    "case-management",
                    "prosecutor",
                    "program-office",
                    "police-liaison",
                    "treatment",
                    "public-defender",
                )
                if source.stem.endswith(home)
            ),
            None,
        )
        assert reader is not None, source
        file = envelopes / f"{i:02}-{reader}.lxe"
        shutil.copy(source, file)
        opened.setdefault(reader, []).append({"file": str(file)})
    ours = Path(opened["case-management"][0]["file"]).read_bytes()
    theirs = Path(opened["prosecutor"][0]["file"]).read_bytes()
    consent = next(iter(sorted(passed.glob("*-to-case-management.lxo")))).read_bytes()
    damage(damaged, ours, theirs, consent)

    reference = Program(exchange, copied(exchange, homes, top / "reference"))
    for reader, rows in opened.items():
        for row in rows:
            code, row["answer"] = reference.run(reader, "open", row["file"])
            assert code == 0, row
    refused = []
    for file in sorted(damaged.iterdir()):
        code, error = reference.run("case-management", "open", str(file))
        assert code != 0, file
        refused.append({"file": str(file), "exit": code, "id": error["id"]})
    request = {
        "type": "court.event",
        "note": note,
        "grant": grant,
        "purpose": "COURT",
        "to": ["police-liaison"],
        "deliver": False,
    }
    (top / "made.json").write_text(
        json.dumps(
            {
                "opened": opened,
                "refused": refused,
                "request": request,
                "court": COURT,
                "version": reference.run("case-management", "version")[1],
            },
            indent=1,
        ),
        encoding="utf-8",
    )
    print(f"made: {len(sources)} envelopes for {len(opened)} homes, {len(refused)} that are refused")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
