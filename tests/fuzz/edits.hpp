// Edits: the inputs of the targets that sign and seal. Such an input is a head of four bytes and a list of edits; the
// target takes an honest record of the fuzz world, makes the edits, computes again what follows from them, signs, wraps
// and seals, and gives the result to the reader. So a change meets the check that looks at it, whatever signature and
// encryption lie around it; and an input stays good when the formats change, since it holds no bytes of them.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "crypto/keys.hpp"
#include "fuzz/members.hpp"
#include "fuzz/target.hpp"

namespace xch::fuzz {

constexpr std::size_t kHead = 4, kEdit = 12, kMostEdits = 16;

struct Edit {
  std::array<std::uint8_t, 7> path{};  // which section, record, member, element, ... one byte a step
  std::uint8_t how = 0;
  std::uint16_t at = 0, value = 0;
};

/// Script is an input taken apart: head and edits; `rest` is what follows the head, for inputs that are bytes.
struct Script {
  std::uint8_t mode = 0, variant = 0, a = 0, b = 0;
  std::vector<Edit> edits;
  ByteView rest;
};
Script read_script(ByteView input);
Bytes write_script(const Script& script);
/// head_and makes an input of a head and bytes.
Bytes head_and(std::uint8_t mode, std::uint8_t variant, ByteView bytes);

/// change_script adds, drops, copies, moves and changes edits. Where the mode is one of bytes, it changes these:
/// whole words, as Cap'n Proto sees them, or without any knowledge.
Bytes change_script(ByteView input, std::size_t most, Draw& draw, std::uint8_t edit_modes);

/// Ring is the keys of the fuzz world, to sign again with, and values of it worth putting in the place of others.
class Ring {
 public:
  void add(const KeyId& id, const crypto::SignPrivateKey& key);
  void value(ByteView bytes) { values_.push_back(bytes.copy()); }
  const crypto::SignPrivateKey* by_id(const KeyId& id) const;
  const crypto::SignPrivateKey* by_public(ByteView public_key) const;
  /// value_of_size gives one of the values that have this size; empty when there is none.
  ByteView value_of_size(std::size_t size, std::size_t which) const;

 private:
  std::map<KeyId, const crypto::SignPrivateKey*> keys_;
  std::map<Bytes, const crypto::SignPrivateKey*> public_keys_;
  std::vector<Bytes> values_;
};

/// Walk follows an edit's path down a record and makes its change at the end.
class Walk {
 public:
  Walk(const Edit& edit, const Ring& ring, std::size_t steps_taken = 1) : edit_(edit), ring_(ring), step_(steps_taken) {}
  const Edit& edit() const { return edit_; }
  const Ring& ring() const { return ring_; }
  std::uint8_t next();
  std::uint64_t number(std::uint64_t v, unsigned bits) const;
  void fixed(MutableView v) const;
  void bytes(Bytes& v) const;
  /// words changes bytes as a Cap'n Proto message: bits, whole words, halves of pointers.
  void words(Bytes& v) const;

 private:
  const Edit& edit_;
  const Ring& ring_;
  std::size_t step_;
};

/// each_edit calls `change` with a walk for every edit of one section; `sections` is how many the target has.
template <class Change>
void each_edit(const std::vector<Edit>& edits, std::size_t section, std::size_t sections, const Ring& ring, Change change) {
  for (const auto& edit : edits) {
    if (edit.path[0] % sections != section) continue;
    Walk walk(edit, ring);
    change(walk);
  }
}

/// alter_signed changes what a Signed holds and signs it again where the ring has its signer's key, or its frame.
void alter_signed(Signed& v, Walk& w);

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsFixed : std::false_type {};
template <std::size_t N, class Tag>
struct IsFixed<Fixed<N, Tag>> : std::true_type {};
template <class T>
struct IsArray : std::false_type {};
template <std::size_t N>
struct IsArray<std::array<std::uint8_t, N>> : std::true_type {};

/// Lists grow beyond what a record may have where that costs little.
template <class T>
constexpr std::size_t kMostElements = std::is_trivially_copyable_v<T> ? 5000 : 300;

template <class T>
void alter(T& v, Walk& w);

template <class T>
void alter_list(std::vector<T>& v, Walk& w) {
  const std::uint8_t pick = w.next();
  if (!v.empty() && pick < 0xC0) return alter(v[pick % v.size()], w);
  const Edit& e = w.edit();
  if (v.empty() || e.how % 8 == 0) {
    if (v.size() < kMostElements<T>) alter(v.emplace_back(), w);
    return;
  }
  const std::size_t i = e.at % v.size(), j = e.value % v.size();
  const T one = v[i];
  switch (e.how % 8) {
    case 1: v.erase(v.begin() + static_cast<std::ptrdiff_t>(i)); return;
    case 2: std::swap(v[i], v[j]); return;
    case 3: v.clear(); return;
    case 4: std::reverse(v.begin(), v.end()); return;
    case 5: v.erase(v.begin() + static_cast<std::ptrdiff_t>(i), v.end()); return;
    case 6: v.resize(std::min<std::size_t>(v.size() + e.value % 4096, kMostElements<T>), one); return;
    default: v.insert(v.begin() + static_cast<std::ptrdiff_t>(j), one); return;
  }
}

template <class T>
void alter_member(T& v, Walk& w) {
  std::size_t count = 0, i = 0;
  members(v, [&](auto&) { ++count; });
  const std::size_t chosen = w.next() % count;
  members(v, [&](auto& member) {
    if (i++ == chosen) alter(member, w);
  });
}

template <class T>
void alter(T& v, Walk& w) {
  if constexpr (std::is_same_v<T, bool>) {
    v = !v;
  } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
    v = static_cast<T>(w.number(static_cast<std::uint64_t>(v), 8 * sizeof(T)));
  } else if constexpr (IsFixed<T>::value) {
    w.fixed(MutableView(v.bytes));
  } else if constexpr (IsArray<T>::value) {
    w.fixed(MutableView(v));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    w.bytes(v);
  } else if constexpr (std::is_same_v<T, std::string>) {
    Bytes bytes(v.begin(), v.end());
    w.bytes(bytes);
    v.assign(bytes.begin(), bytes.end());
  } else if constexpr (IsVector<T>::value) {
    alter_list(v, w);
  } else if constexpr (std::is_same_v<T, Signed>) {
    alter_signed(v, w);
  } else {
    alter_member(v, w);
  }
}

/// alter_encoded changes a record where it stands encoded; what does not decode is changed as words.
template <class T>
void alter_encoded(Bytes& bytes, Result<T> (*decode)(ByteView), Bytes (*encode)(const T&), Walk& w) {
  const std::uint8_t pick = w.next();
  auto decoded = pick < 0xE0 ? decode(bytes) : Result<T>(fail(Code::record_malformed));
  if (!decoded) return w.words(bytes);
  alter(*decoded, w);
  bytes = encode(*decoded);
}

}  // namespace xch::fuzz
