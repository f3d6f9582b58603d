// typed HOME PASSPHRASE-FILE GRANT - seals a note built with Cap'n Proto's own classes and reads the opened one through
// them. Besides the library it needs what the schema compiler writes:
//   capnp compile -oc++ -oexchange progress_engagement.capnp
#include <exchange/capnp.hpp>

#include <cstdint>
#include <cstdio>
#include <iostream>

#include "progress_engagement.capnp.h"
#include "progress_engagement.exchange.hpp"

namespace {

using exchange::notes::ContactBucket;
using exchange::notes::Engagement;
using exchange::notes::ProgressEngagement;

// The passphrase goes from the file straight into the library's memory, which wipes it; no copy stays here.
std::int32_t passphrase(const char*, std::uint8_t* out, std::size_t* n, void* user) {
  std::FILE* file = std::fopen(static_cast<const char*>(user), "rb");
  if (file == nullptr) return 1;
  std::setvbuf(file, nullptr, _IONBF, 0);
  *n = std::fread(out, 1, *n, file);
  std::fclose(file);
  while (*n > 0 && (out[*n - 1] == '\n' || out[*n - 1] == '\r')) --*n;
  return *n > 0 ? 0 : 1;
}

void run(char** argv) {
  xch_options options{};
  options.size = sizeof options;
  options.secret = passphrase;
  options.user = argv[2];
  const auto home = exchange::Context::open(argv[1], &options).value();

  capnp::MallocMessageBuilder message;
  auto note = message.initRoot<ProgressEngagement>();
  note.setEngaged(Engagement::ACTIVE);
  note.setContacts(ContactBucket::THREE_TO_FIVE);

  exchange::SealRequest request;
  request.grant = {argv[3]};
  request.purpose = "FILING";
  request.to = {{"prosecutor"}};
  const auto sealed = exchange::seal(home, note.asReader(), request).value();

  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::cout << "to " << sealed.mailbox(i) << ": " << sealed.envelope(i).n << " bytes\n";
    if (sealed.mailbox(i) == "prosecutor") continue;
    const auto opened = exchange::open<ProgressEngagement>(home, sealed.envelope(i)).value();
    const auto read = opened->get();
    std::cout << "as it was written: "
              << (read.getEngaged() == Engagement::ACTIVE && read.getContacts() == ContactBucket::THREE_TO_FIVE &&
                          !read.hasNarrative()
                      ? "yes"
                      : "no")
              << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: typed HOME PASSPHRASE-FILE GRANT\n";
    return 2;
  }
  try {
    run(argv);
    return 0;
  } catch (const exchange::Exception& e) {
    std::cerr << e.what() << (e.error.path.empty() ? "" : " at " + e.error.path) << "\n  " << e.error.fix << '\n';
    return e.error.exit;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
