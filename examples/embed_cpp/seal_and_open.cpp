// seal_and_open HOME PASSPHRASE-FILE NOTE.json [GRANT] - seals one progress note to the prosecutor, through the C++
// header, and opens the copy that goes to this agency's own archive.
#include <exchange/exchange.hpp>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

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

// The text from `from` up to the next quote. Enough for the names and hex digests read here: inside a JSON string a quote
// is always escaped, so no value can look like a member. A program that reads more uses a JSON library.
std::string quoted(std::string_view json, std::size_t from) {
  return std::string(json.substr(from, json.find('"', from) - from));
}

std::string own_name(const exchange::Context& home, const std::string& path) {
  const auto info = home.call("home.info", "{\"home\":" + exchange::json_string(path) + "}").value();
  return quoted(info.view(), info.view().find("\"name\":\"") + 8);
}

std::string court_grant(const exchange::Context& home) {
  const auto grants = home.call("grants.list").value();
  const auto basis = grants.view().find("\"basis\":\"justice-condition\"");
  if (basis == std::string_view::npos) throw std::runtime_error("this agency holds no grant for a justice condition");
  return quoted(grants.view(), grants.view().rfind("\"grant\":\"", basis) + 9);
}

void run(int argc, char** argv) {
  xch_options options{};
  options.size = sizeof options;
  options.secret = passphrase;
  options.user = argv[2];
  const auto home = exchange::Context::open(argv[1], &options).value();

  std::ifstream file(argv[3], std::ios::binary);
  const std::string note{std::istreambuf_iterator<char>(file), {}};
  const std::string grant = argc > 4 ? argv[4] : court_grant(home);
  const auto sealed = home.seal_json("{\"v\":1,\"type\":\"progress.engagement\",\"note\":" + note + ",\"grant\":" +
                                     exchange::json_string(grant) +
                                     ",\"purpose\":\"FILING\",\"to\":[\"prosecutor\"],\"deliver\":false}").value();
  std::cout << "envelopes: " << sealed.size() << '\n';

  const std::string name = own_name(home, argv[1]);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::cout << "to " << sealed.mailbox(i) << ": " << sealed.envelope(i).n << " bytes\n";
    if (sealed.mailbox(i) != name) continue;
    const auto opened = home.open_json(sealed.envelope(i)).value();
    const std::string_view answer = opened.view(), member = "{\"field\":\"";
    for (auto at = answer.find(member); at != std::string_view::npos; at = answer.find(member, at + 1))
      std::cout << "field " << quoted(answer, at + member.size()) << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: seal_and_open HOME PASSPHRASE-FILE NOTE.json [GRANT]\n";
    return 2;
  }
  try {
    run(argc, argv);
    return 0;
  } catch (const exchange::Exception& e) {
    std::cerr << e.what() << (e.error.path.empty() ? "" : " at " + e.error.path) << "\n  " << e.error.fix << '\n';
    return e.error.exit;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
