"""libexchange for Python 3.9 and later: a thin layer over exchange.h by ctypes, with the standard library alone.

    import exchange

    with exchange.open("case-management", secret=lambda what: read_passphrase()) as home:
        sealed = home.seal({"type": "progress.engagement", "note": {...}, "grant": ..., "purpose": "FILING"})
        for mailbox, envelope in sealed.envelopes:
            ...

Requests and answers are the JSON objects of docs/verbs.md as dicts. Any number of threads may use one Context at once.
A context must not be used in a child process after os.fork. Python cannot wipe what it copies: keep an opened note no
longer than you need it.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Optional

from . import _abi

__all__ = ["Context", "Envelope", "Error", "Library", "Opened", "Sealed", "open"]

Json = dict[str, Any]
Secret = Callable[[str], bytes]
Clock = Callable[[], int]
Log = Callable[[int, Json], None]


class Error(Exception):
    """A call that did not do what it should.

    code: above zero a true answer (denied, revoked, ...), below zero a failure; the XCH_ numbers of exchange.h.
    id:   "EX2219"; `exchange explain EX2219` tells more. Programs branch on this.
    text: one line from a fixed table, without content.
    path: the member of the request or note that is meant, or "".
    fix:  what to do about it, in one line.
    exit: the exit status a program should end with.
    """

    def __init__(self, code: int, id: str, text: str, path: str, fix: str, exit: int) -> None:
        super().__init__(f"{id}: {text}" + (f" at {path}" if path else ""))
        self.code, self.id, self.text, self.path, self.fix, self.exit = code, id, text, path, fix, exit


class Envelope(NamedTuple):
    """One sealed envelope and the mailbox (the recipient's name) it goes to."""

    mailbox: str
    data: bytes


class Sealed(NamedTuple):
    """What one sealing call made, and its answer (docs/verbs.md)."""

    envelopes: list[Envelope]
    report: Json


class Opened(NamedTuple):
    """An opened note as a canonical Cap'n Proto message, and the rest of the answer."""

    message: bytes
    report: Json


class Library:
    """The loaded libexchange.so; `path` is a file, or a name that the dynamic linker finds."""

    def __init__(self, path: str = "libexchange.so.1") -> None:
        self._lib = _abi.load(path)

    def open(
        self,
        home: Optional[str] = None,
        secret: Optional[Secret] = None,
        clock: Optional[Clock] = None,
        log: Optional[Log] = None,
    ) -> Context:
        """Opens a home, which takes about half a second, on purpose.

        home:   the folder; None for the verbs that need no home (marked * in docs/verbs.md).
        secret: is asked for the passphrase and gives it as bytes; it gets the name of what is asked for.
        clock:  gives the time in milliseconds since 1970; without it the system's clock is used.
        log:    gets a level and an event without content, as a dict.
        All three are called on the thread that makes a call, and must not use the context themselves.
        """
        return Context(self._lib, home, secret, clock, log)


def open(
    home: Optional[str] = None,
    secret: Optional[Secret] = None,
    clock: Optional[Clock] = None,
    log: Optional[Log] = None,
) -> Context:
    """Library().open(...): with the libexchange.so.1 that the dynamic linker finds."""
    return Library().open(home, secret, clock, log)


class Context:
    """One open home; made by Library.open. Close it, or use it as a context manager: its keys are wiped then."""

    def __init__(
        self,
        lib: ctypes.CDLL,
        home: Optional[str],
        secret: Optional[Secret],
        clock: Optional[Clock],
        log: Optional[Log],
    ) -> None:
        self._lib = lib
        self._handle = ctypes.c_void_p()
        options = _abi.Options(size=ctypes.sizeof(_abi.Options))
        if secret is not None:
            options.secret = _abi.SecretFn(_secret_callback(secret))
        if clock is not None:
            options.clock = _abi.ClockFn(_clock_callback(clock))
        if log is not None:
            options.log = _abi.LogFn(_log_callback(log))
        self._options = options  # the callbacks must live as long as the context
        path = None if home is None else _plain(home)
        error = ctypes.c_void_p()
        code = lib.xch_open(path, ctypes.byref(options), ctypes.byref(self._handle), ctypes.byref(error))
        self._check(code, error)

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Frees the context and its keys. A second call does nothing. No other call may be under way."""
        handle, self._handle = self._handle, ctypes.c_void_p()
        if handle:
            self._lib.xch_close(handle)

    def call(self, verb: str, request: Optional[Json] = None) -> Json:
        """Runs an administration verb (docs/verbs.md) and gives its answer."""
        answer, error = ctypes.c_void_p(), ctypes.c_void_p()
        code = self._lib.xch_call(self._open(), _plain(verb), _text(request), ctypes.byref(answer), ctypes.byref(error))
        self._check(code, error)
        return json.loads(self._take(answer))

    def seal(self, request: Json) -> Sealed:
        """Seals the notes of a request (docs/verbs.md, "The data calls"). The envelopes are durable in the outbox."""
        sealed, error = ctypes.c_void_p(), ctypes.c_void_p()
        code = self._lib.xch_seal_json(self._open(), _text(request), ctypes.byref(sealed), ctypes.byref(error))
        self._check(code, error)
        return self._take_sealed(sealed)

    def open_envelope(self, envelope: bytes) -> Json:
        """Opens one envelope addressed to this home and gives its notes, as far as this home may see them."""
        answer, error = ctypes.c_void_p(), ctypes.c_void_p()
        data = _abi.Borrowed(envelope)
        code = self._lib.xch_open_json(self._open(), data.slice, b"{}", ctypes.byref(answer), ctypes.byref(error))
        self._check(code, error)
        return json.loads(self._take(answer))

    def seal_capnp(self, type_id: int, schema_hash: bytes, messages: Sequence[bytes], request: Json) -> Sealed:
        """Seals canonical Cap'n Proto messages (one segment, no frame) of one type; for users of pycapnp."""
        sealed, error = ctypes.c_void_p(), ctypes.c_void_p()
        schema, held = _abi.Borrowed(schema_hash), [_abi.Borrowed(message) for message in messages]
        slices = (_abi.Slice * len(held))(*(message.slice for message in held))
        code = self._lib.xch_seal_capnp(
            self._open(),
            type_id,
            schema.slice,
            slices,
            len(held),
            _text(request),
            ctypes.byref(sealed),
            ctypes.byref(error),
        )
        self._check(code, error)
        return self._take_sealed(sealed)

    def open_capnp(self, envelope: bytes, type_id: int) -> Opened:
        """Opens one envelope that holds one note of this type: the message has the fields given in full."""
        message, report, error = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        data = _abi.Borrowed(envelope)
        code = self._lib.xch_open_capnp(
            self._open(), data.slice, type_id, ctypes.byref(message), ctypes.byref(report), ctypes.byref(error)
        )
        self._check(code, error)
        taken = self._take(message)
        return Opened(taken, json.loads(self._take(report)))

    def _open(self) -> ctypes.c_void_p:
        if not self._handle:
            raise ValueError("this context is closed")
        return self._handle

    def _take(self, buffer: ctypes.c_void_p) -> bytes:
        try:
            return ctypes.string_at(self._lib.xch_buf_data(buffer), self._lib.xch_buf_size(buffer))
        finally:
            self._lib.xch_buf_free(buffer)

    def _take_sealed(self, sealed: ctypes.c_void_p) -> Sealed:
        try:
            envelopes = []
            for i in range(self._lib.xch_sealed_count(sealed)):
                data, mailbox = _abi.Slice(), _abi.Slice()
                self._lib.xch_sealed_envelope(sealed, i, ctypes.byref(data), ctypes.byref(mailbox))
                envelopes.append(Envelope(mailbox.copy().decode(), data.copy()))
            report = _abi.Slice()
            self._lib.xch_sealed_report(sealed, ctypes.byref(report))
            return Sealed(envelopes, json.loads(report.copy()))
        finally:
            self._lib.xch_sealed_free(sealed)

    def _check(self, code: int, error: ctypes.c_void_p) -> None:
        if code == 0:
            return
        if not error:
            raise MemoryError(f"libexchange: {code}")
        lib = self._lib
        id, text, path, fix = (
            get(error).decode() for get in (lib.xch_error_id, lib.xch_error_text, lib.xch_error_path, lib.xch_error_fix)
        )
        exit = lib.xch_error_exit(error)
        lib.xch_error_free(error)
        raise Error(code, id, text, path, fix, exit)


def _plain(text: str) -> bytes:
    # C takes a zero byte for the end: a longer name would be cut to another one.
    if "\0" in text:
        raise ValueError("a name must not hold a zero character")
    return text.encode()


def _text(request: Optional[Json]) -> bytes:
    # ASCII JSON: a zero character becomes an escape, so that it cannot cut the request short.
    return json.dumps({} if request is None else request, allow_nan=False).encode("ascii")


# An exception must not cross the C frames below a callback; the library gets "there is none" instead.


def _secret_callback(secret: Secret) -> Callable[..., int]:
    def callback(what: bytes, out: Any, n: Any, _user: object) -> int:
        try:
            passphrase = bytes(secret(what.decode()))
            if len(passphrase) > n[0]:
                return 1
            ctypes.memmove(out, passphrase, len(passphrase))
            n[0] = len(passphrase)
            return 0
        except Exception:
            return 1

    return callback


def _clock_callback(clock: Clock) -> Callable[[object], int]:
    def callback(_user: object) -> int:
        try:
            return int(clock())
        except Exception:
            return -1

    return callback


def _log_callback(log: Log) -> Callable[..., None]:
    def callback(level: int, event: int, n: int, _user: object) -> None:
        try:
            log(level, json.loads(ctypes.string_at(event, n)))
        except Exception:
            pass  # what fails here is the program's log, not the call

    return callback
