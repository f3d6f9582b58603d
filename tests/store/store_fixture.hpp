// A folder of its own per test, and child processes that can be killed.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/file.hpp"
#include "store/store.hpp"

namespace xch::store {

inline Bytes bytes_of(std::string_view text) { return ByteView(text).copy(); }
inline std::string text_of(ByteView bytes) { return std::string(bytes.text()); }

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    std::string name = (std::filesystem::temp_directory_path() / "xch-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
  }
  ~StoreTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path file() const { return folder_ / "store" / "exchange.db"; }
  std::unique_ptr<Store> open(OpenMode mode = OpenMode::create, int wait_ms = 20000) const {
    auto store = Store::open(file(), OpenOptions{mode, std::chrono::milliseconds(wait_ms)});
    if (!store) {
      ADD_FAILURE() << store.error().info().name;
      std::abort();
    }
    return std::move(*store);
  }
  Code open_failure() const {
    const auto store = Store::open(file(), OpenOptions{OpenMode::existing, std::chrono::milliseconds(50)});
    EXPECT_FALSE(store) << "opened";
    return store ? Code::bug : store.error().code;
  }
  static JournalRow event(EventKind kind, std::uint64_t time, std::string_view detail = "{}") {
    JournalRow row;
    row.kind = kind;
    row.time = {time};
    row.actor.bytes.fill(0xa0);
    row.object.bytes.fill(0xb0);
    row.detail = bytes_of(detail);
    return row;
  }
  static std::string value(const Reads& store, std::string_view space, std::string_view key) {
    const auto row = store.get(space, ByteView(key));
    if (!row) return std::string("error ") + std::string(row.error().info().name);
    return *row ? text_of((*row)->value) : "none";
  }
  static void put_one(Store& store, std::string_view space, std::string_view key, std::string_view v) {
    auto t = store.begin();
    ASSERT_TRUE(t);
    ASSERT_TRUE(t->put(space, ByteView(key), ByteView(v)));
    ASSERT_TRUE(t->commit());
  }

  std::filesystem::path folder_;
};

/// Child runs `body` in a process of its own; its result is the exit status. It writes a byte to `mark` when it is where
/// the test wants it.
class Child {
 public:
  explicit Child(const std::function<int(int mark)>& body) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ < 0) std::abort();
    if (pid_ == 0) {
      ::close(ends[0]);
      ::_exit(body(ends[1]));
    }
    ::close(ends[1]);
    read_ = ends[0];
  }
  ~Child() {
    kill();
    ::close(read_);
  }
  /// wait_for_mark is false when the child ended first.
  bool wait_for_mark() const {
    char c;
    return ::read(read_, &c, 1) == 1;
  }
  std::size_t marks() const {
    char c;
    std::size_t n = 0;
    while (::read(read_, &c, 1) == 1) ++n;
    return n;
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  /// status waits for the end; -1 when it did not exit by itself.
  int status() {
    int s = 0;
    ::waitpid(pid_, &s, 0);
    pid_ = 0;
    return WIFEXITED(s) ? WEXITSTATUS(s) : -1;
  }

 private:
  pid_t pid_ = 0;
  int read_ = -1;
};

inline void mark(int fd) {
  const char c = '.';
  if (::write(fd, &c, 1) != 1) ::_exit(99);
}

}  // namespace xch::store
