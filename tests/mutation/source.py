"""A C++ source file as far as a mutation needs it: tokens, matching brackets, functions."""
import re

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<pre>^[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
      | (?P<string>R"\(.*?\)"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+')
      | (?P<number>\d(?:[\w.]|'\d)*)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<op><=>|<<=|>>=|\.\.\.|->\*|::|->|\+\+|--|<<|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|[^\s\w])""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


class Token:
    __slots__ = ("kind", "text", "start", "end")

    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)

    def __repr__(self):
        return self.text


class Function:
    def __init__(self, name, head, start, begin, end):
        self.name = name
        self.head = head                      # the tokens' text before the name
        self.start = start                    # token index of its first word
        self.begin, self.end = begin, end     # token indexes of the body, without its braces


class Source:
    """Source(text): tokens without comments, `match` from each bracket to its other half, functions with their names."""

    def __init__(self, text):
        self.text = text
        self.tokens = []
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise ValueError(f"cannot read: {text[at:at + 40]!r}")
            if found.lastgroup not in ("space", "pre"):
                self.tokens.append(Token(found.lastgroup, found.group(), at))
            at = found.end()
        self.match = {}
        stack = []
        for i, token in enumerate(self.tokens):
            if token.text in OPEN and token.kind == "op":
                stack.append(i)
            elif token.text in CLOSE and token.kind == "op":
                self.match[i] = stack[-1]
                self.match[stack.pop()] = i
        self.functions = []
        self._scan(0, len(self.tokens), "")

    def slice(self, begin, end):
        """The text of the tokens begin..end, as it stands in the file."""
        return self.text[self.tokens[begin].start:self.tokens[end - 1].end] if begin < end else ""

    def around(self, at):
        """The text of the function that the character `at` stands in; of all, where it stands in none."""
        for function in self.functions:
            if self.tokens[function.start].start <= at < self.tokens[function.end].end:
                return self.slice(function.start, function.end + 1)
        return self.text

    def _scan(self, begin, end, scope):
        start = i = begin
        while i < end:
            text = self.tokens[i].text
            if text in (";", "}") or (text == ":" and self.tokens[i - 1].text in ("public", "private", "protected")):
                start = i + 1
            elif text in ("(", "["):
                i = self.match[i]
            elif text == "{":
                close = self.match[i]
                head = self.tokens[start:i]
                words = [t.text for t in head]
                paren = next((k for k in range(start, i) if self.tokens[k].text == "("), None)
                if "namespace" in words:
                    self._scan(i + 1, close, scope)
                elif paren is not None and "operator" not in words and words[0] not in ("enum", "using"):
                    self._function(start, paren, i, close, scope)
                elif "struct" in words or "class" in words:
                    name = next(words[k + 1] for k in range(len(words)) if words[k] in ("struct", "class")
                                and "<" not in words[k + 1:k + 2] and words[k - 1:k] not in (["<"], [","]))
                    self._scan(i + 1, close, scope + name + "::")
                i = close
                start = i + 1
            i += 1

    def _function(self, start, paren, brace, close, scope):
        first = paren - 1
        while self.tokens[first - 1].text in ("::", "~") or (
                self.tokens[first].text == "::" and self.tokens[first - 1].kind == "name"):
            first -= 1
        name = "".join(t.text for t in self.tokens[first:paren])
        head = [t.text for t in self.tokens[start:first]]
        self.functions.append(Function(scope + name, head, start, brace + 1, close))
