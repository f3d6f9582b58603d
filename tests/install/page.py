"""page.py PAGE: turns a Markdown page into the shell script that a reader would type.

A block fenced as sh is run; one fenced as "sh install" is left out unless --install is given, and any other block
after a sentence that ends in "as `NAME`:" is saved as that file. --without SECTION leaves a section out. Prints the
script.
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Iterator, NamedTuple


class Block(NamedTuple):
    section: str
    fence: str
    name: str  # the file to save it as, or ""
    text: str


def blocks(page: str) -> Iterator[Block]:
    section, before, lines = "", "", iter(page.splitlines(keepends=True))
    for line in lines:
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("```"):
            text = ""
            for inside in lines:
                if inside.startswith("```"):
                    break
                text += inside
            saved = re.search(r"as `([\w.]+)`:\s*$", before)
            yield Block(section, line[3:].strip(), saved.group(1) if saved else "", text)
        if line.strip():
            before = line


def script(page: str, install: bool, without: set[str]) -> str:
    out = "set -eu\n"
    for block in blocks(page):
        if block.section in without:
            continue
        if block.fence == "sh" or (install and block.fence == "sh install"):
            out += f"echo {shlex.quote('== ' + block.section)} >&2\n{block.text}"
        elif block.name:
            out += f"cat > {block.name} <<'END-OF-FILE'\n{block.text}END-OF-FILE\n"
        elif block.fence != "sh install":
            raise ValueError(f"a block of {block.section} is neither run nor saved")
    return out


if __name__ == "__main__":
    arguments = sys.argv[1:]
    left_out = {arguments[i + 1] for i, word in enumerate(arguments) if word == "--without"}
    sys.stdout.write(script(Path(arguments[0]).read_text(encoding="utf-8"), "--install" in arguments, left_out))
