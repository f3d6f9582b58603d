#!/usr/bin/env python3
"""A second reader of the format LX1, written from docs/format.md and the schemas it names, and from nothing else.

reader.py FILE.json...   opens every case of the vector files (tests/vectors/lx1/README.md) and names those that differ.
Quoted words in comments are sections of docs/format.md. Ed25519 is OpenSSL's verifier plus libsodium's refusal of
points of small order. Policy packs and schema bundles come as trusted givens: they are decoded, not judged."""
import base64, contextlib, datetime, hashlib, hmac, json, math, pathlib, re, struct, sys
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

class Refused(Exception):
    """The first check that failed, by its id in docs/errors.md."""
class Rec(dict):
    __getattr__ = dict.__getitem__
def need(ok, code):
    if not ok:
        raise Refused(code)
@contextlib.contextmanager
def as_code(code):
    try:
        yield
    except Refused as refused:
        raise Refused(code.get(refused.args[0], refused.args[0]) if isinstance(code, dict) else code) from refused

# "Conventions"
def u(n, size): return n.to_bytes(size, 'big')
def num(x): return int.from_bytes(x, 'big')
def v16(x): return u(len(x), 2) + x
def fr(label): return u(len(label), 1) + label.encode()
def sha(x): return hashlib.sha256(x).digest()
def mac(key, x): return hmac.new(key, x, 'sha256').digest()
def TH(label, m): return sha(fr('LX1 ' + label) + m)
def LH(x): return sha(b'\0' + x)
def NH(left, right): return sha(b'\1' + left + right)
def ascending(x): return all(a < b for a, b in zip(x, x[1:]))
def split(x, n=32): return [x[i:i + n] for i in range(0, len(x), n)]
def expand(prk, info, n):   # HKDF-Expand of at most two blocks
    first = mac(prk, info + b'\1')
    return (first + mac(prk, first + info + b'\2'))[:n]
def mth(leaves):
    k = 1 << (len(leaves) - 1).bit_length() - 1 if len(leaves) > 1 else 0
    return NH(mth(leaves[:k]), mth(leaves[k:])) if k else leaves[0] if leaves else sha(b'')
def merkle_root(leaf, i, n, path):   # what RFC 9162, 2.1.3.2, computes; None for a path of the wrong length
    if n == 1 or not path:
        return leaf if n == 1 and not path else None
    k = 1 << (n - 1).bit_length() - 1
    below = merkle_root(leaf, i % k if i < k else i - k, k if i < k else n - k, path[:-1])
    return below and (NH(below, path[-1]) if i < k else NH(path[-1], below))
def sparse_root(leaf, position, path):
    for j, sibling in enumerate(split(path)):
        leaf = NH(sibling, leaf) if position >> j & 1 else NH(leaf, sibling)
    return leaf if position >> len(path) // 32 == 0 else None
def padme(n):
    e = n.bit_length() - 1
    mask = (1 << e - e.bit_length()) - 1
    return n + mask & ~mask

# "Suites": HPKE of RFC 9180 in base mode, signatures
SUITE = {1: Rec(kem=0x10, aead=2, enc=65, cipher=AESGCM), 2: Rec(kem=0x20, aead=3, enc=32, cipher=ChaCha20Poly1305)}
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
SMALL = {'00' * 32, '01' + '00' * 31, 'ec' + 'ff' * 30 + '7f', 'ed' + 'ff' * 30 + '7f', 'ee' + 'ff' * 30 + '7f',
         '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
         'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'}
def p256(public):
    if len(public) != 65 or public[0] != 4:
        raise ValueError('form of the point')
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
def parses(suite, public):
    with contextlib.suppress(ValueError):
        return bool(p256(public)) if suite == 1 else len(public) == 32
def key_pair(suite, private):
    key = ec.derive_private_key(num(private), ec.SECP256R1()) if suite == 1 else (
        x25519.X25519PrivateKey.from_private_bytes(private))
    form = (ser.Encoding.X962, ser.PublicFormat.UncompressedPoint) if suite == 1 else (
        ser.Encoding.Raw, ser.PublicFormat.Raw)
    return key, key.public_key().public_bytes(*form)
def hpke_open(suite, private, sealed, info, aad):   # the plaintext, or None
    s, enc = SUITE[suite], sealed[:SUITE[suite].enc]
    kem, ids = b'KEM' + u(s.kem, 2), b'HPKE' + u(s.kem, 2) + u(1, 2) + u(s.aead, 2)
    def ext(sid, salt, label, ikm): return mac(salt or bytes(32), b'HPKE-v1' + sid + label + ikm)
    def exp(sid, prk, label, ctx, n): return expand(prk, u(n, 2) + b'HPKE-v1' + sid + label + ctx, n)
    with contextlib.suppress(ValueError, InvalidTag):
        key, public = key_pair(suite, private)
        peer = (ec.ECDH(), p256(enc)) if suite == 1 else (x25519.X25519PublicKey.from_public_bytes(enc),)
        shared = exp(kem, ext(kem, b'', b'eae_prk', key.exchange(*peer)), b'shared_secret', enc + public, 32)
        context = b'\0' + ext(ids, b'', b'psk_id_hash', b'') + ext(ids, b'', b'info_hash', info)
        secret = ext(ids, shared, b'secret', b'')
        nonce = exp(ids, secret, b'base_nonce', context, 12)
        return s.cipher(exp(ids, secret, b'key', context, 32)).decrypt(nonce, sealed[s.enc:], aad)
def verify(key, kind, m, signature):   # Sign(key, "LX1 sign <kind>", m); key has id, suite and publicKey
    message, r, s = fr('LX1 sign ' + ENUM['Kind'][kind]) + key.id + m, num(signature[:32]), num(signature[32:])
    with contextlib.suppress(ValueError, InvalidSignature):
        if key.suite == 1 and len(signature) == 64 and 0 < r < N and 0 < s <= N // 2:
            p256(key.publicKey).verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
            return True
        if key.suite == 2 and not {(x[:31] + bytes([x[31] & 127])).hex() for x in (key.publicKey, signature[:32])} & SMALL:
            ed25519.Ed25519PublicKey.from_public_bytes(key.publicKey).verify(signature, message)
            return True
    return False

# "Signed objects": records laid out from records.capnp, codes from registry.capnp
INTS = {f'{s}Int{n}': n for s in ('', 'U') for n in (8, 16, 32, 64)}
BITS = {'Void': 0, 'Bool': 1, 'Float32': 32, 'Float64': 64, **INTS}
def bits_of(kind): return 16 if kind.startswith('Enum:') else BITS.get(kind)
def source(name): return re.sub('#.*', '', (pathlib.Path(__file__).resolve().parents[2] /
                                            'include/exchange/schema' / name).read_text())
ENUM = {name: re.findall(r'@\d+\s+\$code\("(.*?)"\)', body)
        for name, body in re.findall(r'enum (\w+) \{(.*?)\}', source('registry.capnp'), re.S)}
def laid_out(body):   # Cap'n Proto's offsets of a struct without unions: bits for data, an index for pointers
    holes, words, pointers, fields = {}, 0, 0, []
    def place(lg):
        nonlocal words
        if lg not in holes and lg < 6:
            at = 2 * place(lg + 1)
            holes[lg] = at + 1
            return at
        words += lg not in holes
        return holes.pop(lg, words - 1)
    for name, _, kind in sorted(re.findall(r'(\w+)\s*@(\d+)\s*:([\w()]+);', body), key=lambda f: int(f[1])):
        bits = BITS.get(kind)
        fields.append((name, kind, place(bits.bit_length() - 1) * bits if bits else pointers))
        pointers += not bits
    return fields
RECORD = {n: laid_out(body) for n, body in re.findall(r'struct (\w+) \{(.*?)\}', source('records.capnp'), re.S)}
# A schema bundle's nodes, as far as "Bundle" fills them; members of unions side by side, as no two share a bit.
NODE = {n: [(*f.split()[:2], int(f.split()[2])) for f in fields.split(',')] for n, fields in {
    'Schema': 'id UInt64 0,nodes List(Node) 0', 'Note': 'id UInt64 0,value Value 0',
    'Node': 'id UInt64 0,name Text 0,scope UInt64 128,notes List(Note) 2,kind UInt16 96,words UInt16 112,fields List(Field)'
            ' 3,pointers UInt16 192,encoding UInt16 208,group Bool 224,tags UInt16 240,tagAt UInt32 256',
    'Field': 'name Text 0,order UInt16 0,notes List(Note) 1,tag UInt16 16,isGroup UInt16 64,offset UInt32 32,type Type 2,'
             'zero Value 3,group UInt64 128,numbered UInt16 80,ordinal UInt16 96', 'Type': 'kind UInt16 0,of UInt64 64,'
    'element Type 0', 'Value': 'kind UInt16 0,code UInt16 16,number UInt32 32,any Any 0'}.items()}
# What a field may be, by its name, or its struct's and its own: sizes or numbers `a|b`, a code list, `[least..most]`.
RULES = {name: rule for rule, names in {
    '1': 'version', '16': 'coalition grantId authority statusList agency pseudonym list noteId sender Party.id agreementId '
    'audience KeyRecord.subject', '32': 'parent previous policyPack key subjectCommit evidenceCommit entriesRoot root nonce '
    'encryptionKey schemaDigest senderKey grant status recipientsRoot checkpointOrigin checkpointRoot slotsRoot termsSalt '
    'recipientSalt noteSecret batchRoot header redactor openedUnder salt ctHash termsDigest recipientKey secret threadPrev '
    'redisclosingGrant audienceKey presenterKey', '0|32': 'signer subjectSalt', '0|64': 'Signed.signature',
    '64': 'signature chunk batchSignature', '1|2': 'suite Presentation.role', '0|1|2': 'requiredSuite', '320': 'batchPath',
    '160': 'View.recipientPath', '0|160': 'recipientPath', '32|65': 'publicKey', '8|16|32|64|128|256': 'slotCount',
    'Kind': 'Signed.kind', 'Purpose': 'purpose', 'KeyKind': 'KeyRecord.kind', 'PartyKind': 'Party.kind', 'Role': 'Party.role',
    'Basis': 'basis', 'Release': 'release', 'Basis[0..16]': 'bases', 'Purpose[1..16]': 'purposes', 'Obligation[0..16]':
    'obligations', 'Slot[0..64]': 'compartments', 'Slot': 'compartment', '[1..16777216]': 'body core terms plain',
    '[1..256]': 'Party.name View.slots Redaction.slots Presentation.slots', '[0..32]': 'ori', '[1..32]': 'reason signatures',
    '[0..16]': 'Party.keys', '[1..16]': 'roots', '[0..4096]': 'revoked own edges classKeys', '[0..1024]': 'parties staples',
    '[1..1024]': 'views', '[1..8]': 'chain senderChain', '[0..32768]': 'subjectRecord', '[1..65536]': 'chunkCount',
    '[80..113]': 'sealed', '[0..64]': 'redactions wraps'}.items() for name in names.split()}
RANK = ['EX1319', 'EX1322', 'EX1320', 'EX1321', 'EX1323']   # malformed, limit, not canonical, version, code
def broken_rule(name, rule, v):
    allowed, _, bounds = rule.partition('[')
    size, codes = (v, [v]) if isinstance(v, int) else (len(v), v)
    if bounds and not int(bounds.split('..')[0]) <= size <= int(bounds.split('..')[1][:-1]):
        return 'EX1322' if size else 'EX1319'
    if allowed[:1].isdigit():
        return None if str(size) in allowed.split('|') else 'EX1321' if name == 'version' else 'EX1319'
    top = 26 << 6 if allowed == 'Slot' else len(ENUM.get(allowed, ()))
    if allowed and not all(0 < c < top and (allowed != 'Slot' or c & 63 < 34 and c >> 6) for c in codes):
        return 'EX1323'
    return 'EX1319' if allowed and not ascending(codes) else None

class Message:
    """One single-segment message, read and written again in canonical form at once; both must be the same bytes.
    `fields(kind, data section)` lays a struct out."""
    def __init__(self, data, fields, fits=lambda kind, v: True):
        need(data and len(data) % 8 == 0, 'EX1319')
        self.words, self.fields, self.out, self.found = [int.from_bytes(w, 'little') for w in split(data, 8)], fields, [0], []
    def root(self, kind):
        value = self.pointer(self.words[0], kind, 0, 0)
        self.found += ['EX1320'] * (self.words != self.out)
        need(not self.found, min(self.found, key=RANK.index, default=None))
        return value
    def part(self, start, n):
        need(start >= 0 and start + n <= len(self.words), 'EX1319')
        return self.words[start:start + n]
    def pointer(self, word, kind, p, o):   # p: where the pointer stands, o: where it is written again
        is_list = kind in ('Data', 'Any') or kind[:4] in ('Text', 'List')
        if word == 0:
            return None if not is_list else '' if kind[:4] == 'Text' else b'' if kind == 'Data' else []
        need(word & 3 == is_list and len(self.out) < 4 * len(self.words), 'EX1319')
        start, size, n = p + 1 + ((word >> 2 & 0x3fffffff) ^ 0x20000000) - 0x20000000, word >> 32 & 7, word >> 35
        if not is_list:
            return self.structs(kind, [start], word >> 32 & 0xffff, word >> 48, o, None)[0]
        element = kind[5:-1] if kind[:4] == 'List' else 'UInt16' if kind == 'Any' and size == 3 else 'UInt8'
        bits, base = bits_of(element), len(self.out)
        if bits is None and element != 'Data' and element[:4] not in ('Text', 'List'):
            tag = self.part(start, n + 1)[0]
            count, dw, pw = tag >> 2 & 0x3fffffff, tag >> 32 & 0xffff, tag >> 48
            need(size == 7 and tag & 3 == 0 and count * (dw + pw) == n, 'EX1319')
            return self.structs(element, range(start + 1, start + 1 + n, dw + pw or 1), dw, pw, o, count)
        need(size == (6 if bits is None else (0, 1, 8, 16, 32, 64).index(bits)), 'EX1319')
        body = self.part(start, (n * (bits or 64) + 63) // 64)
        if n:   # an empty one is written as null
            self.out[o] = 1 | (base - o - 1 & 0x3fffffff) << 2 | size << 32 | n << 35
        if bits is None:
            self.out += [0] * n
            return [self.pointer(w, element, start + i, base + i) for i, w in enumerate(body)]
        whole = sum(w << 64 * i for i, w in enumerate(body)) & (1 << n * bits) - 1
        self.out += [whole >> 64 * i & (1 << 64) - 1 for i in range(len(body))]
        raw = whole.to_bytes(n * bits // 8, 'little')
        if kind[:4] == 'Text':
            need(raw[-1:] == b'\0' and is_text(raw[:-1]), 'EX1319')
            return raw[:-1].decode()
        return raw if element == 'UInt8' and kind[:4] != 'List' else [number(element, x) for x in split(raw, bits // 8)]
    def structs(self, kind, starts, dw, pw, o, count):
        made = []
        for start in starts:
            words, rec, owned, pointers = self.part(start, dw + pw), Rec(), 0, []
            section = sum(w << 64 * i for i, w in enumerate(words[:dw]))
            for name, of, at in self.fields(kind, section):
                bits = bits_of(of)
                if bits is None:
                    pointers.append((at, name, of, start + dw + at, words[dw + at] if at < pw else 0))
                else:
                    rec[name] = number(of, (section >> at & (1 << bits) - 1).to_bytes(bits + 7 >> 3, 'little'))
                    owned |= (1 << bits) - 1 << at
            made.append((rec, section & owned, pointers))
        w = max((-(-m[1].bit_length() // 64) for m in made), default=0)
        q = max((p[0] + 1 for m in made for p in m[2] if p[4]), default=0)
        base = len(self.out)
        self.out[o] = (base - o - 1 << 2 if w + q else 0xfffffffc) | w << 32 | q << 48 if count is None else (
            1 | base - o - 1 << 2 | 7 << 32 | count * (w + q) << 35)
        self.out += [] if count is None else [count << 2 | w << 32 | q << 48]
        base = len(self.out)
        for rec, section, _ in made:
            self.out += [section >> 64 * i & (1 << 64) - 1 for i in range(w)] + [0] * q
        for i, (rec, _, pointers) in enumerate(made):
            for at, name, of, p, word in sorted(pointers):
                rec[name] = self.pointer(word, of, p, base + i * (w + q) + w + at)
            for name, value in rec.items() if kind in RECORD and 'Pack' not in kind else ():
                rule = RULES.get(f'{kind}.{name}') or RULES.get(name)
                self.found += filter(None, [rule and (value is None and 'EX1319' or broken_rule(name, rule, value))])
        return [rec for rec, _, _ in made]
def number(kind, raw):
    if kind[:5] == 'Float':
        return struct.unpack('<f' if len(raw) == 4 else '<d', raw)[0]
    return int.from_bytes(raw, 'little', signed=kind[:3] == 'Int')
def is_text(raw):
    with contextlib.suppress(UnicodeDecodeError):
        return '\0' not in raw.decode()
def decode(kind, data): return Message(data, lambda of, _: RECORD[of]).root(kind)

# "Schema digest": from a bundle to slots, "Values"
CLASS, FORMS, SIZE, ISOLATE, FORMAT = range(0xc1a6e1d5b0a40101, 0xc1a6e1d5b0a40106)
KINDS = 'Void Bool Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64'.split()
STYLE = {0: '(?s).+', 1: r'\d{4}-\d\d-\d\d', 2: r'\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z',
         3: '[!-~]([ -~]{0,62}[!-~])?', 4: r'[^\0-\x1f\x7f]+', 5: r'[^;\0-\x1f\x7f]+(; [^\0-\x1f\x7f]+)?'}
class Schema:
    def __init__(self, bundle):
        top = Message(bundle, lambda of, _: NODE[of]).root('Schema')
        self.id, self.digest, self.slots, self.nodes = top.id, TH('schema digest', bundle), [], {n.id: n for n in top.nodes}
        self.walk(self.nodes[top.id], '', 0, False, None)
        self.count = max(8, 1 << (len(self.slots) - 1).bit_length())
    def kind_of(self, t, style):
        return f'List({self.kind_of(t.element, style)})' if t.kind == 14 else f'Text:{style}' if t.kind == 12 else (
            'Data' if t.kind == 13 else f'Enum:{t.of}' if t.kind == 15 else f'{t.of}' if t.kind == 16 else KINDS[t.kind])
    def lowest(self, f): return min(map(self.lowest, self.nodes[f.group].fields)) if f.isGroup else f.ordinal
    def walk(self, node, path, mark, apart, union):
        for f in sorted(node.fields, key=self.lowest):
            marks, name = {a.id: a.value for a in f.notes}, path + f.name
            own, alone = marks[CLASS].code if CLASS in marks else mark, apart or ISOLATE in marks
            if f.isGroup or f.type.kind == 16:
                inner = self.nodes[f.group if f.isGroup else f.type.of]
                self.walk(inner, name + '.', own, alone, name if f.isGroup and inner.tags else None)
            elif f.tag != 0xffff:   # tags stand in a bundle against their default: 0xffff is tag 0, `unstated`, 0 none
                kind = self.kind_of(f.type, marks[FORMAT].code if FORMAT in marks else 0)
                for form in [0, *(marks[FORMS].any if FORMS in marks else ())]:
                    self.slots.append(Rec(index=len(self.slots), path=name, union=union, form=form, comp=own << 6 | form,
                                          alone=alone, size=marks[SIZE].number, kind=kind if form in (0, 2, 3, 12) else
                                          'Enum:yes-no' if form == 1 else 'Text:0'))
    def fields(self, kind, section):   # of a struct in a list, of each union the member that its tag chooses
        node, out = self.nodes[int(kind)], []
        tag = section >> 16 * node.tagAt & 0xffff
        for f in node.fields:
            if f.isGroup:
                out += self.fields(f.group, section)
            elif not (node.tags and f.tag and tag != f.tag ^ 0xffff):
                of = self.kind_of(f.type, {a.id: a.value.code for a in f.notes}.get(FORMAT, 0))
                out.append((f'{node.id} {f.name}', of, f.offset * (bits_of(of) or 1)))
        return out + [(f'{node.id}', 'UInt16', 16 * node.tagAt)] * bool(node.tags)
    def fits(self, kind, v):
        if kind[:5] == 'Enum:':
            return v < (3 if kind == 'Enum:yes-no' else len(self.nodes[int(kind[5:])].fields))
        if kind[:5] != 'Text:' or not re.fullmatch(STYLE[int(kind[5:])], v):
            return kind[:5] != 'Text:' and not (kind[:5] == 'Float' and not math.isfinite(v))
        with contextlib.suppress(ValueError):
            return len(v.split(';')[0].encode()) <= 32 if kind[5:] == '5' else (
                kind[5:] not in '12' or bool(datetime.date.fromisoformat(v[:10])))
    def value(self, slot, raw):
        kind, bits = slot.kind, bits_of(slot.kind)
        if kind[:4] == 'List':
            need(raw[:8] != bytes(8), 'EX3415')
            with as_code('EX3414'):
                return Message(raw, self.fields, self.fits).root(kind)
        need(len(raw) == (8 if bits else 0) if bits is not None else kind == 'Data' or is_text(raw), 'EX3414')
        v = raw if kind == 'Data' else raw.decode() if bits is None else number(kind, raw[:4] if kind == 'Float32' else raw)
        need(self.fits(kind, v), 'EX3414')
        if kind in INTS:
            need(-(kind[0] == 'I') << bits - 1 <= v < 1 << bits - (kind[0] == 'I'), 'EX3414')
        need(v or slot.union or not bits, 'EX3414')
        return v
ZIP = '036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893'.split()
def bands(v, edges, most):
    need(0 <= v <= most, 'EX3416')
    low = max(e for e in edges if e <= v)
    high = min([e for e in edges if e > v], default=0) - 1
    return f'{low}+' if high < 0 else f'{low}' if low == high else f'{low}-{high}'
def formed(function, to, kind, v):
    """What a form must be, from the value of a finer one ("Values", the table of functions)."""
    if function == 'table':
        return sorted({to[c] for c in v}) if isinstance(v, list) else to[v]
    if function == 'yes-no':
        if isinstance(v, list):
            return 2 if any(to[c] == 2 for c in v) or v and not to else 1
        return to[v] if kind[:5] == 'Enum:' else 1 if bits_of(kind) and not v else 2
    if function[:5] == 'date-':
        quarter = v[5:7] if v[5] == 'Q' else f'Q{(int(v[5:7]) + 2) // 3}'
        return {'day': v[:10], 'month': v[:7], 'quarter': f'{v[:4]}-{quarter}', 'year': v[:4]}[function[5:]]
    if function in ('count-bucket', 'age-band'):
        return bands(v, (0, 1, 3, 6, 11, 21, 51), 2 ** 63 - 1) if function[0] == 'c' else (
            bands(v, (0, 18, 25, 35, 45, 55, 65, 75, 85, 90), 150))
    if function == 'place-area':
        area = v.split(';')[0].strip(' ')
        return area if not re.fullmatch(r'\d{3}(\d\d(-\d{4})?)?', area) else '000' if area[:3] in ZIP else area[:3]
    words = [m[1] for m in (re.match(r'[^\W\d_]|\W', w) and re.search(r'^[\W_]*([^\W\d_])', w) for w in v.split(' ')) if m]
    return ' '.join(f'{c.upper() if c in "abcdefghijklmnopqrstuvwxyz" else c}.' for c in words[:1] + words[1:][-1:])

# "Keys, parties, roster"
def key_record(signed):
    k = decode('KeyRecord', signed.body)
    need(signed.kind == 1 and len(k.publicKey) == SUITE[k.suite].enc and k.notBefore <= k.notAfter, 'EX1319')
    need(bool(k.bases) == (k.kind == 3) and (k.kind < 8 or k.suite == 2), 'EX1319')
    need(k.kind != 6 or k.notAfter - k.notBefore <= 7 * 86400, 'EX1319')
    return Rec(k, id=TH('key id', signed.body), signed=signed)
def certifies(kind, child):
    return child.kind in (2, 3, 4, 5) if kind == 1 else kind == 2 and (child.kind > 5 or child.bases == [3])
def signed_by(key, signed):
    return signed.signer == key.id and verify(key, signed.kind, signed.body, signed.signature)
def read_roster(data):
    body = decode('SignedRoster', data).body
    r = Rec(decode('Roster', body), hash=TH('roster hash', body), certs={})
    roots = {TH('key id', p): Rec(kind=1, suite=r.suite, publicKey=p, id=TH('key id', p)) for p in r.roots}
    for p in r.parties:
        with as_code('EX6209'):
            r.certs.update((k.id, Rec(k, party=p)) for k in map(key_record, p['keys']))
    return Rec(r, rootKeys=roots, party={p.id: p for p in r.parties}, gone={k.key: k.revokedAt for k in r.revoked})
def take_roster(w, data):
    with as_code(dict.fromkeys(RANK, 'EX6201')):
        r, signatures = read_roster(data), decode('SignedRoster', data).signatures
    def once(x): return len(set(x)) == len(x)
    need(1 <= r.threshold <= len(r.roots) and r.expires >= r.issued and once(r.roots) and all(parses(r.suite, p) for p in
         r.roots) and once([p.id for p in r.parties]) and once([p.name for p in r.parties]) and
         once([k.key for k in r.revoked]) and (r.previous == bytes(32)) == (r.rosterVersion == 1), 'EX6201')
    held, n, roots = w.rosters[-1] if w.rosters else None, len(r.roots), list(r.rootKeys.values())
    old = list(held.rootKeys.values()) if held else []
    signers = {}
    need(ascending([s.rootIndex for s in signatures]), 'EX6201')
    for s in signatures:
        left = s.rootIndex - n
        need(s.rootIndex < n or left < len(old) and old[left].id not in r.rootKeys, 'EX6202')
        key = roots[s.rootIndex] if s.rootIndex < n else old[left]
        need(verify(key, 2, decode('SignedRoster', data).body, s.signature), 'EX6202')
        signers[key.id] = key
    need(len(set(signers) & set(r.rootKeys)) >= r.threshold, 'EX6202')
    if held:
        need(r.rosterVersion > held.rosterVersion, 'EX6203')
        need(r.coalition == held.coalition and r.previous == held.hash, 'EX6204')
        need(len(set(signers) & set(held.rootKeys)) >= held.threshold, 'EX6205')
    for k in r.certs.values():
        parent = r.rootKeys.get(k.parent) or r.certs.get(k.parent)
        need((k.subject, k.coalition) == (k.party.id, r.coalition) and (k.suite == r.suite or k.kind > 7), 'EX6209')
        need(parent and certifies(parent.kind, k), 'EX6210')
        need(not k.signed.signature if parent.kind == 1 else signed_by(parent, k.signed), 'EX6211')
    return {'roster_hash': r.hash.hex()}
def check_chain(chain, leaf, roster):
    """Key records, leaf first, in the order of "Keys, parties, roster"; not yet whether they are valid at some time."""
    with as_code('EX3201'):
        keys = [key_record(s) for s in chain]
    need(keys[0].kind == leaf and all(certifies(p.kind, c) for c, p in zip(keys, keys[1:])) and certifies(1, keys[-1]), 'EX3204')
    need(all(c.parent == p.id for c, p in zip(keys, keys[1:])) and keys[-1].id in roster.certs and
         keys[-1].parent in roster.rootKeys, 'EX3202')
    need(all(k.coalition == roster.coalition for k in keys), 'EX3205')
    need(all(k.subject == keys[0].subject for k in keys), 'EX3206')
    need(all(k.suite == roster.suite for k in keys), 'EX3207')
    need(not keys[-1].signed.signature and all(signed_by(p, c.signed) for c, p in zip(keys, keys[1:])), 'EX3203')
    return keys
def valid_at(keys, roster, t):
    need(all(k.notBefore <= t <= k.notAfter for k in keys), 'EX3212')
    need(not any(roster.gone.get(k.id, t + 1) <= t for k in keys), 'EX3213')
def agreed(roster, party, t):
    p = roster.party.get(party)
    return p and p.agreementNotBefore <= t <= p.agreementNotAfter
def roster_at(w, t): return next((r for r in reversed(w.rosters) if r.issued <= t), None)

# "Object envelope" and the first steps of "Open"
def unseal(w, data, magic, label, codes, least):
    """The padded body and the key that opened it; codes for size, too large, magic, suite, no key."""
    need(len(data) >= 6, codes[0]); need(len(data) <= 1 << 24, codes[1])
    need(data[:4] != b'LXB1', 'EX3509'); need(data[:4] == magic, codes[2])
    suite = num(data[4:6])
    need(suite in SUITE, codes[3]); need(len(data) >= 6 + SUITE[suite].enc + least + 16, codes[0])
    for key in w.own[:8]:
        info = fr(f'LX1 {label}')[1:] + TH(f'{label} info', w.agency + key.id)
        body = hpke_open(suite, key.private, data[6:], info, data[:6])
        if body is not None:
            return suite, key, body
    raise Refused(codes[4])
def unpad(body, code):
    n = num(body[:4])
    need(4 + n <= len(body) and not any(body[4 + n:]), code)
    return body[4:4 + n]
def open_object(w, data):
    _, key, body = unseal(w, data, b'LXO1', 'object envelope', ('EX3501', 'EX3501', 'EX3502', 'EX3503', 'EX3504'), 4)
    need(len(body) in (65536, w.pack.grantViewSize) or padme(len(body)) == len(body), 'EX3505')
    with as_code(dict.fromkeys(RANK, 'EX3506')):
        return decode('SealedObject', unpad(body, 'EX3505')), key

# "Grant"
def read_grant(sealed):
    """A grant view taken apart, nothing checked but its form."""
    view = decode('GrantView', sealed.object.body)
    core = decode('GrantCore', view.core.body)
    def entry(p):
        e = p.entry
        need(len(e) >= 55 and len(e) == 55 + num(e[53:55]), 'EX1319')
        return Rec(index=num(e[:2]), agency=e[34:50], comp=num(e[50:52]), rights=e[52], pk=e[55:], leaf=LH(TH(
            'grant entry', e)), path=split(p.path))
    own, edges = [list(map(entry, part)) for part in (view.own, view.edges)]
    return Rec(core, view=view, hash=TH('grant hash', view.core.body), own=own, edges=edges,
               rights={(e.agency, e.comp): e.rights for e in own + edges}, pk={e.comp: e.pk for e in own},
               secret={k.compartment: k.secret for k in view.classKeys}, chain=sealed.chain)
def may(grant, agency, comp, right): return grant.rights.get((agency, comp), 0) & right
def take_grant(w, data):
    sealed, opened = open_object(w, data)
    roster, obj = w.rosters[-1], sealed.object
    need(obj.kind == 4, 'EX2201')
    with as_code('EX2202'):
        chain = check_chain(sealed.chain, 3, roster)
        valid_at(chain, roster, w.now)
    authority = chain[0]
    need(agreed(roster, authority.subject, w.now), 'EX2202')
    need(signed_by(authority, obj), 'EX2203')
    with as_code('EX2201'):
        g = read_grant(sealed)
    v, signed_core = g.view, g.view.core
    need(signed_core.kind == 3, 'EX2201')
    need(signed_by(authority, signed_core), 'EX2203')
    need(g.grantVersion and (g.previous == bytes(32)) == (g.grantVersion == 1) and g.notBefore <= g.notAfter and
         256 <= g.leafCount and g.requiredSuite in (0, roster.suite), 'EX2201')
    need(g.authority == authority.subject, 'EX2202')
    need(v.agency == w.agency and v.encryptionKey == opened.id, 'EX2204')
    need(g.coalition == roster.coalition and g.basis in authority.bases, 'EX2211')
    need(g.release != 2, 'EX2212'); need(g.policyPack == roster.policyPack, 'EX2213')
    need(all(ascending([e.index for e in part]) for part in (g.own, g.edges)), 'EX2206')
    need(len(g.rights) == len(g.own) + len(g.edges) and all(
        e.agency != w.agency and (may(g, w.agency, e.comp, 1) and e.rights & 2 or may(g, w.agency, e.comp, 2) and
                                  e.rights & 1) for e in g.edges), 'EX2206')
    need(all(e.agency == w.agency for e in g.own) and all(
        merkle_root(e.leaf, e.index, g.leafCount, e.path) == g.entriesRoot for e in g.own + g.edges), 'EX2205')
    need(all(parses(roster.suite, e.pk) if e.rights & 1 else not e.pk for e in g.own + g.edges), 'EX2207')
    need([k.compartment for k in v.classKeys] == sorted(e.comp for e in g.own if e.rights & 1) and all(
        key_pair(roster.suite, secret)[1] == g.pk[k] for k, secret in g.secret.items()), 'EX2207')
    need(bool(v.subjectSalt) == bool(v.subjectRecord) and (not v.subjectRecord or may(g, w.agency, 1 << 6, 1) and
         TH('subject', v.subjectSalt + v.subjectRecord) == g.subjectCommit), 'EX2210')
    versions = [h for h in w.grants.values() if h.grantId == g.grantId]
    need(all(h.view.pseudonym == v.pseudonym for h in versions), 'EX2209')
    need(all(h.grantVersion <= g.grantVersion for h in versions), 'EX2208')
    return {'grant_hash': g.hash.hex()}

# "Status"
def state(chunk, index): return chunk[(index & 255) >> 2] >> 2 * (index & 3) & 3
def chunk_leaf(c, chunk): return LH(TH('status chunk', u(c, 4) + chunk))
def read_list(data):
    s = decode('StatusList', data)
    return Rec(decode('StatusBody', s.signedBody.body), hash=TH('status hash', s.signedBody.body), signed=s.signedBody,
               chunks=split(s.chunks, 64), chain=s.chain)
def shows(status, index): return state(status.chunks[index >> 8], index) if index >> 8 < len(status.chunks) else 0
def take_status(w, data):
    with as_code('EX2214'):
        s, roster = read_list(data), w.rosters[-1]
        chain = check_chain(s.chain or w.status_chain, 3, roster)
        valid_at(chain, roster, w.now)
        need(s.signed.kind == 5 and s.authority == chain[0].subject and len(s.chunks) == s.chunkCount, 'EX2214')
    need(signed_by(chain[0], s.signed), 'EX2215')
    need(mth([chunk_leaf(c, x) for c, x in enumerate(s.chunks)]) == s.root and s.issuedAt <= w.now + 300, 'EX2214')
    need(s.issuedAt <= s.nextUpdate <= s.issuedAt + 86400, 'EX2218')
    held = [h for h in w.status_lists if h.list == s.list]
    need(all(h.listVersion <= s.listVersion for h in held), 'EX2216')
    need(all(h.hash == s.hash for h in held if h.listVersion == s.listVersion), 'EX2217')
    return {'status_hash': s.hash.hex()}

# "Policy pack"
def index_pack(pack):
    return Rec(pack, cls={c.fieldClass: c for c in pack.classes}, row={b.basis: b for b in pack.bases},
               cell={(c.basis, c.purpose, c.role, c.fieldClass): c for c in pack['cells']},
               function={f.form: f.function for f in pack.forms}, to={(m.schema, m.path, m.form): m.to for m in pack.maps},
               old={n.notice for n in pack.notices if n.superseded})
def given_to(pack, basis, purpose, role, comp, own):
    row, cell, form = pack.row.get(basis), pack.cell.get((basis, purpose, role, comp >> 6)), comp & 63
    if basis == 3 and own:
        return form == 0 and comp >> 6 in pack.originator.own
    if not (row and purpose in row.purposes and role in row.readers and comp >> 6 in pack.cls and cell and cell.effect):
        return False
    return form == 0 if cell.relation == 3 and own else form == cell.form and not (cell.relation == 3 and form == 0)
def part_of(pack, slot):
    return slot.comp if slot.alone or slot.comp >> 6 in pack.cls and pack.cls[slot.comp >> 6].isolate else 0
def check_originator(w, g):
    o, roster = w.pack.originator, w.rosters[-1]
    kinds, rows = roster.party[g.authority].kind, {(r.purpose, r.fieldClass): r.readers for r in o.rows}
    need(kinds in o.kinds and g.notAfter - g.notBefore <= o.maxDays * 86400 and all(
        any(p == r.purpose for r in o.rows) for p in g.purposes), 'EX3307')
    for (agency, comp), rights in g.rights.items():
        need(comp & 63 == 0, 'EX3307')
        need(comp >> 6 in o.own if agency == g.authority else rights == 1 and any(
            roster.party[agency].role in rows.get((p, comp >> 6), ()) for p in g.purposes), 'EX3307')

# "Open", steps 3 to 17
OPEN = dict(zip(RANK, ('EX3108', 'EX3109', 'EX3110', 'EX3111', 'EX3112')))
def open_note(w, data):
    suite, key, body = unseal(w, data, b'LXE1', 'envelope', ('EX3101', 'EX3102', 'EX3103', 'EX3104', 'EX3105'), 4096)
    need(len(body) >= 4096 and padme(len(body)) == len(body), 'EX3106')
    inner = unpad(body, 'EX3107')
    with as_code(OPEN):
        b = decode('Bundle', inner)
        views = [decode('View', d) for d in b['views']]
        heads = [Rec(decode('NoteHeader', v.core), hash=TH('header', v.core + v.slotsRoot)) for v in views]
        terms = [decode('RecipientTerms', v.terms) for v in views]
        staples = [decode('Staple', d) for d in b.staples]
    need(len({h.hash for h in heads}) == len(heads), 'EX3113')
    staples = [Rec(s, hash=TH('status hash', s.signedBody.body)) for s in staples]
    used = {h.status for h in heads}
    need(ascending([(s.hash, s.chunkIndex) for s in staples]) and not (
        used <= {s.hash for s in staples} and {s.hash for s in staples} - used), 'EX3108')
    at = heads[0].sealedAt
    roster = roster_at(w, at) or w.rosters[-1]
    with as_code(dict.fromkeys(RANK, 'EX3201')):
        chain = [decode('Signed', d) for d in b.chain]
    chain = check_chain(chain, 7, roster)
    seat = chain[0]
    need(verify(seat, 7, b.batchRoot, b.signature), 'EX3208')
    need(all(h.sealedAt == at for h in heads), 'EX3209')
    need(all(h.senderKey == seat.id for h in heads), 'EX3210')
    need(at <= w.now + 300, 'EX3211')
    valid_at(chain, roster, at)
    need(roster_at(w, at) and w.now <= w.rosters[-1].expires, 'EX3214')
    need(all(h.policyPack == roster.policyPack for h in heads), 'EX3215')
    need(suite == roster.suite, 'EX3216')
    need(w.pack and w.pack.hash == roster.policyPack, 'EX2003')
    out, world = [], Rec(w, suite=suite, opener=key, roster=roster, chain=chain, batch=b, staples=staples, digest=sha(data))
    for v, h, t in zip(views, heads, terms):
        try:
            out.append(open_view(world, v, h, t))
        except Refused as refused:
            out.append({'code': refused.args[0]})
    return {'views': out}
def open_view(w, v, h, terms):
    roster, pack, seat, at, sender = w.roster, w.pack, w.chain[0], h.sealedAt, h.sender
    need(h.suite == w.suite, 'EX3217'); need(h.coalition == roster.coalition, 'EX3218')
    need(sender == seat.subject, 'EX3219')                                                                    # step 7
    schema = w.schemas.get(h.schemaDigest)
    need(schema and schema.id == h.schemaId, 'EX3220')
    names = [s.name for s in pack.schemas if (s.digest, s.typeId) == (h.schemaDigest, h.schemaId)]
    need(names, 'EX3221'); need(h.slotCount == schema.count == len(v.slots), 'EX3222')
    need(h.part in {0, *(part_of(pack, s) for s in schema.slots)}, 'EX3223')
    need(sparse_root(LH(h.hash), v.batchPosition, v.batchPath) == w.batch.batchRoot, 'EX3224')
    mark = w.seen.get((sender, h.noteId))
    need(mark in (None, h.hash), 'EX3417')
    redacted, own_key = set(), w.opener.id
    for data in v.redactions:
        with as_code('EX3403'):
            signed = decode('Signed', data)
            r, by = decode('Redaction', signed.body), {seat.id: seat, **roster.certs}.get(signed.signer)
            need(signed.kind == 8 and r.header == h.hash and by and by.kind == 7 and by.subject in (w.agency, sender) and
                 r.redactor == by.id and signed_by(by, signed) and re.fullmatch('[a-z0-9-]+', r.reason), 'EX3403')
        redacted, own_key = redacted | set(r.slots), r.openedUnder
    windows = {k.id: k for k in w.own}                                                                    # step 8
    def leads(key):
        leaf = LH(TH('recipient', v.recipientSalt + w.agency + key + TH('recipient terms', v.termsSalt + v.terms)))
        return sparse_root(leaf, v.recipientPosition, v.recipientPath) == h.recipientsRoot
    need(leads(own_key), 'EX3226' if any(map(leads, windows)) else 'EX3225')
    need(windows[own_key].not_before <= at <= windows[own_key].not_after, 'EX3227')
    need(terms.compartments, 'EX3228')
    g = w.grants.get(h.grant)                                                                                 # step 9
    need(g, 'EX3301')
    with as_code('EX3302'):
        authority = check_chain(g.chain, 3, roster)
        valid_at(authority, roster, at)
        need(g.basis in authority[0].bases, 'EX3302')
    need(g.requiredSuite in (0, w.suite), 'EX3304'); need(h.basis == g.basis, 'EX3303')
    need(h.purpose in g.purposes, 'EX3305')
    need(agreed(roster, sender, at) and agreed(roster, w.agency, at), 'EX3306')
    if g.basis == 3:
        check_originator(w, g)
    need(max(g.notBefore, g.effectiveAt) <= at, 'EX3308')                                                     # step 10
    need(at <= g.notAfter, 'EX3309'); need(h.expiresAt <= g.notAfter, 'EX3310')
    need(at <= h.expiresAt, 'EX3311'); need(w.now <= h.expiresAt, 'EX3312')
    check_status(w, h, g, authority[0])                                                                       # step 11
    role = roster.party[w.agency].role                                                                        # step 12
    mine = sorted({s.comp for s in schema.slots if part_of(pack, s) == h.part and may(g, w.agency, s.comp, 1) and may(
        g, sender, s.comp, 2) and given_to(pack, h.basis, h.purpose, role, s.comp, sender == w.agency)})
    need(terms.compartments == mine, 'EX3327')
    need(terms.notice == pack.row[h.basis].notice and terms.notice not in pack.old, 'EX3328')
    need(set(terms.obligations) <= {1, 2, 3, 4, 5, 7} & set(pack.executable), 'EX3330')
    need(terms.obligations == sorted({*pack.row[h.basis].obligations, *(
        o for c in mine for o in pack.cls[c >> 6].obligations)}), 'EX3329')
    wanted = {s.index: s for s in schema.slots if s.comp in mine}                                             # step 13
    full = {i for i, cell in enumerate(v['slots']) if len(cell) != 32}
    need(full <= set(wanted), 'EX3402'); need(set(wanted) - full <= redacted, 'EX3401')
    need(redacted <= set(wanted) - full, 'EX3403')
    need(mth([LH(TH('cell leaf', u(i, 2) + c[:32] + TH('cell ct', c[32:]))) if i in full else c
              for i, c in enumerate(v['slots'])]) == v.slotsRoot, 'EX3404')
    need([x.compartment for x in v.wraps] == mine and all(len(x.sealed) == SUITE[w.suite].enc + 48 for x in v.wraps), 'EX3405')
    prk, ctx = {}, TH('note ctx', v.core)                                                                     # step 14
    for x in v.wraps:
        k, pk = u(x.compartment, 2), g.pk[x.compartment]
        info = b'LX1 class wrap' + TH('class wrap info', g.hash + sender + w.agency + k + v16(pk))
        s_k = hpke_open(w.suite, g.secret[x.compartment], x.sealed, info, b'')
        need(s_k is not None and len(s_k) == 32, 'EX3406')
        prk[x.compartment] = mac(ctx, v.noteSecret + s_k + k)
    raw, values = {}, {}
    for i in sorted(full):                                                                                    # step 15
        commit, ct, slot, cell_ctx = v['slots'][i][:32], v['slots'][i][32:], wanted[i], ctx + u(i, 2)
        need(len(ct) == 48 + slot.size, 'EX3407')
        okm = expand(prk[slot.comp], fr('LX1 cell key') + u(i, 2) + commit, 44)
        try:
            plain = SUITE[w.suite].cipher(okm[:32]).decrypt(okm[32:], ct, cell_ctx)
        except InvalidTag:
            raise Refused('EX3408') from None
        raw[i] = cell_value(plain[32:], 'EX3409 EX3410 EX3411 EX3412'.split())
        need(TH('cell commit', cell_ctx + plain) == commit, 'EX3413')
    check_values(w.pack, schema, names[0], wanted, raw)                                                       # step 16
    return {'header_hash': h.hash.hex(), 'repeat': mark is not None, 'redacted': sorted(redacted),
            'cells': [{'slot': i, 'value': None if x is None else x.hex()} for i, x in raw.items()]}
def cell_value(plain, codes):
    """present || len || value || zeros; codes for padding, flag, length, a length where absent."""
    n = num(plain[1:5])
    need(not any(plain[5 + n:]), codes[0]); need(plain[0] < 2, codes[1])
    need(5 + n <= len(plain), codes[2]); need(plain[0] or not n, codes[3])
    return plain[5:5 + n] if plain[0] else None
def check_values(pack, schema, name, wanted, raw):
    values = {i: schema.value(wanted[i], x) for i, x in raw.items() if x is not None}
    fields = {}
    for i in raw:
        fields.setdefault(wanted[i].path, []).append(wanted[i])
    unions = [wanted[f[0].index].union for f in fields.values() if any(s.index in values for s in f)]
    need(not any(x and unions.count(x) > 1 for x in unions), 'EX3414')
    for path, slots in fields.items():
        held = [s for s in slots if s.index in values]
        need(len(held) in (0, len(slots)), 'EX3416')
        for s in held:
            order = {0: 0, 10: 2, 4: 3, 5: 4, 6: 5, 1: 9}   # full, day, month, quarter, year, yes-no
            finer = [f for f in held if order.get(f.form, 1) < order.get(s.form, 1) and (f.form == 0 or s.form in (4, 5, 6) and
                     f.form in (10, 4, 5) or s.form == 1 and f.form not in (8, 11))]
            if finer:
                f = max(finer, key=lambda f: order.get(f.form, 1))
                with as_code('EX3416'):
                    try:
                        need(formed(pack.function[s.form], pack.to.get((name, path, s.form)), f.kind, values[f.index]) ==
                             values[s.index], 'EX3416')
                    except (IndexError, TypeError):   # a code beyond the map, a map that is not there
                        raise Refused('EX3416') from None
def check_status(w, h, g, authority):
    """Step 11, the cut-offs included."""
    mine, chunk, at = [s for s in w.staples if s.hash == h.status], g.statusIndex >> 8, h.sealedAt
    need(mine, 'EX3313')
    s = next((s for s in mine if s.chunkIndex == chunk), None)
    need(s, 'EX3317')
    with as_code('EX3314'):
        body = decode('StatusBody', s.signedBody.body)
        need(s.signedBody.kind == 5, 'EX3314')
    need(signed_by(authority, s.signedBody), 'EX3316')
    need((body.authority, body.list) == (g.authority, g.statusList), 'EX3315')
    need(merkle_root(chunk_leaf(chunk, s.chunk), chunk, body.chunkCount, split(s.path)) == body.root, 'EX3317')
    need(state(s.chunk, g.statusIndex) == 0, f'EX33{17 + state(s.chunk, g.statusIndex)}')
    need(body.issuedAt <= at + 300, 'EX3321'); need(at <= body.nextUpdate, 'EX3322')
    need(body.nextUpdate - body.issuedAt <= 86400, 'EX3323')
    held = [x for x in w.status_lists if x.list == g.statusList]
    need(not any(x.listVersion == body.listVersion and x.hash != s.hash for x in held), 'EX3324')
    need(not any(body.issuedAt < x.issuedAt <= at and shows(x, g.statusIndex) for x in held), 'EX3325')
    ends = [min((x for x in w.grants.values() if x.grantId == g.grantId and x.grantVersion > g.grantVersion),
                key=lambda x: x.grantVersion, default=Rec(effectiveAt=w.now + 1)).effectiveAt]
    for i, x in enumerate(held):
        if all(shows(y, g.statusIndex) for y in held[i:]):
            ends.append(x.issuedAt)
    ends += [w.rosters[-1].gone[k.id] for k in w.chain if k.id in w.rosters[-1].gone]
    cut = min((e for e in ends if e <= w.now), default=None)
    if cut is not None:
        need(at < cut, 'EX3325'); need(w.received.get(w.digest, cut) < cut, 'EX3326')

# "Presentation"
def verify_presentation(w, data):
    sealed, opened = open_object(w, data)
    obj, newest = sealed.object, w.rosters[-1]
    need(obj.kind == 9, 'EX3508'); need(w.now <= newest.expires, 'EX3214')
    with as_code('EX3520'):
        chain = check_chain(sealed.chain, 7, newest)
    need(signed_by(chain[0], obj), 'EX3507')
    with as_code('EX3506'):
        p = decode('Presentation', obj.body)
    need((p.audience, p.audienceKey) == (w.agency, opened.id), 'EX3510'); need(p.nonce in w.nonces, 'EX3511')
    need(p.presenterKey == chain[0].id and p.time <= w.now + 300, 'EX3512')
    with as_code('EX3520'):
        valid_at(chain, newest, p.time)
    with as_code('EX3506'):
        h = decode('NoteHeader', p.core)
    at, hash_ = h.sealedAt, TH('header', p.core + p.slotsRoot)
    roster = roster_at(w, at)
    need(roster, 'EX3214')
    with as_code('EX3520'):
        sender = check_chain(p.senderChain, 7, roster)
        valid_at(sender, roster, at)
    need((h.senderKey, h.sender, h.coalition, h.policyPack) == (sender[0].id, sender[0].subject, roster.coalition,
                                                                roster.policyPack), 'EX3520')
    need(sparse_root(LH(hash_), p.batchPosition, p.batchPath) == p.batchRoot and verify(sender[0], 7, p.batchRoot,
                                                                                       p.batchSignature), 'EX3513')
    holder = chain[0].subject
    leaf = LH(TH('recipient', p.recipientSalt + holder + p.recipientKey + p.termsDigest))
    nothing = not any(p.recipientSalt + p.recipientKey + p.termsDigest + p.recipientPath) and not p.recipientPosition
    need(sparse_root(leaf, p.recipientPosition, p.recipientPath) == h.recipientsRoot if p.role == 1 else
         holder == h.sender and nothing, 'EX3512')
    schema, pack, t = w.schemas.get(h.schemaDigest), w.pack, p.time
    need(schema and schema.id == h.schemaId and schema.count == h.slotCount, 'EX3515')
    need(ascending([s.index for s in p.slots]), 'EX3516')
    need(all(s.index < len(schema.slots) and part_of(pack, schema.slots[s.index]) == h.part for s in p.slots), 'EX3515')
    need(pack and pack.hash == newest.policyPack, 'EX2003')
    kind, role = newest.party[holder].kind, newest.party[w.agency].role
    need(p.role == 2 or kind in pack.row[h.basis].mayPresent, 'EX3514')
    g = w.grants.get(p.redisclosingGrant)
    need(g, 'EX3301')
    comps = [schema.slots[s.index].comp for s in p.slots]
    need(kind in pack.row[g.basis].mayPresent and any(a == holder for a, _ in g.rights) and p.purpose in g.purposes and
         max(g.notBefore, g.effectiveAt) <= t <= g.notAfter and p.notice == pack.row[g.basis].notice and all(
             may(g, w.agency, c, 1) and given_to(pack, g.basis, p.purpose, role, c, False) for c in comps), 'EX3514')
    need(not pack.row[h.basis].part2 or any(pack.cls[c >> 6].part2 for a, c in g.rights if a == w.agency), 'EX3514')
    cells, ctx = {}, TH('note ctx', p.core)
    for d in p.slots:
        slot = schema.slots[d.index]
        need(len(d.plain) == slot.size, 'EX3519')
        commit = TH('cell commit', ctx + u(d.index, 2) + d.salt + d.plain)
        leaf = LH(TH('cell leaf', u(d.index, 2) + commit + d.ctHash))
        need(merkle_root(leaf, d.index, h.slotCount, split(d.path)) == p.slotsRoot, 'EX3517')
        value = cell_value(d.plain, ['EX3519'] * 4)
        need(value is not None, 'EX3518')
        with as_code('EX3519'):
            schema.value(slot, value)
        cells[d.index] = value
    return {'result': 'indeterminate', 'cells': [{'slot': i, 'value': x.hex()} for i, x in cells.items()]}

# The vectors (tests/vectors/lx1/README.md)
def load(given):
    def b64(name): return [base64.b64decode(x) for x in given.get(name, ())]
    pack = decode('Signed', base64.b64decode(given['pack'])) if given.get('pack') else None
    grants = [read_grant(decode('SealedObject', x)) for x in b64('grants')]
    return Rec(now=given['now'], agency=bytes.fromhex(given.get('agency', '')), schemas={TH('schema digest', x): Schema(x)
               for x in b64('schemas')}, rosters=[read_roster(x) for x in b64('rosters')], grants={g.hash: g for g in grants},
               own=[Rec({n: x if isinstance(x, int) else bytes.fromhex(x) for n, x in k.items()}) for k in given.get('keys', ())],
               pack=pack and Rec(index_pack(decode('PolicyPack', pack.body)), hash=TH('policy hash', pack.body)),
               status_lists=[read_list(x) for x in b64('status_lists')], status_chain=[decode('Signed', x) for x in
               b64('status_chain')], nonces=[bytes.fromhex(x) for x in given.get('nonces', ())],
               seen={(bytes.fromhex(x['sender']), bytes.fromhex(x['note_id'])): bytes.fromhex(x['header_hash'])
                     for x in given.get('seen', ())}, received={bytes.fromhex(x['sha256']): x['time'] for x in given.get('received', ())})
READ = {'notes': open_note, 'grants': take_grant, 'rosters': take_roster, 'status': take_status,
        'presentations': verify_presentation}
def bytes_of(case, cases):
    if 'bytes' in case:
        return base64.b64decode(case['bytes'])
    edit = case['edit']
    data = bytearray(bytes_of(cases[edit['of']], cases))
    at = edit['at'] % len(data) if edit['at'] < 0 else edit['at']
    new = bytes.fromhex(edit.get('insert', edit.get('xor', '')))
    end = at + (len(new) if 'xor' in edit else edit.get('remove', 0))
    data[at:end] = bytes(a ^ b for a, b in zip(new, data[at:end])) if 'xor' in edit else new
    return bytes(data)
def run(path):
    """(file, case, expected, got) for every case of one file."""
    file = json.loads(pathlib.Path(path).read_text())
    cases = {c['name']: c for c in file['cases']}
    for case in file['cases']:
        try:
            world = load({**file['given'], **case.get('given', {})})
            try:
                got = READ[file['kind']](world, bytes_of(case, cases))
            except Refused as refused:
                got = {'code': refused.args[0]}
        except Exception as error:   # whatever else goes wrong is a failure, never a refusal
            got = f'{type(error).__name__}: {error}'
        yield path, case['name'], case['expect'], got
def main(paths):
    results = [r for path in paths for r in run(path)]
    for path, name, expected, got in results:
        if expected != got:
            print(f'{path}: {name}: expected {json.dumps(expected)}, got {json.dumps(got)}')
    good = sum(r[2] == r[3] for r in results)
    print(f'interop: {good} of {len(results)} cases as expected')
    return 0 if good == len(results) > 0 else 1
if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
