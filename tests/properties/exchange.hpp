// One situation played out: a coalition whose parties have its roles, a grant drawn at random, notes sealed under it and
// what the reader's envelope looks like from inside. For tests only.
#pragma once

#include "message/cut.hpp"
#include "properties/notes.hpp"
#include "properties/situations.hpp"

namespace xch::properties {

/// Consent is what a drawn grant gives: rights by compartment for the sender, the reader, and one other recipient. In an
/// archive's situation the reader is the sender.
struct Consent {
  std::vector<Compartment> sender_writes, sender_reads, reader_reads, other_reads;
};
/// any_consent draws rights under which the reader, and the other where there is one, gets at least one compartment.
/// `sender_writes` is drawn once for two consents that are to be compared.
rc::Gen<std::vector<Compartment>> any_writes(const Situation& situation, const Situation* other);
rc::Gen<std::vector<Compartment>> any_reads(const Situation& situation, const std::vector<Compartment>& sender_writes);

/// Shape is every length and count a reader can take off its envelope, by name.
using Shape = std::vector<std::pair<std::string, std::size_t>>;
/// first_difference names the first line in which two shapes differ; empty where there is none.
std::string first_difference(const Shape& a, const Shape& b);

/// Received is what the reader has after opening: the shape, and the values of its own fields by slot.
struct Received {
  Shape shape;
  std::map<std::uint16_t, std::string> values;  // absent ones left out
};

class Exchange {
 public:
  Exchange(const Situation& situation, SuiteId suite);

  /// other is who else gets the note; null where nobody else may.
  const Situation* other() const { return other_; }
  /// grant puts a consent in force.
  void grant(const Consent& consent);
  /// writable lists the full slots that a note of this part may have under the grant in force.
  std::vector<std::uint16_t> writable() const;
  /// visible lists the slots of the reader's terms.
  std::vector<std::uint16_t> visible();
  enum class To { reader, everybody };
  /// receive seals a note of these slots and opens it as the reader.
  Received receive(const Slots& slots, To to = To::reader);
  Received receive(const Fields& fields, To to = To::reader);

 private:
  std::string sender_name() const { return situation_.originates() ? "patrol" : "harbor"; }
  std::string reader_name() const { return situation_.archive ? sender_name() : "clinic"; }
  message::NoteInput note(const Slots& slots, To to);

  const Situation& situation_;
  const Situation* other_ = nullptr;
  testing::Coalition coalition_;
  testing::TestGrant granted_;
  std::shared_ptr<const grant::HeldStatus> status_;
  message::Sender sender_;
  std::unique_ptr<message_test::Reader> reader_;
  crypto::SeededRandom_for_testing random_{ByteView(std::string_view("properties"))};
  std::unique_ptr<message_test::GateKeys> keys_;
  crypto::ArenaPool arenas_;
  message_test::NoCache cache_;
  std::uint32_t serial_ = 0;
};

}  // namespace xch::properties
