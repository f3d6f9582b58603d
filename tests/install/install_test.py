"""install_test.py BUILD-FOLDER: what `cmake --install` leaves, used as somebody uses it who has no source tree."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Optional

SOURCE = Path(__file__).resolve().parents[2]


class Installed(unittest.TestCase):
    build: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.top = Path(tempfile.mkdtemp(prefix="exchange-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.top)
        # Installed in one place and moved to another: nothing may know where it was put.
        first = cls.top / "first"
        subprocess.run(
            ["cmake", "--install", str(cls.build), "--prefix", str(first)], check=True, stdout=subprocess.DEVNULL
        )
        cls.prefix = cls.top / "prefix"
        first.rename(cls.prefix)
        cls.lib = next(cls.prefix.glob("**/libexchange.so")).parent
        cls.docs = cls.prefix / "share/doc/libexchange-dev"
        cls.env = {
            "PATH": f"{cls.prefix}/bin:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "PKG_CONFIG_PATH": str(cls.lib / "pkgconfig"),
            "CMAKE_PREFIX_PATH": str(cls.prefix),
        }
        cls.demo = cls.top / "demo"
        made = cls.run_line("exchange demo --dir demo")
        assert made.returncode == 0, made.stdout

    @classmethod
    def run_line(cls, line: str, cwd: Optional[Path] = None, **more: str) -> subprocess.CompletedProcess:
        """Runs a shell line, stderr with stdout, as somebody with the prefix alone would."""
        return subprocess.run(
            line,
            shell=True,
            cwd=cwd or cls.top,
            env={**cls.env, **more},
            text=True,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
        )

    def ok(self, line: str, cwd: Optional[Path] = None, **more: str) -> str:
        ran = self.run_line(line, cwd, **more)
        self.assertEqual(ran.returncode, 0, f"{line}\n{ran.stdout}")
        return ran.stdout

    def refused(self, line: str, cwd: Optional[Path] = None) -> str:
        ran = self.run_line(line, cwd)
        self.assertNotEqual(ran.returncode, 0, f"{line}\n{ran.stdout}")
        return ran.stdout

    def example(self, name: str) -> Path:
        """A copy of an installed example, to be built in."""
        return Path(shutil.copytree(self.docs / "examples" / name, Path(tempfile.mkdtemp(dir=self.top)) / name))

    def home(self) -> str:
        return f"{self.demo}/case-management {self.demo}/case-management.passphrase"

    def seals_and_opens(self, program: str) -> None:
        out = self.ok(f"{program} {self.home()} {self.docs}/examples/filing.progress.json")
        self.assertEqual(out.count("to prosecutor: "), 1, out)
        self.assertEqual(out.count("field engaged\n"), 1, out)
        refused = self.run_line(f"{program} {self.home()} {self.docs}/examples/notes/progress.engagement.json")
        self.assertEqual((refused.returncode, "EX2115" in refused.stdout), (3, True), refused.stdout)

    # ---- the tree

    def test_puts_the_files_where_they_are_looked_for(self) -> None:
        there = {str(file.relative_to(self.prefix)) for file in self.prefix.rglob("*") if not file.is_dir()}
        lib = str(self.lib.relative_to(self.prefix))
        wanted = {
            f"{lib}/libexchange.so",
            f"{lib}/libexchange.so.1",
            f"{lib}/libexchange.so.1.0",
            f"{lib}/pkgconfig/exchange.pc",
            "bin/exchange",
            "bin/exchange-verify",
            "share/man/man1/exchange-verify.1",
            "bin/capnpc-exchange",
        }
        wanted |= {f"{lib}/cmake/exchange/exchange{part}.cmake" for part in ("Config", "ConfigVersion", "Targets")}
        for folder, place in (
            ("include", "include"),
            ("docs", "share/doc/libexchange-dev"),
            ("examples", "share/doc/libexchange-dev/examples"),
        ):
            sources = (SOURCE / folder).rglob("*")
            wanted |= {
                f"{place}/{file.relative_to(SOURCE / folder)}"
                for file in sources
                if not file.is_dir() and not {"__pycache__", "node_modules"} & set(file.parts)
            }
        wanted -= {"share/doc/libexchange-dev/examples/CMakeLists.txt"}
        for package in ("libexchange1", "libexchange-dev", "exchange-tools"):
            wanted |= {f"share/doc/{package}/{name}" for name in ("copyright", "CHANGELOG.md")}
        self.assertEqual(wanted - there, set())
        surplus = {
            file
            for file in there - wanted
            if not re.fullmatch(
                rf"share/(man|bash-completion|zsh|fish)/.*|{lib}/cmake/exchange/exchangeTargets-.*", file
            )
        }
        self.assertEqual(surplus, set())

    def test_knows_nothing_of_the_tree_that_it_was_built_in(self) -> None:
        for file in self.prefix.rglob("*"):
            if file.is_symlink() or file.is_dir():
                continue
            head = file.read_bytes()
            if head[:4] == b"\x7fELF":  # debug information may name sources; what the loader reads may not
                dynamic = self.ok(f"readelf -d {file}")
                paths = re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", dynamic)
                self.assertEqual(paths, ["$ORIGIN/../lib"] if file.name == "exchange" else [], file)
                continue
            for place in (SOURCE, self.build, self.top):
                self.assertNotIn(str(place).encode(), head, file)

    def test_names_the_library_after_the_version_of_its_abi(self) -> None:
        dynamic = self.ok(f"readelf -d {self.lib}/libexchange.so")
        library = ctypes.CDLL(str(self.lib / "libexchange.so.1"))
        major, minor = library.xch_abi_version() >> 16, library.xch_abi_version() & 0xFFFF
        self.assertIn(f"Library soname: [libexchange.so.{major}]", dynamic)
        self.assertEqual((self.lib / "libexchange.so.1").resolve().name, f"libexchange.so.{major}.{minor}")
        self.assertIn(f"EXCHANGE_{major}", self.ok(f"readelf -V {self.lib}/libexchange.so"))

    def test_runs_the_program_with_the_library_beside_it(self) -> None:
        self.assertIn(
            "libexchange.so.1 => " + str(self.prefix), self.ok("ldd $(command -v exchange) | sed 's,/bin/[.][.],,'")
        )
        self.assertEqual(json.loads(self.ok("exchange version --json"))["kind"], "version")

    # ---- exchange-verify

    def test_brings_exchange_verify_with_a_page_that_says_what_its_help_says(self) -> None:
        page = (self.prefix / "share/man/man1/exchange-verify.1").read_text(encoding="utf-8").replace("\\-", "-")
        text = self.ok("exchange-verify --help")
        options = set(re.findall(r"--[a-z][a-z-]*", text))
        self.assertEqual(options, {"--log-key", "--witness", "--quorum", "--policy", "--party", "--since"})
        self.assertEqual(set(re.findall(r"(?m)^\.BI? (--[a-z-]+)", page)), options | {"--help"})
        commands = set(re.findall(r"(?m)^  exchange-verify (\w+)", text))
        self.assertEqual(commands, {"checkpoint", "proof", "consistency", "log", "evidence"})
        self.assertEqual(set(re.findall(r"(?m)^\.B exchange-verify (\w+)$", page)), commands)
        self.assertEqual(set(re.findall(r"(?m)^\.TP\n\.B (\w+)$", page)), commands | {"0", "1", "2", "5", "6"})
        self.assertEqual(
            set(re.findall(r"\b([0-9]) (?:it|the|forged)", text[text.index("exit status:") :])), set("01256")
        )
        rendered = self.run_line(f"groff -man -Tutf8 -ww {self.prefix}/share/man/man1/exchange-verify.1 >page.txt")
        self.assertEqual((rendered.returncode, rendered.stdout), (0, ""))

    def test_runs_exchange_verify_without_the_library(self) -> None:
        needed = re.findall(r"NEEDED.*\[(.*)\]", self.ok("readelf -d $(command -v exchange-verify)"))
        self.assertEqual([name for name in needed if "exchange" in name or "sodium" in name or "capnp" in name], [])
        self.assertEqual(self.run_line("exchange-verify log nowhere").returncode, 2)

    # ---- pkg-config

    def test_tells_pkg_config_where_it_is(self) -> None:
        def value(question: str) -> str:
            return self.ok(f"pkg-config {question} exchange").strip()

        self.assertEqual(Path(value("--variable=includedir")).resolve(), self.prefix / "include")
        self.assertEqual(Path(value("--variable=libdir")).resolve(), self.lib)
        self.assertTrue((Path(value("--variable=schemadir")) / "annotations.capnp").is_file())
        self.assertIn("-lexchange", value("--libs"))
        self.assertRegex(value("--modversion"), r"^\d+\.\d+\.\d+$")
        self.assertEqual(value("--print-requires") + value("--print-requires-private"), "")

    def test_builds_the_c_example_with_one_line(self) -> None:
        folder = self.example("embed_c")
        self.ok(
            "cc -std=c99 -pedantic -Wall -Wextra -Werror embed_c.c $(pkg-config --cflags --libs exchange) -o embed_c",
            folder,
        )
        self.seals_and_opens(f"env LD_LIBRARY_PATH={self.lib} {folder}/embed_c")

    def test_builds_the_c_example_with_cmake_and_pkg_config(self) -> None:
        folder = self.example("embed_c")
        self.ok("cmake -S . -B build && cmake --build build", folder)
        self.seals_and_opens(f"{folder}/build/embed_c")

    # ---- the CMake package

    def test_builds_the_cpp_examples_with_find_package(self) -> None:
        folder = self.example("embed_cpp")
        self.ok("cmake -S . -B build && cmake --build build", folder)
        self.seals_and_opens(f"{folder}/build/seal_and_open")
        rows = json.loads(
            self.ok(
                f"exchange grants --json --home {self.demo}/case-management",
                EXCHANGE_PASSPHRASE_FILE=f"{self.demo}/case-management.passphrase",
            )
        )["rows"]
        grant = next(row["grant"] for row in rows if row["basis"] == "justice-condition")
        self.assertIn("as it was written: yes\n", self.ok(f"{folder}/build/typed {self.home()} {grant}"))

    def project(self, text: str) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self.top))
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.18)\nproject(p C CXX)\n" + text, encoding="utf-8"
        )
        (folder / "main.cpp").write_text("int main() {}\n", encoding="utf-8")
        return folder

    def test_is_found_by_its_version_and_by_no_other(self) -> None:
        self.ok("cmake -S . -B build", self.project("find_package(exchange 0.1 REQUIRED)\n"))
        self.refused("cmake -S . -B build", self.project("find_package(exchange 0.2 REQUIRED)\n"))
        self.refused("cmake -S . -B build", self.project("find_package(exchange 1.0 REQUIRED)\n"))

    def test_refuses_a_note_type_with_an_unclassified_field(self) -> None:
        folder = self.project(
            "find_package(exchange REQUIRED)\nfind_package(CapnProto REQUIRED)\nadd_executable(p main.cpp)\n"
            "exchange_note_types(p visit.capnp)\n"
        )
        schema = (
            '@0xb0f4a2c6d8e01357;\nusing import "/annotations.capnp".noteType;\n'
            'using import "/annotations.capnp".class;\n'
            'struct Visit $noteType("visit.report") {\n  room @0 :Text%s;\n}\n'
        )
        (folder / "visit.capnp").write_text(schema % "", encoding="utf-8")
        out = self.refused("cmake -S . -B build && cmake --build build", folder)
        self.assertIn("room", out)
        self.assertIn("$class", out)

    def test_says_which_note_type_there_is_none_of(self) -> None:
        out = self.refused(
            "cmake -S . -B build",
            self.project(
                "find_package(exchange REQUIRED)\nfind_package(CapnProto REQUIRED)\nadd_executable(p main.cpp)\n"
                "exchange_note_types(p visit_report)\n"
            ),
        )
        self.assertIn("exchange_note_types: there is no", out)
        out = self.refused(
            "cmake -S . -B build",
            self.project(
                "find_package(exchange REQUIRED)\nadd_executable(p main.cpp)\n"
                "exchange_note_types(p progress_engagement)\n"
            ),
        )
        self.assertIn("find_package(CapnProto REQUIRED) must come first", out)


if __name__ == "__main__":
    Installed.build = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
