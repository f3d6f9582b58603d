// What is written of an audit: the page, the tables, the accounting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "audit/accounting.hpp"
#include "audit/breach.hpp"
#include "audit/csv.hpp"
#include "audit/extract.hpp"
#include "audit/story.hpp"
#include "base/encoding.hpp"
#include "crypto/digest.hpp"

namespace xch::audit_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Audit usual(Story& story) {
  story.write(story.police);
  story.write(story.clinic);
  return story.audit(story.given());
}

TEST(Report, IsOneFileWithoutScriptWhoseOnlyStyleIsNamedByItsHash) {
  Story story;
  const std::string html = report_html(usual(story), {});
  for (const char* never : {"<script", "javascript:", " style=", " src=", "http://", "https://", "url("})
    EXPECT_THAT(html, Not(HasSubstr(never))) << never;
  EXPECT_THAT(html, Not(::testing::ContainsRegex("<[a-z]+[^>]* on[a-z]+=")));
  const auto from = html.find("<style>") + 7, to = html.find("</style>");
  const std::string hash = to_base64(crypto::sha256(ByteView(std::string_view(html).substr(from, to - from))));
  EXPECT_THAT(html, HasSubstr("content=\"default-src 'none'; style-src 'sha256-" + hash + "'\""));
  EXPECT_THAT(html, HasSubstr("PASS: what these logs say holds"));
  for (const auto& check : check_list()) EXPECT_THAT(html, HasSubstr("<code>" + std::string(check.id) + "</code>"));
  EXPECT_THAT(html, HasSubstr("exchange-verify log --log-key &#39;county/police+"));
}

TEST(Report, EveryChartHasATitleADescriptionAndItsTable) {
  Story story;
  const std::string html = report_html(usual(story), {Small::shown, ""});
  std::size_t charts = 0;
  for (const auto& chart : charts_of(usual(*std::make_unique<Story>()))) {
    if (chart.rows.empty()) continue;  // nothing was refused or revoked
    ++charts;
    EXPECT_THAT(html, HasSubstr("role=\"img\" aria-labelledby=\"chart-" + chart.id + "-t chart-" + chart.id + "-d\""));
    EXPECT_THAT(html, HasSubstr("<desc id=\"chart-" + chart.id + "-d\">"));
    EXPECT_THAT(html, HasSubstr("aria-label=\"" + chart.title + ", table\""));
  }
  EXPECT_GE(charts, 3u);
}

TEST(Report, ShowsNoCountOfFewUnlessItIsAskedFor) {
  const Chart chart{"x", "Title", "What it counts.", "row", {"a", "b"}, {{"r", {10, 11}}, {"s", {0, 4321}}}, true};
  const std::string hidden = figure(chart, Small::left_out), shown = figure(chart, Small::shown);
  EXPECT_THAT(hidden, HasSubstr("under 11"));
  EXPECT_THAT(hidden, Not(HasSubstr(">10<")));
  EXPECT_THAT(hidden, HasSubstr(">11<"));
  EXPECT_THAT(hidden, HasSubstr(">0<"));
  EXPECT_THAT(shown, HasSubstr(">10<"));
  EXPECT_THAT(shown, Not(HasSubstr("under")));
  Story story;
  const Audit audit = usual(story);
  const std::string json = wire::write_json(report_json(audit, {}));
  EXPECT_THAT(json, HasSubstr("\"name\":\"police\",\"values\":[null]"));
  EXPECT_THAT(wire::write_json(report_json(audit, {Small::shown, ""})),
              HasSubstr("\"name\":\"police\",\"values\":[1]"));
}

const Chart& chart_of(const std::vector<Chart>& charts, const std::string& id) {
  for (const auto& chart : charts)
    if (chart.id == id) return chart;
  throw std::logic_error("no such chart");
}

TEST(Report, ChartsTheConsentsOfAHomeByTheMonthInWhichTheyEnd) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  Given given = story.given();
  session::GrantSummary held, ended, revoked, replaced;
  held.not_after = revoked.not_after = replaced.not_after = kNow + 60 * kDay;
  ended.not_after = ago(30 * kDay);
  revoked.state = GrantState::revoked;
  replaced.superseded = true;
  given.homes.push_back({story.police.key.verifier().text(), {held, held, ended, revoked, replaced}, {}});
  const auto charts = charts_of(story.audit(given));
  const Chart& chart = chart_of(charts, "grants");
  EXPECT_THAT(chart.columns, ::testing::ElementsAre("ended", "in force", "revoked"));
  ASSERT_EQ(chart.rows.size(), 2u);
  EXPECT_EQ(chart.rows[0].name, "2026-10");
  EXPECT_THAT(chart.rows[0].values, ::testing::ElementsAre(1, 0, 0));
  EXPECT_EQ(chart.rows[1].name, "2027-01");
  EXPECT_THAT(chart.rows[1].values, ::testing::ElementsAre(0, 2, 1));
}

TEST(Report, ChartsHowLongEachWitnessTookAlsoWhereTheyAreTooFew) {
  Story story;
  story.write(story.police);
  story.write(story.clinic);
  auto writer = *log::LogWriter::open(story.at(story.clinic), *log::SignerKey::parse(story.clinic.key.text().expose()));
  const auto line = *story.witness.cosign(log::parse_note(writer.note())->text, story.until + 25 * kMinute);
  ASSERT_TRUE(writer.add_cosignatures({line}));
  Given given = story.given();
  given.witnesses = {{story.witness.verifier(), signer("other", log::KeyType::cosignature, 4).verifier()}, 2};
  const Audit audit = story.audit(given);
  EXPECT_EQ(audit.check("cosigned")->outcome, Outcome::indeterminate);
  const auto charts = charts_of(audit);
  const Chart& chart = chart_of(charts, "witnesses");
  ASSERT_EQ(chart.rows.size(), 1u);
  EXPECT_EQ(chart.rows[0].name, "county/clinic, witness");
  EXPECT_THAT(chart.rows[0].values, ::testing::ElementsAre(25));
}

TEST(Report, WhatAnotherAgencyWroteStaysText) {
  Story story;
  story.police.key = signer("<b>&\"x</b>", log::KeyType::ed25519, 9);
  const std::string html = report_html(usual(story), {});
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;&amp;&quot;x&lt;/b&gt;"));
}

TEST(Report, NamesEachFindingWithItsEvidenceAndWhatToDo) {
  Story story;
  story.police.drop(EventKind::disclosed);
  const Audit audit = usual(story);
  const std::string html = report_html(audit, {});
  EXPECT_THAT(html, HasSubstr("FAIL: 1 of "));
  EXPECT_THAT(html, HasSubstr("entry 2 of county/clinic; entry 2 of county/police"));
  EXPECT_THAT(html, HasSubstr("42 CFR 2.16, 2.31; 45 CFR 164.528"));
  EXPECT_THAT(html, HasSubstr("What to do: "));
  EXPECT_THAT(findings_csv(audit), HasSubstr("disclosed,fail,"));
  EXPECT_THAT(disclosures_csv(audit), ::testing::EndsWith("log,entry\r\n"));
}

/// A page of every kind goes to the folder that XCH_PAGES names (page/page_test.py).
TEST(Pages, AreWrittenWhereTheyAreAskedFor) {
  Story well, badly;
  std::map<std::string, std::string> pages;
  well.write(well.police);
  well.write(well.clinic);
  Given given = well.given();
  session::GrantSummary held;
  held.not_after = kNow + 60 * kDay;
  given.homes.push_back({well.police.key.verifier().text(), {20, held}, {}});
  const Audit audit = well.audit(given);
  pages["report-pass.html"] = report_html(audit, {Small::shown, "libexchange"});
  badly.police.drop(EventKind::disclosed);
  badly.clinic.add(EventKind::denied, kNow, digest(0x31), JsonLine().word("code", "replay").word("id", "EX1").text());
  pages["report-fail.html"] = report_html(usual(badly), {});
  const auto made = account_for(audit, {{well.grant}, accounting_rule("2.25"), {}, Copy::office, {}, {}});
  pages["accounting.html"] = accounting_html(audit, made);
  wire::Json person = wire::Json::object();
  person.set("studyPseudonym", "S1");
  pages["extract.html"] = extract_html(*extract_of({&person}));
  const char* folder = std::getenv("XCH_PAGES");
  for (const auto& [name, page] : pages) {
    EXPECT_THAT(page, ::testing::StartsWith("<!DOCTYPE html>")) << name;
    if (folder != nullptr) std::ofstream(std::filesystem::path(folder) / name, std::ios::binary) << page;
  }
}

TEST(Csv, IsQuotedAsRfc4180SaysAndNoSpreadsheetRunsIt) {
  EXPECT_EQ(csv_line({"a", "b c", ""}), "a,b c,\r\n");
  EXPECT_EQ(csv_line({"a,b", "say \"x\"", "two\nlines"}), "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n");
  for (const char* formula : {"=1+1", "+1", "-1", "@x", "\tx", "\rx"})
    EXPECT_THAT(csv_line({formula}), ::testing::AnyOf(::testing::StartsWith("'"), ::testing::StartsWith("\"'"))) << formula;
}

// ---- the accounting ------------------------------------------------------------------------------------------------

struct AccountingTest : ::testing::Test {
  Story story;
  Audit audit = usual(story);
  AccountingAsked asked{{story.grant}, accounting_rule("2.25"), {}, Copy::person, {}, {}};
};

TEST_F(AccountingTest, ListsWhoGotWhatUnderThePersonsGrantsAlone) {
  const auto made = account_for(audit, asked);
  ASSERT_EQ(made.rows.size(), 1u);
  EXPECT_TRUE(made.is_complete);
  const std::string csv = accounting_csv(audit, made);
  EXPECT_THAT(csv, HasSubstr("2026-11-26T12:01:00Z,police,clinic,COORD,part2-consent,"));
  EXPECT_THAT(csv, HasSubstr("county/police,3\r\n"));
  const std::string html = accounting_html(audit, made);
  EXPECT_THAT(html, HasSubstr("42 CFR 2.25"));
  EXPECT_THAT(html, HasSubstr("entry 3 of county/police"));
  asked.grants = {digest(0x99)};
  EXPECT_TRUE(account_for(audit, asked).rows.empty());
}

TEST_F(AccountingTest, HoldsBackWhatASuspensionCoversAndSaysSoInTheOfficesCopyAlone) {
  asked.suspensions = {{"clinic", audit.now + kDay}};
  const auto person = account_for(audit, asked);
  EXPECT_TRUE(person.rows.empty());
  for (const auto& copy : {accounting_html(audit, person), accounting_csv(audit, person),
                           wire::write_json(accounting_json(audit, person))})
    for (const char* never : {"clinic", "held", "suspen", "office"})
      EXPECT_THAT(copy.substr(0, copy.find("What this list stands on")), Not(HasSubstr(never)));
  EXPECT_EQ(accounting_csv(audit, person), "date,who,to whom,purpose,basis,what,log,entry\r\n");
  asked.copy = Copy::office;
  const auto office = account_for(audit, asked);
  ASSERT_EQ(office.rows.size(), 1u);
  EXPECT_THAT(accounting_html(audit, office), HasSubstr("held back until 2026-11-28"));
  // When it ends, the rows come back.
  asked.copy = Copy::person;
  asked.suspensions = {{"clinic", audit.now}};
  EXPECT_EQ(account_for(audit, asked).rows.size(), 1u);
  asked.suspensions = {{"court", audit.now + kDay}};
  EXPECT_EQ(account_for(audit, asked).rows.size(), 1u);
}

TEST_F(AccountingTest, LooksBackAsFarAsTheRuleSays) {
  const auto day = [](const char* text) { return *parse_time(std::string(text) + "T00:00:00Z"); };
  const Timestamp now = *parse_time("2026-11-27T09:30:00Z");
  EXPECT_EQ(look_back(*accounting_rule("2.25"), {}, now).from, day("2023-11-27"));
  EXPECT_EQ(look_back(*accounting_rule("2.24"), {}, now).from, day("2023-11-27"));
  EXPECT_EQ(look_back(*accounting_rule("164.528"), {}, now).from, day("2020-11-27"));
  EXPECT_EQ(look_back(*accounting_rule("2.25"), {day("2026-01-01"), {}}, now).from, day("2026-01-01"));
  EXPECT_EQ(look_back(*accounting_rule("2.25"), {}, *parse_time("2028-02-29T00:00:00Z")).from, day("2025-03-01"));
  EXPECT_EQ(accounting_rule("2.26"), nullptr);
}

TEST_F(AccountingTest, LeavesOutWhatTheRuleDoesNotAskFor) {
  for (const auto& [basis, rule, rows] :
       std::vector<std::tuple<std::string, std::string, std::size_t>>{{"tpo-consent", "164.528", 0},
                                                                      {"hipaa-authorization", "164.528", 0},
                                                                      {"serious-threat", "164.528", 1},
                                                                      {"serious-threat", "2.25", 0},
                                                                      {"tpo-consent", "2.24", 1}}) {
    Story other;
    other.police.says(EventKind::disclosed, other.disclosed_under(basis));
    const Audit made = usual(other);
    asked.rule = accounting_rule(rule);
    EXPECT_EQ(account_for(made, asked).rows.size(), rows) << basis << " " << rule;
  }
}

TEST_F(AccountingTest, P2_24_AcceptsAnIntermediarysListOfThreeYearsWithWhoWhenAndWhat) {
  asked.rule = accounting_rule("2.24");
  const auto made = account_for(audit, asked);
  ASSERT_EQ(made.rows.size(), 1u);
  EXPECT_EQ(made.rows[0].disclosure.to, "clinic");
  EXPECT_EQ(made.rule->years, 3u);
  EXPECT_THAT(accounting_html(audit, made), AllOf(HasSubstr("42 CFR 2.24"), HasSubstr("30 days")));
}

TEST_F(AccountingTest, P2_24_AcceptsOnlyWhatWentThroughTheIntermediaryThatIsNamed) {
  asked.rule = accounting_rule("2.24");
  asked.via = Via{"hub", {"clinic"}, {}};
  EXPECT_EQ(account_for(audit, asked).rows.size(), 1u);
  asked.via = Via{"hub", {}, {{story.grant, {"clinic"}}}};
  const auto made = account_for(audit, asked);
  EXPECT_EQ(made.rows.size(), 1u);
  EXPECT_THAT(accounting_html(audit, made), HasSubstr("Only what was passed on through hub."));
  EXPECT_EQ(accounting_json(audit, made).text_at("via"), "hub");
  asked.via = Via{"hub", {"court"}, {}};
  EXPECT_TRUE(account_for(audit, asked).rows.empty());
  asked.via = Via{"hub", {}, {{story.grant, {"court"}}}};
  EXPECT_TRUE(account_for(audit, asked).rows.empty());
  asked.via = Via{"hub", {}, {{digest(0x99), {"clinic"}}}};  // another grant's hub
  EXPECT_TRUE(account_for(audit, asked).rows.empty());
}

TEST_F(AccountingTest, P2_24_AcceptsADayOfTheRequestAndSaysByWhichDayItIsAnswered) {
  for (const auto& [rule, last] : std::map<std::string, std::string>{
           {"2.24", "2026-12-20"}, {"2.25", "2027-01-19"}, {"164.528", "2027-01-19"}}) {
    asked.rule = accounting_rule(rule);
    asked.requested = *parse_time("2026-11-20T00:00:00Z");
    const auto made = account_for(audit, asked);
    const auto json = accounting_json(audit, made);
    EXPECT_EQ(json.text_at("requested"), "2026-11-20");
    EXPECT_EQ(json.text_at("answer_by"), last) << rule;
    EXPECT_THAT(accounting_html(audit, made), HasSubstr("Asked for in writing on 2026-11-20; to be answered by " + last + "."));
  }
  asked.requested = {};
  EXPECT_EQ(accounting_json(audit, account_for(audit, asked)).find("answer_by"), nullptr);
}

TEST_F(AccountingTest, P2_24_RefusesToListWhatLiesLongerBackOrWasAboutAnother) {
  asked.rule = accounting_rule("2.24");
  asked.grants = {digest(0x99)};
  EXPECT_TRUE(account_for(audit, asked).rows.empty());
  const Timestamp now = *parse_time("2026-11-27T09:30:00Z");
  EXPECT_EQ(look_back(*asked.rule, {}, now).from, *parse_time("2023-11-27T00:00:00Z"));
}

TEST_F(AccountingTest, P2_25_AcceptsWhatAProgramDisclosedWithConsent) {
  EXPECT_EQ(account_for(audit, asked).rows.size(), 1u);
  EXPECT_EQ(asked.rule->citation, "42 CFR 2.25");
}

TEST_F(AccountingTest, P2_25_RefusesToListWhatNoConsentCarried) {
  Story other;
  other.police.says(EventKind::disclosed, other.disclosed_under("serious-threat"));
  EXPECT_TRUE(account_for(usual(other), asked).rows.empty());
}

TEST_F(AccountingTest, H_528_AcceptsWhatThePersonDidNotAuthoriseOverSixYears) {
  asked.rule = accounting_rule("164.528");
  EXPECT_EQ(account_for(audit, asked).rows.size(), 1u);
  EXPECT_EQ(asked.rule->years, 6u);
}

TEST_F(AccountingTest, H_528_RefusesToListWhatASuspensionHoldsBackOrThePersonAuthorised) {
  asked.rule = accounting_rule("164.528");
  asked.suspensions = {{"clinic", audit.now + kDay}};
  EXPECT_TRUE(account_for(audit, asked).rows.empty());
  asked.suspensions.clear();
  Story other;
  other.police.says(EventKind::disclosed, other.disclosed_under("hipaa-authorization"));
  EXPECT_TRUE(account_for(usual(other), asked).rows.empty());
}

TEST_F(AccountingTest, SaysWhereALogCouldNotBeReadWhole) {
  story.flip(story.entries_of(story.clinic), 700);
  const Audit damaged = story.audit(story.given());
  const auto made = account_for(damaged, asked);
  EXPECT_FALSE(made.is_complete);
  EXPECT_THAT(accounting_html(damaged, made), HasSubstr("something may be missing"));
}

TEST(Breach, NamesWhatWasSealedToTheKeyAndWhetherItWasOpened) {
  Story story;
  std::string archive = story.disclosed_detail().text();
  const std::string clinic = to_hex(story.clinic.id);
  archive.replace(archive.find(clinic), clinic.size(), to_hex(story.police.id));
  story.police.add(EventKind::disclosed, kNow + 60, story.header, archive);  // its own copy, under the same key
  const Audit audit = usual(story);
  const auto key = retag<KeyId>(digest(8));
  const auto rows = breach_of(audit, key);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].disclosure.to, "clinic");
  EXPECT_TRUE(rows[0].opened);
  EXPECT_EQ(rows[1].disclosure.to, "police");
  EXPECT_FALSE(rows[1].opened);
  EXPECT_THAT(wire::write_json(breach_json(audit, key, rows)),
              HasSubstr("\"complete\":true,\"rows\":[{\"time\":\"2026-11-26T12:01:00Z\""));
  EXPECT_TRUE(breach_of(audit, retag<KeyId>(digest(9))).empty());
}

}  // namespace
}  // namespace xch::audit_test
