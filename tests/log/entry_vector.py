#!/usr/bin/env python3
"""The worked values of entry_test.cpp, computed without the library: hashlib and hmac alone.

    commit       = SHA-256(u8 len(label) || label || blind || event)
    key || nonce = HKDF-Expand(day key, u8 len(label) || label || commit, 44)
"""
import hashlib
import hmac

def fr(label):
    return bytes([len(label)]) + label

def expand(prk, info, size):
    out, block, counter = b"", b"", 1
    while len(out) < size:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
        counter += 1
    return out[:size]

def stream(seed, size):
    """The test source of randomness (docs/format.md): block n is SHA-256("LX1 test random" || seed || u64 n)."""
    out = b""
    for n in range((size + 31) // 32):
        out += hashlib.sha256(b"LX1 test random" + seed + n.to_bytes(8, "big")).digest()
    return out[:size]

event, day, day_key = b"an event", 20783, bytes([0x42]) * 32
print("EventCommit of bytes 0..31:", hashlib.sha256(fr(b"LX1 log event") + bytes(range(32)) + event).hexdigest())
blind = stream(b"log entry", 32)
commit = hashlib.sha256(fr(b"LX1 log event") + blind + event).digest()
keys = expand(day_key, fr(b"LX1 log entry") + commit, 44)
print("head: ", (b"\x01" + commit + day.to_bytes(4, "big")).hex())
print("key:  ", keys[:32].hex())
print("nonce:", keys[32:].hex())
print("plain:", (blind + len(event).to_bytes(2, "big") + event).hex(), "and zeros")
