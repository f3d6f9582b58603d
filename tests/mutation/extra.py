"""Mutants that are not found by reading: both sides of a formula changed alike, so that a round trip sees nothing, and
checks that are computed without a branch.

Each row of EXTRA: (name, function, code, edits); an edit is (file, text as it stands, text instead). Each row of MASKS:
(file, function, code, text as it stands, text instead)."""

EXTRA = [
    ("the first six bytes left out of the associated data of a note's envelope", "seal_frame, open_outer", "open_outer", [
        ("message/frame.cpp", "ByteView(out).sub(0, kFrame), body, random", "ByteView(), body, random"),
        ("message/open.cpp", "envelope_hpke_info(knowledge.self(), key.id), envelope.sub(0, kFrame)",
         "envelope_hpke_info(knowledge.self(), key.id), ByteView()"),
        ("message/object_frame.cpp", "info_of(key.id), envelope.sub(0, kFrame)", "info_of(key.id), ByteView()"),
    ]),
    ("note_ctx left out of a cell's associated data", "cell_aad", "open_cell_tag", [
        ("message/cells.cpp", "std::memcpy(aad.data(), ctx.bytes.data(), 32);", "(void)ctx, std::memset(aad.data(), 0, 32);"),
    ]),
    ("the slot left out of a cell's associated data", "cell_aad", "open_cell_tag", [
        ("message/cells.cpp", "store_u16(aad.data() + 32, slot);", "(void)slot, store_u16(aad.data() + 32, 0);"),
    ]),
    ("note_ctx left out of prk_k", "compartment_prk", "open_cell_tag", [
        ("message/cells.cpp", "return crypto::xt(ctx, {note_secret", "return crypto::xt(NoteCtx{}, {note_secret"),
    ]),
    ("the info of a class wrap left out on both sides", "wrap_for, unwrap", "open_wrap", [
        ("message/cells.cpp", "return info(label::kClassWrap, class_wrap_info);", "return info(label::kClassWrap, Digest{});"),
    ]),
    ("the digest left out of an envelope's info on both sides", "envelope_hpke_info", "open_outer", [
        ("message/cells.cpp", "return info(label::kEnvelope, crypto::th(label::kEnvelopeInfo, {agency, key}));",
         "return info(label::kEnvelope, Digest{});"),
    ]),
    ("the digest left out of an object envelope's info on both sides", "object_hpke_info", "object_outer", [
        ("message/cells.cpp", "return info(label::kObjectEnvelope, crypto::th(label::kObjectEnvelopeInfo, {agency, key}));",
         "return info(label::kObjectEnvelope, Digest{});"),
    ]),
    ("a status leaf made of the chunk alone on both sides", "status_leaf", "open_staple_path", [
        ("grant/digests.cpp", "{index, chunk}", "{chunk}"),
    ]),
    ("the roster hash left out of what a remembered chain is found by", "chain_digest", "open_chain_untrusted", [
        ("party/chain_cache.cpp", "bytes.raw(roster.hash());", ""),
    ]),
    ("a memoised staple found by its body alone", "memo_key", "open_staple_signature", [
        ("grant/staple.cpp", "crypto::sha256({authority.leaf().id, signed_body.signer, lengths, signed_body.body, signed_body.signature})",
         "crypto::sha256({signed_body.body})"),
    ]),
    ("slots_root left out of the header hash and of its check", "header_hash, check_slots", "open_slots_root", [
        ("message/cells.cpp", "th_as<HeaderHash>(label::kHeader, {core, slots_root})", "th_as<HeaderHash>(label::kHeader, {core})"),
        ("message/open_view.cpp", "if (crypto::merkle_root(out.leaves) != parsed.view.slots_root) return fail(Code::open_slots_root);", ""),
    ]),
]

PADDING = "message/padding.cpp"
MASKS = [
    (PADDING, "bits_from", "", "(is_less(border, i) | (is_zero(border ^ i) & behind))", "is_less(border, i)"),
    (PADDING, "bits_from", "", "(is_less(border, i) | (is_zero(border ^ i) & behind))", "(is_zero(border ^ i) & behind)"),
    (PADDING, "bits_from", "", "(is_less(border, i) | (is_zero(border ^ i) & behind))", "(is_less(border, i) | is_zero(border ^ i))"),
    (PADDING, "bits_from", "", "bits_from(ByteView bytes, std::uint64_t begin) {", "bits_from(ByteView bytes, std::uint64_t begin) { ++begin;"),
    (PADDING, "bits_from", "", "bits_from(ByteView bytes, std::uint64_t begin) {", "bits_from(ByteView bytes, std::uint64_t begin) { --begin;"),
    (PADDING, "bits_from", "", "rest |= bytes[i] & ~is_less(i, begin);", ";"),
    (PADDING, "bits_from", "", "rest |= bytes[i] & ~is_less(i, begin);", "rest |= bytes[i];"),
    (PADDING, "judge_plain", "open_cell_size", "const Mask fits = ~is_less(room, length);\n  // Where",
     "const Mask fits = ~Mask{0};\n  // Where"),
    (PADDING, "judge_plain", "open_cell_size", "const Mask fits = ~is_less(room, length);\n  // Where",
     "const Mask fits = ~is_less(room + 1, length);\n  // Where"),
    (PADDING, "judge_plain", "open_cell_size", "const Mask fits = ~is_less(room, length);\n  // Where",
     "const Mask fits = ~is_less(room, length + 1);\n  // Where"),
    (PADDING, "judge_plain", "open_cell_absent_value", "is_zero(present) & ~is_zero(length) & number", "0 & number"),
    (PADDING, "judge_plain", "open_cell_absent_value", "is_zero(present) & ~is_zero(length) & number", "is_zero(present) & number"),
    (PADDING, "judge_plain", "open_cell_absent_value", "is_zero(present) & ~is_zero(length) & number", "~is_zero(length) & number"),
    (PADDING, "judge_plain", "open_cell_size", "fault = choose(fits, fault, number(PlainFault::size));", ";"),
    (PADDING, "judge_plain", "open_cell_present", "is_less(1, present)", "is_less(2, present)"),
    (PADDING, "judge_plain", "open_cell_present", "is_less(1, present)", "is_less(0, present)"),
    (PADDING, "judge_plain", "open_cell_present", "is_less(1, present)", "Mask{0}"),
    (PADDING, "judge_plain", "open_cell_padding", "fault = choose(is_zero(padding), fault, number(PlainFault::padding));", ";"),
    (PADDING, "judge_body", "open_padding", "fits & is_zero(padding) & 1", "is_zero(padding) & 1"),
    (PADDING, "judge_body", "open_padding", "fits & is_zero(padding) & 1", "fits & 1"),
    (PADDING, "judge_body", "open_padding", "Mask fits = ~is_less(room, length);\n  const", "Mask fits = ~is_less(room + 1, length);\n  const"),
    (PADDING, "judge_body", "open_padding", "Mask fits = ~is_less(room, length);\n  const", "Mask fits = ~is_less(room, length + 1);\n  const"),
]
