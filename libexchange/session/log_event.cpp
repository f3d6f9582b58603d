#include "session/log_event.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "log/entry.hpp"
#include "wire/json.hpp"

namespace xch::session {
namespace {

using wire::Json;

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHead = 1 + 2 + 8 + KeyId::kSize + Digest::kSize;

/// The names that events use, by number from 1. Only ever appended to.
constexpr std::string_view kNames[] = {
    "line",    "note",     "envelope", "sender",  "terms",        "grant",     "status",   "policy", "schema",
    "part",    "basis",    "purpose",  "role",    "compartments", "freshness", "to",       "key",    "code",
    "id",      "hour",     "what",     "kind",    "until",        "version",   "grant-id", "authority", "reader",
    "reason",  "fields",   "slots",    "copies",  "list",         "issued",    "with",     "under",  "state",
    "refused", "opens-until", "from",  "at",      "after",        "notes",     "envelopes",
    "paper",   "ordered",  "findings"};

enum class Type : std::uint8_t { bytes = 1, text = 2, number = 3, list = 4, digest = 5 };
enum class Lists : std::uint8_t { whole, by_digest };

void put_key(ByteWriter& out, std::string_view name, Type type) {
  const auto* const at = std::find(std::begin(kNames), std::end(kNames), name);
  if (at != std::end(kNames)) {
    out.u8(static_cast<std::uint8_t>(at - std::begin(kNames) + 1));
  } else {
    out.u8(0).u8(static_cast<std::uint8_t>(name.size())).raw(name);
  }
  out.u8(static_cast<std::uint8_t>(type));
}

/// Every value that reads as hex is kept as bytes: what is read back is the same text.
bool put_text(ByteWriter& out, std::string_view name, const std::string& text) {
  const auto bytes = text.empty() ? std::nullopt : from_hex(text);
  const ByteView value = bytes ? ByteView(*bytes) : ByteView(std::string_view(text));
  if (value.size() > 255) return false;
  put_key(out, name, bytes ? Type::bytes : Type::text);
  out.u8(static_cast<std::uint8_t>(value.size())).raw(value);
  return true;
}

void put_number(ByteWriter& out, std::string_view name, std::uint64_t number) {
  put_key(out, name, Type::number);
  std::uint8_t size = 0;
  while (size < 8 && number >> (8 * size) != 0) ++size;
  out.u8(size);
  for (std::uint8_t i = size; i > 0; --i) out.u8(static_cast<std::uint8_t>(number >> (8 * (i - 1))));
}

bool put_list(ByteWriter& out, std::string_view name, const std::vector<Json>& items, Lists lists) {
  if (items.size() > 255) return false;
  ByteWriter values;
  for (const auto& item : items) {
    if (!item.is_natural() || item.as_natural() > 0xffff) return false;
    values.u16(static_cast<std::uint16_t>(item.as_natural()));
  }
  if (lists == Lists::by_digest) {
    put_key(out, name, Type::digest);
    out.raw(crypto::sha256(values));
    return true;
  }
  put_key(out, name, Type::list);
  out.u8(static_cast<std::uint8_t>(items.size())).raw(values);
  return true;
}

bool put_member(ByteWriter& out, const Json::Member& member, Lists lists) {
  const auto& [name, value] = member;
  if (name.empty() || name.size() > 255) return false;
  if (value.is_text()) return put_text(out, name, value.as_text());
  if (value.is_array()) return put_list(out, name, value.items(), lists);
  if (!value.is_natural()) return false;
  put_number(out, name, value.as_natural());
  return true;
}

std::optional<Bytes> encode_members(std::string_view detail, Lists lists) {
  const auto json = wire::parse_json(detail);
  if (!json || !json->is_object()) return std::nullopt;
  ByteWriter out;
  for (const auto& member : json->members())
    if (!put_member(out, member, lists)) return std::nullopt;
  if (kHead + out.bytes().size() > log::kEventMaxBytes) return std::nullopt;
  return std::move(out).take();
}

Bytes encode_detail(ByteView detail) {
  for (const auto lists : {Lists::whole, Lists::by_digest})
    if (auto members = encode_members(detail.text(), lists)) return std::move(*members);
  ByteWriter out;
  put_key(out, kNames[0], Type::digest);
  return std::move(out.raw(crypto::sha256(detail))).take();
}

/// Reader takes pieces off an event; after the first missing byte it gives nothing and is bad.
class Reader {
 public:
  explicit Reader(ByteView bytes) : left_(bytes) {}
  bool more() const { return !left_.empty() && !bad_; }
  bool bad() const { return bad_; }
  ByteView take(std::size_t size) {
    if (size > left_.size()) bad_ = true;
    const ByteView out = bad_ ? ByteView() : left_.sub(0, size);
    left_ = bad_ ? ByteView() : left_.sub(size);
    return out;
  }
  std::uint8_t u8() {
    const ByteView one = take(1);
    return one.empty() ? 0 : one[0];
  }
  void refuse() { bad_ = true; }

 private:
  ByteView left_;
  bool bad_ = false;
};

/// A text of the journal's, which is JSON of this library's: UTF-8 without a NUL.
std::string_view read_text(Reader& in, std::size_t size) {
  const ByteView text = in.take(size);
  if (!is_utf8(text) || std::find(text.begin(), text.end(), 0) != text.end()) in.refuse();
  return text.text();
}

std::string_view read_key(Reader& in) {
  const std::uint8_t number = in.u8();
  if (number == 0) return read_text(in, in.u8());
  if (number <= std::size(kNames)) return kNames[number - 1];
  in.refuse();
  return {};
}

Json read_value(Reader& in) {
  switch (static_cast<Type>(in.u8())) {
    case Type::bytes: return Json::text(to_hex(in.take(in.u8())));
    case Type::text: return Json::text(read_text(in, in.u8()));
    case Type::number: {
      const ByteView bytes = in.take(in.u8());
      if (bytes.size() > 8 || (!bytes.empty() && bytes[0] == 0)) in.refuse();
      std::uint64_t number = 0;
      for (const auto b : bytes) number = number << 8 | b;
      return Json::natural(number);
    }
    case Type::list: {
      Json list = Json::array();
      for (unsigned count = in.u8(); count > 0 && !in.bad(); --count) {
        const ByteView item = in.take(2);
        if (!item.empty()) list.add(Json::natural(load_u16(item.data())));
      }
      return list;
    }
    case Type::digest: return Json::text("sha256:" + to_hex(in.take(Digest::kSize)));
  }
  in.refuse();
  return Json();
}

}  // namespace

Bytes encode_event(const store::JournalRow& row) {
  return ByteWriter().u8(kVersion).u16(static_cast<std::uint16_t>(row.kind)).u64(row.time.seconds).raw(row.actor)
      .raw(row.object).raw(encode_detail(row.detail)).bytes();
}

Result<LoggedEvent> read_event(ByteView event) {
  Reader in(event);
  const ByteView head = in.take(kHead);
  if (head.empty() || head[0] != kVersion) return fail(Code::log_entry);
  LoggedEvent out;
  out.kind = static_cast<EventKind>(load_u16(head.data() + 1));
  out.time = Timestamp{load_u64(head.data() + 3)};
  (void)out.actor.copy_from(head.sub(11, KeyId::kSize));
  (void)out.object.copy_from(head.sub(11 + KeyId::kSize));
  out.detail = Json::object();
  while (in.more()) {
    const std::string_view name = read_key(in);
    if (out.detail.find(name) != nullptr) in.refuse();
    Json value = read_value(in);
    if (!in.bad()) out.detail.set(name, std::move(value));
  }
  if (in.bad()) return fail(Code::log_entry);
  return out;
}

Result<Event> decode_event(ByteView event) {
  XCH_ASSIGN(const auto read, read_event(event));
  return Event{read.kind, read.time, read.actor, read.object, wire::write_json(read.detail)};
}

}  // namespace xch::session
