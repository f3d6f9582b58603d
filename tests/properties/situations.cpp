#include "properties/situations.hpp"

#include <algorithm>
#include <cctype>

#include "message/fixture.hpp"
#include "policy/decide.hpp"

namespace xch::properties {
namespace {

template <class T>
bool holds(const std::vector<T>& list, T item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

void add(std::vector<Situation>& out, Situation s) {
  const PolicyPack& pack = message_test::default_pack();
  policy::Query query;
  query.basis = s.basis;
  query.purpose = s.purpose;
  query.reader_role = s.to;
  query.reader_may_read = query.sender_may_write = s.schema().compartments;
  query.reader_is_sender = s.archive;
  for (const auto part : parts_of(s.schema())) {
    query.part = s.part = part;
    s.given = policy::terms_of(pack, s.schema(), query);
    const bool known = std::any_of(out.begin(), out.end(), [&](const Situation& o) {
      return o.type == s.type && o.basis == s.basis && o.purpose == s.purpose && o.to == s.to && o.archive == s.archive &&
             o.part == s.part;
    });
    if (!s.given.empty() && !known) out.push_back(s);
  }
}

// Sealing and opening know a basis by its rows of the pack alone, and these three stand for all: a consent, one with
// conditions, and none.
constexpr Basis kBases[] = {Basis::part2Consent, Basis::justiceCondition, Basis::originatorAuthority};

// The pack's edges say who may send a type to whom, its bases who may read for which purpose.
std::vector<Situation> list_all() {
  const PolicyPack& pack = message_test::default_pack();
  std::vector<Situation> out;
  for (const auto& edge : pack.edges) {
    if (edge.to == std::vector<Role>{Role::ext}) continue;  // by packets, which are no notes
    for (const auto code : kBases) {
      const PackBasis& basis = *policy::basis_row(pack, code);
      for (const auto purpose : basis.purposes)
        for (const auto from : edge.from) {
          Situation s;
          s.type = &message_test::builtin_type(edge.schema);
          s.basis = code;
          s.purpose = purpose;
          s.from = s.to = from;
          s.archive = true;
          if (holds(basis.readers, from)) add(out, s);
          s.archive = false;
          for (const auto to : edge.to) {
            s.to = to;
            if (holds(basis.readers, to)) add(out, s);
          }
        }
    }
  }
  return out;
}

std::string plain(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return out;
}

}  // namespace

const std::vector<Situation>& situations() {
  static const std::vector<Situation> all = list_all();
  return all;
}

std::string name_of(const Situation& s) {
  std::string out = plain(s.schema().name) + "_" + plain(code_of(s.basis)) + "_" + plain(code_of(s.purpose)) + "_" +
                    plain(code_of(s.from)) + (s.archive ? "_archive" : "_to_" + plain(code_of(s.to)));
  if (s.part != 0) out += "_part" + std::to_string(s.part);
  return out;
}

}  // namespace xch::properties
