"""Build a scratch tree once, then compile, link and test one mutant at a time."""
import filecmp
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import extra
import mutants

MODULES = ("party", "grant", "message")
# The programs that judge a mutant of each module, the quickest first; the next one runs only while it still lives.
PROGRAMS = {
    "party": ("party", "grant", "message", "vectors", "properties"),
    "grant": ("grant", "message", "vectors", "properties"),
    "message": ("message", "vectors", "properties"),
}
FLAGS = "-O0 -g0 -w"  # of the scratch tree: quick to compile, and nothing inlined or folded away
NICE = ["nice", "-n", "10"]


class Failed(Exception):
    pass


def command(args, cwd, limit=None):
    """Run to the end or for `limit` seconds; gives (exit status, output), the status None when time ran out."""
    with subprocess.Popen(NICE + args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          start_new_session=True) as process:
        try:
            output, _ = process.communicate(timeout=limit)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, _ = process.communicate()
            return None, output


class Tree:
    """The scratch tree: DIR/main is the state under test, DIR/build its build, DIR/mutants what is made of it."""

    def __init__(self, root, work):
        self.root, self.work = root, work
        self.source, self.build = work / "main", work / "build"
        self.library = self.source / "libexchange"
        self.links, self.compiles, self.limits = {}, {}, {}

    def export(self, revision):
        """Copy a revision; a file that is the same stays untouched, so that little is built again."""
        fresh = self.work / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        archive = subprocess.run(["git", "-C", str(self.root), "archive", revision], check=True, stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-m", "-C", str(fresh)], input=archive.stdout, check=True)
        for old in [path for path in self.source.rglob("*") if path.is_file()]:
            new = fresh / old.relative_to(self.source)
            if not new.exists():
                old.unlink()
            elif filecmp.cmp(old, new, shallow=False):
                shutil.copystat(old, new)
        shutil.copytree(fresh, self.source, dirs_exist_ok=True)
        shutil.rmtree(fresh)
        commit = subprocess.run(["git", "-C", str(self.root), "rev-parse", "--short", revision], check=True,
                                stdout=subprocess.PIPE, text=True).stdout.strip()
        (self.work / "commit").write_text(commit + "\n")
        shared = self.work / "shared"
        if (self.root.parent / "shared").exists() and not shared.exists():
            shared.symlink_to(self.root.parent / "shared")

    def make(self, jobs):
        if not (self.build / "build.ninja").exists():
            linker = next((name for name in ("mold", "lld", "gold") if shutil.which("ld." + name) or shutil.which(name)), None)
            args = ["cmake", "-G", "Ninja", "-S", str(self.source), "-B", str(self.build), "-DCMAKE_BUILD_TYPE=None",
                    f"-DCMAKE_CXX_FLAGS={FLAGS}", f"-DCMAKE_C_FLAGS={FLAGS}", "-DXCH_WERROR=OFF", "-DXCH_HARDENING=OFF",
                    "-DXCH_CCACHE=OFF"]
            if linker:
                args.append(f"-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld={linker}")
            self.must(args)
        targets = ["test_" + name for name in sorted({p for names in PROGRAMS.values() for p in names})]
        self.must(["ninja", "-C", str(self.build), f"-j{jobs}", *targets])
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            self.compiles[entry["file"]] = shlex.split(entry["command"])
        for target in targets:
            lines = subprocess.run(["ninja", "-C", str(self.build), "-t", "commands", target], check=True, text=True,
                                   stdout=subprocess.PIPE).stdout.strip().splitlines()
            line = lines[-1].removeprefix(": && ").removesuffix(" && :")
            self.links[target.removeprefix("test_")] = shlex.split(line)

    def must(self, args):
        status, output = command(args, self.work)
        if status != 0:
            raise Failed(f"{' '.join(args)}\n{output[-4000:]}")

    def measure(self):
        """Every program passes unchanged, or no verdict means anything; gives the time each may take."""
        for name in self.links:
            begun = time.monotonic()
            status, output = command([str(self.build / "bin" / ("test_" + name)), "--gtest_fail_fast"], self.build)
            if status != 0:
                raise Failed(f"test_{name} fails without a mutant:\n{output[-3000:]}")
            took = time.monotonic() - begun
            self.limits[name] = 60 + 10 * took
            print(f"test_{name}: {took:.1f} s unchanged", flush=True)

    def files(self):
        for module in MODULES:
            for path in sorted((self.library / module).glob("*.[ch]pp")):
                yield str(path.relative_to(self.library)), path.read_text()

    def users(self, header):
        """The .cpp files of the three modules that include a header, directly or not."""
        texts = {name: set(re.findall(r'#include "([^"]+)"', text)) for name, text in self.files()}
        reach, grown = {header}, True
        while grown:
            grown = False
            for name, includes in texts.items():
                if name not in reach and includes & reach:
                    reach.add(name)
                    grown = True
        return sorted(name for name in reach if name.endswith(".cpp"))


def all_mutants(files):
    texts = dict(files)
    found = []
    for name, text in texts.items():
        found += mutants.find(name, text)
    for name, function, code, edits in extra.EXTRA:
        mutant = mutants.Mutant(edits[0][0], function, "formula", code, 0, 0, name, "on both sides", "")
        mutant.more = edits
        for file, was, _ in edits:
            if texts.get(file, "").count(was) != 1:
                raise Failed(f"tests/mutation/extra.py: {file} does not hold once: {was}")
        found.append(mutant)
    return found


def edits_of(mutant, texts):
    """The changed files: name -> text."""
    if mutant.more:
        changed = {}
        for file, was, now in mutant.more:
            changed[file] = changed.get(file, texts[file]).replace(was, now)
        return changed
    text = texts[mutant.file]
    return {mutant.file: text[:mutant.start] + mutant.new_text + text[mutant.end:]}


class Run:
    def __init__(self, tree, results, jobs, quick=False):
        self.tree, self.results, self.jobs, self.quick = tree, results, jobs, quick
        self.texts = dict(tree.files())
        self.lock = threading.Lock()
        self.local = threading.local()
        self.rooms = iter(range(10_000))

    def fingerprint(self, mutant):
        """What a verdict holds for: the text of the mutated files."""
        names = sorted({edit[0] for edit in mutant.more} or {mutant.file})
        return hashlib.sha256("\0".join(self.texts[name] for name in names).encode()).hexdigest()[:16]

    def room(self):
        if not hasattr(self.local, "room"):
            with self.lock:
                self.local.room = self.tree.work / "mutants" / str(next(self.rooms))
            self.local.room.mkdir(parents=True, exist_ok=True)
        return self.local.room

    def compile(self, mutant, room):
        """The objects of the mutant, or None where it does not compile."""
        overlay = room / "overlay"
        if overlay.exists():
            shutil.rmtree(overlay)
        sources = []
        for name, text in edits_of(mutant, self.texts).items():
            path = overlay / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            sources += self.tree.users(name) if name.endswith(".hpp") else [name]
        objects = []
        for name in sorted(set(sources)):
            original = self.tree.library / name
            changed = overlay / name
            out = room / (name.replace("/", "_") + ".o")
            args = list(self.tree.compiles[str(original)])
            args[args.index("-o") + 1] = str(out)
            args[args.index("-c") + 1] = str(changed if changed.exists() else original)
            args.insert(1, f"-I{overlay}")
            status, output = command(args, self.tree.build, 600)
            if status != 0:
                if os.environ.get("XCH_MUTATION_VERBOSE"):
                    print(output)
                return None
            objects.append(str(out))
        return objects

    def judge(self, mutant):
        room = self.room()
        objects = self.compile(mutant, room)
        if objects is None:
            return {"verdict": "does not compile"}
        # What stands first on the linker's line is taken: the library's own object is never pulled from its archive,
        # and an inline function of a changed header is the changed one for the tests too.
        for name in PROGRAMS[mutant.file.split("/")[0]]:
            if self.quick and name == "properties":
                continue
            args = list(self.tree.links[name])
            program = room / ("test_" + name)
            at = args.index("-o")
            args[at + 1] = str(program)
            first = next(i for i, arg in enumerate(args) if arg.endswith(".o"))
            args[first:first] = objects
            status, output = command(args, self.tree.build, 600)
            if status != 0:
                return {"verdict": "does not compile", "by": output.strip()[-300:]}
            status, output = command([str(program), "--gtest_fail_fast"], self.tree.build, self.tree.limits[name])
            program.unlink()
            if status == 0:
                continue
            failed = re.findall(r"\[  FAILED  \] ([\w./]+)", output)
            begun = re.findall(r"\[ RUN      \] ([\w./]+)", output)
            by = failed[0] if failed else begun[-1] if begun else "at its start"
            how = "" if failed else " (out of time)" if status is None else " (ends)"
            return {"verdict": "killed", "by": f"test_{name}: {by}{how}"}
        return {"verdict": "survived"}

    def one(self, mutant):
        begun = time.monotonic()
        result = {"key": mutant.key, "of": self.fingerprint(mutant), **self.judge(mutant)}
        result["seconds"] = round(time.monotonic() - begun, 1)
        with self.lock:
            with self.results.open("a") as out:
                out.write(json.dumps(result) + "\n")
            self.done += 1
            self.counts[result["verdict"]] = self.counts.get(result["verdict"], 0) + 1
            if result["verdict"] == "survived" or self.done % 25 == 0 or self.done == self.total:
                counts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(self.counts.items()))
                line = f"survived: {mutant.key}\n" if result["verdict"] == "survived" else ""
                print(f"{line}{self.done} of {self.total}: {counts}", flush=True)

    def all(self, wanted):
        self.done, self.total, self.counts = 0, len(wanted), {}
        with ThreadPoolExecutor(self.jobs) as pool:
            for future in [pool.submit(self.one, mutant) for mutant in wanted]:
                future.result()


def read_results(path):
    """The last verdict of each mutant."""
    if not path.exists():
        return {}
    return {row["key"]: row for row in map(json.loads, path.read_text().splitlines())}
