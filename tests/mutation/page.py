"""docs/mutation.md from the verdicts and the arguments."""
import re
import tomllib
from pathlib import Path

HEAD = """# The mutation run

`scripts/mutation` copies the library, changes one check of `libexchange/message`, `grant` or `party` at a time, compiles
that file again and runs the tests until one fails. A change that no test notices means a check that could be lost
without anybody seeing it. This page is written by the script; a change that lived is argued below, or it is listed as survived.

| change | meaning |
|---|---|
| guard | the condition of an `if` is always false, or always true; it is still evaluated |
| operand | one side of an `and` or `or` is left out |
| boundary | a comparison moved by one, in both directions; for sizes, "not equal" becomes "smaller" or "larger" |
| result | the answer of a check that is called is ignored |
| answer | a yes-or-no answer is always yes, or always no |
| input | an element is left out of what is hashed or encrypted with, or a label is another one |
| formula | the same, on the side that writes and the side that reads at once |
| statement | an assignment or a call is left out |
| case, choice, constant | a case is left out; first for last, all for any, smallest for largest; a limit one more or less |

The verdict "killed" names the first test that failed ("ends": the program ended there, "out of time": it did not end).
"does not compile" is no check of anything. The id is the error of the check, where it has one of its own.

"""


def errors(root):
    table = (root / "libexchange/base/errors.def").read_text()
    return dict(re.findall(r'XCH_ERROR\((\w+),\s*\w+,\s*"(EX\d+)"', table))


def arguments(root):
    path = root / "tests/mutation/argued.toml"
    return tomllib.loads(path.read_text()).get("mutant", []) if path.exists() else []


def matches(argument, mutant):
    return (argument["file"], argument["function"]) == (mutant.file, mutant.function) and mutant.was == argument["was"] and (
        mutant.now in argument["now"] if isinstance(argument["now"], list) else mutant.now == argument["now"]) and (
        argument.get("number", mutant.number) == mutant.number)


def cell(text, width=110):
    text = text if len(text) <= width else text[: width // 2 - 2] + " ... " + text[-(width // 2 - 3):]
    return "`" + text.replace("|", "\\|").replace("`", "'") + "`"


def check_of(mutant, ids):
    return f"{mutant.function} | {ids.get(mutant.code, '')} | {mutant.kind} | {cell(mutant.was)} | {cell(mutant.now)}"


def state(root):
    """The commit that the page tells of; "" where there is no page."""
    path = root / "docs/mutation.md"
    found = re.search(r"^State: `([0-9a-f]+)`", path.read_text(), re.M) if path.exists() else None
    return found[1] if found else ""


def read(root, mutants):
    """The page read back: the verdict and who noticed it of each of the mutants it was written from."""
    ids, verdicts = errors(root), {}
    for file, rows in re.findall(r"^## (\w+/[\w.]+)\n\n(?:\|.*\n){2}((?:\|.*\n)+)", (root / "docs/mutation.md").read_text(), re.M):
        rows = [re.fullmatch(r"\| (.*) \| ([a-z ]+) \| (.*?) ?\|", row) for row in rows.splitlines()]
        here = [mutant for mutant in mutants if mutant.file == file]
        if [row[1] for row in rows] == [check_of(mutant, ids) for mutant in here]:
            for mutant, row in zip(here, rows):
                verdicts[mutant.key] = ("survived" if row[2] == "same behaviour" else row[2],
                                        f"test_{row[3]}" if row[2] == "killed" else "")
    return verdicts


def write(root, mutants, results, commit):
    """Gives the page and the mutants that neither died nor are argued."""
    ids, argued, open_ones = errors(root), arguments(root), []
    counts, rows, reasons = {}, {}, []
    for mutant in mutants:
        result = results.get(mutant.key)
        verdict = result["verdict"] if result else "not run"
        argument = next((a for a in argued if matches(a, mutant)), None)
        if verdict == "not run" and argument:
            reasons.append((mutant, argument))
        if verdict == "survived":
            if argument:
                verdict = "same behaviour"
                reasons.append((mutant, argument))
            else:
                open_ones.append(mutant)
        counts[verdict] = counts.get(verdict, 0) + 1
        rows.setdefault(mutant.file, []).append((mutant, verdict, (result or {}).get("by", "") if verdict == "killed" else ""))
    out = [HEAD, f"State: `{commit}`. {len(mutants)} changes: " + ", ".join(
        f"{n} {verdict}" for verdict, n in sorted(counts.items(), key=lambda item: -item[1])) + ".\n"]
    if counts.get("not run"):
        out.append("\n**This table is not finished.** Of a change that is \"not run\" nothing is known: no test was seen to "
                   "notice it,\nand an argument below it is not yet held against all tests. `scripts/mutation` goes on where "
                   "it stopped. \"Killed\" holds for\nthe function as it is now; the tests may have been those of an earlier "
                   "state.\n")
    out.append("\n| file | changes | killed | same behaviour | does not compile | survived | not run |\n|---|---|---|---|---|---|---|\n")
    for file, entries in rows.items():
        n = lambda verdict: sum(1 for _, v, _ in entries if v == verdict)
        out.append(f"| {file} | {len(entries)} | {n('killed')} | {n('same behaviour')} | {n('does not compile')} | "
                   f"{n('survived')} | {n('not run')} |\n")
    out.append("\n## Changes that no test can notice\n\n")
    groups = {}
    for mutant, argument in reasons:
        groups.setdefault(id(argument), (argument, []))[1].append(mutant)
    for argument, group in groups.values():
        for mutant in group:
            out.append(f"- {mutant.file}, `{mutant.function}`: {cell(mutant.was)} becomes {cell(mutant.now)}\n")
        out.append(f"\n  {argument['why'].strip()}\n\n")
    for file, entries in rows.items():
        out.append(f"\n## {file}\n\n| function | error | kind | check | becomes | verdict | by |\n|---|---|---|---|---|---|---|\n")
        for mutant, verdict, by in entries:
            out.append(f"| {check_of(mutant, ids)} | {verdict} | {by.removeprefix('test_')} |\n")
    return "".join(out), open_ones


def stale(root, mutants):
    """Arguments that fit no mutant of the source any more."""
    return [a for a in arguments(root) if not any(matches(a, m) for m in mutants)]
