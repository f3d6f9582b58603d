"""The worked example (docs/format.md, "Worked example"; tests/vectors/lx1/worked.json), computed again by the formulas
of "Seal" from what the file gives: keys, salts, records and ciphertexts."""
import base64

from records import Schema, TH, decode, fr, padme, sign_holds, sparse_root
from standards import LH, Rec, cell_open, expand, hpke_open, key_pair, mac, mth, num, sha, u


def wrong_values(f):
    """The names of the values that the formulas do not give."""
    suite, wrong = f['suite'], []

    def b64(name):
        return base64.b64decode(f[name])

    def hexed(name, of=f):
        return bytes.fromhex(of[name])

    def expect(name, value, of=f):
        if value != (hexed(name, of) if isinstance(value, bytes) else of[name]):
            wrong.append(name)
    core, terms, ctx = decode('NoteHeader', b64('core')), decode('RecipientTerms', b64('terms')), hexed('note_ctx')
    schema, sender, reader, reader_key = Schema(b64('schema')), hexed('sender'), hexed('reader'), hexed('reader_key')
    expect('grant_hash', TH('grant hash', b64('grant_core')))
    expect('status_hash', TH('status hash', b64('status_body')))
    expect('schema_digest', schema.digest)
    expect('terms_digest', TH('recipient terms', hexed('terms_salt') + b64('terms')))
    expect('recipient_leaf', LH(TH('recipient', hexed('recipient_salt') + reader + reader_key + hexed('terms_digest'))))
    expect('recipients_root', sparse_root(hexed('recipient_leaf'), f['recipient_position'], hexed('recipient_path')))
    for name, value in (('note_id', core.noteId), ('grant_hash', core.grant), ('status_hash', core.status),
                        ('schema_digest', core.schemaDigest), ('recipients_root', core.recipientsRoot),
                        ('sender', core.sender), ('sender_key', core.senderKey)):
        expect(name, value)
    expect('note_ctx', TH('note ctx', b64('core')))
    prk = {}
    for c in f['compartments']:
        k = c['compartment']
        prk[k] = mac(ctx, hexed('M') + hexed('S_k', c) + u(k, 2))
        expect('prk_k', prk[k], c)
    for c in f['slots']:
        i = u(c['slot'], 2)
        if 'random' in c:
            expect('leaf', LH(hexed('random', c)), c)
            continue
        slot, plain, ct, commit = schema.slots[c['slot']], hexed('plain', c), hexed('ct', c), hexed('commit', c)
        expect('path', slot.path, c)
        expect('compartment', slot.comp, c)
        expect('commit', TH('cell commit', ctx + i + hexed('salt', c) + plain), c)
        okm = expand(prk[slot.comp], fr('LX1 cell key') + i + commit, 44)
        expect('key', okm[:32], c)
        expect('nonce', okm[32:], c)
        expect('aad', ctx + i, c)
        if cell_open(suite, okm[:32], okm[32:], ct, ctx + i) != hexed('salt', c) + plain or len(plain) != slot.size:
            wrong.append('ct')
        expect('ct_hash', TH('cell ct', ct), c)
        expect('leaf', LH(TH('cell leaf', i + commit + hexed('ct_hash', c))), c)
    expect('slots_root', mth([hexed('leaf', c) for c in f['slots']]))
    expect('header_hash', TH('header', b64('core') + hexed('slots_root')))
    expect('batch_leaf', LH(hexed('header_hash')))
    expect('batch_root', sparse_root(hexed('batch_leaf'), f['batch_position'], hexed('batch_path')))
    expect('signature_input', fr('LX1 sign note') + hexed('sender_key') + hexed('batch_root'))
    seat = decode('KeyRecord', decode('Signed', base64.b64decode(f['chain'][0])).body)
    expect('reader_public', key_pair(suite, hexed('reader_private'))[1])
    if key_pair(suite, hexed('sender_private'))[1] != seat.publicKey:
        wrong.append('sender_private')
    if not sign_holds(Rec(seat, id=hexed('sender_key')), 7, hexed('batch_root'), hexed('signature')):
        wrong.append('signature')
    for c, s in zip(f['wraps'], f['compartments']):
        pk, k = hexed('class_pk', c), u(c['compartment'], 2)
        expect('class_pk', key_pair(suite, hexed('class_sk', c))[1], c)
        expect('info', b'LX1 class wrap' + TH('class wrap info', hexed('grant_hash') + sender + reader + k +
                                              u(len(pk), 2) + pk), c)
        if hpke_open(suite, hexed('class_sk', c), hexed('wrap', c), hexed('info', c), b'') != hexed('S_k', s):
            wrong.append('wrap')
    view, bundle = decode('View', b64('view')), decode('Bundle', b64('bundle'))
    parts = [view.core, view.terms, view.slotsRoot, view.batchPath, view.noteSecret, bundle.batchRoot, bundle.signature]
    if parts != [b64('core'), b64('terms'), *map(hexed, 'slots_root batch_path M batch_root signature'.split())] or (
            bundle['views'] != [b64('view')] or bundle.staples != [b64('staple')] or
            [w.compartment for w in view.wraps] != terms.compartments):
        wrong.append('view')
    count = len({s.comp for s in schema.slots})
    expect('U', 4096 + 3072 + 256 * count + sum(s.size for s in schema.slots) + 128 * schema.count)
    expect('body_length', padme(max(4096, 4 + f['U'])))
    expect('envelope_info', b'LX1 envelope' + TH('envelope info', reader + reader_key))
    expect('envelope_aad', b'LXE1' + u(suite, 2))
    body = hpke_open(suite, hexed('reader_private'), b64('envelope')[6:], hexed('envelope_info'), hexed('envelope_aad'))
    if not body or (len(body), body[4:4 + num(body[:4])]) != (f['body_length'], b64('bundle')):
        wrong.append('envelope')
    return wrong
