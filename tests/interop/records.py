"""Conventions, records, key chains, note schemas, values and policy of the format LX1, from docs/format.md and the
schemas it names. Quoted words in comments are sections of that page."""
import contextlib
import datetime
import math
import pathlib
import re

from standards import (LH, NH, Message, Nodes, Rec, Refused, bits_of, is_text, laid_out, need, number, parses, sha,
                       split, u, verify)


def under(code, f, *args):
    """f(*args), with its refusals as `code`, or by a map of codes."""
    try:
        return f(*args)
    except Refused as r:
        raise Refused(code.get(r.args[0], r.args[0]) if isinstance(code, dict) else code) from r


# "Conventions"

def fr(label): return u(len(label), 1) + label.encode()
def TH(label, m): return sha(fr('LX1 ' + label) + m)
def ascending(x): return all(a < b for a, b in zip(x, x[1:]))


def sparse_root(leaf, position, path):
    for j, sibling in enumerate(split(path)):
        leaf = NH(sibling, leaf) if position >> j & 1 else NH(leaf, sibling)
    return leaf if position >> len(path) // 32 == 0 else None


def padme(n):
    low = (1 << n.bit_length() - 1 - (n.bit_length() - 1).bit_length()) - 1
    return n + low & ~low


def sign_holds(key, kind, m, signature):
    """Sign(key, "LX1 sign <kind>", m); a key has id, suite and publicKey."""
    return verify(key.suite, key.publicKey, fr('LX1 sign ' + ENUM['Kind'][kind]) + key.id + m, signature)


def signed_by(key, s):
    return s.signer == key.id and sign_holds(key, s.kind, s.body, s.signature)


# "Signed objects": records from records.capnp, codes from registry.capnp

def source(name):
    folder = pathlib.Path(__file__).resolve().parents[2] / 'include/exchange/schema'
    return re.sub('#.*', '', (folder / name).read_text())


RECORD = {n: laid_out(body) for n, body in re.findall(r'struct (\w+) \{(.*?)\}', source('records.capnp'), re.S)}
ENUM = {name: re.findall(r'@\d+\s+\$code\("(.*?)"\)', body)
        for name, body in re.findall(r'enum (\w+) \{(.*?)\}', source('registry.capnp'), re.S)}
# What a field may be, by its name, or its struct's and its own: sizes or numbers `a|b`, a code list (`?`: or none),
# `[least..most]` ("Limits"). A Data that does not stand here has 32 bytes.
RULES = {name: rule for rule, names in {
    '1': 'version',
    '16': 'BreakGlass.id OneShot.id ExternalRecipient.id recipient '
          'coalition grantId authority statusList agency pseudonym list noteId sender Party.id agreementId audience '
          'KeyRecord.subject',
    '64': 'signature chunk batchSignature',
    '160': 'View.recipientPath', '320': 'batchPath',
    '0|32': 'signer subjectSalt', '0|64': 'Signed.signature', '0|160': 'recipientPath', '32|65': 'publicKey',
    '1|2': 'suite role', '0|1|2': 'requiredSuite', '8|16|32|64|128|256': 'slotCount',
    'Kind': 'Signed.kind', 'KeyKind': 'KeyRecord.kind', 'PartyKind': 'Party.kind', 'Role': 'Party.role',
    'Basis': 'basis', 'Purpose': 'purpose', 'Purpose?': 'NoteHeader.purpose', 'Notice?': 'notice', 'Release': 'release',
    'Slot': 'compartment',
    'Basis[0..16]': 'bases', 'Purpose[1..16]': 'purposes', 'Obligation[0..16]': 'obligations',
    'Slot[0..64]': 'compartments',
    '[1..16777216]': 'body core terms plain', '[55..120]': 'entry', '[0..1280]': 'path',
    '[1..256]': 'Party.name View.slots Redaction.slots BreakGlass.fields OneShot.fields',
    '[0..256]': 'Presentation.slots personnel facility discloser', '[64..4194304]': 'chunks',
    '[1..128]': 'ExternalRecipient.name', '[0..64]': 'OneShot.entries redactions wraps',
    '[1..32]': 'reason', '[0..32]': 'ori signatures', '[0..16]': 'Party.keys externals', '[1..16]': 'roots',
    '[0..8]': 'chain senderChain OneShot.authority',
    '[0..1023]': 'batchPosition', '[0..31]': 'recipientPosition',
    '[0..4096]': 'revoked own edges classKeys', '[0..1024]': 'parties staples nature', '[1..1024]': 'views',
    '[0..32768]': 'subjectRecord', '512': 'LogProof.entry', '[1..425]': 'event', '[1..32768]': 'proof noticeText',
    '[0..40000]': 'logProof',
    '[0..1048576]': 'DisclosedField.value', '[1..65536]': 'chunkCount', '[80..113]': 'sealed',
}.items() for name in names.split()}


def known(codes, c):
    if codes == 'Slot':
        return 0 < c >> 6 < len(ENUM['FieldClass']) and c & 63 < len(ENUM['Form'])
    return (c > 0 or codes[-1] == '?') and c < len(ENUM[codes.rstrip('?')])


def flaw_of(struct, name, of, v):
    rule = RULES.get(f'{struct}.{name}') or RULES.get(name) or ('32' if of == 'Data' else '')
    allowed, _, bounds = rule.partition('[')
    if 'Pack' in struct or v is None:   # packs are trusted; a missing struct
        return None if 'Pack' in struct else 'malformed'
    size, codes = (v, [v]) if isinstance(v, int) else (len(v), v)
    if bounds and not int(bounds.split('..')[0]) <= size <= int(bounds.split('..')[1][:-1]):
        return 'limit' if size else 'malformed'
    if name == 'path':
        return 'malformed' if size % 32 else None
    if allowed[:1].isdigit():
        return None if str(size) in allowed.split('|') else 'version' if name == 'version' else 'malformed'
    if allowed:
        return None if all(known(allowed, c) for c in codes) and ascending(codes) else (
            'malformed' if all(known(allowed, c) for c in codes) else 'code')


def decode(kind, data):
    return Message(data, lambda of, _: RECORD[of], flaw_of).root(kind)


# "Keys, parties, roster"

def key_record(signed, suite):
    """The record with its id; its key is looked at where it is of the coalition's suite."""
    k = decode('KeyRecord', signed.body)
    need(malformed=signed.kind == 1 and len(k.publicKey) == (65 if k.suite == 1 else 32) and
         (k.suite != suite or parses(suite, k.publicKey)) and k.notBefore <= k.notAfter and
         bool(k.bases) == (k.kind == 3) and (k.kind < 8 or k.suite == 2) and
         (k.kind != 6 or k.notAfter - k.notBefore <= 7 * 86400))
    return Rec(k, id=TH('key id', signed.body), signed=signed)


def certifies(kind, child):
    return 1 < child.kind < 6 if kind == 1 else kind == 2 and (child.kind > 5 or child.bases == [3])


def read_roster(data):
    """A SignedRoster taken apart; its key records come with with_keys."""
    s = decode('SignedRoster', data)
    r = Rec(decode('Roster', s.body), hash=TH('roster hash', s.body), signed=s)
    roots = {TH('key id', p): Rec(kind=1, suite=r.suite, publicKey=p, id=TH('key id', p)) for p in r.roots}
    return Rec(r, anchor=roots, party={p.id: p for p in r.parties}, gone={k.key: k.revokedAt for k in r.revoked})


def with_keys(r):
    keys = [Rec(key_record(x, r.suite), party=p.id) for p in r.parties for x in p['keys']]
    need(malformed=len({k.id for k in keys}) == len(keys))
    return Rec(r, certs={k.id: k for k in keys})


def check_chain(chain, leaf, roster, t=None):
    """The key records of a chain of Signed, leaf first; valid at t where t is given."""
    keys = [under('EX3201', key_record, s, roster.suite) for s in chain]
    need(EX3201=keys)
    pairs, top = list(zip(keys, keys[1:])), keys[-1]
    need(EX3204=keys[0].kind == leaf and all(certifies(p.kind, c) for c, p in pairs) and certifies(1, top),
         EX3202=all(c.parent == p.id for c, p in pairs) and top.id in roster.certs and top.parent in roster.anchor,
         EX3205=all(k.coalition == roster.coalition for k in keys), EX3206=all(k.subject == top.subject for k in keys),
         EX3207=all(k.suite == roster.suite for k in keys),
         EX3203=not top.signed.signature and all(signed_by(p, c.signed) for c, p in pairs))
    return keys if t is None else valid_at(keys, roster, t)


def valid_at(keys, roster, t):
    need(EX3212=all(k.notBefore <= t <= k.notAfter for k in keys),
         EX3213=all(roster.gone.get(k.id, t + 1) > t for k in keys))
    return keys


def agreed(roster, party, t):
    p = roster.party.get(party)
    return p and p.agreementNotBefore <= t <= p.agreementNotAfter


def roster_at(w, t):
    return next((r for r in reversed(w.rosters) if r.issued <= t), None)


# "Schema digest": from a bundle to slots

CLASS, FORMS, SIZE, ISOLATE, FORMAT = range(0xc1a6e1d5b0a40101, 0xc1a6e1d5b0a40106)
STYLE = ['(?s).*', r'\d{4}-\d\d-\d\d', r'\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z',
         '[!-~]([ -~]{0,62}[!-~])?', r'[^\0-\x1f\x7f]+', r'[^;\0-\x1f\x7f]+(; [^\0-\x1f\x7f]+)?', r'\d{4}-\d\d',
         r'\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d', r' *\d{5}(-\d{4})? *; *[^;\d\0-\x1f\x7f ][^;\d\0-\x1f\x7f]*(;[^\0-\x1f\x7f]*)?',
         r' *(care|housing|community|police|prosecution|defence|court|office|government) *;(?! *$)[^\0-\x1f\x7f]+']


class Schema(Nodes):
    def __init__(self, bundle):
        super().__init__(bundle)
        self.slots, self.digest = [], TH('schema digest', bundle)
        self.walk(self.nodes[self.id], '', 0, False, None)
        self.count = max(8, 1 << (len(self.slots) - 1).bit_length())

    def style(self, field):
        return next((a.value.code for a in field.notes if a.id == FORMAT), 0)

    def walk(self, node, path, mark, apart, union):
        for f in sorted(node.fields, key=self.ordinal):
            marks, name = {a.id: a.value for a in f.notes}, path + f.name
            own, alone = marks[CLASS].code if CLASS in marks else mark, apart or ISOLATE in marks
            if f.isGroup or f.type.kind == 16:
                inner = self.nodes[f.group if f.isGroup else f.type.of]
                self.walk(inner, name + '.', own, alone, name if f.isGroup and inner.tags else None)
            elif f.tag != 0xffff:   # all but `unstated`
                kind = self.kind_of(f.type, self.style(f))
                for form in [0, *(marks[FORMS].any if FORMS in marks else ())]:
                    self.slots.append(Rec(
                        index=len(self.slots), path=name, union=union, form=form, comp=own << 6 | form, alone=alone,
                        size=marks[SIZE].number, kind=kind if form in (0, 2, 3, 12) else   # level, theme, category
                        'Enum:yes-no' if form in (1, 7) else 'Text:0'))

    # "Values"

    def fits(self, kind, v):
        """Whether a decoded value is one of its type."""
        what, _, of = kind.partition(':')
        if what[:4] == 'List':
            return all(self.fits(kind[5:-1], x) for x in v)
        if what == 'Enum':
            return v < (3 if of == 'yes-no' else len(self.nodes[int(of)].fields))
        if what != 'Text':
            return what[:5] != 'Float' or math.isfinite(v)
        with contextlib.suppress(ValueError):
            days = {'1': [v[:10]], '2': [v[:10]], '6': [v + '-01'], '7': v.split('/')}.get(of, [])
            return re.fullmatch(STYLE[int(of)], v) and all(map(datetime.date.fromisoformat, days)) and (
                of != '5' or len(v.split(';')[0].encode()) <= 32) and (
                of != '8' or len(v.split(';')[1].strip(' ').encode()) <= 64)

    def value(self, slot, raw):
        kind, bits = slot.kind, bits_of(slot.kind)
        if kind[:4] == 'List':
            need(EX3415=raw[:8] != bytes(8))
            v = under('EX3414', Message(raw, self.fields, lambda _, name, of, x: None if x in ('', [], None) or
                                        self.fits(of, x) else 'malformed', True).root, kind)
        else:
            need(EX3414=kind == 'Data' or (is_text(raw) if bits is None else len(raw) == 8 * (bits > 0)))
            v = raw if kind == 'Data' else raw.decode() if bits is None else (
                number(kind, raw[:4] if kind == 'Float32' else raw))
            signed = kind[0] == 'I'   # integers stand sign-extended in 8 bytes; 0 outside a union is absent
            need(EX3414=(v or slot.union or not bits) and (
                kind[:3] not in ('Int', 'UIn') or -signed << bits - 1 <= v < 1 << bits - signed))
        need(EX3414=self.fits(kind, v))
        return v


# "Values", "Forms"

ZIP = '036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893'.split()
BANDS = {'count-bucket': ('0 1-2 3-5 6-10 11-20 21-50 51+', 2 ** 63 - 1),
         'age-band': ('0-17 18-24 25-34 35-44 45-54 55-64 65-74 75-84 85-89 90+', 150)}
ORDER = {0: 0, 10: 2, 14: 3, 4: 3, 5: 4, 6: 5, 1: 9}   # full, day, week, month, quarter, year, yes-no; any other is 1


def is_finer(f, s):
    return (f == 0 < s or f in (10, 4, 5) and s in (4, 5, 6) and ORDER[f] < ORDER[s] or
            (f, s) == (10, 14) or s == 1 and f not in (1, 7, 8, 11))   # of these yes-no says nothing


def formed(function, to, kind, v):
    """What a form must be, from the value of a finer one; `to` is the policy pack's map, or None."""
    if function == 'table':
        return sorted({to[c] for c in v}) if isinstance(v, list) else to[v]
    if function == 'yes-no':
        if isinstance(v, list):
            return 2 if (any(to[c] == 2 for c in v) if to else v) else 1
        return to[v] if kind[:5] == 'Enum:' else 1 if bits_of(kind) and not v else 2
    if function == 'date-on-or-before':
        return 2 if v[:10] <= v[11:] else 1
    if function == 'date-week':
        year, week, _ = datetime.date.fromisoformat(v[:10]).isocalendar()
        return f'{year:04}-W{week:02}'
    if function[:5] == 'date-':
        quarter = v[5:7] if v[5] == 'Q' else f'Q{(int(v[5:7]) + 2) // 3}'
        return {'day': v[:10], 'month': v[:7], 'quarter': f'{v[:4]}-{quarter}', 'year': v[:4]}[function[5:]]
    if function in BANDS:
        bands, most = BANDS[function]
        return [b for b in bands.split() if int(re.match(r'\d+', b)[0]) <= v <= most][-1]
    if function == 'place-area':
        area = v.split(';')[0].strip(' ')
        zip_code = re.fullmatch(r'\d{3}(\d\d(-\d{4})?)?', area)
        return area if not zip_code else '000' if area[:3] in ZIP else area[:3]
    if function in ('address-city', 'organisation-kind'):
        return v.split(';')[function == 'address-city'].strip(' ')
    if function == 'text-initials':
        firsts = [m[1] for m in (re.match(r'[\W_]*([^\W\d_])', word) for word in v.split(' ')) if m]
        return ' '.join((c.upper() if c.isascii() else c) + '.' for c in firsts[:1] + firsts[1:][-1:])


def in_life(pack, h):
    """Whether a note ends when the pack says that one of its type does, at the latest."""
    return all(h.expiresAt <= h.sealedAt + 3600 * (s.maxHours or 2 ** 64) for s in pack.schemas
               if s.digest == h.schemaDigest)


def forms_hold(pack, schema_name, slots, held):
    """Of one field: whether each form held is the function of the next finer one held."""
    for s in slots:
        f = max((f for f in slots if is_finer(f.form, s.form)), key=lambda f: ORDER.get(f.form, 1), default=None)
        try:
            if f and held[s.index] != formed(pack.function[s.form], pack.to.get((schema_name, s.path, s.form)), f.kind,
                                             held[f.index]):
                return False
        except (IndexError, TypeError):   # a code beyond the map, a map that is not there, a number out of all bands
            return False
    return True


def check_values(pack, schema, name, wanted, raw):
    """Step 16: values of their types, one member of a union at most, forms that agree."""
    held, fields = {i: schema.value(wanted[i], x) for i, x in raw.items() if x is not None}, {}
    for i in raw:
        fields.setdefault((wanted[i].path, wanted[i].union), []).append(wanted[i])
    unions = [union for (_, union), slots in fields.items() if union and any(s.index in held for s in slots)]
    need(EX3414=len(unions) == len(set(unions)))
    for slots in fields.values():
        here = [s for s in slots if s.index in held]
        need(EX3416=len(here) in (0, len(slots)) and forms_hold(pack, name, here, held))


# "Status"

def state(chunk, index):
    return chunk[(index & 255) >> 2] >> 2 * (index & 3) & 3


def chunk_leaf(c, chunk):
    return LH(TH('status chunk', u(c, 4) + chunk))


def shows(x, index):
    return index >> 8 < len(x.chunks) and state(x.chunks[index >> 8], index)


def read_list(data):
    s = decode('StatusList', data)
    return Rec(decode('StatusBody', s.signedBody.body), hash=TH('status hash', s.signedBody.body), signed=s.signedBody,
               chunks=split(s.chunks, 64), chain=s.chain)


# "Policy pack"

def read_pack(data):
    body = decode('Signed', data).body
    p = decode('PolicyPack', body)
    return Rec(p, hash=TH('policy hash', body), cls={c.fieldClass: c for c in p.classes},
               row={b.basis: b for b in p.bases}, old={n.notice for n in p.notices if n.superseded},
               cell={(c.basis, c.purpose, c.role, c.fieldClass): c for c in p['cells']},
               function={f.form: f.function for f in p.forms}, to={(m.schema, m.path, m.form): m.to for m in p.maps})


def given_to(pack, basis, purpose, role, comp, own):
    row, cell, form = pack.row.get(basis), pack.cell.get((basis, purpose, role, comp >> 6)), comp & 63
    if basis == 3 and own:
        return form == 0 and comp >> 6 in pack.originator.own
    if not (row and purpose in row.purposes and role in row.readers and comp >> 6 in pack.cls and cell and cell.effect):
        return False
    return form == 0 if cell.relation == 3 and own else form == cell.form and not (cell.relation == 3 and form == 0)


def part_of(pack, slot):
    return slot.comp if slot.alone or pack and slot.comp >> 6 in pack.cls and pack.cls[slot.comp >> 6].isolate else 0


def originator_rules(pack, g, roster):
    o, writer = pack.originator, roster.party.get(g.authority)

    def reads(agency, c):
        return agency in roster.party and any(r.fieldClass == c >> 6 and r.purpose in g.purposes and
                                              roster.party[agency].role in r.readers for r in o.rows)
    return writer and writer.kind in o.kinds and g.notAfter - g.notBefore <= o.maxDays * 86400 and (
        set(g.purposes) <= {r.purpose for r in o.rows}) and all(
            c & 63 == 0 and (c >> 6 in o.own if a == g.authority else rights == 1 and reads(a, c))
            for (a, c), rights in g.rights.items())
