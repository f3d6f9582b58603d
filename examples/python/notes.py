"""notes.py [--library FILE] seal HOME PASSPHRASE-FILE REQUEST.json FOLDER   seal, one file per envelope into FOLDER
notes.py [--library FILE] open HOME PASSPHRASE-FILE ENVELOPE...            open, each answer as a line of JSON
notes.py [--library FILE] version                                          which library this is

The same program stands in examples/java, examples/dotnet and examples/node.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import exchange


def main(arguments: list[str]) -> int:
    library = "libexchange.so.1"
    if arguments[:1] == ["--library"] and len(arguments) > 1:
        library, arguments = arguments[1], arguments[2:]
    command, n = (arguments or [""])[0], len(arguments)
    if not (command == "seal" and n == 5 or command == "open" and n >= 4 or command == "version" and n == 1):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        loaded = exchange.Library(library)
        if command == "version":
            with loaded.open() as nobody:
                print(json.dumps(nobody.call("version")))
            return 0
        home_path, passphrase_path = arguments[1:3]
        with loaded.open(home_path, secret=lambda what: Path(passphrase_path).read_bytes().rstrip(b"\r\n")) as home:
            if command == "open":
                for file in arguments[3:]:
                    print(json.dumps(home.open_envelope(Path(file).read_bytes())))
                return 0
            for mailbox, data in home.seal(json.loads(Path(arguments[3]).read_bytes())).envelopes:
                (Path(arguments[4]) / f"{mailbox}.lxe").write_bytes(data)
                print(f"to {mailbox}: {len(data)} bytes")
    except exchange.Error as error:
        print(f"{error}\n  {error.fix}", file=sys.stderr)
        return error.exit
    except OSError as error:  # no such file, no such library
        print(error, file=sys.stderr)
        return 4
    except ValueError:
        print("the request is not JSON", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
