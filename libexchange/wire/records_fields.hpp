// The fields that records share, read and written: fixed bytes, bounded bytes, texts, codes and lists of them.
// Internal to wire/: it names Cap'n Proto types. Each read_* gives record_malformed (wrong size or order), record_limit
// (too long) or record_enum (a code this version does not know).
#pragma once

#include <capnp/blob.h>
#include <capnp/list.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/result.hpp"
#include "model/compartment.hpp"
#include "model/ids.hpp"
#include "model/object.hpp"
#include "model/party.hpp"
#include "wire/canonical.hpp"
#include "wire/records.capnp.h"

namespace xch::wire {

namespace rec = ::exchange::records;

constexpr std::uint16_t kRecordVersion = 1;

// ---- bytes ---------------------------------------------------------------------------------------------------------

inline capnp::Data::Reader blob(ByteView v) { return capnp::Data::Reader(v.data(), v.size()); }
inline ByteView view(capnp::Data::Reader d) { return ByteView(d.begin(), d.size()); }

template <class F>
Status read_fixed(capnp::Data::Reader from, F& to) {
  if (!to.copy_from(view(from))) return fail(Code::record_malformed);
  return Ok{};
}

template <std::size_t N>
Status read_fixed(capnp::Data::Reader from, std::array<std::uint8_t, N>& to) {
  if (from.size() != N) return fail(Code::record_malformed);
  std::copy(from.begin(), from.end(), to.begin());
  return Ok{};
}

inline Status read_bytes(capnp::Data::Reader from, std::size_t min, std::size_t max, Bytes& to) {
  if (from.size() > max) return fail(Code::record_limit);
  if (from.size() < min) return fail(Code::record_malformed);
  to.assign(from.begin(), from.end());
  return Ok{};
}

/// A public key is 32 (X25519, Ed25519) or 65 bytes (P-256, uncompressed); which one its suite asks for, and that the
/// point is valid, is checked where the suite is known.
inline Status read_public_key(capnp::Data::Reader from, Bytes& to) {
  if (from.size() != 32 && from.size() != 65) return fail(Code::record_malformed);
  to.assign(from.begin(), from.end());
  return Ok{};
}

inline Status read_digests(capnp::Data::Reader from, std::size_t max, std::vector<Digest>& to) {
  if (from.size() % Digest::kSize != 0) return fail(Code::record_malformed);
  if (from.size() / Digest::kSize > max) return fail(Code::record_limit);
  to.resize(from.size() / Digest::kSize);
  for (std::size_t i = 0; i < to.size(); ++i)
    std::copy_n(from.begin() + i * Digest::kSize, Digest::kSize, to[i].bytes.begin());
  return Ok{};
}

template <class Digests>
Bytes join(const Digests& path) {
  Bytes out;
  out.reserve(path.size() * Digest::kSize);
  for (const Digest& d : path) out.insert(out.end(), d.bytes.begin(), d.bytes.end());
  return out;
}

// ---- texts ---------------------------------------------------------------------------------------------------------

inline capnp::Text::Reader text(const std::string& s) { return capnp::Text::Reader(s.data(), s.size()); }

/// A text is UTF-8 without NUL.
inline Status read_text(capnp::Text::Reader from, std::size_t max, std::string& to) {
  if (from.size() > max) return fail(Code::record_limit);
  to.assign(from.begin(), from.size());
  if (to.find('\0') != std::string::npos) return fail(Code::record_malformed);
  if (!is_utf8(ByteView(std::string_view(to)))) return fail(Code::record_malformed);
  return Ok{};
}

// ---- codes ---------------------------------------------------------------------------------------------------------

inline bool is_known(Compartment c) { return xch::is_known(c.field_class()) && xch::is_known(c.form()); }
inline bool is_known(SuiteId s) { return s == SuiteId::p256 || s == SuiteId::x25519 || s == SuiteId::pq; }
using xch::is_known;

template <class E>
Status read_code(std::uint16_t from, E& to) {
  to = static_cast<E>(from);
  if (!is_known(to)) return fail(Code::record_enum);
  return Ok{};
}
/// read_code_or_none also takes 0, where "none" is something to say.
template <class E>
Status read_code_or_none(std::uint16_t from, E& to) {
  to = E::none;
  if (from == 0) return Ok{};
  return read_code(from, to);
}
/// An enum of the format itself, numbered 0 to `last` without a gap.
template <class E>
Status read_small(std::uint8_t from, E first, E last, E& to) {
  if (from < static_cast<std::uint8_t>(first) || from > static_cast<std::uint8_t>(last)) return fail(Code::record_enum);
  to = static_cast<E>(from);
  return Ok{};
}
inline std::uint16_t number(Compartment c) { return c.value; }
template <class E>
std::uint16_t number(E code) {
  return static_cast<std::uint16_t>(code);
}

/// A list of codes is strictly ascending.
template <class E>
Status read_codes(capnp::List<std::uint16_t>::Reader from, std::size_t max, std::vector<E>& to) {
  if (from.size() > max) return fail(Code::record_limit);
  to.reserve(from.size());
  for (const std::uint16_t n : from) {
    const E code = static_cast<E>(n);
    if (!is_known(code)) return fail(Code::record_enum);
    if (!to.empty() && number(to.back()) >= n) return fail(Code::record_malformed);
    to.push_back(code);
  }
  return Ok{};
}
/// put_codes writes nothing for an empty list. `init(n)` makes the list.
template <class E, class Init>
void put_codes(const std::vector<E>& from, Init init) {
  if (from.empty()) return;
  auto list = init(static_cast<unsigned>(from.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, number(from[i]));
}

inline Status read_numbers(capnp::List<std::uint16_t>::Reader from, std::size_t max, std::vector<std::uint16_t>& to) {
  if (from.size() > max) return fail(Code::record_limit);
  to.reserve(from.size());
  for (const std::uint16_t n : from) to.push_back(n);
  return Ok{};
}
template <class Init>
void put_numbers(const std::vector<std::uint16_t>& from, Init init) {
  if (from.empty()) return;
  auto list = init(static_cast<unsigned>(from.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, from[i]);
}

// ---- structs -------------------------------------------------------------------------------------------------------

inline Status is_this_version(std::uint16_t version) {
  if (version != kRecordVersion) return fail(Code::record_version);
  return Ok{};
}

/// read_list reads a list of structs one by one: `fill(reader, element)`.
template <class Record, class T, class Fill>
Status read_list(typename capnp::List<Record>::Reader from, std::size_t max, std::vector<T>& to, Fill fill) {
  if (from.size() > max) return fail(Code::record_limit);
  to.resize(from.size());
  for (unsigned i = 0; i < from.size(); ++i) {
    const auto element = from[i];
    XCH_TRY(canonical::fits<Record>(element));
    XCH_TRY(fill(element, to[i]));
  }
  return Ok{};
}
/// put_list writes nothing for an empty list. `init(n)` makes the list, `put(builder, element)` writes one.
template <class T, class Init, class Put>
void put_list(const std::vector<T>& from, Init init, Put put) {
  if (from.empty()) return;
  auto list = init(static_cast<unsigned>(from.size()));
  for (unsigned i = 0; i < list.size(); ++i) put(list[i], from[i]);
}

/// strictly_ascending is true when each element's key is less than the next one's.
template <class T, class Key>
bool strictly_ascending(const std::vector<T>& list, Key key) {
  for (std::size_t i = 1; i < list.size(); ++i)
    if (!(key(list[i - 1]) < key(list[i]))) return false;
  return true;
}

// Signed stands in other records (records_party.cpp).
void put(rec::Signed::Builder to, const Signed& from);
Status get(rec::Signed::Reader from, Signed& to);
/// get_inner checks the struct's size and reads it: for a Signed that is a member.
Status get_inner(rec::Signed::Reader from, Signed& to);
Status get_chain(capnp::List<rec::Signed>::Reader from, std::vector<Signed>& to);
// Proven entries, ascending by index, and external recipients (records_grant.cpp).
void put_entries(const std::vector<ProvenEntry>& from, capnp::List<rec::ProvenEntry>::Builder to);
Status get_entries(capnp::List<rec::ProvenEntry>::Reader from, std::vector<ProvenEntry>& to);
void put_external(rec::ExternalRecipient::Builder to, const ExternalRecipient& from);
Status get_external(rec::ExternalRecipient::Reader from, ExternalRecipient& to);
// Disclosed fields, at least one, slots ascending (records_emergency.cpp).
void put_fields(const std::vector<DisclosedField>& from, capnp::List<rec::DisclosedField>::Builder to);
Status get_fields(capnp::List<rec::DisclosedField>::Reader from, std::vector<DisclosedField>& to);

}  // namespace xch::wire
