"""libexchange for Python: a thin ctypes layer over exchange.h, standard library alone.

    library = exchange.Library("libexchange.so.1")
    with library.open("case-management", secret=lambda what: read_passphrase()) as home:
        sealed = home.seal({"type": "progress.engagement", "note": {...}, ...})

Requests and answers are the JSON objects of docs/verbs.md as dicts. Any number of threads may use one Context.
"""

from __future__ import annotations

import ctypes
import json
from typing import Any, Callable, NamedTuple, Optional

Json = dict[str, Any]
Secret = Callable[[str], bytes]

_u8p = ctypes.POINTER(ctypes.c_uint8)
_SecretFn = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_char_p, _u8p, ctypes.POINTER(ctypes.c_size_t), ctypes.c_void_p)


class _Slice(ctypes.Structure):
    _fields_ = [("p", ctypes.c_void_p), ("n", ctypes.c_size_t)]

    def copy(self) -> bytes:
        return ctypes.string_at(self.p, self.n) if self.n else b""


class _Options(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("clock", ctypes.c_void_p),
        ("log", ctypes.c_void_p),
        ("secret", _SecretFn),
        ("key", ctypes.c_void_p),
        ("get", ctypes.c_void_p),
        ("put", ctypes.c_void_p),
        ("user", ctypes.c_void_p),
        ("drop_user", ctypes.c_void_p),
    ]


class Error(Exception):
    """A call that did not do what it should. code > 0 is a true answer (denied, revoked, ...), < 0 a failure."""

    def __init__(self, code: int, id: str, text: str, path: str, fix: str, exit: int) -> None:
        super().__init__(f"{id}: {text}" + (f" at {path}" if path else ""))
        self.code, self.id, self.text, self.path, self.fix, self.exit = code, id, text, path, fix, exit


class Envelope(NamedTuple):
    """One sealed envelope and the mailbox (the recipient's name) it goes to."""

    mailbox: str
    data: bytes


class Sealed(NamedTuple):
    """What one sealing call made."""

    envelopes: list[Envelope]
    report: Json


class Library:
    """The loaded libexchange.so; `path` is a file, or a name that the dynamic linker finds."""

    def __init__(self, path: str = "libexchange.so.1") -> None:
        lib = ctypes.CDLL(path)
        ptr, text, i32, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_size_t
        out, slice_out = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(_Slice)
        for name, result, arguments in (
            ("xch_error_code", i32, [ptr]),
            ("xch_error_id", text, [ptr]),
            ("xch_error_text", text, [ptr]),
            ("xch_error_path", text, [ptr]),
            ("xch_error_fix", text, [ptr]),
            ("xch_error_exit", i32, [ptr]),
            ("xch_error_free", None, [ptr]),
            ("xch_buf_data", ptr, [ptr]),
            ("xch_buf_size", size, [ptr]),
            ("xch_buf_free", None, [ptr]),
            ("xch_abi_version", ctypes.c_uint32, []),
            ("xch_open", i32, [text, ctypes.POINTER(_Options), out, out]),
            ("xch_close", None, [ptr]),
            ("xch_sealed_count", size, [ptr]),
            ("xch_sealed_envelope", i32, [ptr, size, slice_out, slice_out]),
            ("xch_sealed_report", i32, [ptr, slice_out]),
            ("xch_sealed_free", None, [ptr]),
            ("xch_seal_json", i32, [ptr, text, out, out]),
            ("xch_open_json", i32, [ptr, _Slice, text, out, out]),
            ("xch_call", i32, [ptr, text, text, out, out]),
        ):
            function = getattr(lib, name)
            function.restype, function.argtypes = result, arguments
        if lib.xch_abi_version() >> 16 != 1:
            raise OSError("this module is for version 1 of the ABI")
        self._lib = lib

    def open(self, home: Optional[str] = None, secret: Optional[Secret] = None) -> Context:
        """Opens a home; `secret` is asked for its passphrase. Without a home: for the verbs that need none."""
        return Context(self._lib, home, secret)


class Context:
    """One open home. Close it, or use it as a context manager: its keys are wiped then."""

    def __init__(self, lib: ctypes.CDLL, home: Optional[str], secret: Optional[Secret]) -> None:
        self._lib = lib
        self._handle = ctypes.c_void_p()
        options = _Options(size=ctypes.sizeof(_Options))
        if secret is not None:
            options.secret = _SecretFn(_secret_callback(secret))
        self._options = options  # the library may ask again as long as the home is open
        error = ctypes.c_void_p()
        path = None if home is None else home.encode()
        code = lib.xch_open(path, ctypes.byref(options), ctypes.byref(self._handle), ctypes.byref(error))
        self._check(code, error)

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Frees the context and its keys. A second call does nothing."""
        handle, self._handle = self._handle, ctypes.c_void_p()
        self._lib.xch_close(handle)

    def call(self, verb: str, request: Optional[Json] = None) -> Json:
        """Runs an administration verb (docs/verbs.md)."""
        answer, error = ctypes.c_void_p(), ctypes.c_void_p()
        code = self._lib.xch_call(
            self._handle, verb.encode(), _text(request), ctypes.byref(answer), ctypes.byref(error))
        self._check(code, error)
        return self._take(answer)

    def seal(self, request: Json) -> Sealed:
        """Seals the notes of a request (docs/verbs.md, "The data calls")."""
        sealed, error = ctypes.c_void_p(), ctypes.c_void_p()
        code = self._lib.xch_seal_json(self._handle, _text(request), ctypes.byref(sealed), ctypes.byref(error))
        self._check(code, error)
        try:
            envelopes = []
            for i in range(self._lib.xch_sealed_count(sealed)):
                data, mailbox = _Slice(), _Slice()
                self._lib.xch_sealed_envelope(sealed, i, ctypes.byref(data), ctypes.byref(mailbox))
                envelopes.append(Envelope(mailbox.copy().decode(), data.copy()))
            report = _Slice()
            self._lib.xch_sealed_report(sealed, ctypes.byref(report))
            return Sealed(envelopes, json.loads(report.copy()))
        finally:
            self._lib.xch_sealed_free(sealed)

    def open_envelope(self, envelope: bytes) -> Json:
        """Opens one envelope. Python cannot wipe what it copies: keep the answer no longer than needed."""
        answer, error = ctypes.c_void_p(), ctypes.c_void_p()
        borrowed = ctypes.c_char_p(envelope)
        data = _Slice(ctypes.cast(borrowed, ctypes.c_void_p), len(envelope))
        code = self._lib.xch_open_json(self._handle, data, b"{}", ctypes.byref(answer), ctypes.byref(error))
        self._check(code, error)
        return self._take(answer)

    def _take(self, answer: ctypes.c_void_p) -> Json:
        try:
            return json.loads(ctypes.string_at(self._lib.xch_buf_data(answer), self._lib.xch_buf_size(answer)))
        finally:
            self._lib.xch_buf_free(answer)

    def _check(self, code: int, error: ctypes.c_void_p) -> None:
        if code == 0:
            return
        if not error:
            raise MemoryError(f"libexchange: {code}")
        lib = self._lib
        id, text, path, fix = (
            get(error).decode() for get in (lib.xch_error_id, lib.xch_error_text, lib.xch_error_path, lib.xch_error_fix))
        exit = lib.xch_error_exit(error)
        lib.xch_error_free(error)
        raise Error(code, id, text, path, fix, exit)


def _text(request: Optional[Json]) -> bytes:
    # ASCII JSON: a zero character becomes an escape, so that it cannot cut the request short.
    return json.dumps({} if request is None else request).encode("ascii")


def _secret_callback(secret: Secret) -> Callable[..., int]:
    def callback(what: bytes, out: Any, n: Any, _user: object) -> int:
        try:
            passphrase = secret(what.decode())
        except Exception:  # an exception must not cross the C frames below: the library then says that there was none
            return 1
        if len(passphrase) > n[0]:
            return 1
        ctypes.memmove(out, passphrase, len(passphrase))
        n[0] = len(passphrase)
        return 0

    return callback
