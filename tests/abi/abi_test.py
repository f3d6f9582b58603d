"""abi_test.py BUILD-FOLDER           what a program compiled yesterday relies on has not changed
abi_test.py --write               writes libexchange.abi anew: only for what may be added, and before a release

The ABI is what exchange.h says: its functions, types and numbers, and the version of each symbol. It is described from
the header alone, as a library of empty functions: the description of the real library would follow every private type
into every module (30 MB, minutes). That the library has these functions in this version, and no others, is looked up in
it.

The reference is libexchange.abi of the last tag, or the one here as long as there is no tag.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
HEADER = SOURCE / "include" / "exchange" / "exchange.h"
MAP = SOURCE / "libexchange" / "c_api" / "exchange.map"


def run(*command: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def must(*command: object) -> str:
    done = run(*command)
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def soname(library: Path) -> str:
    return re.search(r"soname: \[(.*)\]", must("readelf", "-d", library)).group(1)


def symbols(library: Path) -> set[str]:
    """Names with versions, as xch_open@@EXCHANGE_1."""
    rows = [line.split() for line in must("readelf", "--dyn-syms", "--wide", library).splitlines()]
    return {
        row[7] for row in rows if len(row) > 7 and row[4] in ("GLOBAL", "WEAK") and row[6] not in ("UND", "ABS", "Ndx")
    }


def members_of_options(description: Path) -> list[str]:
    root = xml.etree.ElementTree.parse(description).getroot()
    struct = next(
        node
        for node in root.iter("class-decl")
        if node.get("naming-typedef-id") and any(member.get("name") == "drop_user" for member in node.iter("var-decl"))
    )
    return [member.get("name", "") for member in struct.iter("var-decl")]


def as_known(header: str, known: list[str]) -> str:
    """The header with xch_options as it was known: it carries its size, so it may grow at its end, and there alone."""
    body = re.search(r"typedef struct \{([^{}]*)\} xch_options;", header)
    assert body is not None
    lines = body.group(1).splitlines(keepends=True)
    last = max((i for i, line in enumerate(lines) if re.search(rf"\b{known[-1]}\b", line)), default=len(lines))
    return header.replace(body.group(1), "".join(lines[: last + 1]))


def describe(header: str, name: str, folder: Path) -> Path:
    """The description of a header's ABI. C++ gives the numbers a type of their own, which C does not."""
    functions = re.sub(r"(XCH_API[^;{}]*\))\s*;", r"\1 { __builtin_trap(); }", header)
    (folder / "stub.cpp").write_text(
        functions + '\nextern "C" { XCH_API decltype(XCH_OK) xch_numbers; }\n', encoding="utf-8"
    )
    library = folder / "libstub.so"
    must(
        "c++",
        "-std=c++17",
        "-g",
        f"-fdebug-prefix-map={folder}=.",
        f"-fdebug-prefix-map={Path.cwd()}=.",
        "-shared",
        "-fPIC",
        "-w",
        f"-Wl,--version-script={MAP}",
        f"-Wl,-soname,{name}",
        "-nostdlib",
        folder / "stub.cpp",
        "-o",
        library,
    )
    out = folder / "stub.abi"
    must(
        "abidw",
        "--no-corpus-path",
        "--no-comp-dir-path",
        "--no-show-locs",
        "--type-id-style",
        "hash",
        "--out-file",
        out,
        library,
    )
    return out


def compare(old: Path, header: str, name: str, folder: Path) -> subprocess.CompletedProcess:
    """Compares a header with an older description: a new function, number or last member of options breaks nobody."""
    return run("abidiff", "--no-added-syms", old, describe(as_known(header, members_of_options(old)), name, folder))


def reference(folder: Path) -> tuple[str, Path]:
    tag = run("git", "-c", "safe.directory=*", "-C", SOURCE, "describe", "--tags", "--abbrev=0", "--match", "v*")
    if tag.returncode != 0:
        return "tests/abi/libexchange.abi", HERE / "libexchange.abi"
    name = tag.stdout.strip()
    kept = folder / "tagged.abi"
    kept.write_text(
        must("git", "-c", "safe.directory=*", "-C", SOURCE, "show", f"{name}:tests/abi/libexchange.abi"),
        encoding="utf-8",
    )
    return name, kept


class Abi(unittest.TestCase):
    library: Path

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.header = HEADER.read_text(encoding="utf-8")

    def changed(self, old: str, new: str) -> subprocess.CompletedProcess:
        """The comparison of the header with itself, one place changed."""
        self.assertEqual(self.header.count(old), 1, old)
        before, after = self.folder / "before", self.folder / "after"
        for folder in (before, after):
            folder.mkdir(exist_ok=True)
        was = describe(self.header, "libexchange.so.1", before)
        return compare(was, self.header.replace(old, new), "libexchange.so.1", after)

    def assert_breaks(self, old: str, new: str) -> None:
        self.assertNotEqual(self.changed(old, new).returncode, 0, f"{old} -> {new}")

    def assert_holds(self, old: str, new: str) -> None:
        ran = self.changed(old, new)
        self.assertEqual(ran.returncode, 0, f"{old} -> {new}\n{ran.stdout}")

    def test_is_still_what_programs_were_compiled_against(self) -> None:
        name, old = reference(self.folder)
        ran = compare(old, self.header, soname(self.library), self.folder)
        print(f"abi: compared with {name}", file=sys.stderr)
        self.assertEqual(ran.returncode, 0, ran.stdout)

    def test_is_that_of_the_library(self) -> None:
        describe(self.header, soname(self.library), self.folder)
        self.assertEqual(symbols(self.library), symbols(self.folder / "libstub.so") - {"xch_numbers@@EXCHANGE_1"})
        self.assertGreater(len(symbols(self.library)), 20)

    def test_reference_of_this_tree_is_up_to_date(self) -> None:
        # The next release is compared with it: what was added since has to be in it.
        ran = run(
            "abidiff", "--harmless", HERE / "libexchange.abi", describe(self.header, soname(self.library), self.folder)
        )
        self.assertEqual(ran.returncode, 0, f"python3 tests/abi/abi_test.py --write\n{ran.stdout}")

    def test_breaks_when_a_function_goes(self) -> None:
        self.assert_breaks("XCH_API void xch_close(xch_ctx *ctx);", "")

    def test_breaks_when_a_function_takes_something_else(self) -> None:
        self.assert_breaks(
            "xch_sealed_count(const xch_sealed *sealed)", "xch_sealed_count(const xch_sealed *sealed, int32_t part)"
        )
        self.assert_breaks("XCH_API int32_t xch_error_exit(", "XCH_API int64_t xch_error_exit(")

    def test_breaks_when_a_number_changes(self) -> None:
        self.assert_breaks("XCH_DENIED = 1,", "XCH_DENIED = 7,")
        self.assert_breaks("XCH_E_BUG = -99", "XCH_E_BUG = -98")

    def test_breaks_when_a_struct_is_laid_out_differently(self) -> None:
        self.assert_breaks("  const uint8_t *p;\n  size_t n;\n", "  size_t n;\n  const uint8_t *p;\n")
        self.assert_breaks("  uint32_t flags; /* 0 */\n", "")
        self.assert_breaks("  xch_clock_fn clock;\n", "  xch_clock_fn clock;\n  void *more;\n")
        self.assert_breaks("  xch_clock_fn clock;\n  xch_log_fn log;\n", "  xch_log_fn log;\n  xch_clock_fn clock;\n")
        self.assert_breaks(
            "typedef int64_t (*xch_clock_fn)(void *user);", "typedef int64_t (*xch_clock_fn)(void *user, int zone);"
        )

    def test_holds_when_something_is_added_that_old_programs_do_not_see(self) -> None:
        self.assert_holds(
            "XCH_API void xch_close(xch_ctx *ctx);",
            "XCH_API void xch_close(xch_ctx *ctx);\nXCH_API void xch_more(void);",
        )
        self.assert_holds("  XCH_E_BUG = -99", "  XCH_E_BUG = -99,\n  XCH_E_MORE = -9")
        end = next(line for line in self.header.splitlines(keepends=True) if "(*drop_user)" in line)
        self.assert_holds(end, end + "  void *more;\n")


def write(library_name: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        (HERE / "libexchange.abi").write_text(
            describe(HEADER.read_text(encoding="utf-8"), library_name, Path(folder)).read_text(encoding="utf-8"),
            encoding="utf-8",
        )
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        sys.exit(write("libexchange.so.1"))
    if not shutil.which("abidiff"):
        print("not run: abi: no abidiff (scripts/setup test installs abigail-tools)")
        sys.exit(1 if os.environ.get("CI") else 77)
    Abi.library = Path(sys.argv.pop(1)) / "lib" / "libexchange.so"
    unittest.main(verbosity=2)
