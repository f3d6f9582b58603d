#!/usr/bin/env python3
"""A second reader of the format LX1, written from docs/format.md and the schemas it names, and from nothing else.

`reader.py FILE.json...` opens every case of the vector files and names those that differ (tests/vectors/lx1/README.md).
Quoted words in comments are sections of docs/format.md. Here is the order of checks; records, values and policy are in
records.py, what public standards define in standards.py, the worked example in worked.py. Policy packs and schema
bundles are trusted givens: taken apart, not judged."""
import base64
import functools
import json
import pathlib
import re
import sys

from logs import log_check, read_policy
from records import (Schema, TH, agreed, ascending, certifies, check_chain, check_values, chunk_leaf, decode, fr,
                     given_to, in_life, originator_rules, padme, part_of, read_list, read_pack, read_roster, roster_at,
                     shows, sign_holds, signed_by, sparse_root, state, under, valid_at, with_keys)
from standards import (LH, SUITE, Message, Rec, Refused, cell_open, derive_key_pair, expand, hpke_open, key_pair, mac,
                       merkle_root, mth, need, num, parses, sha, split, stretched, u)
from worked import wrong_values

# "Keys, parties, roster"
def take_roster(w, data, _):
    r, held = under(dict.fromkeys(Message.rank, 'EX6201'), read_roster, data), w.rosters[-1] if w.rosters else None
    parties, n, seals = r.parties, len(r.roots), r.signed.signatures
    need(EX6201=1 <= r.threshold <= n and r.expires >= r.issued and all(parses(r.suite, p) for p in r.roots) and
         (r.previous == bytes(32)) == (r.rosterVersion == 1) and ascending([s.rootIndex for s in seals]) and
         all(len(set(x)) == len(x) for x in (r.roots, [p.id for p in parties], [p.name for p in parties],
                                             [k.key for k in r.revoked])))
    keys = dict(enumerate(r.anchor.values())) | {   # by index; those that leave stand behind those that are
        n + i: k for i, k in enumerate(held.anchor.values() if held else ()) if k.id not in r.anchor}
    good = {s.rootIndex: s.rootIndex in keys and sign_holds(keys[s.rootIndex], 2, r.signed.body, s.signature)
            for s in seals}
    signers = {keys[i].id for i in good if good[i]}
    need(EX6202=all(good[i] for i in good if i < n) and len(signers & set(r.anchor)) >= r.threshold,
         EX6203=not held or r.rosterVersion > held.rosterVersion,
         EX6204=not held or (r.coalition, r.previous) == (held.coalition, held.hash),
         EX6205=all(good.values()) and (not held or len(signers & set(held.anchor)) >= held.threshold))
    r = under('EX6209', with_keys, r)
    for k in r.certs.values():
        parent = r.anchor.get(k.parent) or r.certs.get(k.parent)
        need(EX6209=(k.subject, k.coalition) == (k.party, r.coalition) and (k.suite == r.suite or k.kind > 7),
             EX6210=parent and certifies(parent.kind, k) and parent.get('party', k.party) == k.party)
        need(EX6211=not k.signed.signature if parent.kind == 1 else signed_by(parent, k.signed))
    return {'roster_hash': r.hash.hex()}

# "View, bundle, envelope" and "Object envelope"
def unseal(w, data, magic, suites, least, label, codes):
    """Suite, id of the key that opened, padded body; codes are of size, upper size, magic, suite, key."""
    suite, (size, large, wrong, suite_off, no_key) = num(data[4:6]), codes.split()
    need(**{size: len(data) >= 6})
    need(**{large: len(data) <= 1 << 24 or magic == b'LXB1', 'EX3509': data[:4] != b'LXB1' or magic == b'LXB1',
            'EX3533': data[:4] != b'LXP1' or magic == b'LXB1', wrong: data[:4] == magic})
    need(**{suite_off: suite in suites})
    need(**{size: len(data) >= 6 + SUITE[suite].enc + least + 16})
    for key in w.own[:8]:
        info = b'LX1 ' + label.encode() + TH(label + ' info', w.agency + key.id)
        body = hpke_open(suite, key.private, data[6:], info, data[:6])
        if body is not None:
            return suite, key.id, body
    raise Refused(no_key)

def unpad(body, code):
    n = num(body[:4])
    need(**{code: 4 + n <= len(body) and not any(body[4 + n:])})
    return body[4:4 + n]

def open_object(w, data):
    """Bytes of a SealedObject, and the key that opened it."""
    sizes = [65536, w.pack.grantViewSize] if w.pack else [65536]
    _, key, body = unseal(w, data, b'LXO1', [w.rosters[-1].suite], min(sizes), 'object envelope',
                          'EX3501 EX3501 EX3502 EX3503 EX3504')
    need(EX3505=len(body) in sizes or padme(len(body)) == len(body))
    return unpad(body, 'EX3505'), key

# "Grant"
def entries_of(proven):
    def entry(p):
        e = p.entry
        need(malformed=len(e) == 55 + num(e[53:55]))
        return Rec(index=num(e[:2]), agency=e[34:50], comp=num(e[50:52]), rights=e[52], pk=e[55:],
                   leaf=LH(TH('grant entry', e)), path=split(p.path))
    entries = list(map(entry, proven))
    need(malformed=ascending([e.index for e in entries]))
    return entries

def named_outside(to, coalition):
    return to.id == TH('external recipient', coalition + u(to.until, 8) + to['name'].encode())[:16]

def read_grant(data):
    """A SealedObject with a grant view taken apart, nothing checked but its form."""
    sealed = decode('SealedObject', data)
    view = decode('GrantView', sealed.object.body)
    own, edges = entries_of(view.own), entries_of(view.edges)
    need(malformed=ascending([k.compartment for k in view.classKeys]) and ascending([x.id for x in view.externals]))
    return Rec(decode('GrantCore', view.core.body), view=view, hash=TH('grant hash', view.core.body), own=own,
               edges=edges, rights={(e.agency, e.comp): e.rights for e in own + edges}, chain=sealed.chain,
               pk={e.comp: e.pk for e in own}, secret={k.compartment: k.secret for k in view.classKeys})

def may(grant, agency, comp, right):
    return grant.rights.get((agency, comp), 0) & right

def take_grant(w, data, opened):
    sealed, roster, me = under('EX3506', decode, 'SealedObject', data), w.rosters[-1], w.agency
    need(EX2201=sealed.object.kind == 4)
    by = under('EX2202', check_chain, sealed.chain, 3, roster, w.now)[0]
    need(EX2202=agreed(roster, by.subject, w.now), EX2203=signed_by(by, sealed.object))
    v = under('EX2201', decode, 'GrantView', sealed.object.body)
    need(EX2201=v.core.kind == 3, EX2203=signed_by(by, v.core))
    g = under('EX2201', read_grant, data)
    entries, readable = g.own + g.edges, sorted(e.comp for e in g.own if e.rights & 1)
    need(EX2201=g.grantVersion and (g.previous == bytes(32)) == (g.grantVersion == 1) and g.notBefore <= g.notAfter and
         g.leafCount >= 256 and g.requiredSuite in (0, roster.suite), EX2202=g.authority == by.subject,
         EX2204=v.agency == me and v.encryptionKey == opened,
         EX2211=g.coalition == roster.coalition and g.basis in by.bases, EX2212=g.release != 2,
         EX2213=g.policyPack == roster.policyPack,
         EX2206=len(g.rights) == len(entries) and all(
             may(g, me, e.comp, 1) and e.rights & 2 or may(g, me, e.comp, 2) and e.rights & 1 for e in g.edges),
         EX2205=all(e.agency == me for e in g.own) and all(
             merkle_root(e.leaf, e.index, g.leafCount, e.path) == g.entriesRoot for e in entries),
         EX2223=all(named_outside(x, g.coalition) and x.id != me and {1} == {
             e.rights for e in g.edges if e.agency == x.id} for x in v.externals))
    need(EX2207=all(parses(roster.suite, e.pk) if e.rights & 1 else not e.pk for e in entries) and
         [k.compartment for k in v.classKeys] == readable and
         all(key_pair(roster.suite, secret)[1] == g.pk[k] for k, secret in g.secret.items()),
         EX2210=bool(v.subjectSalt) == bool(v.subjectRecord) and (not v.subjectRecord or (
             may(g, me, 1 << 6, 1) and TH('subject', v.subjectSalt + v.subjectRecord) == g.subjectCommit)))
    versions = [h for h in w.grants.values() if h.grantId == g.grantId]
    need(EX2209=all(h.view.pseudonym == v.pseudonym for h in versions),
         EX2208=all(h.grantVersion <= g.grantVersion for h in versions))
    return {'grant_hash': g.hash.hex()}

# "Status"
def take_status(w, data, _):
    s, roster = under('EX2214', read_list, data), w.rosters[-1]
    need(EX2214=s.signed.kind == 5 and len(s.chunks) == s.chunkCount and len(s.chunks[-1]) == 64)
    by = under('EX2215', check_chain, s.chain, 3, roster, w.now)[0]
    held, root = [h for h in w.lists if h.list == s.list], mth([chunk_leaf(c, x) for c, x in enumerate(s.chunks)])
    need(EX2215=s.authority == by.subject and signed_by(by, s.signed) and root == s.root,
         EX2218=0 <= s.nextUpdate - s.issuedAt <= 86400 and s.issuedAt <= w.now + 300,
         EX2217=all(h.hash == s.hash for h in held if h.listVersion == s.listVersion),
         EX2216=all(h.listVersion <= s.listVersion for h in held))
    return {'status_hash': s.hash.hex()}

# "Open", steps 3 to 6
OPEN = dict(zip(Message.rank, ('EX3108', 'EX3109', 'EX3110', 'EX3111', 'EX3112')))

def open_note(w, data, _):
    suite, key, body = unseal(w, data, b'LXE1', SUITE, 4096, 'envelope', 'EX3101 EX3102 EX3103 EX3104 EX3105')
    need(EX3106=len(body) >= 4096 and padme(len(body)) == len(body))

    def read(kind, x):
        return under(OPEN, decode, kind, x)
    b = read('Bundle', unpad(body, 'EX3107'))
    views = [Rec(v, head=read('NoteHeader', v.core), agreed=read('RecipientTerms', v.terms), hash=TH(
        'header', v.core + v.slotsRoot)) for v in (read('View', x) for x in b['views'])]
    heads, used, at = [v.head for v in views], {v.head.status for v in views}, views[0].head.sealedAt
    staples = list(map(read_staple, b.staples))
    hashes = [s.hash for s in staples]
    need(EX3113=len({v.hash for v in views}) == len(views), EX3108=not used <= set(hashes) or (
        set(hashes) <= used and ascending([(s.hash, s.chunkIndex) for s in staples])))
    then, newest = roster_at(w, at), w.rosters[-1]
    roster = then or newest
    chain = check_chain([under('EX3201', decode, 'Signed', x) for x in b.chain], 7, roster)
    seat = chain[0]
    need(EX3208=sign_holds(seat, 7, b.batchRoot, b.signature), EX3209=all(h.sealedAt == at for h in heads),
         EX3210=all(h.senderKey == seat.id for h in heads), EX3211=at <= w.now + 300)
    valid_at(chain, roster, at)
    need(EX3214=then and w.now <= newest.expires, EX3215=all(h.policyPack == roster.policyPack for h in heads),
         EX3216=suite == roster.suite, EX2003=w.pack and w.pack.hash == roster.policyPack)
    common = Rec(w, suite=suite, opener=key, roster=roster, chain=chain, root=b.batchRoot, staples=staples,
                 sha=sha(data))

    def result(v):
        try:
            return open_view(common, v, v.head)
        except Refused as r:
            return {'code': r.args[0]}
    return {'views': [result(v) for v in views]}

def read_staple(data):
    try:
        s = decode('Staple', data)
        return Rec(s, hash=TH('status hash', s.signedBody.body))
    except Refused:
        return Rec(hash=b'')   # judged in step 11

def open_view(w, v, h):
    roster, pack, seat, at, me = w.roster, w.pack, w.chain[0], h.sealedAt, w.agency
    names = [s.name for s in pack.schemas if (s.digest, s.typeId) == (h.schemaDigest, h.schemaId)]          # step 7
    schema, seen, terms = w.schemas.get(h.schemaDigest), w.seen.get((h.sender, h.noteId), v.hash), v.agreed
    need(EX3217=h.suite == w.suite, EX3218=h.coalition == roster.coalition, EX3219=h.sender == seat.subject,
         EX3220=schema and schema.id == h.schemaId, EX3221=names)
    need(EX3222=h.slotCount == schema.count == len(v.slots),
         EX3223=h.part in {0, *(part_of(pack, s) for s in schema.slots)},
         EX3224=sparse_root(LH(v.hash), v.batchPosition, v.batchPath) == w.root,
         EX3229=any(h.checkpointOrigin) if h.checkpointSize else
         not any(h.checkpointOrigin) and h.checkpointRoot == sha(b''), EX3417=seen == v.hash)
    redacted, my_key = set(), w.opener
    seats = {seat.id: seat} | {k.id: k for k in w.rosters[-1].certs.values() if k.kind == 7 and k.subject == me}
    for x in v.redactions:
        s = under('EX3403', decode, 'Signed', x)
        r = under('EX3403', decode, 'Redaction', s.body)
        need(EX3403=s.kind == 8 and r.header == v.hash and s.signer in seats and r.redactor == s.signer and
             signed_by(seats[s.signer], s) and ascending(r.slots) and re.fullmatch('[a-z0-9-]+', r.reason))
        need(EX3403=not redacted or my_key == r.openedUnder)
        redacted, my_key = redacted | set(r.slots), r.openedUnder
    windows, terms_digest = {k.id: k for k in w.former + w.own}, TH('recipient terms', v.termsSalt + v.terms)   # step 8

    def leads(key):
        leaf = LH(TH('recipient', v.recipientSalt + me + key + terms_digest))
        return sparse_root(leaf, v.recipientPosition, v.recipientPath) == h.recipientsRoot
    need(**{'EX3226' if any(map(leads, [my_key, *windows])) else 'EX3225': my_key in windows and leads(my_key)})
    g = w.grants.get(h.grant)                                                                       # steps 9 and 10
    need(EX3227=windows[my_key].not_before <= at <= windows[my_key].not_after,
         EX3228=terms.compartments, EX3301=g)
    by = under('EX3302', check_chain, g.chain, 3, roster, at)[0]
    need(EX3302=g.basis in by.bases, EX3304=g.requiredSuite in (0, w.suite), EX3303=h.basis == g.basis,
         EX3305=h.purpose in g.purposes, EX3306=agreed(roster, h.sender, at) and agreed(roster, me, at),
         EX3307=g.basis != 3 or originator_rules(pack, g, roster), EX3308=max(g.notBefore, g.effectiveAt) <= at,
         EX3309=at <= g.notAfter, EX3310=h.expiresAt <= g.notAfter, EX3311=at <= h.expiresAt,
         EX3331=in_life(pack, h), EX3312=w.now <= h.expiresAt)
    fresh, logged_by = log_check(w, h, v.hash)                                                            # step 11
    need(EX3332=fresh != 'contradicted')
    check_status(w, h, g, by, logged_by if fresh == 'verified' else None)
    mine = sorted({s.comp for s in schema.slots if part_of(pack, s) == h.part and                         # step 12
                   may(g, me, s.comp, 1) and may(g, h.sender, s.comp, 2) and
                   given_to(pack, h.basis, h.purpose, roster.party[me].role, s.comp, h.sender == me)})
    need(EX3327=terms.compartments == mine)
    row, due = pack.row[h.basis], {o for c in mine for o in pack.cls[c >> 6].obligations}
    need(EX3328=terms.notice == row.notice and row.notice not in pack.old,
         EX3330=set(terms.obligations) <= {1, 2, 3, 4, 5, 7} & set(pack.executable),
         EX3329=terms.obligations == sorted(due | set(row.obligations)))
    wanted = {s.index: s for s in schema.slots if s.comp in mine}                                         # step 13
    full = {i for i, c in enumerate(v.slots) if len(c) != 32}
    leaves = [LH(TH('cell leaf', u(i, 2) + c[:32] + TH('cell ct', c[32:]))) if i in full else c
              for i, c in enumerate(v.slots)]
    need(EX3402=full <= set(wanted), EX3401=set(wanted) - full <= redacted, EX3403=redacted <= set(wanted) - full,
         EX3404=mth(leaves) == v.slotsRoot, EX3405=[x.compartment for x in v.wraps] == mine and all(
             len(x.sealed) == SUITE[w.suite].enc + 48 for x in v.wraps))                                  # step 14
    prk, ctx, raw = {}, TH('note ctx', v.core), {}
    for x in v.wraps:
        k, pk = u(x.compartment, 2), g.pk[x.compartment]
        info = b'LX1 class wrap' + TH('class wrap info', g.hash + h.sender + me + k + u(len(pk), 2) + pk)
        s_k = hpke_open(w.suite, g.secret[x.compartment], x.sealed, info, b'')
        need(EX3406=s_k)
        prk[x.compartment] = mac(ctx, v.noteSecret + s_k + k)
    for i in sorted(full):                                                                                # step 15
        commit, ct, slot, aad = v.slots[i][:32], v.slots[i][32:], wanted[i], ctx + u(i, 2)
        need(EX3407=len(ct) == 48 + slot.size)
        okm = expand(prk[slot.comp], fr('LX1 cell key') + u(i, 2) + commit, 44)
        plain = cell_open(w.suite, okm[:32], okm[32:], ct, aad)
        need(EX3408=plain)
        raw[i] = cell_value(plain[32:], 'EX3409', 'EX3410', 'EX3411', 'EX3412')
        need(EX3413=TH('cell commit', aad + plain) == commit)
    check_values(pack, schema, names[0], wanted, raw)
    return {'header_hash': v.hash.hex(), 'repeat': (h.sender, h.noteId) in w.seen, 'redacted': sorted(redacted),
            'cells': [{'slot': i, 'value': x if x is None else x.hex()} for i, x in raw.items()],
            **({'freshness': fresh} if fresh != 'pending' else {})}

def cell_value(plain, padding, flag, length, absent):
    """Of present || len || value || zeros; None where absent."""
    n = num(plain[1:5])
    need(**{padding: not any(plain[5 + n:])})
    need(**{flag: plain[0] < 2})
    need(**{length: 5 + n <= len(plain)})
    need(**{absent: plain[0] or not n})
    return plain[5:5 + n] if plain[0] else None

def inactive_since(w, g):
    """Where the newest held list does not show the grant active: when the lists of that run were issued."""
    held = [x for x in w.lists if x.list == g.statusList]
    return [x.issuedAt for n, x in enumerate(held) if all(shows(y, g.statusIndex) for y in held[n:])]

def check_status(w, h, g, by, logged_by):
    """Step 11 with its cut-offs."""
    mine, chunk, at, i = [s for s in w.staples if s.hash == h.status], g.statusIndex >> 8, h.sealedAt, g.statusIndex
    s = next((s for s in mine if s.chunkIndex == chunk), None)
    need(**{'EX3313' if all(x.hash for x in w.staples) else 'EX3314': mine, 'EX3317': s})
    body = under('EX3314', decode, 'StatusBody', s.signedBody.body)
    held = [x for x in w.lists if x.list == g.statusList]
    root = merkle_root(chunk_leaf(chunk, s.chunk), chunk, body.chunkCount, split(s.path))
    need(EX3314=s.signedBody.kind == 5, EX3316=signed_by(by, s.signedBody),
         EX3315=(body.authority, body.list) == (g.authority, g.statusList), EX3317=root == body.root,
         EX3318=state(s.chunk, i) != 1, EX3319=state(s.chunk, i) != 2, EX3320=state(s.chunk, i) != 3,
         EX3321=body.issuedAt <= at + 300, EX3322=at <= body.nextUpdate,
         EX3323=body.nextUpdate - body.issuedAt <= 86400,
         EX3324=all(x.hash == s.hash for x in held if x.listVersion == body.listVersion),
         EX3325=not any(body.issuedAt < x.issuedAt <= at and shows(x, i) for x in held))
    later = [x for x in w.grants.values() if x.grantId == g.grantId and x.grantVersion > g.grantVersion]
    gone = w.rosters[-1].gone
    ends = [x.effectiveAt for x in sorted(later, key=lambda x: x.grantVersion)[:1]] + [
        gone[k.id] for k in w.chain if k.id in gone] + inactive_since(w, g)
    cut = min((e for e in ends if e <= w.now), default=None)
    revoked = [gone[k.id] for k in w.chain if k.id in gone and gone[k.id] <= w.now]
    older = logged_by is not None and all(logged_by < t for t in revoked)
    need(EX3325=cut is None or at < cut, EX3326=cut is None or w.received.get(w.sha, cut) < cut or older)

# "Presentation"
def verify_presentation(w, data, opened):
    sealed, newest, pack = under('EX3506', decode, 'SealedObject', data), w.rosters[-1], w.pack
    need(EX3508=sealed.object.kind == 9, EX3214=w.now <= newest.expires)
    chain = under('EX3520', check_chain, sealed.chain, 7, newest)
    need(EX3507=signed_by(chain[0], sealed.object))
    p, holder = under('EX3506', decode, 'Presentation', sealed.object.body), chain[0].subject
    need(EX3506=ascending([d.index for d in p.slots]))
    need(EX3510=(p.audience, p.audienceKey) == (w.agency, opened), EX3511=p.nonce in w.nonces,
         EX3512=p.presenterKey == chain[0].id and p.time <= w.now + 300)
    under('EX3520', valid_at, chain, newest, p.time)
    h = under('EX3506', decode, 'NoteHeader', p.core)
    roster, schema = roster_at(w, h.sealedAt), w.schemas.get(h.schemaDigest)
    need(EX3214=roster)
    by = under('EX3520', check_chain, p.senderChain, 7, roster, h.sealedAt)[0]
    need(EX3520=(h.senderKey, h.sender) == (by.id, by.subject) and
         (h.coalition, h.policyPack) == (roster.coalition, roster.policyPack))
    header = LH(TH('header', p.core + p.slotsRoot))
    leaf = LH(TH('recipient', p.recipientSalt + holder + p.recipientKey + p.termsDigest))
    nothing = not (p.recipientPosition or any(p.recipientSalt + p.recipientKey + p.termsDigest + p.recipientPath))
    need(EX3513=sparse_root(header, p.batchPosition, p.batchPath) == p.batchRoot and
         sign_holds(by, 7, p.batchRoot, p.batchSignature),
         EX3512=sparse_root(leaf, p.recipientPosition, p.recipientPath) == h.recipientsRoot if p.role == 1 else
         holder == h.sender and nothing, EX3515=schema and schema.id == h.schemaId and schema.count == h.slotCount)
    need(EX3515=p.slots and all(d.index < len(schema.slots) and part_of(pack, schema.slots[d.index]) == h.part
                                for d in p.slots))
    slots, kind, role = [schema.slots[d.index] for d in p.slots], newest.party[holder].kind, newest.party[w.agency].role
    need(EX2003=pack and pack.hash == newest.policyPack)
    g, note_row = w.grants.get(p.redisclosingGrant), pack.row.get(h.basis)
    need(EX3514=note_row and (p.role == 2 or kind in note_row.mayPresent), EX3301=g)
    row, later = pack.row.get(g.basis), [x for x in w.grants.values() if x.grantId == g.grantId and
                                         x.grantVersion > g.grantVersion]
    need(EX3514=all(e > p.time for e in [x.effectiveAt for x in later] + inactive_since(w, g)))
    need(EX3514=row and kind in row.mayPresent and any(e.agency == holder for e in g.edges) and
         p.purpose in g.purposes and max(g.notBefore, g.effectiveAt) <= p.time <= g.notAfter and
         p.notice == note_row.notice and (not note_row.part2 or any(pack.cls[e.comp >> 6].part2 for e in g.own)) and
         all(may(g, w.agency, s.comp, 1) and given_to(pack, g.basis, p.purpose, role, s.comp, False) for s in slots))
    cells, ctx = [], TH('note ctx', p.core)
    for d, slot in zip(p.slots, slots):
        i = u(d.index, 2)
        leaf = LH(TH('cell leaf', i + TH('cell commit', ctx + i + d.salt + d.plain) + d.ctHash))
        need(EX3519=len(d.plain) == slot.size,
             EX3517=merkle_root(leaf, d.index, h.slotCount, split(d.path)) == p.slotsRoot)
        value = cell_value(d.plain, 'EX3519', 'EX3519', 'EX3519', 'EX3519')
        need(EX3518=value is not None)
        under('EX3519', schema.value, slot, value)
        cells.append({'slot': d.index, 'value': value.hex()})
    fresh, _ = log_check(w, h, TH('header', p.core + p.slotsRoot), p.logProof)
    need(EX3534=fresh != 'contradicted')
    return {'result': 'pass' if fresh == 'verified' else 'indeterminate', 'cells': cells}

# "Break-glass"
def open_told(w, data):
    _, key, body = unseal(w, data, b'LXB1', [w.rosters[-1].suite], 65536, 'break-glass',
                          'EX3501 EX3505 EX3502 EX3503 EX3504')
    need(EX3505=len(data) <= 1 << 24 and (len(body) == 65536 or padme(len(body)) == len(body)))
    return unpad(body, 'EX3505'), key

def verify_told(w, data, opened):
    sealed, newest = under('EX3506', decode, 'SealedObject', data), w.rosters[-1]
    need(EX3508=sealed.object.kind == 12, EX3214=w.now <= newest.expires)
    v = under('EX3506', decode, 'BreakGlass', sealed.object.body)
    need(EX3506=ascending([f.slot for f in v.fields]) and v.fields[-1].slot < 256)
    key = next(k for k in w.own if k.id == opened)
    chain = under('EX3507', check_chain, sealed.chain, 7, newest, v.time)
    need(EX3507=signed_by(chain[0], sealed.object) and v.time <= w.now + 300 and v.coalition == newest.coalition and
         v.sender == chain[0].subject and (v.recipient, v.recipientKey) == (w.agency, opened) and
         key.not_before <= v.time <= key.not_after)
    sender, recipient = newest.party[v.sender], newest.party[v.recipient]
    need(EX3514=sender.kind in (3, 4), EX2130=recipient.kind in (3, 4) and recipient.role in (6, 7, 16))
    facts = (v.personnel, v.facility, v.discloser, v.nature)
    need(EX2129=v.time and all(t.strip(' ') and not re.search('[\0-\x1f\x7f]', t) for t in facts))
    schema, cells = w.schemas.get(v.schemaDigest), []
    need(EX3220=schema and schema.id == v.schemaId)
    for f in v.fields:
        slot = f.slot < len(schema.slots) and schema.slots[f.slot]
        need(EX3515=slot and slot.form == 0)
        need(EX2127=not slot.alone)
        under('EX3519', schema.value, slot, f.value)
        cells.append({'slot': f.slot, 'value': f.value.hex()})
    return {'id': v.id.hex(), 'cells': cells}

# "One-shot packet"
SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

def read_code(typed):
    groups = split(re.sub(r'[-\s]', '', typed).upper().translate(str.maketrans('OIL', '011')), 5)
    need(EX3527=[len(g) for g in groups] == [5] * 7)
    for n, group in enumerate(groups, 1):
        symbols = list(map(SYMBOLS.find, group))
        for symbol in symbols[:4]:
            n = (n ^ symbol) << 1
            n ^= 0x25 * (n >> 5)
        need(EX3527=min(symbols) >= 0 and n == symbols[4])
    return '-'.join(groups).encode()

@functools.cache
def code_pair(suite, code):
    return derive_key_pair(suite, stretched(suite, code, TH('one-shot code', b'')))

def open_packet(w, data):
    code, suite = read_code(w.code), num(data[4:6])
    need(EX3501=len(data) >= 6, EX3502=data[:4] == b'LXP1', EX3503=suite in SUITE)
    need(EX3501=len(data) >= 6 + SUITE[suite].enc + 65536 + 16, EX3505=len(data) <= 1 << 24)
    private, public = code_pair(suite, code)
    body = hpke_open(suite, private, data[6:], b'LX1 one-shot' + TH('one-shot key', public), data[:6])
    need(EX3528=body is not None)
    need(EX3505=padme(len(body)) == len(body))
    return unpad(body, 'EX3505'), suite

def open_one_shot(w, data, suite):
    """The content of a packet of this suite."""
    n = num(data[:4])
    need(EX3506=4 <= 4 + n <= len(data))
    under('EX3506', decode, 'SignedRoster', data[4:4 + n])
    sealed = under('EX3506', decode, 'SealedObject', data[4 + n:])
    under(dict.fromkeys(('EX6201', 'EX6202', 'EX6205', 'EX6209', 'EX6210', 'EX6211'), 'EX3507'), take_roster,
          Rec(rosters=[]), data[4:4 + n], 0)
    roster = held_roster(data[4:4 + n])
    roots = roster.coalition + u(roster.threshold, 1) + b''.join(u(len(k), 2) + k for k in roster.roots)
    need(EX3529=TH('roots', roots) in w.roots, EX3503=roster.suite == suite, EX3508=sealed.object.kind == 13)
    v = under('EX3506', decode, 'OneShot', sealed.object.body)
    entries, at = under('EX3506', entries_of, v.entries), v.sealedAt
    need(EX3506=ascending([f.slot for f in v.fields]))
    seat = under('EX3507', check_chain, sealed.chain, 7, roster, at)[0]
    need(EX3507=signed_by(seat, sealed.object) and roster.issued <= at <= roster.expires and
         (v.coalition, v.sender) == (roster.coalition, seat.subject) and agreed(roster, v.sender, at) and
         v.key == TH('one-shot key', code_pair(suite, read_code(w.code))[1]),
         EX3531=at <= w.now + 300, EX3532=w.now <= v.expiresAt)
    by = under('EX3530', check_chain, v.authority, 3, roster, at)[0]
    need(EX3530=v.grant.kind == 3 and signed_by(by, v.grant))
    g = under('EX3530', decode, 'GrantCore', v.grant.body)
    need(EX3530=(g.authority, g.coalition) == (by.subject, v.coalition) and g.basis in by.bases and
         g.requiredSuite in (0, suite) and g.basis == v.basis and v.purpose in g.purposes and
         max(g.notBefore, g.effectiveAt) <= at <= v.expiresAt <= min(g.notAfter, v.to.until) and
         named_outside(v.to, v.coalition))
    schema, cells, given = w.schemas.get(v.schemaDigest), [], set()
    need(EX3220=schema and schema.id == v.schemaId)
    for f in v.fields:
        slot = f.slot < len(schema.slots) and schema.slots[f.slot]
        need(EX3515=slot and not slot.alone)
        under('EX3519', schema.value, slot, f.value)
        cells.append({'slot': f.slot, 'value': f.value.hex()})
        given.add(slot.comp)
    need(EX3530=all(e.agency == v.to.id and e.rights == 1 and
                    merkle_root(e.leaf, e.index, g.leafCount, e.path) == g.entriesRoot for e in entries) and
         sorted(e.comp for e in entries) == sorted(given))
    return {'id': v.id.hex(), 'to': v.to['name'], 'cells': cells}

# The vectors
def held_roster(data):
    return with_keys(read_roster(data))

@functools.cache
def taken(make, text):
    return make(base64.b64decode(text))

def load(given):
    def each(name, make):
        return [taken(make, x) for x in given.get(name) or ()]

    def hexed(name):
        return [Rec({n: x if isinstance(x, int) else bytes.fromhex(x) for n, x in m.items()})
                for m in given.get(name, ())]
    return Rec(now=given['now'], agency=bytes.fromhex(given.get('agency', '')), own=hexed('keys'),
               former=hexed('former_keys'), lists=each('status_lists', read_list),
               rosters=each('rosters', held_roster),
               pack=given.get('pack') and taken(read_pack, given['pack']),
               schemas={s.digest: s for s in each('schemas', Schema)},
               grants={g.hash: g for g in each('grants', read_grant)},
               received={m.sha256: m.time for m in hexed('received')},
               seen={(m.sender, m.note_id): m.header_hash for m in hexed('seen')},
               policy=read_policy(given.get('log_policy', '')),
               log_proofs={p.header: x for p, x in each('log_proofs', lambda x: (decode('LogProof', x), x))},
               code=given.get('code'), roots=[bytes.fromhex(x) for x in given.get('roots', ())],
               nonces=[bytes.fromhex(x) for x in given.get('nonces', ())])

def bytes_of(case, cases):
    if 'edit' not in case:
        return base64.b64decode(case.get('bytes') or case.get('object') or case['content'])
    edit, data = case['edit'], bytearray(bytes_of(cases[case['edit']['of']], cases))
    at, xor = edit['at'] + len(data) * (edit['at'] < 0), bytes.fromhex(edit.get('xor', ''))
    end = at + (len(xor) or edit.get('remove', 0))
    data[at:end] = bytes(a ^ b for a, b in zip(xor, data[at:end])) or (
        bytes.fromhex(edit['insert']) * edit.get('times', 1))
    return bytes(data)

READ = {'notes': open_note, 'grants': take_grant, 'rosters': take_roster, 'status': take_status,
        'presentations': verify_presentation, 'emergencies': verify_told, 'one-shots': open_one_shot}

IN_ENVELOPE = {'grants': open_object, 'presentations': open_object, 'emergencies': open_told, 'one-shots': open_packet}

def outcome(file, case, cases):
    try:
        if 'cases' not in file:
            return wrong_values(file)
        world, data = load({**file['given'], **case.get('given', {})}), bytes_of(case, cases)
        key = file['suite'] if 'content' in case else bytes.fromhex(case.get('opened_under', ''))
        try:
            if file['kind'] in IN_ENVELOPE and not key:
                data, key = IN_ENVELOPE[file['kind']](world, data)
            return READ[file['kind']](world, data, key)
        except Refused as r:
            return {'code': r.args[0]}
    except Exception as error:   # a failure, never counted as a refusal
        return f'{type(error).__name__}: {error}'

def main(paths):
    good = count = 0
    for path in paths:
        file = json.loads(pathlib.Path(path).read_text())
        listed = file.get('cases') or [{'name': 'worked example', 'expect': []}]   # no value wrong
        for case in listed:
            got, count = outcome(file, case, {c['name']: c for c in listed}), count + 1
            good += got == case['expect']
            if got != case['expect']:
                print(f'{path}: {case["name"]}: expected {json.dumps(case["expect"])}, got {json.dumps(got)}')
    print(f'interop: {good} of {count} cases as expected')
    return 0 if good == count > 0 else 1

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
