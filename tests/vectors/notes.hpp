// The note cases, by the step of docs/format.md, "Open", that they meet. For tests only.
#pragma once

#include "vectors/world.hpp"

namespace xch::vectors {

/// NoteCases is the scene most note cases start from: one court.event of the prosecutor to harbor.
struct NoteCases {
  explicit NoteCases(SuiteId suite);

  Scene scene;
  Maker maker;
  message::NoteInput input;
  HeaderHash header;  // of the first case
  Parts base;         // its envelope, taken apart
  std::string prefix;

  static Scene::Values event();
  message::NoteInput note(const std::string& name, const Scene::Values& values = event(),
                          const std::vector<std::string>& to = {"harbor"});
  /// changed seals the first case's note again with something of it changed.
  template <class Edit>
  Bytes changed(const std::string& name, Edit edit) {
    reseed(scene, prefix + name);
    Parts parts = base;
    edit(parts);
    last_header = scene.header_of_parts(parts);
    return scene.put_together(parts);
  }
  /// refuses adds a changed envelope one view of which is refused; refuses_all one that is refused as a whole.
  template <class Edit>
  void refuses(const std::string& name, const std::string& says, const std::string& id, Edit edit) {
    maker.bytes(name, says, changed(name, edit), one_view(id));
  }
  template <class Edit>
  void refuses_all(const std::string& name, const std::string& says, const std::string& id, Edit edit) {
    maker.bytes(name, says, changed(name, edit), refused(id));
  }
  /// opens adds a changed envelope whose cells are those of the first case.
  template <class Edit>
  void opens(const std::string& name, const std::string& says, Edit edit) {
    const Bytes bytes = changed(name, edit);
    maker.bytes(name, says, bytes, views({opened(last_header, cells())}));
  }
  Json cells() const { return cells_of(input, {full(FieldClass::need), full(FieldClass::leg)}); }
  HeaderHash last_header;
};

void add_positives(NoteCases& c);
void add_bytes(NoteCases& c);       // steps 1 to 3

VectorFile notes_file(SuiteId suite);

}  // namespace xch::vectors
