// What `exchange explain` knows beside the ids of errors: rules of the lint, codes and words, in plain language.
#pragma once

#include <string>
#include <vector>

namespace cli {

/// RuleText is one rule that `exchange consent check` names: where it stands, what it asks, and what is done about it.
struct RuleText {
  const char* id;
  const char* citation;
  const char* asks;
  const char* fix;
};
const std::vector<RuleText>& rule_texts();

/// Term is a word of this program. `names` are the ways to ask for it, the first as its title; `see` names others.
struct Term {
  std::vector<const char*> names;
  const char* text;
  std::vector<const char*> see;
};
const std::vector<Term>& terms();

/// CodeText is one code of the registry's lists of classes, forms, purposes, bases, roles and kinds.
struct CodeText {
  const char* list;
  const char* code;
  const char* text;
};
const std::vector<CodeText>& code_texts();

/// explained_names is everything that can be asked for, but for the ids of errors.
std::vector<std::string> explained_names();

}  // namespace cli
