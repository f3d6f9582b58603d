// The note cases, by the step of docs/format.md, "Open", that they meet. For tests only.
#pragma once

#include "vectors/proofs.hpp"
#include "vectors/world.hpp"

namespace xch::vectors {

/// Sealing is one note of a scene sealed to one reader and its envelope taken apart, to be changed and sealed again.
struct Sealing {
  Sealing(SuiteId suite, const testing::GrantSpec& spec, const std::string& type, const std::string& from,
          const std::string& to, std::string prefix);

  Scene scene;
  SenderLog log;  // the sender's; its headers carry that log's newest witnessed checkpoint
  std::string to, prefix;
  message::NoteInput input;
  HeaderHash header;
  Bytes envelope;
  Parts base;
  HeaderHash changed_header;  // of what changed made last

  message::NoteInput note(const std::string& name, const Scene::Values& values,
                          const std::vector<std::string>& readers);
  /// seal seals the note that everything else starts from.
  void seal(const std::string& name, const Scene::Values& values, Purpose purpose,
            Timestamp expires = message_test::kExpires);
  /// changed seals it again with something of it changed, randomness of its own.
  template <class Edit>
  Bytes changed(const std::string& name, Edit edit) {
    reseed(scene, prefix + name);
    Parts parts = base;
    edit(parts);
    changed_header = scene.header_of_parts(parts);
    return scene.put_together(parts);
  }
};

/// NoteCases are the cases of a file so far, and the sealing most of them start from: a court.event of the prosecutor
/// to harbor.
struct NoteCases {
  explicit NoteCases(SuiteId suite);

  SuiteId suite;
  std::string prefix;
  Sealing main;
  Maker maker;

  /// refuses adds a changed envelope whose one view is refused; refuses_all one that is refused as a whole.
  template <class Edit>
  void refuses(const std::string& name, const std::string& says, const std::string& id, Edit edit) {
    maker.bytes(name, says, main.changed(name, edit), one_view(id));
  }
  template <class Edit>
  void refuses_all(const std::string& name, const std::string& says, const std::string& id, Edit edit) {
    maker.bytes(name, says, main.changed(name, edit), refused(id));
  }
  /// opens adds a changed envelope that opens to the values of the first case.
  template <class Edit>
  void opens(const std::string& name, const std::string& says, Edit edit) {
    const Bytes bytes = main.changed(name, edit);
    maker.bytes(name, says, bytes, views({opened(main.changed_header, cells())}));
  }
  /// again adds the first case's envelope as it was; what differs was said to maker.with before.
  void again(const std::string& name, const std::string& says, Json expect) {
    maker.edit(name, says, kFirst, 0, 0, ByteView(), std::move(expect));
  }
  Json as_first() const { return views({opened(main.header, cells())}); }
  Json cells() const { return cells_of(main.input, {full(FieldClass::need), full(FieldClass::leg)}); }
  static constexpr const char* kFirst = "court event";
  static Scene::Values event();
};

void add_positives(NoteCases& c);
void add_types(NoteCases& c);   // the note types of the demo, batches, isolated classes
std::size_t add_every_type(NoteCases& c);  // every other one; how many there are
void add_long_alert(NoteCases& c);  // a note type with a longest life
void add_bytes(NoteCases& c);   // steps 1 to 3
void add_sender(NoteCases& c);  // 4 to 6
void add_header(NoteCases& c);  // 7 and 8, redaction records
void add_grant(NoteCases& c);   // 9, 10, 12
void add_status(NoteCases& c);  // 11
void add_cells(NoteCases& c);   // 13 to 16
void add_log(NoteCases& c);     // checkpoints in headers, log proofs

VectorFile notes_file(SuiteId suite);
/// values_file has a note type with every shape of value.
VectorFile values_file(SuiteId suite);

}  // namespace xch::vectors
