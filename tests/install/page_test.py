"""page_test.py BUILD-FOLDER: docs/embedding.md as somebody follows it, on an installed tree.

Every program of the page prints what the prosecutor may see of one note, so all of them have to print the same. A
section whose language is not installed is left out, and said so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "bindings"))

import languages  # noqa: E402
import page  # noqa: E402

LANGUAGES = {"Python": "python", "Java": "java", ".NET": "dotnet", "Node.js": "node"}


class Page(unittest.TestCase):
    build: Path

    def test_works_as_it_stands(self) -> None:
        top = Path(tempfile.mkdtemp(prefix="exchange-page-"))
        self.addCleanup(shutil.rmtree, top)
        subprocess.run(
            ["cmake", "--install", str(self.build), "--prefix", str(top / "usr")], check=True, stdout=subprocess.DEVNULL
        )
        lib = next((top / "usr").glob("**/libexchange.so")).parent
        work = top / "work"
        work.mkdir()
        text = (SOURCE / "docs" / "embedding.md").read_text(encoding="utf-8")
        missing = {section: languages.ALL[name].missing() for section, name in LANGUAGES.items()}
        if not missing["Node.js"]:
            try:  # the one thing on the page that does not come from the distribution
                probe = top / "npm"
                probe.mkdir()
                languages.ALL["node"].build(probe)
            except languages.NotFetched as reason:
                self.assertFalse(os.environ.get("CI"), reason.__cause__)
                missing["Node.js"] = str(reason)
        without = {section for section, reason in missing.items() if reason}
        for section in without:
            here = languages.ALL[LANGUAGES[section]]
            print(
                f"not run: docs/embedding.md, {section}: {missing[section]} "
                f"(scripts/setup {here.setup} installs {here.packages})"
            )
        lines = page.script(text, False, without)
        self.assertIn("/usr/share/doc/libexchange-dev", lines)
        lines = lines.replace("/usr/share/doc/libexchange-dev", f"{top}/usr/share/doc/libexchange-dev")
        env = {
            "PATH": f"{top}/usr/bin:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "LD_LIBRARY_PATH": str(lib),
            "PKG_CONFIG_PATH": str(lib / "pkgconfig"),
            "CMAKE_PREFIX_PATH": str(top / "usr"),
        }
        ran = subprocess.run(
            ["bash", "-c", lines], cwd=work, env=env, capture_output=True, text=True, check=False, timeout=500
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        answers = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('{"v"')]
        seen = [
            {field["field"]: (field["value"], field["form"]) for note in answer["notes"] for field in note["fields"]}
            for answer in answers
            if answer["kind"] == "opened"
        ]
        programs = 2 + len(LANGUAGES) - len(without)
        self.assertEqual(seen, [{"engaged": ("active", "level"), "contacts": ("threeOrMore", "level")}] * programs)
        self.assertIn("as it was written: yes", ran.stdout)
        self.assertRegex(ran.stdout, r'(?m)^\{"id":1,"ok":true')

    def test_shows_every_example_folder_that_there_is(self) -> None:
        text = (SOURCE / "docs" / "embedding.md").read_text(encoding="utf-8")
        shown = set(re.findall(r"/usr/share/doc/libexchange-dev/examples/(\w+)", text))
        there = {folder.name for folder in (SOURCE / "examples").iterdir() if folder.is_dir()}
        self.assertEqual(shown, there - {"notes", "consents", "verify_js"})


if __name__ == "__main__":
    Page.build = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
