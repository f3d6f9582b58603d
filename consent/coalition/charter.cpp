#include "consent/coalition/charter.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "consent/coalition/files.hpp"
#include "crypto/key_file.hpp"
#include "party/roster.hpp"
#include "wire/json.hpp"

namespace xch::consent {
namespace {

namespace fs = std::filesystem;
using wire::Json;

constexpr std::uint64_t kRootYears = 10 * 365 * kDay;  // shown to the administrator; a root ends by a new roster

std::string_view suite_name(SuiteId suite) { return suite == SuiteId::x25519 ? "x25519" : "p256"; }
SuiteId suite_named(std::string_view name) {
  if (name == "p256") return SuiteId::p256;
  return name == "x25519" ? SuiteId::x25519 : SuiteId::none;
}

std::string root_name(std::size_t index) { return "root-" + std::to_string(index); }
fs::path root_path(const fs::path& home, std::size_t index) { return home / "keys" / (root_name(index) + ".key"); }

Result<crypto::SecretBytes> passphrase(const session::Environment& environment, std::size_t index) {
  if (!environment.secret) return fail(Code::key_passphrase_missing);
  return environment.secret(root_name(index));
}

Result<Charter> parse_charter(ByteView bytes) {
  const auto json = wire::parse_json(bytes.text());
  if (!json || !json->is_object() || json->text_at("kind") != "coalition") return fail(Code::record_malformed);
  Charter out;
  out.info.name = json->text_at("name");
  out.info.suite = suite_named(json->text_at("suite"));
  const auto id = from_hex_as<CoalitionId>(json->text_at("coalition"));
  const auto policy = from_hex_as<PolicyHash>(json->text_at("policy"));
  const auto* threshold = json->find("threshold");
  const auto* roots = json->find("roots");
  if (!is_alias(out.info.name) || out.info.suite == SuiteId::none || !id || !policy) return fail(Code::record_malformed);
  if (threshold == nullptr || !threshold->is_natural() || roots == nullptr || !roots->is_array())
    return fail(Code::record_malformed);
  out.info.id = *id;
  out.info.policy = *policy;
  for (const auto& root : roots->items()) {
    auto key = from_hex(root.is_text() ? root.as_text() : std::string());
    if (!key || !crypto::SignPublicKey::parse(out.info.suite, *key)) return fail(Code::record_malformed);
    out.info.roots.push_back(party::root_key_id(*key));
    out.root_keys.push_back(std::move(*key));
  }
  if (threshold->as_natural() == 0 || threshold->as_natural() > out.root_keys.size()) return fail(Code::record_malformed);
  out.info.threshold = static_cast<std::uint8_t>(threshold->as_natural());
  return out;
}

}  // namespace

bool is_alias(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

crypto::Random& random_of(const session::Environment& environment) {
  return environment.random != nullptr ? *environment.random : crypto::system_random();
}

Result<Timestamp> time_of(const session::Environment& environment) {
  if (!environment.clock) return fail(Code::clock);
  return environment.clock();
}

Result<Charter> read_charter(const fs::path& home) {
  const auto bytes = read_file(home / "coalition.json", wire::kMaxJsonBytes);
  if (!bytes) return fail(bytes.error().code == Code::file_missing ? Code::home_missing : bytes.error().code);
  return parse_charter(*bytes);
}

Status write_charter(const fs::path& home, const Charter& charter) {
  auto json = Json::object();
  json.set("kind", "coalition");
  json.set("name", charter.info.name);
  json.set("coalition", to_hex(charter.info.id));
  json.set("suite", suite_name(charter.info.suite));
  json.set("threshold", Json::natural(charter.info.threshold));
  auto roots = Json::array();
  for (const auto& key : charter.root_keys) roots.add(Json::text(to_hex(key)));
  json.set("roots", std::move(roots));
  json.set("policy", to_hex(charter.info.policy));
  return write_file(home / "coalition.json", wire::write_json(json, wire::JsonLayout::indented) + "\n");
}

Status write_root_key(const fs::path& home, std::size_t index, const crypto::SignPrivateKey& key, const CoalitionPlan& plan,
                      const session::Environment& environment) {
  XCH_ASSIGN(const auto now, time_of(environment));
  XCH_ASSIGN(const auto secret, passphrase(environment, index));
  crypto::KeyFileHeader header;
  header.purpose = "coalition root " + std::to_string(index);
  header.owner = plan.name;
  header.suite = plan.suite;
  header.created = now;
  header.not_after = now + kRootYears;
  header.public_key = key.public_key().bytes().copy();
  const auto raw = crypto::export_private_key(key);
  auto& random = random_of(environment);
  const auto text = environment.key_cost_for_testing
                        ? crypto::seal_key_file_for_testing(header, raw.expose(), secret.expose(), random,
                                                            *environment.key_cost_for_testing)
                        : crypto::seal_key_file(header, raw.expose(), secret.expose(), random);
  if (!text) return fail(text.error());
  return write_file(root_path(home, index), *text);
}

Result<crypto::SignPrivateKey> read_root_key(const fs::path& home, std::size_t index, const Charter& charter,
                                             const session::Environment& environment) {
  const auto path = root_path(home, index);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return fail(Code::key_missing);
  if ((status.st_mode & 077) != 0) return fail(Code::key_mode);
  XCH_ASSIGN(const auto text, read_file(path, 65536));
  XCH_ASSIGN(const auto secret, passphrase(environment, index));
  crypto::KeyFileHeader header;
  const auto raw = environment.key_cost_for_testing
                       ? crypto::open_key_file_for_testing(ByteView(text).text(), secret.expose(), &header)
                       : crypto::open_key_file(ByteView(text).text(), secret.expose(), &header);
  if (!raw) return fail(raw.error());
  XCH_ASSIGN(auto key, crypto::SignPrivateKey::from_bytes(charter.info.suite, raw->expose()));
  if (!equal(key.public_key().bytes(), charter.root_keys[index])) return fail(Code::key_format);
  return key;
}

}  // namespace xch::consent
