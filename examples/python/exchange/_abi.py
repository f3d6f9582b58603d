"""exchange.h in ctypes: the structs, the callback types and the signature of every function. Nothing here is public."""

from __future__ import annotations

import ctypes

ABI_MAJOR = 1

u8_pointer = ctypes.POINTER(ctypes.c_uint8)
size_pointer = ctypes.POINTER(ctypes.c_size_t)

ClockFn = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)
LogFn = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
SecretFn = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_char_p, u8_pointer, size_pointer, ctypes.c_void_p)


class Slice(ctypes.Structure):
    """xch_slice: bytes borrowed for the length of a call."""

    _fields_ = [("p", ctypes.c_void_p), ("n", ctypes.c_size_t)]

    def copy(self) -> bytes:
        return ctypes.string_at(self.p, self.n) if self.n else b""


class Borrowed:
    """A slice over Python's bytes, which it keeps alive."""

    def __init__(self, data: bytes) -> None:
        self._held = ctypes.c_char_p(data)
        self.slice = Slice(ctypes.cast(self._held, ctypes.c_void_p), len(data))


class Options(ctypes.Structure):
    """xch_options; the last members are reserved and stay NULL."""

    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("clock", ClockFn),
        ("log", LogFn),
        ("secret", SecretFn),
        ("key", ctypes.c_void_p),
        ("get", ctypes.c_void_p),
        ("put", ctypes.c_void_p),
        ("user", ctypes.c_void_p),
        ("drop_user", ctypes.c_void_p),
    ]


def load(path: str) -> ctypes.CDLL:
    """Loads the library and gives every function its signature."""
    lib = ctypes.CDLL(path)
    handle, text, i32, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_size_t
    out, slice_out = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(Slice)
    for name, result, arguments in (
        ("xch_error_code", i32, [handle]),
        ("xch_error_id", text, [handle]),
        ("xch_error_text", text, [handle]),
        ("xch_error_path", text, [handle]),
        ("xch_error_fix", text, [handle]),
        ("xch_error_exit", i32, [handle]),
        ("xch_error_free", None, [handle]),
        ("xch_buf_data", handle, [handle]),
        ("xch_buf_size", size, [handle]),
        ("xch_buf_free", None, [handle]),
        ("xch_abi_version", ctypes.c_uint32, []),
        ("xch_open", i32, [text, ctypes.POINTER(Options), out, out]),
        ("xch_close", None, [handle]),
        ("xch_sealed_count", size, [handle]),
        ("xch_sealed_envelope", i32, [handle, size, slice_out, slice_out]),
        ("xch_sealed_report", i32, [handle, slice_out]),
        ("xch_sealed_free", None, [handle]),
        ("xch_seal_json", i32, [handle, text, out, out]),
        ("xch_open_json", i32, [handle, Slice, text, out, out]),
        ("xch_seal_capnp", i32, [handle, ctypes.c_uint64, Slice, slice_out, size, text, out, out]),
        ("xch_open_capnp", i32, [handle, Slice, ctypes.c_uint64, out, out, out]),
        ("xch_call", i32, [handle, text, text, out, out]),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    if lib.xch_abi_version() >> 16 != ABI_MAJOR:
        raise OSError(f"{path}: this module is for version {ABI_MAJOR} of the C ABI")
    return lib
