// Objects between parties: signed, put into an object envelope, opened. For tests only.
#pragma once

#include "fuzz/world.hpp"
#include "message/object_envelope.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {

/// object_body is an object's bytes as they stand in their envelope, `least` bytes or more.
Bytes object_body(ByteView object, std::uint32_t least);
/// post_object seals a body to a party.
Bytes post_object(const testing::TestParty& to, ByteView body, crypto::Random& random);
/// open_posted opens an object envelope, and requires of a refusal that it is one of an object envelope, and of what
/// opens that it encodes to the same bytes.
Result<message::OpenedObject> open_posted(const testing::TestParty& by, ByteView envelope, std::uint32_t least);
/// sealed_object is a body of that kind signed by a party's key and put beside its chain.
SealedObject sealed_object(Kind kind, const Bytes& body, const std::vector<Signed>& chain, const KeyId& signer,
                           const crypto::SignPrivateKey& key);

/// altered_object encodes an object after the edits of its chain, of what was signed, and of its own bytes: apply(section,
/// change) makes those of a section.
template <class Section, class Apply>
Bytes altered_object(SealedObject object, Section chain, Section whole, Section record, Apply apply) {
  apply(chain, [&](Walk& walk) { alter_list(object.chain, walk); });
  apply(whole, [&](Walk& walk) { alter_member(object.object, walk); });
  Bytes out = wire::encode(object);
  apply(record, [&](Walk& walk) { walk.words(out); });
  return out;
}

template <class T>
void require_same_again(Result<T> (*decode)(ByteView), Bytes (*encode)(const T&), ByteView bytes) {
  if (const auto value = decode(bytes)) require(equal(encode(*value), bytes), "what parses encodes to the same bytes");
}

}  // namespace xch::fuzz
