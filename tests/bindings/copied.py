"""Homes that are copied for a test. A copy is refused until somebody says that it was moved (docs/operations.md)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def copied(exchange: str, homes: Path, target: Path) -> Path:
    """Copies a folder of homes; every home in it opens in its new place."""
    shutil.copytree(homes, target)
    for settings in sorted(target.glob("*/agency.json")):
        home = settings.parent
        env = dict(os.environ, EXCHANGE_PASSPHRASE_FILE=f"{home}.passphrase")
        command = [exchange, "doctor", "--reconcile", "--moved", "--yes", "--home", str(home)]
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return target
