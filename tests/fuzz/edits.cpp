#include "fuzz/edits.hpp"

#include <cstring>

#include "crypto/labels.hpp"
#include "party/chain.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;  // an edit makes nothing longer than this

Edit read_edit(ByteView bytes) {
  Edit out;
  std::memcpy(out.path.data(), bytes.data(), out.path.size());
  out.how = bytes[7];
  out.at = load_u16(bytes.data() + 8);
  out.value = load_u16(bytes.data() + 10);
  return out;
}

Edit random_edit(Draw& draw) {
  Edit out;
  for (auto& step : out.path) step = static_cast<std::uint8_t>(draw.number());
  out.how = static_cast<std::uint8_t>(draw.number());
  out.at = static_cast<std::uint16_t>(draw.below(draw.once_in(4) ? 65536 : 64));
  out.value = static_cast<std::uint16_t>(draw.below(draw.once_in(4) ? 65536 : 32));
  return out;
}

void change_edit(Edit& edit, Draw& draw) {
  const std::size_t what = draw.below(12);
  if (what < edit.path.size()) edit.path[what] = static_cast<std::uint8_t>(draw.number());
  if (what == 7 || what == 8) edit.how = static_cast<std::uint8_t>(draw.number());
  if (what == 9) edit.at = static_cast<std::uint16_t>(draw.number());
  if (what == 10) edit.value = static_cast<std::uint16_t>(draw.number());
  if (what == 11) edit.value = static_cast<std::uint16_t>(edit.value + draw.below(5) - 2);
}

void change_edits(std::vector<Edit>& edits, Draw& draw) {
  const std::size_t what = draw.below(8);
  if (edits.empty() || (what == 0 && edits.size() < kMostEdits)) return edits.push_back(random_edit(draw));
  const std::size_t i = draw.below(edits.size()), j = draw.below(edits.size());
  if (what == 1) return static_cast<void>(edits.erase(edits.begin() + static_cast<std::ptrdiff_t>(i)));
  if (what == 2) return std::swap(edits[i], edits[j]);
  if (what == 3 && edits.size() < kMostEdits) return edits.push_back(edits[i]);
  if (what == 4) return static_cast<void>(edits[i] = random_edit(draw));
  change_edit(edits[i], draw);
}

// The keys of a walk are public test keys; whatever the signer signs for any other reason is his own.
void sign_again(Signed& v, const Ring& ring) {
  const crypto::SignPrivateKey* key = ring.by_id(v.signer);
  if (key == nullptr) return;
  if (auto made = party::sign_object(v.kind, v.body, v.signer, *key)) v = std::move(*made);
}

template <class T>
bool alter_body(Signed& v, Result<T> (*decode)(ByteView), Walk& w) {
  auto decoded = decode(v.body);
  if (!decoded) return false;
  alter(*decoded, w);
  v.body = wire::encode(*decoded);
  sign_again(v, w.ring());
  return true;
}

bool alter_content(Signed& v, Walk& w) {
  switch (v.kind) {
    case Kind::keyRecord: return alter_body(v, wire::decode_key_record, w);
    case Kind::grant: return alter_body(v, wire::decode_grant_core, w);
    case Kind::statusList: return alter_body(v, wire::decode_status_body, w);
    case Kind::redaction: return alter_body(v, wire::decode_redaction, w);
    default: return false;
  }
}

}  // namespace

Script read_script(ByteView input) {
  Script out;
  std::array<std::uint8_t, kHead> head{};
  std::copy_n(input.begin(), std::min(input.size(), kHead), head.begin());
  out.mode = head[0];
  out.variant = head[1];
  out.a = head[2];
  out.b = head[3];
  out.rest = input.sub(kHead);
  for (std::size_t at = 0; at + kEdit <= out.rest.size() && out.edits.size() < kMostEdits; at += kEdit)
    out.edits.push_back(read_edit(out.rest.sub(at, kEdit)));
  return out;
}

Bytes write_script(const Script& script) {
  ByteWriter out;
  out.u8(script.mode).u8(script.variant).u8(script.a).u8(script.b);
  for (const auto& edit : script.edits) out.raw(ByteView(edit.path)).u8(edit.how).u16(edit.at).u16(edit.value);
  return std::move(out).take();
}

Bytes head_and(std::uint8_t mode, std::uint8_t variant, ByteView bytes) {
  return ByteWriter().u8(mode).u8(variant).u8(0).u8(0).raw(bytes).bytes();
}

Bytes change_script(ByteView input, std::size_t most, Draw& draw, std::uint8_t edit_modes) {
  Script script = read_script(input);
  const bool in_edits = script.mode % 4 < edit_modes;
  if (draw.once_in(10)) {
    std::uint8_t* const head[] = {&script.variant, &script.a, &script.b};
    std::uint8_t& byte = *head[draw.below(3)];
    byte = draw.once_in(2) ? 0 : static_cast<std::uint8_t>(byte ^ (1u << draw.below(8)));
    Bytes out = in_edits ? write_script(script)
                         : ByteWriter().u8(script.mode).u8(script.variant).u8(script.a).u8(script.b).raw(script.rest).bytes();
    if (out.size() > most) out.resize(most);
    return out;
  }
  if (in_edits) {
    do change_edits(script.edits, draw);
    while (draw.once_in(3));
    Bytes out = write_script(script);
    if (out.size() > most) out.resize(most);
    return out;
  }
  Bytes bytes = script.rest.copy();
  if (draw.once_in(3)) {
    const std::size_t room = most > kHead ? most - kHead : 0, size = std::min(bytes.size(), room);
    bytes.resize(room);
    bytes.resize(change_bytes(bytes.data(), size, room, draw));
  } else {
    static const Ring no_keys;
    do Walk(random_edit(draw), no_keys).words(bytes);
    while (draw.once_in(2));
  }
  Bytes out = ByteWriter().u8(script.mode).u8(script.variant).u8(script.a).u8(script.b).raw(bytes).bytes();
  if (out.size() > most) out.resize(most);
  return out;
}

void Ring::add(const KeyId& id, const crypto::SignPrivateKey& key) {
  keys_[id] = &key;
  public_keys_[key.public_key().bytes().copy()] = &key;
  value(id);
}
const crypto::SignPrivateKey* Ring::by_id(const KeyId& id) const {
  const auto at = keys_.find(id);
  return at == keys_.end() ? nullptr : at->second;
}
const crypto::SignPrivateKey* Ring::by_public(ByteView public_key) const {
  const auto at = public_keys_.find(public_key.copy());
  return at == public_keys_.end() ? nullptr : at->second;
}
ByteView Ring::value_of_size(std::size_t size, std::size_t which) const {
  std::vector<const Bytes*> fit;
  for (const auto& value : values_)
    if (value.size() == size) fit.push_back(&value);
  return fit.empty() ? ByteView() : ByteView(*fit[which % fit.size()]);
}

std::uint8_t Walk::next() {
  const std::size_t i = step_++;
  if (i < edit_.path.size()) return edit_.path[i];
  return static_cast<std::uint8_t>(edit_.at + 101 * i);  // a path that is longer than an edit
}

std::uint64_t Walk::number(std::uint64_t v, unsigned bits) const {
  switch (edit_.how % 10) {
    case 0: return v + 1;
    case 1: return v - 1;
    case 2: return v ^ (std::uint64_t{1} << (edit_.at % bits));
    case 3: return edit_.value;
    case 4: return 0;
    case 5: return ~std::uint64_t{0};
    case 6: return v + edit_.value;
    case 7: return v - edit_.value;
    case 8: return v + std::uint64_t{3600} * edit_.value;
    default: return v - std::uint64_t{3600} * edit_.value;
  }
}

void Walk::fixed(MutableView v) const {
  if (v.size() == 0) return;
  const ByteView other = ring_.value_of_size(v.size(), edit_.at);
  switch (edit_.how % 5) {
    case 0: v[edit_.at % v.size()] ^= static_cast<std::uint8_t>(1u << (edit_.value % 8)); return;
    case 1: v[edit_.at % v.size()] = static_cast<std::uint8_t>(edit_.value); return;
    case 2: std::memset(v.data(), 0, v.size()); return;
    case 3: std::memset(v.data(), 0xff, v.size()); return;
    default:
      if (!other.empty()) std::memcpy(v.data(), other.data(), v.size());
  }
}

void Walk::bytes(Bytes& v) const {
  const std::size_t at = v.empty() ? 0 : edit_.at % v.size();
  const auto byte = static_cast<std::uint8_t>(edit_.value);
  const std::size_t some = 1 + edit_.value % 64;
  const auto here = v.begin() + static_cast<std::ptrdiff_t>(at);
  switch (edit_.how % 10) {
    case 0:
      if (!v.empty()) v[at] ^= static_cast<std::uint8_t>(1u << (edit_.value % 8));
      return;
    case 1:
      if (!v.empty()) v[at] = byte;
      return;
    case 2: v.resize(v.size() - std::min(v.size(), some)); return;
    case 3: v.insert(v.end(), some, 0); return;
    case 4: v.insert(here, byte); return;
    case 5:
      if (!v.empty()) v.erase(here);
      return;
    case 6: v.clear(); return;
    case 7: v.resize(std::min<std::size_t>(edit_.value, kMostBytes), byte); return;
    case 8: {
      const ByteView other = ring_.value_of_size(v.size(), edit_.at);
      if (!other.empty()) v = other.copy();
      return;
    }
    default:
      if (!v.empty()) v.resize(std::min(v.size() * 2, kMostBytes));
  }
}

void Walk::words(Bytes& v) const {
  const std::size_t count = v.size() / 8;
  if (count == 0) return bytes(v);
  const std::size_t at = edit_.at % count;
  std::uint8_t* const word = v.data() + 8 * at;
  const auto here = v.begin() + static_cast<std::ptrdiff_t>(8 * at);
  // Cap'n Proto's words are little-endian; the low half of a pointer is where, the high half how large.
  const auto add = [&](std::size_t offset, std::uint32_t n) {
    std::uint32_t half = 0;
    std::memcpy(&half, word + offset, sizeof half);
    half += n;
    std::memcpy(word + offset, &half, sizeof half);
  };
  switch (edit_.how % 13) {
    case 0: word[edit_.value / 8 % 8] ^= static_cast<std::uint8_t>(1u << (edit_.value % 8)); return;
    case 1: word[edit_.value >> 8 & 7] = static_cast<std::uint8_t>(edit_.value); return;
    case 2: std::memset(word, 0, 8); return;
    case 3: v.insert(here, 8, 0); return;
    case 4: {
      const Bytes copy(here, here + 8);
      v.insert(here, copy.begin(), copy.end());
      return;
    }
    case 5: v.erase(here, here + 8); return;
    case 6: std::swap_ranges(here, here + 8, v.begin() + static_cast<std::ptrdiff_t>(8 * (edit_.value % count))); return;
    case 7: v.resize(v.size() - std::min<std::size_t>(v.size(), 8 * (1 + edit_.value % 8))); return;
    case 8: v.insert(v.end(), 8 * (1 + edit_.value % 8), 0); return;
    case 9: add(0, std::uint32_t{4} * (edit_.value % 64)); return;
    case 10: add(0, 0u - std::uint32_t{4} * (edit_.value % 64)); return;
    case 11: add(4, edit_.value); return;
    default: bytes(v);
  }
}

void alter_signed(Signed& v, Walk& w) {
  const std::uint8_t pick = w.next();
  if (pick < 0xC0 && alter_content(v, w)) return;
  alter_member(v, w);
}

}  // namespace xch::fuzz
