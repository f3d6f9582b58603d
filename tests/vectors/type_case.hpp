// A scene of any note type, its notes written as JSON. For tests only.
#pragma once

#include "vectors/world.hpp"

namespace xch::vectors {

struct TypeCase {
  TypeCase(Maker& maker, std::string prefix, const testing::GrantSpec& spec, const wire::NoteType& type,
           const std::string& from, const PolicyPack& pack = message_test::default_pack());

  message::NoteInput note(const std::string& name, const std::string& json, const std::vector<std::string>& to,
                          std::uint16_t part = 0);
  /// add seals the note and adds each reader's envelope: what its terms hold is said by whoever calls.
  void add(const std::string& name, const std::string& says, const std::string& json,
           const std::vector<std::pair<std::string, std::vector<Compartment>>>& readers, std::uint16_t part = 0);

  Maker& maker;
  std::string prefix;
  Scene scene;
  message_test::HeapMemory memory;
  Purpose purpose = Purpose::none;
  std::uint64_t expires_after = 0;  // seconds after sealing; 0: as every note of the scene
};

inline Compartment form(FieldClass c, Form f) { return Compartment(c, f); }
/// spec_of is a grant without rights yet; originator authority lasts 30 days.
testing::GrantSpec spec_of(Basis basis, Purpose purpose, const std::string& id);

}  // namespace xch::vectors
