#include "interview.hpp"

#include <algorithm>

#include "draft.hpp"
#include "explain.hpp"
#include "questions.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

bool is_order(const Value& draft) { return draft.str("basis").rfind("order-", 0) == 0; }
bool is_told(const Value& draft) {
  return draft.str("basis") == "serious-threat" || draft.str("basis") == "crime-on-premises";
}

bool has_text(const Value& list, std::string_view text) {
  const auto texts = texts_of(list);
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::string code_says(std::string_view list, std::string_view code) {
  for (const auto& row : code_texts())
    if (list == row.list && code == row.code) return row.text;
  return "";
}

Value restriction(const std::string& party, const std::string& what) {
  Value out = Value::object();
  if (party != "all") out.set("party", Value::text(party));
  if (what != "all") out.set("class", Value::text(what));
  return out;
}

/// Interview asks what the draft lacks, in the order of the form.
class Interview {
 public:
  Interview(Run& run, Value& draft) : run_(run), draft_(draft) {}

  void hold() {
    policy_ = run_.call("policy.show");
    parties_ = run_.call("roster.show")["parties"];
    complain("One question a line; Ctrl-C ends it and nothing is written.");
    text("subject", "Your office's own number for the person, never the name:");
    basis();
    agencies("disclosers", "Who may share?");
    receivers();
    classes();
    person();
    purposes();
    days();
    days_outside();
    if (is_signed_by_someone(draft_)) {
      signers();
      restrictions();
      explained();
    }
    if (is_order(draft_)) order();
    if (is_told(draft_)) text("circumstances", "What happened? It stays in this office:");
    statements();
  }

 private:
  bool is(std::string_view basis) const { return draft_.str("basis") == basis; }
  const Value& row() const {
    for (const auto& row : policy_["bases"].items())
      if (row.str("basis") == draft_.str("basis")) return row;
    static const Value kNone;
    return kNone;
  }

  void text(const char* key, const std::string& question) {
    if (draft_.has(key)) return;
    draft_.set(key, Value::text(ask(question, "", [](const std::string& said) {
                 return said.empty() ? "Please answer; it is needed." : "";
               })));
  }

  /// The bases that this office's key may issue; where it has none, the check says so in the end.
  std::vector<std::string> issued_here() {
    std::vector<std::string> out;
    const Value keys = run_.call("key.list");
    for (const auto& key : keys["rows"].items())
      if (key.str("kind") == "consent-authority" && key.str("state") == "in force")
        out = texts_of(run_.call("key.show", Request().text("key", key.str("id")))["bases"]);
    return out;
  }
  void basis() {
    if (draft_.has("basis")) return;
    const auto issued = issued_here();
    std::vector<Choice> list;
    for (const auto& row : policy_["bases"].items()) {
      const std::string name = row.str("basis");
      const bool here = issued.empty() || std::find(issued.begin(), issued.end(), name) != issued.end();
      if (here && name != "medical-emergency")
        list.push_back({name, row.str("title") + " (" + row.str("citation") + ")"});
    }
    draft_.set("basis", Value::text(choose("On what legal ground?", list, Many::no).front()));
  }

  /// The agencies of the roster; those that only pass on, or all others.
  std::vector<Choice> parties(bool relays) const {
    std::vector<Choice> out;
    for (const auto& party : parties_.items())
      if (relays == (party.str("role") == "RELAY"))
        out.push_back({party.str("name"), code_says("Role", party.str("role"))});
    return out;
  }
  void agencies(const char* key, const std::string& question) {
    if (!draft_.has(key))
      draft_.set(key, list_of(choose(question + " Numbers or names, with commas:", parties(false), Many::yes)));
  }

  /// Who receives: agencies, and, where it can be, somebody outside or those behind an intermediary.
  void receivers() {
    if (draft_.has("recipients")) return;
    if (draft_.has("intermediaries") || draft_.has("externals")) return;
    somebody_outside();
    intermediaries();
    const bool others = !outside_.empty() || draft_.has("intermediaries");
    if (!others || ask_yes("Does an agency receive it by its own name, too?", false))
      agencies("recipients", "Who may receive it?");
  }

  void somebody_outside() {
    if (!has_text(row()["readers"], "EXT")) return;
    while (ask_yes(outside_.empty() ? "Is it for anybody outside the coalition, as a landlord?" : "Anybody else outside?",
                   false))
      outside_.push_back(ask("Whom, by the name that the person knows?", "", [&](const std::string& said) {
        if (said.empty()) return "Please answer; it is needed.";
        const bool twice = std::find(outside_.begin(), outside_.end(), said) != outside_.end();
        return twice ? "That one is named already." : "";
      }));
  }

  /// 42 CFR 2.11, 2.31(a)(4)(ii): only where the roster has somebody who passes on.
  void intermediaries() {
    const auto hubs = parties(true);
    if (hubs.empty() || !is_signed_by_someone(draft_)) return;
    if (!ask_yes("Does an intermediary pass it on to those who receive it?", false)) return;
    Value all = Value::array();
    const auto named = hubs.size() == 1 ? std::vector<std::string>{hubs[0].name} : choose("Which?", hubs, Many::yes);
    for (const auto& hub : named) {
      auto list = parties(false);
      // A general designation never reaches police or courts.
      if (!is("justice-condition") && !is("proceedings"))
        list.insert(list.begin(), {"treating", "its treating providers in general, and nobody else"});
      const auto behind = choose("To whom does " + printable(hub) + " pass it on?", list, Many::yes);
      Value one = Value::object();
      one.set("party", Value::text(hub));
      if (behind == std::vector<std::string>{"treating"}) one.set("treating", Value::boolean(true));
      else one.set("members", list_of(behind));
      all.add(std::move(one));
    }
    draft_.set("intermediaries", std::move(all));
  }

  void days_outside() {
    if (outside_.empty()) return;
    const std::string last = draft_.str("last_day");
    Value all = Value::array();
    for (const auto& name : outside_) {
      const std::string day =
          ask_day("Until which day may something go to " + printable(name) + " (Enter: " + last + ")?", Empty::yes);
      Value one = Value::object();
      one.set("name", Value::text(name));
      one.set("last_day", Value::text(day.empty() ? last : day));
      all.add(std::move(one));
    }
    draft_.set("externals", std::move(all));
  }

  void classes() {
    if (draft_.has("classes")) return;
    std::vector<Choice> list;
    for (const auto& row : policy_["classes"].items())
      list.push_back({row.str("class"), row.str("title") + (row["part2"].is_true() ? " (42 CFR part 2)" : "")});
    draft_.set("classes", list_of(choose("What may be shared? Each one that the person agrees to, with commas:", list,
                                         Many::yes)));
  }

  void person() {
    if (draft_.has("subject_record") || !has_text(draft_["classes"], "ID")) return;
    Value record = Value::object();
    record.set("name",
               Value::text(ask("The person's name, for those who may see who it is:", "", [](const std::string& said) {
                 return said.empty() ? "Please give the name, since ID (who the person is) is to be shared." : "";
               })));
    // 42 CFR 2.12(c)(5)(ii) lets nobody tell a date of birth.
    const std::string born =
        is("crime-on-premises") ? "" : ask_day("Date of birth, YYYY-MM-DD (Enter leaves it out):", Empty::yes);
    if (!born.empty()) record.set("dateOfBirth", Value::text(born));
    draft_.set("subject_record", std::move(record));
  }

  void purposes() {
    if (draft_.has("purposes")) return;
    std::vector<Choice> list;
    for (const auto& code : row()["purposes"].items())
      list.push_back({code.as_text(), code_says("Purpose", code.as_text())});
    draft_.set("purposes", list_of(choose("What for?", list, Many::yes)));
  }

  void days() {
    const bool is_signed = is_signed_by_someone(draft_);
    if (!draft_.has("first_day")) {
      const std::string first = ask_day(
          is_signed ? "From which day, YYYY-MM-DD (Enter: the day it is signed)?" : "From which day, YYYY-MM-DD?",
          is_signed ? Empty::yes : Empty::no);
      if (!first.empty()) draft_.set("first_day", Value::text(first));
    }
    const std::string most = row().str("default_days") + " days are usual, " + row().str("max_days") + " the most";
    if (!draft_.has("last_day"))
      draft_.set("last_day", Value::text(ask_day("Until the end of which day (" + most + ")?", Empty::no)));
    if (is_signed && !draft_.has("ends_on")) ending();
    if (!is("justice-condition")) return;
    text("proceeding", "The number of the case:");
    if (!draft_.has("revocable_day") && !draft_.has("revocable_on")) revocable();
  }

  /// A day, or an event: 42 CFR 2.35(c) asks for one of them.
  void revocable() {
    const std::string day = ask_day(
        "From which day may it be taken back (no later than the end of the case; Enter: from an event on)?", Empty::yes);
    if (day.empty())
      event("revocable_on", "After what may it be taken back? In a few words, as the form is to say it:", false);
    else
      draft_.set("revocable_day", Value::text(day));
  }

  void ending() {
    event("ends_on", "Does something end it sooner? In a few words, as the form is to say it (Enter: nothing):", true);
  }

  void event(const char* key, const std::string& question, bool may_be_empty) {
    const std::string words = ask(question, "", [&](const std::string& said) {
      if (said.empty() && !may_be_empty) return "Please answer; it is needed.";
      return said.size() <= 200 ? "" : "Please use at most 200 characters.";
    });
    if (words.empty()) return;
    Value out = Value::object();
    out.set("event", Value::text(words));
    const auto says = choose("Which one agency may say that this has happened?", parties(false), Many::no);
    out.set("asserter", Value::text(says.front()));
    draft_.set(key, std::move(out));
  }

  void signers() {
    static const std::vector<Choice> kSigners = {{"participant", "the person"},
                                                 {"parent", "of a minor"},
                                                 {"guardian", "of a minor, or of an adult"},
                                                 {"personal-representative", "who may act for the person by law"},
                                                 {"court-appointed-guardian", "named by a court"}};
    if (!draft_.has("minor_age")) {
      const std::string age =
          ask("The person's age in years, if under 18 (Enter: an adult):", "", [](const std::string& said) {
            return said.size() < 3 && said.find_first_not_of("0123456789") == std::string::npos
                       ? ""
                       : "Please give a number of years.";
          });
      if (!age.empty()) draft_.set("minor_age", Value::number(std::to_string(std::stoi(age))));
    }
    const bool minor = draft_.has("minor_age");
    if (minor) text("jurisdiction", "The state whose law says who signs, as WA:");
    if (!draft_.has("signer"))
      draft_.set("signer",
                 Value::text(choose("Who signs (Enter: participant)?", kSigners, Many::no, "participant").front()));
    if (minor && !draft_.has("co_signers") && ask_yes("Does somebody sign beside " + draft_.str("signer") + "?", false))
      draft_.set("co_signers", list_of(choose("Who?", kSigners, Many::yes)));
  }

  void restrictions() {
    if (draft_.has("restrictions")) return;
    Value asked = Value::array();
    while (
        ask_yes(asked.items().empty() ? "Does the person want something kept back?" : "Anything more to be kept back?",
                false)) {
      std::vector<Choice> whom = {{"all", "from everybody"}}, what = {{"all", "everything"}};
      for (const auto& name : texts_of(draft_["recipients"])) whom.push_back({name, ""});
      for (const auto& hub : draft_["intermediaries"].items())
        for (const auto& name : texts_of(hub["members"])) whom.push_back({name, "behind " + printable(hub.str("party"))});
      for (const auto& one : draft_["externals"].items()) whom.push_back({one.str("name"), "outside the coalition"});
      for (const auto& name : texts_of(draft_["classes"])) what.push_back({name, code_says("FieldClass", name)});
      const std::string party = choose("From whom?", whom, Many::no).front();
      asked.add(restriction(party, choose("What?", what, Many::no).front()));
    }
    if (!asked.items().empty()) draft_.set("restrictions", std::move(asked));
  }

  void explained() {
    if (draft_.has("revocation_explained")) return;
    if (ask_yes("Will the page of \"exchange consent form\" be signed? It explains taking back and passing on.", true))
      says_form_explains(draft_);
    else if (ask_yes("Does your own form say how to take it back, and what may be passed on?", false)) {
      draft_.set("revocation_explained", Value::boolean(true));
      draft_.set("redisclosure_explained", Value::boolean(true));
    }
  }

  void order() {
    if (draft_.has("order")) return;
    Value order = Value::object();
    order.set(
        "kind",
        Value::text(
            choose("Which paper is there?", {{"order", "of the court"}, {"subpoena", "alone"}}, Many::no).front()));
    const auto some = [](const std::string& said) { return said.empty() ? "Please answer; it is needed." : ""; };
    order.set("court", Value::text(ask("Which court?", "", some)));
    order.set("day", Value::text(ask_day("The day of the order, YYYY-MM-DD:", Empty::no)));
    order.set("digest", Value::text(ask("What sha256sum says of the scanned order:", "", [](const std::string& said) {
                return said.size() == 64 && said.find_first_not_of("0123456789abcdef") == std::string::npos
                           ? ""
                           : "It has 64 characters of 0 to 9 and a to f.";
              })));
    static const std::vector<Choice> kFindings = {
        {"fictitious-name", "the person is not named in the court's papers"},
        {"notice-given", "the person and the holder were told and could answer"},
        {"holder-heard", "the holder was heard"},
        {"no-other-way", "there is no other way, or none that works"},
        {"public-interest", "it weighs more than the harm to the person"},
        {"extremely-serious-crime", "that is what is investigated"},
        {"substantial-value", "the records are likely to be of substantial value"},
        {"crime-in-program", "staff of the program are suspected"}};
    order.set("findings", list_of(choose("What did the court find?", kFindings, Many::yes)));
    draft_.set("order", std::move(order));
  }

  /// What the law of a basis wants somebody to have said or made sure of, and no form can say.
  void statements() {
    struct Said {
      const char *basis, *word, *question;
    };
    static constexpr Said kSaid[] = {
        {"victim-release", "informed", "Was the person told what may follow from the release?"},
        {"serious-threat", "imminent", "Is the threat serious and imminent?"},
        {"serious-threat", "able-to-prevent", "Can those who receive it prevent or lessen the threat?"},
        {"serious-threat", "not-from-therapy", "Are the facts from elsewhere than therapy, or asking for it?"},
    };
    auto words = texts_of(draft_["statements"]);
    for (const auto& said : kSaid)
      if (is(said.basis) && std::find(words.begin(), words.end(), said.word) == words.end() &&
          ask_yes(said.question, false))
        words.push_back(said.word);
    const bool beside = is("victim-release") && (draft_.str("signer") != "participant" || draft_.has("co_signers"));
    if (beside && ask_yes("Did the office make sure that nobody who signs is the abuser?", false))
      words.push_back("no-abuser-signs");
    if (!words.empty()) draft_.set("statements", list_of(words));
  }

  Run& run_;
  Value& draft_;
  Value policy_, parties_;
  std::vector<std::string> outside_;  // whose days are asked when the last day is known
};

}  // namespace

bool lacks_answers(const Value& draft) {
  for (const char* key : {"subject", "basis", "disclosers", "classes", "purposes", "last_day"})
    if (!draft.has(key)) return true;
  if (!draft.has("recipients") && !draft.has("intermediaries") && !draft.has("externals")) return true;
  if (has_text(draft["classes"], "ID") && !draft.has("subject_record")) return true;
  if (is_signed_by_someone(draft) && !draft.has("revocation_explained")) return true;
  if (draft.str("basis") == "justice-condition")
    return !draft.has("proceeding") || !(draft.has("revocable_day") || draft.has("revocable_on"));
  if (is_order(draft)) return !draft.has("order");
  return is_told(draft) && !draft.has("circumstances");
}

void ask_what_it_lacks(Run& run, Value& draft) { Interview(run, draft).hold(); }

void says_form_explains(Value& draft) {
  draft.set("revocation_explained", Value::boolean(true));
  draft.set("redisclosure_explained", Value::boolean(true));
  static const std::vector<std::pair<std::string, std::vector<std::string>>> kSays = {
      {"tpo-consent", {"refusal"}},
      {"hipaa-authorization", {"conditioning", "copy"}},
      {"victim-release", {"not-a-condition"}}};
  auto statements = texts_of(draft["statements"]);
  for (const auto& [basis, says] : kSays)
    if (basis == draft.str("basis"))
      for (const auto& word : says)
        if (std::find(statements.begin(), statements.end(), word) == statements.end()) statements.push_back(word);
  if (!statements.empty()) draft.set("statements", list_of(statements));
}

// Names of agencies have no blank; those of somebody outside may, and the last word is then the class.
Value restriction_of(const std::string& text) {
  const auto blank = text.rfind(' ');
  return blank == std::string::npos ? restriction(text, "all") : restriction(text.substr(0, blank), text.substr(blank + 1));
}

Value list_of(const std::vector<std::string>& texts) {
  Value out = Value::array();
  for (const auto& text : texts) out.add(Value::text(text));
  return out;
}

}  // namespace cli
