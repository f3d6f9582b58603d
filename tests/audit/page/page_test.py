"""page_test.py FOLDER TEST-PROGRAM: the pages of exchange audit are valid HTML, and people can use them.

The test program writes the pages. html-validate reads them as they are; axe-core looks at them in headless Chromium, at
the width of a desk and of a telephone, and printed they are to make a PDF. Then each is spoiled, and both have to find
it. Ends with 77 where Node, npm, npm's packages or Chromium are not to be had, which ctest reports as not run.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import npm_folder  # noqa: E402

PAGES = ("report-pass.html", "report-fail.html", "accounting.html", "extract.html")
WIDTHS = (1280, 390)
CSP = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
RUN = """
axe.run(document, {resultTypes: ["violations"]}).then(
  (found) => found.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).join(", ")),
  (error) => ["axe: " + error],
).then((lines) => {
  const out = document.createElement("pre");
  out.id = "axe-found";
  out.textContent = JSON.stringify(lines);
  document.body.append(out);
});
"""


def chromium(*arguments: str) -> str:
    ran = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if ran.returncode != 0:
        sys.exit(f"chromium ended with {ran.returncode}: {ran.stderr[-2000:]}")
    return ran.stdout


def axe(folder: Path, name: str, text: str, width: int) -> list[str]:
    """What axe finds in a page. The page lets no script in; a copy without that line carries axe."""
    script = (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    copy = folder / f"axe-{name}"
    body = CSP.sub("", text).replace("</body>", f"<script>{script}</script><script>{RUN}</script></body>")
    copy.write_text(body, encoding="utf-8")
    shown = chromium(f"--window-size={width},900", "--virtual-time-budget=20000", "--dump-dom", copy.as_uri())
    found = re.search(r'<pre id="axe-found">(.*?)</pre>', shown, re.DOTALL)
    if found is None:
        sys.exit(f"{name}: axe gave no answer")
    return json.loads(html.unescape(found.group(1)))


def valid(folder: Path, *pages: Path) -> list[str]:
    ran = subprocess.run(
        ["node", "valid.mjs", *map(str, pages)], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    if ran.returncode not in (0, 1) or ran.stderr:
        sys.exit(f"html-validate ended with {ran.returncode}: {ran.stderr}")
    return ran.stdout.splitlines()


def main(folder: Path, program: str) -> int:
    missing = npm_folder.missing("node", "npm", "chromium")
    if missing is not None:
        print(f"not run: the pages of exchange audit: no {missing} (Debian's nodejs, npm and chromium)")
        return npm_folder.NOT_RUN
    npm_folder.fetch(Path(__file__).parent, folder, "the pages of exchange audit")
    written = folder / "pages"
    written.mkdir(exist_ok=True)
    subprocess.run(
        [program, "--gtest_brief=1", "--gtest_filter=Pages.*"], env={**os.environ, "XCH_PAGES": str(written)}, check=True
    )
    wrong = valid(folder, *(written / name for name in PAGES))
    for name in PAGES:
        text = (written / name).read_text(encoding="utf-8")
        for width in WIDTHS:
            wrong += [f"{name} at {width}: {found}" for found in axe(folder, name, text, width)]
    print("\n".join(wrong))
    if wrong:
        return 1

    # What is spoiled has to be found, or the checks above say nothing.
    text = (written / PAGES[0]).read_text(encoding="utf-8")
    spoiled = written / "spoiled.html"
    spoiled.write_text(text.replace("<main>", "<main><p><div>x</p>"), encoding="utf-8")
    if not valid(folder, spoiled):
        sys.exit("html-validate finds nothing in a page that is none")
    without = text.replace('<html lang="en">', "<html>").replace(' tabindex="0"', "")
    missed = {line.split(":")[0] for line in axe(folder, "spoiled.html", without, WIDTHS[1])}
    if not {"html-has-lang", "scrollable-region-focusable"} <= missed:
        sys.exit(f"axe does not miss the language, and tables that only a mouse can move: {missed}")
    pdf = folder / "report.pdf"
    chromium(f"--print-to-pdf={pdf}", (written / PAGES[0]).as_uri())
    if not pdf.read_bytes().startswith(b"%PDF"):
        sys.exit("the report cannot be printed")
    print(f"{len(PAGES)} pages, at {len(WIDTHS)} widths: nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
