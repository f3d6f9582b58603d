"""audit_schemas.py SCHEMAS OUTPUT: every answer in OUTPUT (audit.json, ...) is as its JSON Schema says.

And the schemas say something: an answer with a member more, a member less, or a member of another type, at any depth,
fails. Prints how many answers and changes there were.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema


def changed(value: object) -> Iterator[object]:
    """Copies of a value with one thing changed, somewhere in it; of a list's items the first stands for all."""
    if isinstance(value, dict):
        yield {**value, "unknown": 1}
        for name, member in value.items():
            for other in (*changed(member), None if not may_be_null(name) else "text"):
                yield {**value, name: other}
    elif isinstance(value, list):
        yield {"0": value}
        for i, item in enumerate(value[:1]):
            for other in changed(item):
                yield [*value[:i], other, *value[i + 1 :]]
    elif isinstance(value, bool) or value is None:
        yield "text"
    elif isinstance(value, int):
        yield -1
    else:
        yield 7


def may_be_null(name: str) -> bool:
    return name in ("people", "values")


def lacking(value: dict, schema: dict) -> Iterator[dict]:
    for name in schema["required"]:
        yield {k: copy.deepcopy(v) for k, v in value.items() if k != name}


def main(schemas: Path, output: Path) -> int:
    answers = changes = 0
    for file in sorted(schemas.glob("*.schema.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        name = file.name.removesuffix(".schema.json")
        found = sorted(output.glob(f"{name}*.json"))
        if not found:
            sys.exit(f"{name}: there is no answer of this kind")
        for answer in found:
            value = json.loads(answer.read_text(encoding="utf-8"))
            for error in validator.iter_errors(value):
                sys.exit(f"{answer.name}: {error.json_path}: {error.message[:300]}: {json.dumps(value)[:300]}")
            answers += 1
            for other in (*changed(value), *lacking(value, schema)):
                changes += 1
                if validator.is_valid(other):
                    sys.exit(f"{answer.name}: a changed answer passes: {json.dumps(other)[:2000]}")
    print(f"{answers} answers, {changes} changes")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
