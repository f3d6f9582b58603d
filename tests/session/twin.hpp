// A home of which there are two: copied, and each going on as if it were the only one. For tests only.
#pragma once

#include "session/witnessed.hpp"

namespace xch::session_test {

class Twin {
 public:
  Twin(World& world, std::string name) : world_(world), name_(std::move(name)) {
    world_.close(name_);
    std::filesystem::copy(world_.home(name_), other(), std::filesystem::copy_options::recursive);
  }
  /// The other one takes its place; somebody says that it is the home itself, moved, which it is not.
  void change_over() {
    world_.close(name_);
    const auto aside = world_.folder() / (name_ + "-aside");
    std::filesystem::rename(world_.home(name_), aside);
    std::filesystem::rename(other(), world_.home(name_));
    std::filesystem::rename(aside, other());
    auto moved = testing::must(session::Session::open_restored(world_.home(name_), world_.environment()), "twin");
    const auto stands = moved->stands();
    if (stands) return;
    testing::must(moved->take_as_moved(), "moved");
    testing::must(moved->new_mark(), "mark");
  }

 private:
  std::filesystem::path other() const { return world_.folder() / (name_ + "-twin"); }
  World& world_;
  std::string name_;
};

}  // namespace xch::session_test
