// The forms are for people who may never have finished school: grade 8 at most in English, easy in Spanish.
#include "forms/reading.hpp"

#include <gmock/gmock.h>

#include "forms/forms.hpp"

namespace xch::testing {
namespace {

constexpr double kGrade = 8.0, kEasy = 70.0;

TEST(Syllables, AreCountedInEnglish) {
  const std::map<int, std::vector<std::string>> known{
      {1, {"sign", "the", "notes", "shared", "reach", "you"}},
      {2, {"record", "treatment", "people", "private", "charges", "needed", "able"}},
      {3, {"alcohol", "agency", "defender", "family", "counselor"}},
      {4, {"information", "immigration", "authorize"}}};
  for (const auto& [count, words] : known)
    for (const auto& word : words) EXPECT_EQ(english_syllables(word), word == "authorize" ? 3 : count) << word;
}

TEST(Syllables, AreCountedInSpanish) {
  const std::map<int, std::vector<std::string>> known{
      {1, {"ley", "quien", "y", "dio"}},
      {2, {"usted", "guarda", "día", "ciudad", "leer", "aún", "agua", "quizás", "país", "ahí"}},
      {3, {"María", "alcohol", "recibe", "también"}},
      {4, {"información", "oficina", "abogado"}}};
  for (const auto& [count, words] : known)
    for (const auto& word : words) EXPECT_EQ(spanish_syllables(word), word == "también" ? 2 : count) << word;
}

TEST(Reading, CountsASentenceByHand) {
  // 10 words, 2 sentences, 14 syllables.
  const auto counted = read("You do not have to sign. Ask the office first:\n", english_syllables);
  EXPECT_EQ(counted.words, 10);
  EXPECT_EQ(counted.sentences, 2);
  EXPECT_EQ(counted.syllables, 11);
  EXPECT_NEAR(counted.grade(), 0.39 * 5 + 11.8 * 1.1 - 15.59, 1e-9);
}

TEST(Reading, TellsTheLawsOwnWordsFromPlainOnes) {
  const auto law = read(std::string(policy::notice_row(default_pack(), Notice::p2Long2024)->text), english_syllables);
  EXPECT_GT(law.grade(), 14.0);
  const auto hard =
      read("La autorización de divulgación de información confidencial permanecerá vigente hasta su revocación.\n",
           spanish_syllables);
  EXPECT_LT(hard.ease(), 40.0);
}

TEST(ReadingLevel, OfEveryFormInEnglishIsGradeEightAtMost) {
  FormBench bench;
  const auto bases = bench.signed_bases();
  EXPECT_GE(bases.size(), 2u);
  for (const auto* basis : bases) {
    const auto form = must(bench.make(FormBench::request_for(bench.everything(*basis))), "form");
    const auto shown = shown_text(form.html);
    EXPECT_EQ(shown.find("prohibit you from using"), std::string::npos);
    const auto whole = read(shown, english_syllables), sentences = read(prose(shown), english_syllables);
    EXPECT_LE(whole.grade(), kGrade) << code_of(basis->basis);
    EXPECT_LE(sentences.grade(), kGrade) << code_of(basis->basis);
    EXPECT_GT(sentences.words, 500) << code_of(basis->basis);
    EXPECT_GT(sentences.words / sentences.sentences, 5) << "the sentences are counted as too short";
  }
}

TEST(ReadingLevel, OfEveryFormInSpanishIsEasy) {
  FormBench bench;
  for (const auto* basis : bench.signed_bases()) {
    auto request = FormBench::request_for(bench.everything(*basis));
    request.language = consent::Language::spanish;
    const auto shown = shown_text(must(bench.make(request), "form").html);
    const auto whole = read(shown, spanish_syllables), sentences = read(prose(shown), spanish_syllables);
    EXPECT_GE(whole.ease(), kEasy) << code_of(basis->basis);
    EXPECT_GE(sentences.ease(), kEasy) << code_of(basis->basis);
    EXPECT_GT(sentences.words, 500) << code_of(basis->basis);
  }
}

/// Also what no basis of today's pack prints: every sentence of the files.
TEST(ReadingLevel, HoldsForEveryTextOfTheFiles) {
  for (const auto language : {consent::Language::english, consent::Language::spanish}) {
    const auto words = must(consent::Words::in(language), "words");
    std::map<std::string, std::string> by_part;
    for (const auto& [path, text] : words.texts()) by_part[path.substr(0, path.find('.'))] += text + "\n";
    int parts = 0;
    for (const auto& [part, text] : by_part) {
      const auto sentences = prose(text);
      if (sentences.empty()) continue;
      ++parts;
      if (language == consent::Language::english) {
        EXPECT_LE(read(sentences, english_syllables).grade(), kGrade) << part;
      } else {
        EXPECT_GE(read(sentences, spanish_syllables).ease(), kEasy) << part;
      }
    }
    EXPECT_GE(parts, 10);
  }
}

}  // namespace
}  // namespace xch::testing
