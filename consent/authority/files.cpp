#include "consent/authority/files.hpp"

#include "wire/records.hpp"

namespace xch::consent {
namespace {

// 2 has the members of a draft from `jurisdiction` on, 3 those from `zone` on and what became of events, 4 its external
// recipients.
constexpr std::uint8_t kGrantFormat = 4, kGrantFormatFirst = 1, kListFormat = 1, kKeptBackFormat = 1;

void put_text(ByteWriter& out, const std::string& text) {
  out.u32(static_cast<std::uint32_t>(text.size())).raw(std::string_view(text));
}
void put_bytes(ByteWriter& out, ByteView bytes) { out.u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes); }
void put_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.u16(static_cast<std::uint16_t>(texts.size()));
  for (const auto& text : texts) put_text(out, text);
}
template <class E>
void put_codes(ByteWriter& out, const std::vector<E>& codes) {
  out.u16(static_cast<std::uint16_t>(codes.size()));
  for (const auto code : codes) out.u16(static_cast<std::uint16_t>(code));
}

/// Reader takes values off the front; once something is missing it gives zeros and `whole` says no.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  ByteView take(std::size_t size) {
    if (size > rest_.size()) {
      broken_ = true;
      rest_ = ByteView();
      return ByteView();
    }
    const auto out = rest_.sub(0, size);
    rest_ = rest_.sub(size);
    return out;
  }
  std::uint8_t u8() {
    const auto b = take(1);
    return b.empty() ? 0 : b[0];
  }
  std::uint16_t u16() {
    const auto b = take(2);
    return b.empty() ? 0 : load_u16(b.data());
  }
  std::uint32_t u32() {
    const auto b = take(4);
    return b.empty() ? 0 : load_u32(b.data());
  }
  std::uint64_t u64() {
    const auto b = take(8);
    return b.empty() ? 0 : load_u64(b.data());
  }
  Timestamp time() { return Timestamp{u64()}; }
  ByteView bytes() { return take(u32()); }
  std::string text() { return std::string(bytes().text()); }
  std::vector<std::string> texts() {
    std::vector<std::string> out;
    for (auto n = u16(); n > 0 && !broken_; --n) out.push_back(text());
    return out;
  }
  template <class E>
  std::vector<E> codes() {
    std::vector<E> out;
    for (auto n = u16(); n > 0 && !broken_; --n) out.push_back(static_cast<E>(u16()));
    return out;
  }
  template <class F>
  F fixed() {
    F out;
    if (!out.copy_from(take(F::kSize))) broken_ = true;
    return out;
  }
  bool whole() const { return !broken_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool broken_ = false;
};

void put_draft(ByteWriter& out, const ConsentDraft& draft) {
  put_text(out, draft.subject);
  put_text(out, draft.subject_record);
  out.u16(static_cast<std::uint16_t>(draft.basis));
  put_texts(out, draft.disclosers);
  put_texts(out, draft.recipients);
  put_codes(out, draft.classes);
  put_codes(out, draft.purposes);
  put_text(out, draft.first_day);
  put_text(out, draft.last_day);
  out.u32(static_cast<std::uint32_t>(draft.zone_offset_minutes));
  put_text(out, draft.signer);
  put_text(out, draft.signed_day);
  out.u8(draft.revocation_explained ? 1 : 0).u8(draft.redisclosure_explained ? 1 : 0);
  put_text(out, draft.proceeding);
  put_text(out, draft.revocable_day);
  put_text(out, draft.referred_by);
}

void put_restrictions(ByteWriter& out, const std::vector<Restriction>& restrictions) {
  out.u16(static_cast<std::uint16_t>(restrictions.size()));
  for (const auto& asked : restrictions) {
    put_text(out, asked.party);
    out.u16(static_cast<std::uint16_t>(asked.field_class));
  }
}
std::vector<Restriction> take_restrictions(Reader& in) {
  std::vector<Restriction> out;
  for (auto n = in.u16(); n > 0; --n) {
    Restriction asked;
    asked.party = in.text();
    asked.field_class = static_cast<FieldClass>(in.u16());
    out.push_back(std::move(asked));
  }
  return out;
}

void put_more(ByteWriter& out, const ConsentDraft& draft) {
  put_text(out, draft.jurisdiction);
  out.u32(draft.minor_age);
  put_texts(out, draft.co_signers);
  put_texts(out, draft.statements);
  put_restrictions(out, draft.restrictions);
  for (const auto* text : {&draft.order.kind, &draft.order.court, &draft.order.day, &draft.order.digest}) put_text(out, *text);
  put_texts(out, draft.order.findings);
  put_text(out, draft.circumstances);
}

void take_more(Reader& in, ConsentDraft& draft) {
  draft.jurisdiction = in.text();
  draft.minor_age = in.u32();
  draft.co_signers = in.texts();
  draft.statements = in.texts();
  draft.restrictions = take_restrictions(in);
  for (auto* text : {&draft.order.kind, &draft.order.court, &draft.order.day, &draft.order.digest}) *text = in.text();
  draft.order.findings = in.texts();
  draft.circumstances = in.text();
}

void put_events(ByteWriter& out, const ConsentDraft& draft) {
  put_text(out, draft.zone);
  for (const auto* one : {&draft.ends_on, &draft.revocable_on}) {
    put_text(out, one->event);
    put_text(out, one->asserter);
  }
  out.u16(static_cast<std::uint16_t>(draft.intermediaries.size()));
  for (const auto& hub : draft.intermediaries) {
    put_text(out, hub.party);
    put_texts(out, hub.members);
    out.u8(hub.treating ? 1 : 0);
  }
}

void take_events(Reader& in, ConsentDraft& draft) {
  draft.zone = in.text();
  for (auto* one : {&draft.ends_on, &draft.revocable_on}) {
    one->event = in.text();
    one->asserter = in.text();
  }
  for (auto n = in.u16(); n > 0; --n) {
    Intermediary hub;
    hub.party = in.text();
    hub.members = in.texts();
    hub.treating = in.u8() == 1;
    draft.intermediaries.push_back(std::move(hub));
  }
}

void put_externals(ByteWriter& out, const ConsentDraft& draft) {
  out.u16(static_cast<std::uint16_t>(draft.externals.size()));
  for (const auto& external : draft.externals) {
    put_text(out, external.name);
    put_text(out, external.last_day);
  }
}

void take_externals(Reader& in, ConsentDraft& draft) {
  for (auto n = in.u16(); n > 0; --n) {
    External external;
    external.name = in.text();
    external.last_day = in.text();
    draft.externals.push_back(std::move(external));
  }
}

ConsentDraft take_draft(Reader& in) {
  ConsentDraft draft;
  draft.subject = in.text();
  draft.subject_record = in.text();
  draft.basis = static_cast<Basis>(in.u16());
  draft.disclosers = in.texts();
  draft.recipients = in.texts();
  draft.classes = in.codes<FieldClass>();
  draft.purposes = in.codes<Purpose>();
  draft.first_day = in.text();
  draft.last_day = in.text();
  draft.zone_offset_minutes = static_cast<std::int32_t>(in.u32());
  draft.signer = in.text();
  draft.signed_day = in.text();
  draft.revocation_explained = in.u8() == 1;
  draft.redisclosure_explained = in.u8() == 1;
  draft.proceeding = in.text();
  draft.revocable_day = in.text();
  draft.referred_by = in.text();
  return draft;
}

Holder take_holder(Reader& in) {
  Holder holder;
  holder.party = in.fixed<PartyId>();
  holder.name = in.text();
  holder.pseudonym = in.fixed<Pseudonym>();
  holder.acknowledged = in.time();
  return holder;
}

}  // namespace

Bytes encode(const GrantFile& file) {
  ByteWriter out;
  out.u8(kGrantFormat).raw(file.hash);
  put_bytes(out, wire::encode(file.signed_core));
  put_draft(out, file.draft);
  put_more(out, file.draft);
  put_events(out, file.draft);
  out.u64(file.event_at.seconds).u64(file.revocable_event_at.seconds).u64(file.expired_at.seconds);
  put_externals(out, file.draft);
  out.raw(file.form).raw(file.subject_salt).raw(file.authority_key);
  out.u8(static_cast<std::uint8_t>(file.state));
  out.u64(file.ended_at.seconds).u64(file.revocable_at.seconds).u64(file.pending_since.seconds);
  put_text(out, file.reason);
  out.u16(static_cast<std::uint16_t>(file.holders.size()));
  for (const auto& holder : file.holders) {
    out.raw(holder.party);
    put_text(out, holder.name);
    out.raw(holder.pseudonym).u64(holder.acknowledged.seconds);
  }
  return std::move(out).take();
}

Result<GrantFile> decode_grant_file(ByteView bytes) {
  Reader in(bytes);
  const auto format = in.u8();
  if (format < kGrantFormatFirst || format > kGrantFormat) return fail(Code::store_damaged);
  GrantFile file;
  file.hash = in.fixed<GrantHash>();
  const auto core_frame = in.bytes();
  file.draft = take_draft(in);
  if (format >= 2) take_more(in, file.draft);
  if (format >= 3) {
    take_events(in, file.draft);
    for (auto* time : {&file.event_at, &file.revocable_event_at, &file.expired_at}) *time = in.time();
  }
  if (format >= 4) take_externals(in, file.draft);
  file.form = in.fixed<Digest>();
  file.subject_salt = in.fixed<Salt>();
  file.authority_key = in.fixed<KeyId>();
  file.state = static_cast<GrantState>(in.u8() & 3);
  file.ended_at = in.time();
  file.revocable_at = in.time();
  file.pending_since = in.time();
  file.reason = in.text();
  for (auto n = in.u16(); n > 0; --n) file.holders.push_back(take_holder(in));
  if (!in.whole()) return fail(Code::store_damaged);

  auto signed_core = wire::decode_signed(core_frame);
  if (!signed_core) return fail(Code::store_damaged);
  auto core = wire::decode_grant_core(signed_core->body);
  if (!core) return fail(Code::store_damaged);
  file.signed_core = std::move(*signed_core);
  file.core = std::move(*core);
  return file;
}

Bytes encode(const ListFile& file) {
  ByteWriter out;
  out.u8(kListFormat).raw(file.id).u16(static_cast<std::uint16_t>(file.basis)).u32(file.version);
  out.u64(file.issued_at.seconds).u64(file.next_update.seconds);
  put_bytes(out, file.chunks);
  put_bytes(out, file.used);
  return std::move(out).take();
}

Result<ListFile> decode_list_file(ByteView bytes) {
  Reader in(bytes);
  if (in.u8() != kListFormat) return fail(Code::store_damaged);
  ListFile file;
  file.id = in.fixed<StatusListId>();
  file.basis = static_cast<Basis>(in.u16());
  file.version = in.u32();
  file.issued_at = in.time();
  file.next_update = in.time();
  file.chunks = in.bytes().copy();
  file.used = in.bytes().copy();
  // 2 bits of state and 1 bit of use per index.
  if (!in.whole() || file.chunks.size() != file.used.size() * 2 || file.chunks.size() % kStatusChunk != 0)
    return fail(Code::store_damaged);
  return file;
}

Bytes encode(const KeptBack& file) {
  ByteWriter out;
  out.u8(kKeptBackFormat).u64(file.since.seconds);
  put_text(out, file.subject);
  put_restrictions(out, file.restrictions);
  return std::move(out).take();
}

Result<KeptBack> decode_kept_back(ByteView bytes) {
  Reader in(bytes);
  if (in.u8() != kKeptBackFormat) return fail(Code::store_damaged);
  KeptBack file;
  file.since = in.time();
  file.subject = in.text();
  file.restrictions = take_restrictions(in);
  if (!in.whole()) return fail(Code::store_damaged);
  return file;
}

Bytes grant_key(const GrantId& id, std::uint32_t version) {
  return std::move(ByteWriter().raw(id).u32(version)).take();
}
Bytes view_key(const GrantHash& hash, const PartyId& party) {
  return std::move(ByteWriter().raw(hash).raw(party)).take();
}

}  // namespace xch::consent
