"""verify_js_test.py FOLDER TEST-PROGRAM: the verifier in JavaScript (examples/verify_js) beside exchange-verify.

The test program of exchange-verify is run once more, and asks both about every checkpoint, proof and folder: published
vectors, logs of the library, and the same with one thing changed. Ends with 77 where Node, npm or npm's packages are
not to be had, which ctest reports as not run; with CI set that is a failure where Node and npm are installed.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import npm_folder  # noqa: E402
EXAMPLE = SOURCE / "examples" / "verify_js"
ASKED = 583  # command lines in a whole run of the test program


def as_a_program(folder: Path) -> None:
    """What the test program does not see, which asks one process for all: exit statuses and streams."""
    key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    forged = folder / "forged"
    forged.write_text("This is no checkpoint.\n", encoding="utf-8")
    for arguments, exit, begin in (
        (["--help"], 0, "usage: node verify.js checkpoint"),
        (["log"], 2, "verify: the key of the log is missing"),
        (["checkpoint", "--log-key", key, str(forged)], 5, "verify: REFUSED: "),
        (["checkpoint", "--log-key", key, str(folder / "none")], 6, "verify: there is no file "),
    ):
        ran = subprocess.run(
            ["node", str(folder / "verify.js"), *arguments], capture_output=True, text=True, check=False, timeout=60
        )
        said, other = (ran.stdout, ran.stderr) if exit == 0 else (ran.stderr, ran.stdout)
        if ran.returncode != exit or not said.startswith(begin) or other:
            sys.exit(f"verify.js {arguments}: exit status {ran.returncode}, {ran.stdout}{ran.stderr}")


def main(folder: Path, program: str) -> int:
    missing = npm_folder.missing("node", "npm")
    if missing is not None:
        print(f"not run: examples/verify_js: no {missing} (scripts/setup bindings installs nodejs npm)")
        return npm_folder.NOT_RUN  # scripts/test installs neither
    npm_folder.fetch(EXAMPLE, folder, "examples/verify_js")
    as_a_program(folder)
    server = ["node", str(Path(__file__).with_name("answer.mjs")), str(folder / "commands.js")]
    other = {"XCH_OTHER_VERIFIER": shlex.join(server), "XCH_OTHER_VERIFIER_ASKED": str(ASKED)}
    return subprocess.run([program], env={**os.environ, **other}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
