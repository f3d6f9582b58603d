"""What docs/format.md takes from elsewhere: hashes and trees (RFC 6962, 9162), HKDF (RFC 5869), HPKE (RFC 9180), two
signatures, two ways to stretch a code, and Cap'n Proto's encoding and schema.capnp. Nothing of the format itself, and no
code of the library. Ed25519 is OpenSSL's verifier plus libsodium's refusal of points of small order. Argon2id is
libsodium's: Python and python3-cryptography of Debian 12 have none."""
import contextlib, ctypes, ctypes.util, hashlib, hmac, re, struct
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305


class Refused(Exception):
    """The first check that failed."""


class Rec(dict):
    """A decoded struct: fields as attributes."""
    __getattr__ = dict.__getitem__


def need(**checks):
    """Judges the checks in the order given, after all were evaluated."""
    for code, ok in checks.items():
        if not ok:
            raise Refused(code)


def u(n, size): return n.to_bytes(size, 'big')
def num(x): return int.from_bytes(x, 'big')
def little(x): return int.from_bytes(x, 'little')
def split(x, n=32): return [x[i:i + n] for i in range(0, len(x), n)]
def sha(x): return hashlib.sha256(x).digest()
def mac(key, x): return hmac.new(key, x, 'sha256').digest()


def expand(prk, info, n):
    """HKDF-Expand of at most two blocks."""
    first = mac(prk, info + b'\1')
    return (first + mac(prk, first + info + b'\2'))[:n]


# RFC 6962 and RFC 9162: trees

def LH(x): return sha(b'\0' + x)
def NH(left, right): return sha(b'\1' + left + right)
def half(n): return 1 << (n - 1).bit_length() - 1


def mth(x):
    return NH(mth(x[:half(len(x))]), mth(x[half(len(x)):])) if len(x) > 1 else x[0] if x else sha(b'')


def merkle_root(leaf, i, n, path):
    """What RFC 9162, 2.1.3.2, computes for leaf i of n; None for a path of the wrong length."""
    if n == 1 or not path or i >= n:
        return leaf if n == 1 and not path and i == 0 else None
    right = i >= half(n)
    below = merkle_root(leaf, i - half(n) * right, n - half(n) if right else half(n), path[:-1])
    return below and (NH(path[-1], below) if right else NH(below, path[-1]))


# RFC 9180, base mode; by suite 1 and 2 of the format

SUITE = {1: Rec(kem=0x10, aead=2, enc=65, cipher=AESGCM), 2: Rec(kem=0x20, aead=3, enc=32, cipher=ChaCha20Poly1305)}


def p256(x):
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), x if x[:1] == b'\4' else b'')


def parses(suite, public):
    with contextlib.suppress(ValueError):
        return bool(p256(public)) if suite == 1 else len(public) == 32


def key_pair(suite, private):
    """The private key as an object, and the public one as bytes."""
    if suite == 1:
        key = ec.derive_private_key(num(private), ec.SECP256R1())
        return key, key.public_key().public_bytes(ser.Encoding.X962, ser.PublicFormat.UncompressedPoint)
    key = x25519.X25519PrivateKey.from_private_bytes(private)
    return key, key.public_key().public_bytes(ser.Encoding.Raw, ser.PublicFormat.Raw)


def extract(sid, salt, label, ikm): return mac(salt or bytes(32), b'HPKE-v1' + sid + label + ikm)
def derive(sid, prk, label, ctx, n): return expand(prk, u(n, 2) + b'HPKE-v1' + sid + label + ctx, n)


def derive_key_pair(suite, ikm):
    """RFC 9180, 7.1.3: the private key of 32 bytes, and the public one."""
    kem = b'KEM' + u(SUITE[suite].kem, 2)
    prk = extract(kem, b'', b'dkp_prk', ikm)
    candidates = (derive(kem, prk, b'candidate', bytes([i]), 32) for i in range(256))
    private = next(c for c in candidates if 0 < num(c) < N) if suite == 1 else derive(kem, prk, b'sk', b'', 32)
    return private, key_pair(suite, private)[1]


def stretched(suite, secret, salt):
    """32 bytes: PBKDF2-HMAC-SHA256 of 600,000 rounds, or Argon2id 1.3 of three passes over 256 MiB, one lane."""
    if suite == 1:
        return hashlib.pbkdf2_hmac('sha256', secret, salt, 600000)
    sodium, out = ctypes.CDLL(ctypes.util.find_library('sodium') or 'libsodium.so.23'), ctypes.create_string_buffer(32)
    sodium.sodium_init()
    wrong = sodium.crypto_pwhash(out, ctypes.c_ulonglong(32), secret, ctypes.c_ulonglong(len(secret)), salt[:16],
                                 ctypes.c_ulonglong(3), ctypes.c_size_t(1 << 28), ctypes.c_int(2))   # ARGON2ID13
    if wrong:
        raise MemoryError('Argon2id')
    return out.raw


def hpke_open(suite, private, sealed, info, aad):
    """The plaintext, or None."""
    s, enc = SUITE[suite], sealed[:SUITE[suite].enc]
    kem, ids = b'KEM' + u(s.kem, 2), b'HPKE' + u(s.kem, 2) + u(1, 2) + u(s.aead, 2)
    with contextlib.suppress(ValueError, InvalidTag):   # a point off the curve, a result of zero, a wrong tag
        key, public = key_pair(suite, private)
        peer = (ec.ECDH(), p256(enc)) if suite == 1 else (x25519.X25519PublicKey.from_public_bytes(enc),)
        shared = derive(kem, extract(kem, b'', b'eae_prk', key.exchange(*peer)), b'shared_secret', enc + public, 32)
        ctx = b'\0' + extract(ids, b'', b'psk_id_hash', b'') + extract(ids, b'', b'info_hash', info)
        secret = extract(ids, shared, b'secret', b'')
        nonce = derive(ids, secret, b'base_nonce', ctx, 12)
        return s.cipher(derive(ids, secret, b'key', ctx, 32)).decrypt(nonce, sealed[s.enc:], aad)


def cell_open(suite, key, nonce, ct, aad):
    """The plaintext of the suite's AEAD, or None."""
    with contextlib.suppress(InvalidTag):
        return SUITE[suite].cipher(key).decrypt(nonce, ct, aad)


N, P = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551, 2 ** 255 - 19   # order; field of Ed25519
Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826   # y of a point of order 8


def small(point):
    return little(point) & (1 << 255) - 1 in (0, 1, P - 1, P, P + 1, Y8, P - Y8)


def verify(suite, public, message, signature):
    """ECDSA P-256 with SHA-256 as r || s with low s, or Ed25519."""
    r, s = num(signature[:32]), num(signature[32:])
    with contextlib.suppress(ValueError, InvalidSignature):
        if suite == 1 and len(signature) == 64 and 0 < r < N and 0 < s <= N // 2:
            p256(public).verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
            return True
        if suite == 2 and not small(public) and not small(signature[:32]):
            ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
            return True
    return False


# Cap'n Proto

BITS = {'Void': 0, 'Bool': 1, 'Float32': 32, 'Float64': 64,
        **{f'{s}Int{n}': n for s in ('', 'U') for n in (8, 16, 32, 64)}}


def bits_of(kind):
    """The bits of a type that lives in data sections; None for one behind a pointer."""
    return 16 if kind[:5] == 'Enum:' else BITS.get(kind)


def null(kind):
    """What a null pointer reads as; None: a struct."""
    return {'Text': '', 'Data': b'', 'List': [], 'Any': []}.get(kind[:4])


def number(kind, raw):
    if kind[:5] == 'Float':
        return struct.unpack('<f' if len(raw) == 4 else '<d', raw)[0]
    return int.from_bytes(raw, 'little', signed=kind[:3] == 'Int')


def is_text(raw):
    with contextlib.suppress(UnicodeDecodeError):
        return '\0' not in raw.decode()


def laid_out(body):
    """Fields (name, type, offset) of a struct without unions, from its source: bits for data, an index for pointers."""
    holes, fields, pointers = {6: 0}, [], 0

    def place(lg):
        at = holes[6] if lg == 6 else holes.pop(lg) if lg in holes else 2 * place(lg + 1)
        if lg == 6 or at % 2 == 0:
            holes[lg] = at + 1   # the next word, or the other half
        return at
    for name, _, kind in sorted(re.findall(r'(\w+)\s*@(\d+)\s*:([\w()]+);', body), key=lambda f: int(f[1])):
        bits = BITS.get(kind)
        fields.append((name, kind, place(bits.bit_length() - 1) * bits if bits else pointers))
        pointers += not bits
    return fields


class Message:
    """One canonical single-segment message, read strictly.

    fields(kind, section) lays a struct out; its fields may depend on the tags in the data section.
    judge(struct, field, kind, value) names a flaw of a value, or None. Flaws are reported by the order in `rank`.
    A list or text that is empty and not null is a flaw unless `empty` allows it."""
    rank = ['malformed', 'limit', 'not canonical', 'version', 'code']

    def __init__(self, data, fields, judge=lambda *_: None, empty=False):
        self.empty = empty
        self.data, self.words, self.fields, self.judge = data, list(map(little, split(data, 8))), fields, judge
        self.next, self.touched, self.found = 1, 0, set()

    def root(self, kind):
        need(malformed=self.words and len(self.data) % 8 == 0 and self.words[0])
        value = self.pointer(0, kind, 0)
        self.flaw(self.next != len(self.words))
        need(**{flaw: False for flaw in self.rank if flaw in self.found})
        return value

    def flaw(self, yes, what='not canonical'):
        self.found |= {what} if yes else set()

    def claim(self, start, n):
        """Objects stand in preorder, without gaps."""
        need(malformed=0 <= start <= len(self.words) - n)
        self.flaw(start != self.next)
        self.next, self.touched = start + n, self.touched + n
        need(limit=self.touched <= max(1024, 4 * len(self.words)))

    def pointer(self, p, kind, depth):
        word, is_list = self.words[p], null(kind) is not None
        if word == 0:
            return null(kind)
        need(malformed=word & 3 == is_list, limit=depth <= 16)
        start, size, n = p + 1 + ((word >> 2 & 0x3fffffff) ^ 0x20000000) - 0x20000000, word >> 32 & 7, word >> 35
        if not is_list:
            dw, pw = word >> 32 & 0xffff, word >> 48
            self.flaw(not dw + pw and word != 0xfffffffc)
            self.claim(start if dw + pw else self.next, dw + pw)
            return self.structs(kind, start, dw, pw, 1, depth)[0]
        element = kind[5:-1] if kind[:4] == 'List' else 'UInt16' if kind == 'Any' and size == 3 else 'UInt8'
        bits = bits_of(element)
        self.flaw(not (n or self.empty))
        if bits is None and null(element) is None:
            self.claim(start, n + 1)
            tag = self.words[start]
            count, dw, pw = tag >> 2 & 0x3fffffff, tag >> 32 & 0xffff, tag >> 48
            need(malformed=size == 7 and tag & 3 == 0 and count * (dw + pw) == n, limit=count <= 8 * len(self.words))
            return self.structs(element, start + 1, dw, pw, count, depth + 1)
        need(malformed=size == (6 if bits is None else (0, 1, 8, 16, 32, 64).index(bits)))
        self.claim(start, (n * (bits or 64) + 63) // 64)
        if bits is None:
            return [self.pointer(start + i, element, depth + 1) for i in range(n)]
        whole, end = self.data[8 * start:8 * self.next], n * bits // 8
        self.flaw(any(whole[end:]))
        if kind[:4] == 'Text':
            need(malformed=whole[end - 1:end] == b'\0' and is_text(whole[:end - 1]))
            return whole[:end - 1].decode()
        return whole[:end] if kind == 'Data' or kind == 'Any' and bits == 8 else [
            number(element, x) for x in split(whole[:end], bits // 8)]

    def structs(self, kind, start, dw, pw, count, depth):
        starts, made = [start + i * (dw + pw) for i in range(count)], []
        for last in [dw - 1] * (dw > 0) + [dw + pw - 1] * (pw > 0):
            self.flaw(not any(self.words[s + last] for s in starts))   # a section ends with a word that is not zero
        for s in starts:
            section, rec, owned, known = little(self.data[8 * s:8 * (s + dw)]), Rec(), 0, set()
            layout = sorted(self.fields(kind, section), key=lambda f: f[2])
            for name, of, at in layout:
                bits = bits_of(of)
                if bits is None:
                    rec[name] = self.pointer(s + dw + at, of, depth + 1) if at < pw else null(of)
                    known.add(at)
                else:
                    rec[name] = number(of, (section >> at & (1 << bits) - 1).to_bytes(bits + 7 >> 3, 'little'))
                    owned |= (1 << bits) - 1 << at
            for name, of, _ in layout:
                self.found |= {self.judge(kind, name, of, rec[name])} - {None}
            words, pointers = owned.bit_length() + 63 >> 6, max(known, default=-1) + 1
            self.flaw(dw > words or pw > pointers, 'version')   # the struct of a later version
            self.flaw(section & (1 << 64 * words) - 1 & ~owned or any(
                self.words[s + dw + i] for i in range(min(pw, pointers)) if i not in known))
            made.append(rec)
        return made


# schema.capnp as far as a note schema needs it; members of unions side by side, as no two share a bit.
NODE = {n: [(*f.split()[:2], int(f.split()[2])) for f in fields.split(',')] for n, fields in {
    'Schema': 'id UInt64 0,nodes List(Node) 0',
    'Node': 'id UInt64 0,name Text 0,scope UInt64 128,notes List(Note) 2,kind UInt16 96,words UInt16 112,'
            'pointers UInt16 192,enc UInt16 208,group Bool 224,tags UInt16 240,tagAt UInt32 256,fields List(Field) 3',
    'Field': 'name Text 0,order UInt16 0,notes List(Note) 1,tag UInt16 16,isGroup UInt16 64,offset UInt32 32,'
             'type Type 2,zero Value 3,group UInt64 128,numbered UInt16 80,ordinal UInt16 96',
    'Note': 'id UInt64 0,value Value 0',
    'Type': 'kind UInt16 0,of UInt64 64,element Type 0',
    'Value': 'kind UInt16 0,code UInt16 16,number UInt32 32,any Any 0'}.items()}
KINDS = ('Void Bool Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64 Text:{style} Data '
         'List({element}) Enum:{of} {of}').split()


class Nodes:
    """The nodes of a note schema. A type is written as in source, a struct or enum by its id, a text with a style."""
    def __init__(self, bundle):
        top = Message(bundle, lambda kind, _: NODE[kind]).root('Schema')
        self.id, self.nodes = top.id, {n.id: n for n in top.nodes}

    def style(self, field):
        return 0

    def kind_of(self, t, style):
        element = self.kind_of(t.element, style) if t.kind == 14 else ''
        return KINDS[t.kind].format(style=style, of=t.of, element=element)

    def ordinal(self, f):
        """A group or named union stands at the lowest ordinal within it."""
        return min(map(self.ordinal, self.nodes[f.group].fields)) if f.isGroup else f.ordinal

    def fields(self, kind, section):
        """Of a struct: fields with the names of their nodes; of a union, the member that the tag chooses."""
        node = self.nodes[int(kind)]
        out, tag = [(kind, 'UInt16', 16 * node.tagAt)] * bool(node.tags), section >> 16 * node.tagAt & 0xffff
        for f in node.fields:   # f.tag stands against its default: 0 is no union, 0xffff the tag 0
            if f.isGroup:
                out += self.fields(f.group, section)
            elif not (node.tags and f.tag and tag != f.tag ^ 0xffff):
                of = self.kind_of(f.type, self.style(f))
                out.append((f'{kind} {f.name}', of, f.offset * (bits_of(of) or 1)))
        return out
