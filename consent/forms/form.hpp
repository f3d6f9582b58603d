// The consent form: a draft before it is signed, or a grant that was issued, as one page to read, print and sign. Every
// element of 42 CFR 2.31(a), and of 2.35 for a condition of diversion, in plain words of the reader's language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "consent/authority/authority.hpp"
#include "consent/forms/words.hpp"

namespace xch::consent {

enum class Paper : std::uint8_t { letter, a4 };
std::optional<Paper> parse_paper(std::string_view code);  // "letter", "a4"
enum class Print : std::uint8_t { normal, large };

/// IssuedForm is what a form says of a grant that there is already.
struct IssuedForm {
  GrantRow row;
  std::string signer, signed_day;
};

struct FormRequest {
  ConsentDraft draft;
  std::optional<IssuedForm> issued;  // nothing: not signed yet
  Language language = Language::english;
  Paper paper = Paper::letter;
  Print print = Print::normal;
  std::string name;     // of the person, at most kMaxFormText bytes; empty: a line to write it on. Kept nowhere else.
  std::string contact;  // where a revocation is sent; empty: a line
  std::string day;      // YYYY-MM-DD, the day on which it is printed
};
constexpr std::size_t kMaxFormText = 300;

struct ConsentForm {
  std::string html;  // self-contained: no script, nothing fetched (Content-Security-Policy default-src 'none')
  std::string id;    // of the grant, 32 hex digits, or of the draft, 16
  std::string hash;  // of the grant, or of the draft: 64 hex digits
  std::string code;  // what the QR code on it says: id and hash, and never a name
  std::vector<std::string> rules;  // the elements of the basis that the form answers, by the pack's ids
};

/// make_form writes the form. `office` issues it. The same request, pack and roster give the same bytes.
/// Errors: consent_incomplete, consent_recipient, consent_class, consent_purpose, consent_period, each with the rule in
/// Error.path ("P2-31-7"), where an element that the form must name is missing; consent_authority for a basis that
/// nobody signs, or that the pack has not; json_range for a name or contact that is too long.
Result<ConsentForm> make_form(const FormRequest& request, const PolicyPack& pack, const party::VerifiedRoster& roster,
                       const PartyId& office);

}  // namespace xch::consent
