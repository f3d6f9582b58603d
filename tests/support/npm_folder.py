"""Packages of npm for a test: fetched once per version of the lock file, into a folder of the build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NOT_RUN = 77  # what ctest reports as not run (SKIP_RETURN_CODE)


def missing(*tools: str) -> str | None:
    """The first of these programs that is not here."""
    return next((tool for tool in tools if not shutil.which(tool)), None)


def fetch(source: Path, folder: Path, name: str) -> None:
    """A copy of a folder with its packages. Where they cannot be had, the program ends: in CI as a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
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
        print(f"not run: {name}: npm ci failed\n{done.stdout}")
        sys.exit(1 if os.environ.get("CI") else NOT_RUN)
    kept.write_bytes(lock)
