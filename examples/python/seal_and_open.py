"""seal_and_open.py LIBEXCHANGE.so HOME PASSPHRASE-FILE NOTE.json [GRANT]

Seals one progress note to the prosecutor and opens the copy that goes to this agency's own archive.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import exchange


def court_grant(home: exchange.Context) -> str:
    """The first grant for a justice condition (42 CFR 2.35) that this agency holds."""
    for row in home.call("grants.list")["rows"]:
        if row["basis"] == "justice-condition":
            return row["grant"]
    raise SystemExit("this agency holds no grant for a justice condition")


def main(arguments: list[str]) -> int:
    if len(arguments) < 4:
        print(__doc__, file=sys.stderr)
        return 2
    library_path, home_path, passphrase_path, note_path = arguments[:4]
    library = exchange.Library(library_path)
    try:
        with library.open(home_path, secret=lambda what: Path(passphrase_path).read_bytes().rstrip(b"\r\n")) as home:
            name = home.call("home.info", {"home": home_path})["name"]
            sealed = home.seal(
                {
                    "type": "progress.engagement",
                    "note": json.loads(Path(note_path).read_text(encoding="utf-8")),
                    "grant": arguments[4] if len(arguments) > 4 else court_grant(home),
                    "purpose": "FILING",
                    "to": ["prosecutor"],
                    "deliver": False,
                }
            )
            print("envelopes:", len(sealed.envelopes))
            for mailbox, data in sealed.envelopes:
                print(f"to {mailbox}: {len(data)} bytes")
                if mailbox != name:
                    continue
                for note in home.open_envelope(data)["notes"]:
                    for field in note["fields"]:
                        print("field", field["field"])
    except exchange.Error as error:
        print(f"{error}\n  {error.fix}", file=sys.stderr)
        return error.exit
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
