"""verify_js_test.py FOLDER TEST-PROGRAM: the verifier in JavaScript (examples/verify_js) beside exchange-verify.

The test program of exchange-verify is run once more, and asks both about every checkpoint, proof and folder: published
vectors, logs of the library, and the same with one thing changed. Ends with 77 where Node, npm or npm's packages are
not to be had, which ctest reports as not run; with CI set that is a failure where Node and npm are installed.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
EXAMPLE = SOURCE / "examples" / "verify_js"
ASKED = 398  # command lines in a whole run of the test program


def fetch(folder: Path) -> None:
    """A copy of the example with its packages, which are fetched once per version of the lock file."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in EXAMPLE.iterdir():
        if file.is_file():
            shutil.copy(file, folder / file.name)
    kept, lock = folder / "node_modules" / "of-lock-file", (folder / "package-lock.json").read_bytes()
    if kept.exists() and kept.read_bytes() == lock:
        return
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        print(f"not run: examples/verify_js: npm ci failed\n{done.stdout}")
        sys.exit(1 if os.environ.get("CI") else 77)
    kept.write_bytes(lock)


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
    missing = next((tool for tool in ("node", "npm") if not shutil.which(tool)), None)
    if missing is not None:
        print(f"not run: examples/verify_js: no {missing} (scripts/setup bindings installs nodejs npm)")
        return 77  # scripts/test installs neither
    fetch(folder)
    as_a_program(folder)
    server = ["node", str(Path(__file__).with_name("answer.mjs")), str(folder / "commands.js")]
    other = {"XCH_OTHER_VERIFIER": shlex.join(server), "XCH_OTHER_VERIFIER_ASKED": str(ASKED)}
    return subprocess.run([program], env={**os.environ, **other}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
