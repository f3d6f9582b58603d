"""One text that holds many mutants of a file, each behind a number: XCH_MUTANT=7 in the environment turns the seventh on.
So a file is compiled and linked once for all of them."""
import re

# Changes that a run-time number cannot choose between are compiled one by one.
BY_NUMBER = {"guard", "operand", "answer", "boundary", "result", "statement"}

PRELUDE = """#pragma once
#include <cstdlib>
namespace xch::mutation_run {
inline bool on(int mutant) {
  static const int chosen = [] { const char* text = std::getenv("XCH_MUTANT"); return text == nullptr ? 0 : std::atoi(text); }();
  return mutant == chosen;
}
}  // namespace xch::mutation_run
"""


def can_switch(mutant):
    return mutant.kind in BY_NUMBER and not mutant.more


class Text:
    """The switched text of one file; `places` says which mutant's own words stand where."""

    def __init__(self, text, numbered):
        self.text, self.places = text, []
        spans = {}
        for number, mutant in numbered:
            spans.setdefault((mutant.start, mutant.end), []).append((number, mutant))
        self.spans = sorted(spans.items(), key=lambda item: (item[0][0], -item[0][1]))
        self.out, self.size = [], 0
        self.at = 0
        self.write(0, len(text), 0)
        self.result = "".join(self.out)

    def put(self, text):
        self.out.append(text)
        self.size += len(text)

    def own(self, number, text):
        begin = self.size
        self.put(text)
        self.places.append((begin, self.size, number))

    def write(self, begin, end, index):
        """The text from begin to end with the spans from `index` on that lie in it; gives the first span behind it."""
        at = begin
        while index < len(self.spans) and self.spans[index][0][0] < end:
            (start, stop), mutants = self.spans[index]
            self.put(self.text[at:start])
            index = self.span(start, stop, mutants, index + 1)
            at = stop
        self.put(self.text[at:end])
        return index

    def span(self, start, stop, mutants, index):
        kinds = {mutant.kind for _, mutant in mutants}
        original = self.text[start:stop]
        on = "::xch::mutation_run::on"
        number = mutants[0][0]
        if kinds == {"statement"}:
            self.put(f"do {{ if (!{on}({number})) {{ ")
            index = self.write(start, stop, index)
            self.put("; } } while (false)")
        elif kinds == {"result"} and original.startswith("XCH_TRY"):
            inner = re.match(r"XCH_TRY\s*", original).end()
            self.put("do { auto&& xch_tried = ")
            index = self.write(start + inner, stop, index)
            self.put(f"; if (!xch_tried && !{on}({number})) return ::xch::fail(std::move(xch_tried).error()); }} while (false)")
        elif mutants[0][1].new_text.endswith("; false"):  # if (auto x = ...)
            name = re.match(r"[^=]*?(\w+)\s*=", original).group(1)
            index = self.write(start, stop, index)
            self.put(f"; !{on}({number}) && {name}")
        else:
            cast = "::xch::Status" if kinds == {"result"} else "bool"
            self.put("(")
            for number, mutant in mutants:
                self.put(f"{on}({number}) ? {cast}(")
                self.own(number, mutant.new_text)
                self.put(") : ")
            self.put(f"{cast}(")
            index = self.write(start, stop, index)
            self.put("))")
        return index

    def blamed(self, output, name):
        """The numbers whose words the compiler names in its errors about the file `name`."""
        starts = [0]
        for line in self.result.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        numbers = set()
        for line, column in re.findall(re.escape(name) + r":(\d+):(\d+): (?:error|note)", output):
            at = starts[int(line) - 1] + int(column) - 1
            within = [(end - begin, number) for begin, end, number in self.places if begin <= at <= end]
            if within:
                numbers.add(min(within)[1])
        return numbers
