// Consent forms: what they must say, what they never say, and what is refused.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "base/zone.hpp"
#include "forms/forms.hpp"
#include "forms/reading.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
using ::testing::Not;

class ConsentForm : public ::testing::Test, public FormBench {
 protected:
  std::string html(const consent::FormRequest& request) { return must(make(request), "form").html; }
  std::string shown(const consent::FormRequest& request) { return shown_text(html(request)); }
  /// The rule and the code that a request is refused with.
  std::string refusal(const ConsentDraft& draft) {
    const auto made = make(request_for(draft));
    return made ? "made" : std::string(info(made.error().code).name) + " " + made.error().path;
  }
  consent::FormRequest issued(GrantState state = GrantState::active) {
    auto request = request_for(care_draft());
    consent::IssuedForm form;
    form.row.state = state;
    form.row.version = 2;
    form.row.id.bytes.fill(0xAB);
    form.row.hash.bytes.fill(0xCD);
    form.signer = "participant";
    form.signed_day = "2026-11-26";
    request.issued = form;
    return request;
  }
};

// ---- the elements ---------------------------------------------------------------------------------------------------

TEST_F(ConsentForm, AnswersEveryElementThatItsBasisDemands) {
  const auto bases = signed_bases();
  EXPECT_GE(bases.size(), 2u);
  for (const auto* basis : bases) {
    const auto form = must(make(request_for(everything(*basis))), "form");
    for (const auto& id : basis->elements) {
      if (id == "P2-31-4iii") continue;  // below
      EXPECT_THAT(form.rules, Contains(id)) << code_of(basis->basis);
      EXPECT_THAT(form.html, HasSubstr("data-rule=\"" + id + "\"")) << code_of(basis->basis);
    }
  }
}

TEST_F(ConsentForm, P2_31_1_HasALineForTheNameOrTheNameItWasGiven) {
  auto request = request_for(care_draft());
  EXPECT_THAT(html(request), HasSubstr("<div class=\"line\"><span>Your full name</span><i></i></div>"));
  request.name = "Maria Reyes";
  EXPECT_THAT(html(request), HasSubstr("Your full name: <strong><bdi>Maria Reyes</bdi></strong>"));
}

TEST_F(ConsentForm, NeverTakesTheNameFromTheRecord) {
  auto request = request_for(care_draft());  // whose record names Maria Reyes
  EXPECT_THAT(html(request), Not(HasSubstr("Reyes")));
  const auto without = must(make(request), "form");
  request.name = "Maria Reyes";
  const auto with = must(make(request), "form");
  EXPECT_EQ(without.hash, with.hash);
  EXPECT_EQ(without.code, with.code);
}

TEST_F(ConsentForm, P2_31_2_to_P2_31_5_NamesWhoSharesWhatWithWhomAndWhatFor) {
  const auto page = html(request_for(care_draft()));
  EXPECT_THAT(
      page,
      HasSubstr(
          "<bdi>harbor</bdi></strong> <span class=\"kind\">(case manager; a drug or alcohol treatment program)"));
  EXPECT_THAT(page, HasSubstr("<strong>My drug or alcohol treatment</strong><br>Drug or alcohol use,"));
  EXPECT_THAT(
      page,
      HasSubstr(
          "<bdi>defender</bdi></strong> <span class=\"kind\">(public defender; a defense lawyer&#39;s office)"));
  EXPECT_THAT(page, HasSubstr("To plan your care and support as one team."));
}

TEST_F(ConsentForm, P2_31_7_SaysWhatEndsItSoonerAndWhoMaySaySo) {
  auto draft = care_draft();
  EXPECT_THAT(shown(request_for(draft)), Not(HasSubstr("end sooner")));
  draft.ends_on = {"my case is closed", "prosecutor"};
  const auto page = html(request_for(draft));
  EXPECT_THAT(page, HasSubstr("It ends when this has happened: <strong><bdi>my case is closed</bdi></strong>. The one group that "
                              "can say so: <strong><bdi>prosecutor</bdi></strong>."));
  auto other = draft;
  other.ends_on.asserter = "office";
  EXPECT_NE(consent::draft_hash(draft), consent::draft_hash(other));
  draft.ends_on.asserter.clear();
  EXPECT_EQ(refusal(draft), "consent_event P2-31-7");
}

TEST_F(ConsentForm, P2_31_7_SaysWhoseDaysTheyAreInBothLanguages) {
  auto draft = care_draft();
  draft.zone_offset_minutes = 0;
  EXPECT_THAT(shown(request_for(draft)), HasSubstr("The days go by the clock of Los Angeles."));  // the pack's
  draft.zone = "America/Denver";
  auto spanish = request_for(draft);
  spanish.language = consent::Language::spanish;
  EXPECT_THAT(shown(spanish), HasSubstr("Los días van con la hora de Denver."));
  draft.zone = "Mars/Olympus";
  EXPECT_EQ(refusal(draft), "consent_zone P2-31-7");
}

TEST_F(ConsentForm, HasAWordForEveryZoneInBothLanguages) {
  for (const auto language : {consent::Language::english, consent::Language::spanish}) {
    const auto words = must(consent::Words::in(language), "words");
    for (const auto zone : zone_names()) EXPECT_FALSE(words.text("zone." + std::string(zone)).empty()) << zone;
  }
}

TEST_F(ConsentForm, P2_35_c_SaysWhichEventMakesItRevocable) {
  auto draft = justice_draft();
  draft.revocable_on = {"the charges are dropped", "prosecutor"};
  const auto both = shown(request_for(draft));
  EXPECT_THAT(both, HasSubstr("You can take this form back from January 15, 2027 on."));
  EXPECT_THAT(both, HasSubstr("It can be sooner. You can take it back once this has happened: the charges are dropped."));
  draft.revocable_day.clear();
  const auto alone = shown(request_for(draft));
  EXPECT_THAT(alone, HasSubstr("You can take this form back once this has happened: the charges are dropped."));
  EXPECT_THAT(alone, Not(HasSubstr("from  on")));
}

TEST_F(ConsentForm, P2_31_4ii_NamesTheIntermediaryAndThoseBehindIt) {
  Roster roster = bench.coalition.roster_body();
  for (auto& party : roster.parties)
    if (party.name == "liaison") party.role = Role::relay, party.kind = PartyKind::community;
  bench.coalition.adopt(roster);
  auto draft = care_draft();
  draft.recipients = {"clinic"};
  draft.intermediaries = {{"liaison", {"defender"}, false}};
  const auto named = shown(request_for(draft));
  EXPECT_THAT(named, HasSubstr("liaison passes on what is shared. It cannot read it. It may pass it on to these groups only:"));
  EXPECT_THAT(named, HasSubstr("You can ask liaison in writing who got your facts in the last three years. It has 30 days to tell you."));
  draft.intermediaries = {{"liaison", {}, true}};
  draft.recipients.clear();
  EXPECT_THAT(shown(request_for(draft)), ::testing::ContainsRegex("only to groups that treat you. Today these are:[[:space:]]+clinic"));
  draft.intermediaries = {{"liaison", {}, false}};
  EXPECT_EQ(refusal(draft), "consent_incomplete P2-31-4ii");
  draft.intermediaries = {{"nobody", {"clinic"}, false}};
  EXPECT_EQ(refusal(draft), "consent_recipient P2-31-4ii");
}

TEST_F(ConsentForm, ACopySaysThatItsEventHasHappened) {
  auto request = issued(GrantState::revoked);
  EXPECT_THAT(shown(request), HasSubstr("It was taken back."));
  request.issued->row.ended_by_event = true;
  EXPECT_THAT(shown(request), HasSubstr("What it was to end with has happened."));
}

TEST_F(ConsentForm, P2_31_4iii_SaysWhatACoveredEntityMayPassOn) {
  EXPECT_THAT(shown(request_for(care_draft())), Not(HasSubstr("HIPAA")));
  change_kind("clinic", PartyKind::coveredEntity);
  EXPECT_THAT(shown(request_for(care_draft())),
              HasSubstr("health plans: clinic. They must obey the health privacy law called HIPAA."));
}

TEST_F(ConsentForm, P2_31_6_SaysHowToTakeItBackAndWhatStays) {
  auto request = request_for(care_draft());
  EXPECT_THAT(shown(request), HasSubstr("You can take this form back at any time."));
  EXPECT_THAT(shown(request), HasSubstr("Write to office, or hand us the note in person."));
  EXPECT_THAT(shown(request), HasSubstr("What was shared up to then cannot be called back."));
  request.contact = "12 Main St";
  EXPECT_THAT(html(request), HasSubstr("Send it to: <strong><bdi>12 Main St</bdi></strong>"));
}

TEST_F(ConsentForm, P2_31_7_SaysTheLastDayAndThatItCounts) {
  EXPECT_THAT(shown(request_for(care_draft())), HasSubstr("from November 26, 2026 to the end of February 21, 2027."));
  auto draft = care_draft();
  draft.first_day.clear();
  EXPECT_THAT(shown(request_for(draft)), HasSubstr("from the day you sign it to the end of February 21, 2027."));
}

TEST_F(ConsentForm, P2_31_8_and_9_HasLinesForSignatureAndDateAndForWhoSignsInstead) {
  const auto page = html(request_for(care_draft()));
  EXPECT_THAT(page, HasSubstr("<span>Signature</span><i></i><span>Date</span><i class=\"short\"></i>"));
  EXPECT_THAT(page, HasSubstr("<span class=\"box\">&nbsp;</span><div>guardian</div>"));
  auto draft = care_draft();
  draft.signer = "guardian";
  EXPECT_THAT(html(request_for(draft)), HasSubstr("<span class=\"box\">X</span><div>guardian</div>"));
}

TEST_F(ConsentForm, P2_32_CarriesTheNoticeOfThePackWordForWord) {
  const auto& notice = policy::notice_row(bench.pack, Notice::p2Long2024)->text;
  EXPECT_THAT(html(request_for(care_draft())), HasSubstr("<div class=\"verbatim\" lang=\"en\">" + notice + "</div>"));
  auto spanish = request_for(care_draft());
  spanish.language = consent::Language::spanish;
  EXPECT_THAT(html(spanish), HasSubstr(notice));
}

TEST_F(ConsentForm, P2_35_SaysTheCaseThePeriodAndFromWhenItMayBeTakenBack) {
  const auto page = shown(request_for(justice_draft()));
  EXPECT_THAT(page, HasSubstr("The case is why it holds this long: 26-1-00417-1."));
  EXPECT_THAT(page, HasSubstr("You can take this form back from January 15, 2027 on."));
  EXPECT_THAT(page, HasSubstr("You can take back any other form you signed today at any time."));
  EXPECT_THAT(page, HasSubstr("may use these facts only for their work on this case."));
  EXPECT_THAT(page, Not(HasSubstr("You can take this form back at any time.")));
}

TEST_F(ConsentForm, AsksForInitialsWhereAClassNeedsItsOwnTick) {
  EXPECT_THAT(shown(request_for(care_draft())), HasSubstr("This one needs your own OK."));
  auto draft = care_draft();
  draft.classes = {FieldClass::eng};
  EXPECT_THAT(shown(request_for(draft)), Not(HasSubstr("This one needs your own OK.")));
}

// ---- who sees what --------------------------------------------------------------------------------------------------

TEST_F(ConsentForm, ShowsInOneTableWhatThePlanGives) {
  const auto page = html(request_for(justice_draft()));
  EXPECT_THAT(page, HasSubstr("If I take part</th>\n<td>only a rough level</td>"));
  EXPECT_THAT(page, HasSubstr("My court case</th>\n<td>all of it</td>"));
  EXPECT_THAT(page, HasSubstr("My drug or alcohol treatment</th>\n<td>only yes or no</td>"));
  EXPECT_THAT(page, HasSubstr("Anything else</th>\n<td class=\"nothing\">nothing</td>"));
  EXPECT_EQ(page.find("<table>"), page.rfind("<table>"));
}

TEST_F(ConsentForm, ShowsEveryRecipientAndClassAsThePlanHasThem) {
  for (const auto* basis : signed_bases()) {
    const auto draft = everything(*basis);
    const auto page = html(request_for(draft));
    const auto lines = consent::plan(draft, bench.pack, *bench.coalition.roster());
    const auto words = must(consent::Words::in(consent::Language::english), "words");
    for (const auto& name : draft.recipients) {
      std::string row = "<bdi>" + name + "</bdi></th>\n<td>";
      for (const auto field_class : draft.classes) {
        std::string sees;
        for (const auto& line : lines) {
          if (line.party != name || line.field_class != field_class || !line.reads) continue;
          if (line.form == Form::full) sees = "all of it";
          else if (sees != "all of it")
            sees += (sees.empty() ? "" : "; ") + words.text("sees." + std::string(code_of(line.form)));
        }
        row += words.text("class." + std::string(code_of(field_class)) + ".name") + ": " +
               (sees.empty() ? "nothing" : sees) + "<br>";
      }
      EXPECT_THAT(page, HasSubstr(row)) << code_of(basis->basis);
    }
  }
}

TEST_F(ConsentForm, P2_26_ShowsWhatThePersonAskedToHaveKeptBack) {
  auto draft = care_draft();
  draft.restrictions = {{"defender", FieldClass::sud}};
  const auto page = html(request_for(draft));
  EXPECT_THAT(page, HasSubstr("<strong>My drug or alcohol treatment</strong>: not for <bdi>defender</bdi>."));
  EXPECT_NE(must(make(request_for(draft)), "form").hash, must(make(request_for(care_draft())), "form").hash);
}

// ---- the copy of what was signed ------------------------------------------------------------------------------------

TEST_F(ConsentForm, OfAGrantSaysWhoSignedAndCarriesItsIdAndHash) {
  const auto form = must(make(issued()), "form");
  EXPECT_EQ(form.id, std::string(16, 'a').replace(0, 16, "abababababababab") + "abababababababab");
  EXPECT_EQ(form.code, "exchange:grant/" + form.id + "/" + form.hash);
  EXPECT_THAT(form.html, HasSubstr("It is in force from November 26, 2026 until February 21, 2027."));
  EXPECT_THAT(form.html, HasSubstr("Signed on November 26, 2026. Signed by: the person."));
  EXPECT_THAT(form.html, Not(HasSubstr("<span>Signature</span>")));
}

TEST_F(ConsentForm, OfAGrantThatEndedSaysSo) {
  EXPECT_THAT(html(issued(GrantState::revoked)), HasSubstr("It was taken back."));
  EXPECT_THAT(html(issued(GrantState::suspended)), HasSubstr("has been put on hold."));
  auto later = issued();
  later.day = "2027-02-21";
  EXPECT_THAT(html(later), HasSubstr("It is in force"));
  later.day = "2027-02-22";
  EXPECT_THAT(html(later), HasSubstr("It is over."));
}

// ---- what comes from outside stays text -----------------------------------------------------------------------------

TEST_F(ConsentForm, KeepsHostileNamesAsText) {
  const std::vector<std::pair<std::string, std::string>> names{
      {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"\"'><img src=x onerror=y>", "&quot;&#39;&gt;&lt;img src=x onerror=y&gt;"},
      {"</bdi></main><h1>", "&lt;/bdi&gt;&lt;/main&gt;&lt;h1&gt;"},
      {"{until} {day}", "{until} {day}"},
      {"&lt;b&gt;", "&amp;lt;b&amp;gt;"},
      {"\u05DE\u05E8\u05D9\u05D4", "\u05DE\u05E8\u05D9\u05D4"},
      {"safe\u202Egro", "safe\uFFFDgro"},
      {std::string("a\x01z\x7F", 4), "a\uFFFDz\uFFFD"},
      {"\xC3(", "\uFFFD("},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {std::string(300, 'W'), std::string(300, 'W')}};
  for (const auto& [name, text] : names) {
    auto request = request_for(justice_draft());
    request.name = name;
    request.contact = name;
    request.draft.proceeding = name;
    const auto page = html(request);
    EXPECT_THAT(page, HasSubstr("Your full name: <strong><bdi>" + text + "</bdi></strong>"));
    EXPECT_THAT(page, HasSubstr("Send it to: <strong><bdi>" + text + "</bdi></strong>"));
    EXPECT_THAT(page, HasSubstr("this long: <bdi>" + text + "</bdi>."));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<img")));
  }
}

TEST_F(ConsentForm, KeepsAHostileAgencyAsText) {
  const std::string name = "<b onclick=\"x\">clinic";
  rename("clinic", name);
  auto draft = care_draft();
  draft.recipients = {name, "defender"};
  const auto page = html(request_for(draft));
  EXPECT_THAT(page, HasSubstr("<bdi>&lt;b onclick=&quot;x&quot;&gt;clinic</bdi>"));
  EXPECT_THAT(page, Not(HasSubstr("<b onclick")));
}

TEST_F(ConsentForm, FetchesNothingAndRunsNothing) {
  for (const auto* basis : signed_bases()) {
    const auto page = html(request_for(everything(*basis)));
    EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    for (const char* word :
         {"<script", "http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "<form", "href"})
      EXPECT_THAT(page, Not(HasSubstr(word)));
  }
}

TEST_F(ConsentForm, NamesWhoIsOutsideUntilWhenAndThatALetterIsNotCalledBack) {
  auto draft = care_draft();
  EXPECT_THAT(html(request_for(draft)), Not(HasSubstr("People outside the groups")));
  draft.basis = Basis::plainRelease;
  draft.disclosers = {"office"};
  draft.classes = {FieldClass::eng};
  draft.externals = {{"Corner <b>Bakery</b>", "2026-12-20"}};
  const auto page = html(request_for(draft));
  EXPECT_THAT(page, HasSubstr("<bdi>Corner &lt;b&gt;Bakery&lt;/b&gt;</bdi>"));
  EXPECT_THAT(page, HasSubstr("until December 20, 2026"));
  EXPECT_THAT(page, HasSubstr("People outside the groups get one sealed letter."));
}

TEST_F(ConsentForm, RefusesANameOrAContactThatIsTooLongAndADayThatIsNone) {
  auto request = request_for(care_draft());
  request.name.assign(consent::kMaxFormText, 'x');
  request.contact = request.name;
  EXPECT_TRUE(passes(make(request)));
  request.name += 'x';
  EXPECT_TRUE(refuses(make(request), Code::json_range));
  request = request_for(care_draft());
  request.contact.assign(consent::kMaxFormText + 1, 'x');
  EXPECT_TRUE(refuses(make(request), Code::json_range));
  request = request_for(care_draft());
  request.day = "2026-02-30";
  EXPECT_TRUE(refuses(make(request), Code::json_range));
}

// ---- what cannot be printed -----------------------------------------------------------------------------------------

TEST_F(ConsentForm, RefusesADraftWithoutWhatItMustName) {
  const auto with = [](ConsentDraft draft, auto change) {
    change(draft);
    return draft;
  };
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.subject.clear(); })), "consent_incomplete P2-31-1");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.classes.push_back(static_cast<FieldClass>(250)); })), "consent_class P2-31-3");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.disclosers.clear(); })), "consent_incomplete P2-31-2");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.disclosers = {"nobody"}; })), "consent_recipient P2-31-2");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.classes.clear(); })), "consent_incomplete P2-31-3");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.recipients.clear(); })), "consent_incomplete P2-31-4i");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.recipients = {"law enforcement"}; })),
            "consent_recipient P2-31-4i");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.purposes.clear(); })), "consent_incomplete P2-31-5");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.purposes = {Purpose::proceeding}; })),
            "consent_purpose P2-31-5");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.last_day.clear(); })), "consent_incomplete P2-31-7");
  EXPECT_EQ(refusal(with(care_draft(), [](auto& d) { d.last_day = "2027-02-30"; })), "consent_period P2-31-7");
  EXPECT_EQ(refusal(with(justice_draft(), [](auto& d) { d.proceeding.clear(); })), "consent_incomplete P2-35-a1");
  EXPECT_EQ(refusal(with(justice_draft(), [](auto& d) { d.revocable_day.clear(); })), "consent_incomplete P2-35-c");
}

TEST_F(ConsentForm, RefusesABasisThatNobodySigns) {
  EXPECT_EQ(refusal(referral_draft()), "consent_authority basis");
  auto draft = care_draft();
  draft.basis = Basis::none;
  EXPECT_EQ(refusal(draft), "consent_authority basis");
}

// ---- the words ------------------------------------------------------------------------------------------------------

TEST_F(ConsentForm, HasTheSameWordsInBothLanguages) {
  const auto english = must(consent::Words::in(consent::Language::english), "en"),
             spanish = must(consent::Words::in(consent::Language::spanish), "es");
  std::vector<std::string> en, es;
  for (const auto& [path, text] : english.texts()) {
    en.push_back(path);
    EXPECT_FALSE(text.empty()) << path;
  }
  for (const auto& [path, text] : spanish.texts()) es.push_back(path);
  EXPECT_EQ(en, es);
  auto lists_en = english.lists(), lists_es = spanish.lists();
  lists_en.erase("form.months");
  lists_es.erase("form.months");
  EXPECT_EQ(lists_en, lists_es);  // the same statements, in the same order
  for (const auto& [path, keys] : lists_en)
    for (const auto& key : keys)
      EXPECT_TRUE(key == "refuse" || !english.text("know." + key).empty()) << path << " " << key;
}

template <class T>
void expect_words(const consent::Words& words, std::uint16_t count, const std::string& before,
                  const std::string& after) {
  for (std::uint16_t n = 0; n < count; ++n) {
    const std::string code(code_of(static_cast<T>(n)));
    if (code.empty()) continue;
    EXPECT_FALSE(words.text(before + code + after).empty()) << before << code << after;
  }
}

TEST_F(ConsentForm, HasWordsForEveryCode) {
  const auto words = must(consent::Words::in(consent::Language::spanish), "es");
  expect_words<FieldClass>(words, kFieldClassCount, "class.", ".says");
  expect_words<Purpose>(words, kPurposeCount, "purpose.", ".says");
  expect_words<Role>(words, kRoleCount, "role.", "");
  expect_words<PartyKind>(words, kPartyKindCount, "kind.", "");
  expect_words<::xch::Form>(words, kFormCount, "sees.", "");
  for (const auto* basis : {"part2-consent", "tpo-consent", "justice-condition", "counselling-notes", "proceedings",
                            "hipaa-authorization", "victim-release", "plain-release"}) {
    EXPECT_FALSE(words.text("basis." + std::string(basis) + ".title").empty()) << basis;
    EXPECT_FALSE(words.list("basis." + std::string(basis) + ".know").empty()) << basis;
  }
}

// ---- the bytes ------------------------------------------------------------------------------------------------------

/// expect_golden compares with a file of golden/; XCH_REWRITE_GOLDEN=1 writes it.
void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(XCH_SOURCE_DIR "/tests/forms/golden/") + name;
  if (std::getenv("XCH_REWRITE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::ifstream in(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text) << name;
}

TEST_F(ConsentForm, IsTheSameBytesForTheSameInput) {
  expect_golden("care.en.html", html(request_for(care_draft())));
  auto condition = request_for(justice_draft());
  condition.language = consent::Language::spanish;
  condition.paper = consent::Paper::a4;
  condition.print = consent::Print::large;
  expect_golden("condition.es.html", html(condition));
}

}  // namespace
}  // namespace xch::testing
