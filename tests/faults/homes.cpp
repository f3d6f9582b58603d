#include "faults/homes.hpp"

#include <unistd.h>

#include <cstdlib>

#include "base/encoding.hpp"
#include "wire/json.hpp"

namespace xch::faults {
namespace {

namespace fs = std::filesystem;
using testing::must;

Answer refusal(std::int32_t code, xch_error* error) {
  Answer out;
  out.code = code;
  out.id = xch_error_id(error);
  xch_error_free(error);
  return out;
}

// A home's writes are waited for: where there is a folder in memory, the homes stand there.
[[maybe_unused]] const bool kInMemory =
    ::access("/dev/shm", W_OK) == 0 && ::setenv("TMPDIR", "/dev/shm", 0) == 0;

std::size_t files_below(const fs::path& folder, std::string_view box) {
  std::size_t out = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().parent_path().filename() == box) ++out;
  return out;
}

}  // namespace

std::uint64_t next_after(std::uint64_t n) {
  static const bool all = [] {
    const char* asked = std::getenv("XCH_FAULTS");
    return asked != nullptr && std::string_view(asked) == "all";
  }();
  return all || n < 64 ? n + 1 : n + 1 + n / 24;
}

Homes::Homes(SuiteId suite) : world_(session_test::world_with_care(suite, &grant_)) {
  for (const std::string home : {"office", "harbor", "clinic"}) {
    world_->close(home);
    auto& ctx = contexts_[home] = std::make_unique<xch_ctx>();
    ctx->owner = ::getpid();
    ctx->environment = world_->environment();
    ctx->session = must(session::Session::open(world_->home(home), ctx->environment), "home");
  }
  seal_request_ = R"({"type":"progress.engagement","purpose":"COORD","to":["clinic"],"archive":false,"grant":")" +
                  to_hex(grant_) + R"(","note":)" + session_test::progress_note("call on Monday") + "}";
  issue_request_ =
      R"({"subject":"p-000000","subject_record":{"name":"Maria Reyes"},"basis":"part2-consent",)"
      R"("disclosers":["harbor"],)"
      R"("recipients":["clinic","defender"],"classes":["ID","ENG","NEED","SUD"],"purposes":["COORD"],)"
      R"("first_day":"2026-11-26","last_day":"2027-02-21","zone_offset_minutes":-480,"signer":"participant",)"
      R"("signed_day":"2026-11-26","revocation_explained":true,"signed_form":")" +
      to_base64(ByteView(std::string_view("form of p-418, signed"))) + "\"}";
}

Answer Homes::seal() {
  xch_sealed* sealed = nullptr;
  xch_error* error = nullptr;
  const auto code = xch_seal_json((*this)["harbor"], seal_request_.c_str(), &sealed, &error);
  if (code != XCH_OK) {
    Answer out = refusal(code, error);
    out.gives = sealed != nullptr;
    return out;
  }
  Answer out;
  out.gives = sealed != nullptr;
  out.envelopes = xch_sealed_count(sealed);
  xch_slice envelope{};
  if (on_answer && xch_sealed_envelope(sealed, 0, &envelope, nullptr) == XCH_OK)
    on_answer(ByteView(envelope.p, envelope.n));
  xch_sealed_free(sealed);
  return out;
}

Answer Homes::answer_of(std::int32_t code, xch_buf* buffer, xch_error* error) const {
  Answer out = code == XCH_OK ? Answer() : refusal(code, error);
  out.gives = buffer != nullptr;
  if (out.gives && on_answer) on_answer(ByteView(xch_buf_data(buffer), xch_buf_size(buffer)));
  xch_buf_free(buffer);
  return out;
}

Answer Homes::open(ByteView envelope) {
  xch_buf* buffer = nullptr;
  xch_error* error = nullptr;
  const auto code = xch_open_json((*this)["clinic"], {envelope.data(), envelope.size()}, "{}", &buffer, &error);
  return answer_of(code, buffer, error);
}

Answer Homes::issue() {
  // One consent for each person: the next number, written where the last one stands.
  std::size_t digit = issue_request_.find("p-") + 7;
  while (++issue_request_[digit] > '9') issue_request_[digit--] = '0';
  xch_buf* buffer = nullptr;
  xch_error* error = nullptr;
  const auto code = xch_call((*this)["office"], "consent.issue", issue_request_.c_str(), &buffer, &error);
  return answer_of(code, buffer, error);
}

Bytes Homes::fresh_envelope() {
  auto request = session_test::request(grant_);
  request.to = {"clinic"};
  request.keep_archive_copy = false;
  request.deliver = false;
  return must(session("harbor").seal(request), "envelope").envelopes.front().envelope;
}

std::size_t Homes::outgoing(const std::string& home) const {
  return files_below(world_->home(home) / "spool" / "out", "new");
}
std::size_t Homes::half_written(const std::string& home) const {
  return files_below(world_->home(home) / "spool", "tmp");
}

std::size_t Homes::journalled(const std::string& home) {
  return must(session(home).journal(1, 1000000), "journal").size();
}

std::size_t Homes::consents() {
  xch_buf* buffer = nullptr;
  if (xch_call((*this)["office"], "consent.list", "{}", &buffer, nullptr) != XCH_OK)
    testing::give_up(Code::bug, "consents");
  const auto json = must(wire::parse_json(ByteView(xch_buf_data(buffer), xch_buf_size(buffer)).text()));
  xch_buf_free(buffer);
  return json.find("rows")->items().size();
}

}  // namespace xch::faults
