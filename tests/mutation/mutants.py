"""The mutants of one source file: one check deleted, inverted or moved by one in each.

  guard       if (C): C is always false, C is always true
  operand     one operand of || or && is left out
  boundary    a comparison moved by one in either direction; != and == of sizes loosened to one side
  result      XCH_TRY(x), return x of a Status: what x says is ignored
  answer      return C or bool b = C or C ? a : b: always false, always true
  input       one element left out of what is hashed, or put under another label
  statement   an assignment or a call left out
  case        a case label left out
  choice      min for max, all_of for any_of, and the other way round
  constant    a limit of a header, one more and one less
"""
import re

from source import Source

RELATIONAL = ("<", "<=", ">", ">=")
SIZE = re.compile(r"size|count\b|\bk[A-Z]\w+(?!:)|\b\d+\b|version\b")
HASHES = {"th", "th_as", "xt", "xp", "sha256"}
SWAPS = {"any_of": "all_of", "all_of": "any_of", "min": "max", "max": "min", "front": "back"}
SKIPPED_CALLS = ("reserve",)  # memory taken early; no check


class Mutant:
    """One edit of one file, named by what it changes and not by its line."""

    def __init__(self, file, function, kind, code, start, end, was, now, new_text):
        self.file, self.function, self.kind, self.code = file, function, kind, code
        self.start, self.end, self.was, self.now, self.new_text = start, end, squeeze(was), squeeze(now), new_text
        self.number = 1
        self.more = []  # further edits of a mutant that spans files: (file, was, now)

    @property
    def key(self):
        return f"{self.file} | {self.function} | {self.was} => {self.now} | {self.number}"


def squeeze(text):
    return re.sub(r"\s+", " ", re.sub(r"//[^\n]*", "", text)).strip()


class Finder:
    def __init__(self, file, text):
        self.file, self.source, self.found = file, Source(text), []
        self.tokens = self.source.tokens
        self.seen = set()
        self.function = None
        self.code = ""

    # ---- small readers -----------------------------------------------------------------------------------------------

    def text(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def spaced(self, i):
        """A binary < or > stands between spaces; a template's bracket does not."""
        token, text = self.tokens[i], self.source.text
        return text[token.start - 1].isspace() and text[token.end:token.end + 1].isspace()

    def level(self, begin, end):
        """The token indexes of begin..end that are inside no bracket."""
        i = begin
        while i < end:
            yield i
            i = self.source.match[i] + 1 if self.text(i) in "([{" and self.tokens[i].kind == "op" else i + 1

    def code_in(self, begin, end):
        for i in range(begin, min(end, len(self.tokens) - 2)):
            if self.text(i) == "Code" and self.text(i + 1) == "::":
                return self.text(i + 2)
        return ""

    def statement_end(self, i):
        """The index behind the statement or block that starts at i."""
        if self.text(i) == "{":
            return self.source.match[i] + 1
        for k in self.level(i, self.function.end):
            if self.text(k) == ";":
                return k + 1
        return self.function.end

    def add(self, kind, begin, end, now, now_shown=None, was_shown=None, code=None):
        """The tokens begin..end are replaced by `now`."""
        start, stop = self.tokens[begin].start, self.tokens[end - 1].end
        if (start, stop, squeeze(now)) in self.seen:
            return
        self.seen.add((start, stop, squeeze(now)))
        was = self.source.text[start:stop] if was_shown is None else was_shown
        self.found.append(Mutant(self.file, self.function.name if self.function else "", kind,
                                 self.code if code is None else code, start, stop, was,
                                 now if now_shown is None else now_shown, now))

    # ---- expressions -------------------------------------------------------------------------------------------------

    def whole(self, kind, begin, end):
        text = self.source.slice(begin, end)
        if text in ("true", "false"):
            return
        # The expression is still evaluated: what it does beside its answer is another check's matter.
        self.add(kind, begin, end, f"((void)({text}), false)", "false")
        self.add(kind, begin, end, f"((void)({text}), true)", "true")

    def expression(self, begin, end):
        if begin >= end:
            return
        if self.text(begin) == "(" and self.source.match[begin] == end - 1:
            return self.expression(begin + 1, end - 1)
        question = next((k for k in self.level(begin, end) if self.text(k) == "?"), None)
        if question is not None:
            colon = next(k for k in self.level(question, end) if self.text(k) == ":")
            for part in ((begin, question), (question + 1, colon), (colon + 1, end)):
                self.expression(*part)
            return
        for operator, neutral in (("||", "false"), ("&&", "true")):
            cuts = [k for k in self.level(begin, end) if self.text(k) == operator]
            if not cuts:
                continue
            edges = [begin - 1, *cuts, end]
            for left, right in zip(edges, edges[1:]):
                self.add("operand", left + 1, right, neutral)
                self.expression(left + 1, right)
            return
        if self.text(begin) == "!":
            return self.expression(begin + 1, end)
        self.comparison(begin, end)
        for i in self.level(begin, end):
            if self.text(i) in ("(", "[") and self.tokens[i].kind == "op":
                self.arguments(i + 1, self.source.match[i])

    def arguments(self, begin, end):
        edges = [begin - 1, *(k for k in self.level(begin, end) if self.text(k) == ","), end]
        for left, right in zip(edges, edges[1:]):
            if left + 1 < right and self.text(left + 1) not in ("[", "{"):
                self.expression(left + 1, right)

    def comparison(self, begin, end):
        signs = [k for k in self.level(begin, end)
                 if (self.text(k) in RELATIONAL and self.spaced(k)) or self.text(k) in ("==", "!=")]
        if len(signs) != 1:
            return
        at = signs[0]
        sign, left, right = self.text(at), self.source.slice(begin, at), self.source.slice(at + 1, end)
        put = lambda now: self.add("boundary", begin, end, now)
        if sign == "<":
            put(f"{left} <= {right}"), put(f"{left} + 1 < {right}")
        elif sign == "<=":
            put(f"{left} < {right}"), put(f"{left} <= {right} + 1")
        elif sign == ">":
            if right != "0":  # nothing is below 0
                put(f"{left} >= {right}")
            put(f"{left} > {right} + 1")
        elif sign == ">=":
            put(f"{left} > {right}"), put(f"{left} + 1 >= {right}")
        elif right != "0" and "::" not in right and SIZE.search(re.sub(r"\[[^\]]*\]", "", f"{left} {right}")):
            for looser in ("<", ">") if sign == "!=" else ("<=", ">="):
                put(f"{left} {looser} {right}")

    # ---- statements --------------------------------------------------------------------------------------------------

    def run(self):
        self.in_header = set()  # the semicolons of for (;;)
        for i, token in enumerate(self.tokens):
            if token.text == "for" and self.text(i + 1) == "(":
                self.in_header.update(k for k in self.level(i + 2, self.source.match[i + 1]) if self.text(k) == ";")
        for function in self.source.functions:
            self.function = function
            self.seen = set()
            for i in range(function.begin, function.end):
                self.code = ""
                self.at(i)
        self.function = None
        if self.file.endswith(".hpp"):
            self.constants()
        else:
            self.constants("constexpr")
        self.found.sort(key=lambda m: (m.start, m.end))
        counts = {}
        for mutant in self.found:
            name = mutant.key
            counts[name] = counts.get(name, 0) + 1
            mutant.number = counts[name]
        return self.found

    def at(self, i):
        text, kind = self.text(i), self.tokens[i].kind
        if text == "if" and self.text(i + 1) == "(":
            self.guard(i + 1)
        elif text == "for" and self.text(i + 1) == "(":
            self.loop(i + 1)
        elif text == "return":
            self.answer(i + 1)
        elif text == "bool" and self.text(i + 2) == "=":
            end = self.statement_end(i) - 1
            self.whole("answer", i + 3, end)
            self.expression(i + 3, end)
        elif text == "?":
            self.ternary(i)
        elif text == "XCH_TRY":
            close = self.source.match[i + 1]
            self.code = self.code_in(i, close)
            name = self.source.slice(i, close + 1)
            inner = self.source.slice(i + 1, close + 1)
            self.add("result", i, close + 1, f"(void){inner}", "its result ignored", name)
            self.arguments(i + 2, close)
        elif text in HASHES and kind == "name":
            self.hash_input(i)
        elif text in ("u8", "u16", "u32", "u64", "raw") and self.text(i - 1) == "." and self.text(i + 1) == "(":
            close = self.source.match[i + 1]
            self.add("input", i - 1, close + 1, "", "left out")
        elif text in SWAPS and self.text(i - 1) in ("::", ".") and (text != "front" or self.text(i + 1) == "("):
            self.add("choice", i, i + 1, SWAPS[text], was_shown=self.around(i), now_shown=SWAPS[text])
        elif text == "sign_label":
            close = self.source.match[i + 1]
            if self.text(i + 2) == "Kind":
                other = "receipt" if self.text(close - 1) != "receipt" else "note"
                self.add("input", i + 2, close, f"Kind::{other}", was_shown=self.source.slice(i, close + 1),
                         now_shown=f"sign_label(Kind::{other})")
        elif text == "case":
            self.case(i)
        elif text == ";":
            self.statement(i)

    def around(self, i):
        """A call with its arguments, for the table."""
        begin = i
        while self.text(begin - 1) in ("::", ".", "->") or self.text(begin) in ("::", ".", "->"):
            begin -= 1
        open_at = next((k for k in range(i + 1, min(i + 12, len(self.tokens))) if self.text(k) == "("), None)
        return self.source.slice(begin, self.source.match[open_at] + 1) if open_at else self.source.slice(begin, i + 1)

    def guard(self, open_at):
        close = self.source.match[open_at]
        self.code = self.code_in(close, self.statement_end(close + 1))
        if any(self.text(k) == "=" for k in self.level(open_at + 1, close)):  # if (auto x = ...)
            text = self.source.slice(open_at + 1, close)
            self.add("guard", open_at + 1, close, f"{text}; false", "false")
            return
        self.whole("guard", open_at + 1, close)
        self.expression(open_at + 1, close)

    def loop(self, open_at):
        close = self.source.match[open_at]
        cuts = [k for k in self.level(open_at + 1, close) if self.text(k) == ";"]
        if len(cuts) != 2:
            return
        for k in range(cuts[0] + 1, cuts[1]):
            if self.text(k) == "<" and self.spaced(k):
                left = self.source.slice(cuts[0] + 1, k)
                self.add("boundary", cuts[0] + 1, cuts[1], f"{left} + 1 < {self.source.slice(k + 1, cuts[1])}")
        # `{0}` and `= 0`: the first one is passed over.
        if self.text(cuts[0] - 1) == "0" and self.text(cuts[0] - 2) == "=":
            self.add("boundary", cuts[0] - 1, cuts[0], "1", was_shown=self.source.slice(open_at + 1, cuts[0]), now_shown="from 1")

    def answer(self, begin):
        end = next((k for k in self.level(begin, self.function.end) if self.text(k) == ";"), None)
        if end is None or begin >= end:
            return
        if self.text(begin) == "fail":
            return
        self.code = ""
        if self.function.head[-1:] == ["Status"] and self.text(end - 1) == ")" and self.innermost_is_function(begin) and not any(
                self.text(k) == "?" for k in self.level(begin, end)):
            text = self.source.slice(begin, end)
            self.code = self.code_in(begin, end)
            self.add("result", begin, end, f"((void)({text}), Ok{{}})", "its result ignored", f"return {text}")
        boolean = any(self.text(k) in ("&&", "||", "==", "!=") or (self.text(k) in RELATIONAL and self.spaced(k))
                      for k in self.level(begin, end)) and not any(self.text(k) == "?" for k in self.level(begin, end))
        if boolean or (self.function.head[-1:] == ["bool"] and self.innermost_is_function(begin)
                       and not any(self.text(k) == "?" for k in self.level(begin, end))):
            self.whole("answer", begin, end)
        self.expression(begin, end)

    def innermost_is_function(self, i):
        """Token i stands in no lambda of its function."""
        for k in range(self.function.begin, i):
            if self.text(k) == "{" and self.source.match[k] > i and self.is_lambda(k):
                return False
        return True

    def is_lambda(self, brace):
        before = brace - 1
        while self.text(before) in ("const", "mutable", "noexcept"):
            before -= 1
        if self.text(before) == "]":
            return True
        return self.text(before) == ")" and self.text(self.source.match[before] - 1) == "]"

    def ternary(self, question):
        begin = question - 1
        while begin >= self.function.begin and self.text(begin) not in ("=", "return", "(", ",", ";", "{", "?", ":", "+="):
            begin = self.source.match[begin] - 1 if self.text(begin) in (")", "]", "}") else begin - 1
        self.code = self.code_in(question, question + 14)
        self.whole("answer", begin + 1, question)
        self.expression(begin + 1, question)

    def hash_input(self, i):
        open_at = i + 1
        if self.text(open_at) == "<":
            while self.text(open_at) != "(":
                open_at += 1
        if self.text(open_at) != "(":
            return
        close = self.source.match[open_at]
        for k in self.level(open_at + 1, close):
            if self.text(k) == "label" and self.text(k + 1) == "::":
                other = "kReleaseInfo"
                self.add("input", k + 2, k + 3, other, was_shown=self.source.slice(k, k + 3), now_shown=f"label::{other}")
            if self.text(k) != "{":
                continue
            end = self.source.match[k]
            edges = [k, *(c for c in self.level(k + 1, end) if self.text(c) == ","), end]
            for n, (left, right) in enumerate(zip(edges, edges[1:])):
                was = self.source.slice(left + 1, right)
                if len(edges) == 2:
                    self.add("input", left + 1, right, "ByteView()", "left out", f"{was} (hashed)")
                elif n == 0:
                    self.add("input", left + 1, right + 1, "", "left out", f"{was} (hashed)")
                else:
                    self.add("input", left, right, "", "left out", f"{was} (hashed)")

    def case(self, i):
        colon = next(k for k in range(i, self.function.end) if self.text(k) == ":")
        self.add("case", i, colon + 1, ";", "left out")

    # ---- statements left out -----------------------------------------------------------------------------------------

    def is_block(self, brace):
        before = self.text(brace - 1)
        return before in (")", "else", "do", "{", "}", ";", ":", "const", "mutable") or self.is_lambda(brace)

    def statement(self, semicolon):
        if semicolon in self.in_header:
            return
        i = semicolon - 1
        while i >= self.function.begin:
            text = self.text(i)
            if text in (";", "else") or (text == "{" and self.tokens[i].kind == "op"):
                break
            if text == "(" or text == "[":
                return
            if text == "}":
                other = self.source.match[i]
                if self.is_block(other) and not self.is_lambda(other):
                    break
                i = other - 1
                continue
            if text == ")":
                other = self.source.match[i]
                if self.text(other - 1) in ("if", "for", "while", "switch"):
                    break
                i = other - 1
                continue
            if text == "]":
                i = self.source.match[i] - 1
                continue
            i -= 1
        begin = i + 1
        if begin >= semicolon:
            return
        first = self.text(begin)
        if first in ("return", "const", "auto", "static", "using", "break", "continue", "struct", "class", "case", "default",
                     "if", "for", "friend") or first.startswith("XCH_"):
            return
        tokens = list(self.level(begin, semicolon))
        assign = next((k for k in tokens if self.text(k) in ("=", "+=", "-=", "|=", "&=")), None)
        head = [k for k in tokens if assign is None or k < assign]
        for a, b in zip(head, head[1:]):
            if self.tokens[b].kind == "name" and (self.tokens[a].kind == "name" or self.text(a) in (">", "&", "*")):
                return  # a declaration
        if assign is None and self.text(semicolon - 1) != ")" and first != "++" and self.text(semicolon - 1) != "++":
            return
        if any(self.text(k) in SKIPPED_CALLS for k in tokens):
            return
        self.add("statement", begin, semicolon, "", "left out")

    def constants(self, word="constexpr"):
        for i, token in enumerate(self.tokens):
            if token.text != word or any(f.begin <= i < f.end for f in self.source.functions):
                continue
            k = i
            while k < len(self.tokens) and self.text(k) not in (";", "(", "{"):
                if self.text(k) == "=" and self.tokens[k - 1].kind == "name":
                    name = self.text(k - 1)
                    end = k + 1
                    while self.text(end) not in (",", ";"):
                        end += 1
                    value = self.source.slice(k + 1, end)
                    if re.search(r"\d|\bk[A-Z]", value) and '"' not in value:
                        self.add("constant", k + 1, end, f"({value}) + 1", f"{name} = {value} + 1", f"{name} = {value}")
                        self.add("constant", k + 1, end, f"({value}) - 1", f"{name} = {value} - 1", f"{name} = {value}")
                    k = end
                    continue
                k += 1


def find(file, text):
    return Finder(file, text).run()
