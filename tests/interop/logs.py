"""Log proofs, as a reader of docs/format.md judges them: entries and events are those of docs/log.md; signed-note,
tlog-cosignature, tlog-proof and tlog-policy are specifications of c2sp.org."""
import base64
import re

from records import TH, decode
from standards import LH, Rec, Refused, merkle_root, need, num, sha, u, verify

DAY, SKEW = 86400, 300


class Unsure(Exception):
    """It may hold yet: no policy names the log, too few witnesses have signed, or too late."""


def b64(text):
    out = base64.b64decode(text, validate=True)
    if base64.b64encode(out).decode() != text:
        raise ValueError('base64')
    return out


def key_of(text):
    name, digits, rest = re.fullmatch(r'([^+]+)\+([0-9a-f]{8})\+(.*)', text).groups()
    data = b64(rest)
    ident = sha(name.encode() + b'\n' + data)[:4]
    if ident.hex() != digits:
        raise ValueError('key')
    return Rec(name=name, id=ident, type=data[0], public=data[1:])


def read_policy(text):
    """Logs by name, witnesses by their name in the policy, and what says whether some of these are enough."""
    logs, witnesses, groups, quorum = {}, {}, {}, 'none'
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ['log']:
            key = key_of(words[1])
            logs[key.name] = key
        elif words[:1] == ['witness']:
            witnesses[words[1]] = key_of(words[2])
        elif words[:1] == ['group']:
            count = {'any': 1, 'all': len(words) - 3}.get(words[2]) or int(words[2])
            groups[words[1]] = count, words[3:]
        elif words[:1] == ['quorum']:
            quorum = words[1]

    def met(name, by):
        if name in groups:
            count, members = groups[name]
            return sum(met(m, by) for m in members) >= count
        return name in by
    return Rec(logs=logs, witnesses=witnesses, enough=lambda by: quorum == 'none' or met(quorum, by))


def check_note(note, log, policy):
    """Size and root of a checkpoint, and who has cosigned it at which time: name in the policy by time."""
    text, _, lines = note.rpartition('\n\n')
    text += '\n'
    origin, size, root = text.split('\n')[:3]
    need(sender=origin == log.name)
    mine, cosigned = False, {}
    for line in lines.splitlines():
        name, data = re.fullmatch('\u2014 ([^ ]+) ([^ ]+)', line).groups()
        data = b64(data)
        if (name, data[:4]) == (log.name, log.id):
            need(signature=verify(2, log.public, text.encode(), data[4:]))
            mine = True
        for short, key in policy.witnesses.items():
            if (name, data[:4]) != (key.name, key.id):
                continue
            time = num(data[4:12])
            need(signature=verify(2, key.public, f'cosignature/v1\ntime {time}\n{text}'.encode(), data[12:]))
            cosigned[short] = time
    need(signature=mine)
    return int(size), b64(root), cosigned


def sealed_event(header, h):
    """kind sealed, sealedAt, the signing seat, the header hash, and one member: number 2 (note), type 1, 32 bytes."""
    return (b'\1' + u(5, 2) + u(h.sealedAt, 8) + h.senderKey + header + bytes([2, 1, 32]) +
            TH('note id', h.sender + h.noteId))


def judge(proof, h, log, policy):
    """The time by which enough witnesses had signed. Refused('event') is what the log itself says against the note."""
    event = sealed_event(proof.header, h)
    need(event=proof.event == event)
    need(event=proof.entry[0] == 1 and proof.entry[1:33] == TH('log event', proof.blind + event))
    head, _, note = proof.proof.decode().partition('\n\n')
    lines = head.split('\n')
    need(proof=lines[0] == 'c2sp.org/tlog-proof@v1' and lines[1].startswith('index '))
    size, root, cosigned = check_note(note, log, policy)
    if not policy.enough(set(cosigned)) or not cosigned:
        raise Unsure
    need(inclusion=merkle_root(LH(proof.entry), int(lines[1][6:]), size, [b64(x) for x in lines[2:]]) == root)
    times = sorted(cosigned.values())
    by = next(t for t in times if policy.enough({n for n, at in cosigned.items() if at <= t}))
    need(event=by + SKEW >= h.sealedAt)
    if by > h.sealedAt + DAY:
        raise Unsure
    return by


def log_check(w, h, header, shown=b''):
    """('pending', 0), ('verified', when) or ('contradicted', 0) by the proof that is shown, or else the one held."""
    data = shown or w.log_proofs.get(header)
    if not data:
        return 'pending', 0
    try:
        proof = decode('LogProof', data)
        need(header=proof.header == header)
    except Refused:
        return 'contradicted', 0
    sender = w.rosters[-1].party.get(h.sender)
    log = sender and w.policy and w.policy.logs.get(f'{h.coalition.hex()}/{sender.name}')
    if not log:
        return 'pending', 0
    try:
        return 'verified', judge(proof, h, log, w.policy)
    except Unsure:
        return 'pending', 0
    except Refused as r:
        return ('contradicted' if shown or r.args[0] == 'event' else 'pending'), 0
    except (ValueError, AttributeError, IndexError, KeyError):   # no text of a proof
        return ('contradicted' if shown else 'pending'), 0
