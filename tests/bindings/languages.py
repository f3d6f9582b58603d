"""The languages that libexchange is used from here: what each needs, how its example is built, and how it is run.

`setup` names the set of scripts/setup that installs a language's packages: "test" is installed before every test run,
"bindings" is not (npm alone brings more than three hundred packages, and takes minutes).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple, Optional

SOURCE = Path(__file__).resolve().parents[2]
EXAMPLES = SOURCE / "examples"


class Example(NamedTuple):
    """An example ready to be run: its command line, and what it needs in its environment."""

    command: list[str]
    environment: dict[str, str] = {}


def run(*command: object, cwd: Optional[Path] = None) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout.decode(errors='replace')}")


class NotFetched(Exception):
    """What an example needs besides the distribution's packages could not be had here."""


class Python:
    packages, setup = "python3", "test"

    def missing(self) -> Optional[str]:
        return None  # this runs

    def build(self, folder: Path) -> Example:
        return Example(["/usr/bin/python3", "-B", str(EXAMPLES / "python" / "notes.py")])


class Java:
    packages, setup = "default-jdk-headless libjna-java", "test"

    def missing(self) -> Optional[str]:
        if not shutil.which("javac") or not shutil.which("java"):
            return "no javac"
        return None if self.jar() else "no jna.jar"

    def jar(self) -> Optional[Path]:
        return next((file for file in (Path("/usr/share/java/jna.jar"),) if file.exists()), None)

    def build(self, folder: Path) -> Example:
        run(
            "javac",
            "-Xlint:all",
            "-Werror",
            "--release",
            "8" if javac_knows_8() else "11",
            "-cp",
            self.jar(),
            "-d",
            folder,
            EXAMPLES / "java" / "Exchange.java",
            EXAMPLES / "java" / "Notes.java",
        )
        return Example(["java", "-cp", f"{folder}:{self.jar()}", "Notes"])


def javac_knows_8() -> bool:
    """From JDK 21 on javac warns that 8 is going away."""
    version = subprocess.run(["javac", "-version"], capture_output=True, check=False)
    return int((version.stdout or version.stderr).decode().split()[1].split(".")[0]) < 20


class Dotnet:
    packages, setup = "mono-mcs mono-runtime", "test"

    def missing(self) -> Optional[str]:
        return next((f"no {tool}" for tool in ("mcs", "mono") if not shutil.which(tool)), None)

    def build(self, folder: Path) -> Example:
        program = folder / "notes.exe"
        run(
            "mcs",
            "-warn:4",
            "-warnaserror",
            f"-out:{program}",
            EXAMPLES / "dotnet" / "Exchange.cs",
            EXAMPLES / "dotnet" / "Notes.cs",
        )
        return Example(["mono", str(program)])


class Node:
    packages, setup = "nodejs npm", "bindings"

    def missing(self) -> Optional[str]:
        return next((f"no {tool}" for tool in ("node", "npm") if not shutil.which(tool)), None)

    def build(self, folder: Path) -> Example:
        # koffi is fetched once per version of the lock file, without its install scripts: its binary is a package of
        # its own.
        for name in ("package.json", "package-lock.json", "exchange.js", "notes.js"):
            shutil.copy(EXAMPLES / "node" / name, folder / name)
        kept, lock = folder / "node_modules" / "of-lock-file", (folder / "package-lock.json").read_bytes()
        if not kept.exists() or kept.read_bytes() != lock:
            try:
                run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
            except RuntimeError as error:
                raise NotFetched("npm ci failed") from error
            kept.write_bytes(lock)
        return Example(["node", str(folder / "notes.js")])


ALL = {"python": Python(), "java": Java(), "dotnet": Dotnet(), "node": Node()}


def environment(library: str, example: Example) -> dict[str, str]:
    """A plain environment: an example must not lean on the locale. Keys are derived once (support/preload)."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LD_LIBRARY_PATH": library,
        "LC_ALL": "C",
        **{name: os.environ[name] for name in ("LD_PRELOAD", "XCH_DERIVE_ONCE") if name in os.environ},
        **example.environment,
    }
