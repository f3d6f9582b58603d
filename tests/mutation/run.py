"""Build a scratch tree once, then compile, link and test its mutants."""
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
import source
import switched

MODULES = ("party", "grant", "message")
# The programs that judge a mutant of each module, the quickest first; the next one runs only while it still lives.
PROGRAMS = {
    "party": ("party", "grant", "message", "vectors", "properties"),
    "grant": ("grant", "message", "vectors", "properties"),
    "message": ("message", "vectors", "faults_crypto", "faults_memory", "properties"),
}
QUICK = ("party", "grant", "message")
LONG = {"message": "*OneShotOf.RefusesEveryChangedByteAndEveryTruncationOfWhatIsInside*"}  # left out of a quick run
SLOW = ("vectors", "faults_crypto", "faults_memory", "properties")  # left out of a quick run
FLAGS = "-O0 -g0 -w"  # of the scratch tree: quick to compile, and nothing inlined or folded away
KNOWN = 24  # tests that are asked first: those that noticed the most recent mutants of the same file
NICE = ["nice", "-n", os.environ.get("XCH_NICE", "10")]


class Failed(Exception):
    pass


def command(args, cwd, limit=None, environment=None):
    """Run to the end or for `limit` seconds; gives (exit status, output), the status None when time ran out."""
    with subprocess.Popen(NICE + args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          start_new_session=True, env=environment) as process:
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
        self.links, self.compiles, self.parts, self.limits = {}, {}, {}, {}

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

    def make(self, jobs, left_out=()):
        if not (self.build / "build.ninja").exists():
            linker = next((name for name in ("mold", "lld", "gold") if shutil.which("ld." + name) or shutil.which(name)), None)
            args = ["cmake", "-G", "Ninja", "-S", str(self.source), "-B", str(self.build), "-DCMAKE_BUILD_TYPE=None",
                    f"-DCMAKE_CXX_FLAGS={FLAGS}", f"-DCMAKE_C_FLAGS={FLAGS}", "-DXCH_WERROR=OFF", "-DXCH_HARDENING=OFF",
                    "-DXCH_CCACHE=OFF", "-DXCH_PRECOMPILED=OFF", "-DXCH_TOGETHER=ON"]
            if linker:
                args.append(f"-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld={linker}")
            self.must(args)
        targets = ["test_" + name for name in sorted({p for names in PROGRAMS.values() for p in names} - set(left_out))]
        self.must(["ninja", "-C", str(self.build), f"-j{jobs}", *targets])
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            self.compiles[entry["file"]] = shlex.split(entry["command"])
            if "/Unity/" in entry["file"]:  # files of a suite that are compiled as one
                for name in re.findall(r'#include "([^"]+)"', Path(entry["file"]).read_text()):
                    self.parts[name] = Path(entry["file"])
        for target in targets:
            lines = subprocess.run(["ninja", "-C", str(self.build), "-t", "commands", target], check=True, text=True,
                                   stdout=subprocess.PIPE).stdout.strip().splitlines()
            line = lines[-1].removeprefix(": && ").removesuffix(" && :")
            self.links[target.removeprefix("test_")] = shlex.split(line)

    def must(self, args):
        status, output = command(args, self.work)
        if status != 0:
            raise Failed(f"{' '.join(args)}\n{output[-4000:]}")

    def measure(self, left_out):
        """Every program passes unchanged, or no verdict means anything; gives the time each may take."""
        for name in self.links:
            if name in left_out:
                continue
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

    def users(self, header, name=None):
        """The .cpp files that a changed header changes: those of the three modules that include it, directly or not, and the
        tests that name it, which may have a template of it of their own. A constant, if no header uses it, concerns those
        that name it."""
        texts = {name: set(re.findall(r'#include "([^"]+)"', text)) for name, text in self.files()}
        reach, grown = {header}, True
        while grown:
            grown = False
            for name, includes in texts.items():
                if name not in reach and includes & reach:
                    reach.add(name)
                    grown = True
        tests = [path for folder in (*MODULES, "support") for path in (self.source / "tests" / folder).glob("*.cpp")
                 if f'#include "{header}"' in path.read_text()]
        users = [self.library / file for file in sorted(reach) if file.endswith(".cpp")] + sorted(tests)
        said = sum(len(re.findall(rf"\b{name}\b", re.sub(r"//.*", "", text))) for file, text in self.files() if file.endswith(".hpp")) if name else 0
        if said == 1:
            users = [path for path in users if re.search(rf"\b{name}\b", path.read_text())]
        return users


def fingerprint(mutant, texts, sources):
    """What a verdict holds for: the text of the mutated function, or of all files of a change to several."""
    if mutant.more:
        text = "\0".join(texts[name] for name in sorted({edit[0] for edit in mutant.more}))
    else:
        if mutant.file not in sources:
            sources[mutant.file] = source.Source(texts[mutant.file])
        text = sources[mutant.file].around(mutant.start)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def all_mutants(files, must_fit=True):
    texts = dict(files)
    found = []
    for name, text in texts.items():
        found += mutants.find(name, text)
    for name, function, code, edits in extra.EXTRA:
        mutant = mutants.Mutant(edits[0][0], function, "formula", code, 0, 0, name, "on both sides", "")
        mutant.more = edits
        found.append(mutant)
    for file, function, code, was, now in extra.MASKS:
        mutant = mutants.Mutant(file, function, "formula", code, 0, 0, was, now, "")
        mutant.more = [(file, was, now)]
        found.append(mutant)
    for mutant in list(found):
        for file, was, _ in mutant.more:
            if texts.get(file, "").count(was) == 1:
                continue
            if must_fit:
                raise Failed(f"tests/mutation/extra.py: {file} does not hold once: {was}")
            found.remove(mutant)
            break
    order = list(texts)
    return sorted(found, key=lambda mutant: order.index(mutant.file))


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
    def __init__(self, tree, results, jobs, left_out=()):
        self.tree, self.results, self.jobs, self.left_out = tree, results, jobs, left_out
        self.texts, self.sources = dict(tree.files()), {}
        self.lock = threading.Lock()
        self.done, self.total, self.counts = 0, 0, {}
        self.prelude = tree.work / "mutants" / "prelude.hpp"
        self.killers = {}  # program and file -> the tests that noticed something there, the latest first
        if results.exists():
            for row in read_results(results).values():
                if found := re.match(r"test_(\w+): (\S+)$", row["by"]):
                    self.remember(found[1], row["key"].split(" | ")[0], found[2])

    def fingerprint(self, mutant):
        return fingerprint(mutant, self.texts, self.sources)

    def take_over(self, commit, page_verdicts):
        """Begin with verdicts of another run, which judged `commit`: those of functions that are still the same."""
        texts = {}
        for name in self.texts:
            shown = subprocess.run(["git", "-C", str(self.tree.root), "show", f"{commit}:libexchange/{name}"], text=True,
                                   capture_output=True)
            if shown.returncode == 0:
                texts[name] = shown.stdout
        judged = all_mutants(texts.items(), must_fit=False)
        verdicts, sources = page_verdicts(judged), {}
        then = {mutant.key: fingerprint(mutant, texts, sources) for mutant in judged}
        rows = [{"key": mutant.key, "of": then[mutant.key], "verdict": verdicts[mutant.key][0], "by": verdicts[mutant.key][1],
                 "seconds": 0}
                for mutant in all_mutants(self.texts.items())
                if verdicts.get(mutant.key, ("not run",))[0] != "not run" and self.fingerprint(mutant) == then[mutant.key]]
        self.results.write_text("".join(json.dumps(row) + "\n" for row in rows))
        print(f"mutation: {len(rows)} verdicts are those of docs/mutation.md", flush=True)

    def compile(self, changed, room, constant=None):
        """The objects made of the changed files, by those they stand for; or the compiler's words."""
        overlay = room / "overlay"
        shutil.rmtree(overlay, ignore_errors=True)
        sources = set()
        for name, text in changed.items():
            path = overlay / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            if name.endswith(".cpp"):
                sources.add(self.tree.library / name)
            elif constant or "template <" in text:
                sources.update(self.tree.parts.get(str(path), path) for path in self.tree.users(name, constant))
            else:  # an inline function: the linker takes the first one it meets for all
                sources.add(overlay / name.replace(".hpp", "_kept.cpp"))
                (overlay / name.replace(".hpp", "_kept.cpp")).write_text(f'#include "{name}"\n')
        objects = {}
        for original in sorted(sources):
            if kept := original.name.endswith("_kept.cpp"):
                module = original.parent.name
                args = list(self.tree.compiles[str(next(iter(sorted((self.tree.library / module).glob("*.cpp")))))])
                args[1:1] = ["-fkeep-inline-functions"]
                out = room / f"{module}_kept.o"
                objects[f"libexchange/{module}/CMakeFiles/xch_{module}.dir/kept.o"] = str(out)
            else:
                args = list(self.tree.compiles[str(original)])
                out = room / (os.path.relpath(original, self.tree.work).replace("/", "_") + ".o")
                objects[args[args.index("-o") + 1]] = str(out)
            name = os.path.relpath(original, self.tree.library)
            args[args.index("-o") + 1] = str(out)
            args[args.index("-c") + 1] = str(original if kept or name not in changed else overlay / name)
            args[1:1] = [f"-I{overlay}", f"-I{self.prelude.parent}", "-include", str(self.prelude), "-D_GLIBCXX_ASSERTIONS"]
            status, output = command(args, self.tree.build, 900)
            if status != 0:
                return None, output
        return objects, ""

    def programs(self, mutant):
        return [n for n in PROGRAMS[mutant.file.split("/")[0]] if n not in self.left_out]

    def link(self, name, objects, room):
        """What stands first on the linker's line is taken: the library's own object is never pulled from its archive, and
        an inline function of a changed header is the changed one for the tests too."""
        args = list(self.tree.links[name])
        program = room / ("test_" + name)
        args[args.index("-o") + 1] = str(program)
        first = next(i for i, arg in enumerate(args) if arg.endswith(".o"))
        archives = {Path(arg).name for arg in args if arg.endswith(".a")}
        args[first:first] = [new for old, new in objects.items()
                             if any(f"libxch_{m}.a" in archives and f"/xch_{m}.dir/" in old for m in MODULES)]
        status, output = command([objects.get(arg, arg) for arg in args], self.tree.build, 900)
        if status != 0:
            raise Failed(output[-3000:])
        return program

    def judge(self, name, program, number, file):
        """None where the program passes with the mutant, else who noticed it. The tests that noticed the file's mutants
        before are asked first."""
        long = ["-" + LONG[name]] if self.left_out and name in LONG else []
        known = ":".join(self.killers.get((name, file), [])[:KNOWN])
        about = "*" + Path(file).stem.title().replace("_", "") + "*"  # one_shot.cpp: *OneShot*
        for tests in ([known] if known else []) + [about + "".join(long)] + (long or ["*"]):
            if by := self.ask(name, program, number, ["--gtest_filter=" + tests]):
                return self.noticed(name, file, by)
        return None

    def noticed(self, name, file, by):
        self.remember(name, file, by.split(" ")[1])
        return by

    def remember(self, name, file, test):
        with self.lock:
            known = self.killers.setdefault((name, file), [])
            if test in known:
                known.remove(test)
            known.insert(0, test)

    def ask(self, name, program, number, arguments):
        environment = {**os.environ, "XCH_MUTANT": str(number)}
        status, output = command([str(program), "--gtest_fail_fast", *arguments], self.tree.build, self.tree.limits[name], environment)
        if status == 0:
            return None
        failed = re.findall(r"\[  FAILED  \] ([\w./]+)", output)
        begun = re.findall(r"\[ RUN      \] ([\w./]+)", output)
        by = failed[0] if failed else begun[-1] if begun else "at its start"
        return f"test_{name}: {by}" + ("" if failed else " (out of time)" if status is None else " (ends)")

    def say(self, mutant, verdict, by, begun):
        row = {"key": mutant.key, "of": self.fingerprint(mutant), "verdict": verdict, "by": by,
               "seconds": round(time.monotonic() - begun, 1)}
        with self.lock:
            with self.results.open("a") as out:
                out.write(json.dumps(row) + "\n")
            self.done += 1
            self.counts[verdict] = self.counts.get(verdict, 0) + 1
            if verdict == "survived":
                print(f"survived: {mutant.key}", flush=True)
            if self.done % 50 == 0 or self.done == self.total:
                counts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(self.counts.items()))
                print(f"{self.done} of {self.total}: {counts}", flush=True)

    def alone(self, mutant, room):
        """A mutant that is compiled by itself."""
        begun = time.monotonic()
        room.mkdir(parents=True, exist_ok=True)
        constant = mutant.was.split()[0] if mutant.kind == "constant" else None
        objects, _ = self.compile(edits_of(mutant, self.texts), room, constant)
        if objects is None:
            return self.say(mutant, "does not compile", "", begun)
        for name in self.programs(mutant):
            program = self.link(name, objects, room)
            by = self.judge(name, program, 0, mutant.file)
            if by:
                return self.say(mutant, "killed", by, begun)
        self.say(mutant, "survived", "", begun)

    def together(self, file, mutants, room):
        """All mutants of one file that a number can choose between."""
        room.mkdir(parents=True, exist_ok=True)
        numbered = list(enumerate(mutants, 1))
        while True:
            text = switched.Text(self.texts[file], numbered)
            begun = time.monotonic()
            objects, output = self.compile({file: text.result}, room)
            if objects is not None:
                break
            blamed = text.blamed(output, "/" + file)
            if not blamed:
                raise Failed(f"{file} with its changes does not compile:\n{output[:3000]}")
            for number, mutant in numbered:
                if number in blamed:
                    self.say(mutant, "does not compile", "", begun)
            numbered = [(number, mutant) for number, mutant in numbered if number not in blamed]
        alive = numbered
        for name in self.programs(mutants[0]):
            if not alive:
                break
            program = self.link(name, objects, room)
            if self.ask(name, program, 0, []):
                raise Failed(f"test_{name} fails with every change of {file} turned off")

            def one(numbered_mutant):
                begun = time.monotonic()
                by = self.judge(name, program, numbered_mutant[0], file)
                if by:
                    self.say(numbered_mutant[1], "killed", by, begun)
                return by

            with ThreadPoolExecutor(self.jobs) as pool:
                judged = list(pool.map(one, alive))
            alive = [numbered_mutant for numbered_mutant, by in zip(alive, judged) if not by]
        for _, mutant in alive:
            self.say(mutant, "survived", "", time.monotonic())

    def all(self, wanted):
        self.total = len(wanted)
        checked = self.prelude.parent / "tl/expected.hpp"
        checked.parent.mkdir(parents=True, exist_ok=True)
        self.prelude.write_text(switched.PRELUDE)
        # A refusal that is read as a value ends the program, as an empty optional does: what it would give is chance.
        header = Path("/usr/include/tl/expected.hpp").read_text()
        trap = "if (!this->m_has_val) __builtin_trap(); return "
        begin = header.index("operator->() const { return valptr()")
        end = header.index("bool has_value() const noexcept", begin)
        body = re.sub(r"return (?=(std::move\()?val(ptr)?\(\))", trap, header[begin:end])
        checked.write_text(header[:begin] + body + header[end:])
        for file in dict.fromkeys(mutant.file for mutant in wanted):
            room = self.tree.work / "mutants" / file.replace("/", "_")
            here = [mutant for mutant in wanted if mutant.file == file]
            by_number = [mutant for mutant in here if switched.can_switch(mutant)]
            if by_number:
                self.together(file, by_number, room)
            rest = [mutant for mutant in here if not switched.can_switch(mutant)]
            with ThreadPoolExecutor(self.jobs) as pool:
                list(pool.map(lambda pair: self.alone(pair[1], room / str(pair[0])), enumerate(rest)))
            shutil.rmtree(room, ignore_errors=True)


def read_results(path):
    """The last verdict of each mutant."""
    if not path.exists():
        return {}
    return {row["key"]: row for row in map(json.loads, path.read_text().splitlines())}
