#include "consent/forms/form.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"
#include "base/html.hpp"
#include "consent/authority/externals.hpp"
#include "consent/authority/period.hpp"
#include "consent/authority/plan.hpp"
#include "consent/forms/qr.hpp"
#include "consent/forms/sheet.hpp"
#include "policy/decide.hpp"

namespace xch::consent {
namespace {

using html::element;
using html::escaped;
using html::filled;
using html::Filling;
using html::isolated;

/// The parts in their order on the paper; texts of the data files call them by number.
constexpr std::array<std::string_view, 11> kParts{"who",   "from",   "what", "to",   "why",   "table",
                                                  "until", "revoke", "know", "sign", "notice"};
/// Who may sign for the person (42 CFR 2.14, 2.15).
constexpr std::array<std::string_view, 4> kOthers{"parent", "guardian", "personal-representative",
                                                  "court-appointed-guardian"};

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// On these grounds nobody is asked, so there is nothing to sign.
bool is_signed_by_nobody(Basis basis) {
  constexpr std::array kNobody{Basis::none,
                               Basis::originatorAuthority,
                               Basis::seriousThreat,
                               Basis::crimeOnPremises,
                               Basis::order264,
                               Basis::order265,
                               Basis::order266,
                               Basis::order267,
                               Basis::medicalEmergency};
  return std::find(kNobody.begin(), kNobody.end(), basis) != kNobody.end();
}

using Parties = std::vector<const Party*>;

// ---- what a form must be able to name -------------------------------------------------------------------------------

Result<Parties> named(const std::vector<std::string>& names, const party::VerifiedRoster& roster, const char* rule) {
  if (names.empty()) return fail(Code::consent_incomplete, rule);
  Parties out;
  for (const auto& name : names) {
    const auto* party = roster.party_named(name);
    if (party == nullptr) return fail(Code::consent_recipient, rule);
    if (!contains(out, party)) out.push_back(party);
  }
  return out;
}

using Hubs = std::vector<std::pair<const Intermediary*, Parties>>;

Result<Hubs> hubs_of(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster) {
  Hubs out;
  for (const auto& hub : draft.intermediaries) {
    if (!hub.members.empty()) XCH_TRY(named(hub.members, roster, "P2-31-4ii"));
    XCH_TRY(named({hub.party}, roster, "P2-31-4ii"));
    auto members = behind(hub, draft, pack, roster);
    if (members.empty()) return fail(Code::consent_incomplete, "P2-31-4ii");
    out.emplace_back(&hub, std::move(members));
  }
  return out;
}

Status check_day(const std::string& day, const char* rule) {
  if (day.empty()) return fail(Code::consent_incomplete, rule);
  if (!parse_date(day)) return fail(Code::consent_period, rule);
  return Ok{};
}

Status check_elements(const FormRequest& request, const PolicyPack& pack, const PackBasis& basis) {
  const auto& draft = request.draft;
  if (draft.subject.empty()) return fail(Code::consent_incomplete, "P2-31-1");
  if (draft.classes.empty()) return fail(Code::consent_incomplete, "P2-31-3");
  for (const auto field_class : draft.classes)
    if (policy::class_row(pack, field_class) == nullptr) return fail(Code::consent_class, "P2-31-3");
  if (draft.purposes.empty()) return fail(Code::consent_incomplete, "P2-31-5");
  for (const auto purpose : draft.purposes)
    if (!contains(basis.purposes, purpose)) return fail(Code::consent_purpose, "P2-31-5");
  XCH_TRY(check_day(draft.last_day, "P2-31-7"));
  if (!draft.first_day.empty()) XCH_TRY(check_day(draft.first_day, "P2-31-7"));
  if (!parse_date(request.day)) return fail(Code::json_range, "day");
  if (request.name.size() > kMaxFormText) return fail(Code::json_range, "name");
  if (request.contact.size() > kMaxFormText) return fail(Code::json_range, "contact");
  if (!is_known(days_of(draft))) return fail(Code::consent_zone, "P2-31-7");
  for (const auto* one : {&draft.ends_on, &draft.revocable_on})
    if (one->event.empty() != one->asserter.empty()) return fail(Code::consent_event, "P2-31-7");
  if (!basis.pending_revocation) return Ok{};
  if (draft.proceeding.empty()) return fail(Code::consent_incomplete, "P2-35-a1");
  if (draft.revocable_day.empty() && !draft.revocable_on.event.empty()) return Ok{};
  return check_day(draft.revocable_day, "P2-35-c");
}

// ---- the page -------------------------------------------------------------------------------------------------------

class Writer {
 public:
  Writer(const FormRequest& request, const PolicyPack& pack, const PackBasis& basis, const Words& words,
         const Words& law)
      : request_(request),
        draft_(request.draft),
        pack_(pack),
        basis_(basis),
        words_(words),
        law_(law) {}

  Parties disclosers, recipients;
  Hubs hubs;  // with those behind each
  std::vector<Party> outside;  // who is in no roster; also among the recipients
  std::vector<PlannedLine> plan;
  std::string office;
  ConsentForm form;

  std::string write() {
    std::string out = top();
    out += who() + from() + what() + to() + why() + table() + until() + revoke() + know() + sign();
    if (has_notice()) out += notice();
    return out + for_office();
  }

  std::string title() const { return escaped(words_.text_or(of_basis("title"), basis_.title)); }
  std::string page_word() const { return words_.text("form.page"); }

 private:
  std::string text(const std::string& path, const Filling& filling = {}) const {
    return filled(words_.text(path), filling);
  }
  std::string paragraph(const std::string& path, const Filling& filling = {}) const {
    return element("p", text(path, filling));
  }
  std::string of_basis(const std::string& key) const {
    return "basis." + std::string(code_of(draft_.basis)) + "." + key;
  }
  /// for_basis is a text of the basis, or the one for a basis that the files do not know.
  std::string for_basis(const std::string& key) const {
    return filled(words_.text_or(of_basis(key), words_.text("basis.other." + key)), {});
  }
  std::string date(const std::string& day) const {
    const auto d = parse_date(day);
    if (!d) return escaped(day);
    return filled(words_.text("form.date"),
                  {{"day", std::to_string(d->day)},
                   {"month", escaped(words_.list("form.months")[static_cast<std::size_t>(d->month - 1)])},
                   {"year", std::to_string(d->year)}});
  }
  static std::size_t number_of(std::string_view part) {
    return static_cast<std::size_t>(std::find(kParts.begin(), kParts.end(), part) - kParts.begin()) + 1;
  }
  std::string heading(std::string_view part, const std::string& title_of = "") const {
    const std::string words = text("part." + (title_of.empty() ? std::string(part) : title_of));
    return element("h2", std::to_string(number_of(part)) + ". " + words, "id=\"" + std::string(part) + "\"");
  }
  /// section keeps a part on one sheet of paper where it fits.
  std::string section(std::string_view part, const std::string& inside) const {
    return element("section", heading(part) + inside, "class=\"part\"");
  }
  std::string line(const std::string& label, const char* kind = "") const {
    return "<span>" + label + "</span><i" + (*kind == 0 ? std::string() : " class=\"" + std::string(kind) + "\"") +
           "></i>";
  }

  // -- parts 1 to 5

  std::string state_text() const {
    const Filling days{
        {"from", date(draft_.first_day)}, {"until", date(draft_.last_day)}, {"day", date(draft_.revocable_day)}};
    if (!request_.issued) return text("form.draft");
    const auto& row = request_.issued->row;
    if (row.state == GrantState::revoked) return text(row.ended_by_event ? "form.ended" : "form.revoked");
    if (request_.day > draft_.last_day) return text("form.over", days);  // dates of one shape compare as texts
    if (row.revocation_pending) return text("form.pending", days);
    if (row.state == GrantState::suspended) return text("form.suspended");
    return text("form.issued", days);
  }

  std::string top() const {
    std::string words =
        element("h1", title()) + element("p", state_text(), "class=\"state\"") + element("p", for_basis("lead"));
    std::string code = svg_of_code();
    code += element("p", text("form.code") + "<br>" + form.id.substr(0, 16)) + element("p", text("form.code_note"));
    return element("div", element("div", words) + element("div", code, "class=\"code\""), "class=\"top\"");
  }
  std::string svg_of_code() const {
    const auto code = make_qr(form.code);
    return code ? svg_of(*code) : std::string();
  }

  std::string who() const {
    if (!request_.name.empty())
      return section("who", element("p", text("who.name") + ": <strong>" + isolated(request_.name) + "</strong>"));
    return section("who", element("div", line(text("who.name")), "class=\"line\"") + paragraph("who.by_hand"));
  }

  std::string party_item(const Party& party) const {
    if (party.role == Role::ext) return outside_item(party);
    const std::string role(code_of(party.role)), kind(code_of(party.kind));
    const std::string what =
        escaped(words_.text_or("role." + role, role)) + "; " + escaped(words_.text_or("kind." + kind, kind));
    return element("li", "<strong>" + isolated(party.name) + "</strong> <span class=\"kind\">(" + what + ")</span>");
  }
  std::string outside_item(const Party& party) const {
    for (const auto& external : draft_.externals)
      if (external.name == party.name)
        return element("li", "<strong>" + isolated(party.name) + "</strong> <span class=\"kind\">(" + text("role.EXT") + "; " +
                                 text("to.outside_until", {{"day", date(external.last_day)}}) + ")</span>");
    return "";
  }
  std::string party_list(const Parties& parties) const {
    std::string items;
    for (const auto* party : parties) items += party_item(*party);
    return element("ul", items);
  }
  std::string from() const { return section("from", paragraph("from.lead") + party_list(disclosers)); }

  std::string class_name(FieldClass field_class) const {
    const auto* row = policy::class_row(pack_, field_class);
    return escaped(
        words_.text_or("class." + std::string(code_of(field_class)) + ".name", row == nullptr ? "" : row->title));
  }
  /// asks_own_tick: some cell that this consent opens wants this class ticked by itself.
  bool asks_own_tick(FieldClass field_class) const {
    return std::any_of(pack_.cells.begin(), pack_.cells.end(), [&](const PackCell& cell) {
      const bool here =
          cell.basis == draft_.basis && cell.field_class == field_class && cell.tick && cell.effect != Effect::deny;
      return here && contains(draft_.purposes, cell.purpose) &&
             std::any_of(recipients.begin(), recipients.end(),
                         [&](const Party* party) { return party->role == cell.role; });
    });
  }
  std::string what() const {
    std::string items;
    for (const auto field_class : draft_.classes) {
      std::string item = "<strong>" + class_name(field_class) + "</strong>";
      const auto& says = words_.text("class." + std::string(code_of(field_class)) + ".says");
      if (!says.empty()) item += "<br>" + escaped(says);
      if (asks_own_tick(field_class) && !request_.issued)
        item += element("div", text("what.own") + " <i></i>", "class=\"own\"");
      items += element("li", "<span class=\"box\">X</span>" + element("div", item));
    }
    return heading("what") + paragraph("what.lead") + element("ul", items, "class=\"ticked\"") + paragraph("what.rest");
  }

  std::string to() const {
    std::string out = paragraph("to.lead") + party_list(recipients);
    for (const auto& [hub, members] : hubs) {
      const Filling name{{"hub", "<strong>" + isolated(hub->party) + "</strong>"}};
      out += paragraph(hub->treating ? "to.hub_treating" : "to.hub", name) + party_list(members);
      out += paragraph("to.hub_list", name);
    }
    if (!outside.empty()) out += paragraph("to.outside");
    return section("to", out);
  }

  std::string why() const {
    std::string items;
    for (const auto purpose : draft_.purposes) {
      const std::string code(code_of(purpose));
      items += element("li", escaped(words_.text_or("purpose." + code + ".says", code)));
    }
    return section("why", paragraph("why.lead") + element("ul", items));
  }

  // -- part 6: who sees what

  /// sees says how much of a class a party gets; empty for nothing.
  std::string sees(const Party& party, FieldClass field_class) const {
    std::string out;
    for (const auto& row : plan) {
      if (row.party != party.name || row.field_class != field_class || !row.reads) continue;
      const std::string form_code(code_of(row.form));
      if (row.form == Form::full) return text("sees.full");
      out += (out.empty() ? "" : "; ") + escaped(words_.text_or("sees." + form_code, form_code));
    }
    return out;
  }
  std::string cell(const std::string& text_of) const {
    return text_of.empty() ? element("td", text("table.nothing"), "class=\"nothing\"") : element("td", text_of);
  }
  std::string head(const std::string& html) const { return element("th", html, "scope=\"col\""); }
  std::string row_head(const std::string& html) const { return element("th", html, "scope=\"row\""); }

  std::string by_class() const {
    std::string heads = head(text("table.fact"));
    for (const auto* party : recipients) heads += head(isolated(party->name));
    std::string rows;
    for (const auto field_class : draft_.classes) {
      std::string row = row_head(class_name(field_class));
      for (const auto* party : recipients) row += cell(sees(*party, field_class));
      rows += element("tr", row);
    }
    std::string rest = row_head(text("table.rest"));
    for (std::size_t i = 0; i < recipients.size(); ++i) rest += cell("");
    return element("thead", element("tr", heads)) + element("tbody", rows + element("tr", rest));
  }
  /// by_party is the same table turned, for more agencies than a sheet of paper has columns for.
  std::string by_party() const {
    std::string rows;
    for (const auto* party : recipients) {
      std::string items;
      for (const auto field_class : draft_.classes) {
        const auto much = sees(*party, field_class);
        items += class_name(field_class) + ": " + (much.empty() ? text("table.nothing") : much) + "<br>";
      }
      rows += element("tr", row_head(isolated(party->name)) +
                                element("td", items + text("table.rest") + ": " + text("table.nothing")));
    }
    return element("thead", element("tr", head(text("table.group")) + head(text("table.sees")))) +
           element("tbody", rows);
  }
  std::string table() const {
    const std::size_t columns = request_.print == Print::large ? 2 : 4;
    return section("table", paragraph("table.lead") +
                                element("table", recipients.size() <= columns ? by_class() : by_party()) +
                                paragraph("table.keeps") + kept_back());
  }
  /// kept_back lists what the person asked to have kept back (42 CFR 2.26); the table has left it out already.
  std::string kept_back() const {
    std::string items;
    for (const auto& asked : draft_.restrictions) {
      const auto what =
          asked.field_class == FieldClass::none ? text("table.everything") : class_name(asked.field_class);
      const auto whom = asked.party.empty() ? text("table.everybody") : isolated(asked.party);
      items += element("li", text("table.kept_from", {{"what", "<strong>" + what + "</strong>"}, {"whom", whom}}));
    }
    return items.empty() ? items : paragraph("table.kept_back") + element("ul", items);
  }

  // -- parts 7 to 11

  Filling filling_of(const EndingEvent& one) const {
    return {{"event", "<strong>" + isolated(one.event) + "</strong>"}, {"who", "<strong>" + isolated(one.asserter) + "</strong>"}};
  }

  std::string until() const {
    const Filling days{{"from", date(draft_.first_day)}, {"until", date(draft_.last_day)}};
    std::string out = paragraph(draft_.first_day.empty() ? "until.signed" : "until.lead", days);
    if (!draft_.zone.empty())
      out += paragraph("until.zone", {{"zone", escaped(words_.text_or("zone." + draft_.zone, draft_.zone))}});
    if (!draft_.proceeding.empty()) out += paragraph("until.period", {{"proceeding", isolated(draft_.proceeding)}});
    if (!draft_.ends_on.event.empty()) out += paragraph("until.event", filling_of(draft_.ends_on));
    return section("until", out);
  }

  std::string revoke() const {
    const bool on_event = !draft_.revocable_on.event.empty(), on_day = !draft_.revocable_day.empty();
    std::string out = paragraph("revoke.lead");
    if (basis_.pending_revocation && on_day) out = paragraph("revoke.pending", {{"day", date(draft_.revocable_day)}});
    if (basis_.pending_revocation && on_event) {
      const auto words = paragraph(on_day ? "revoke.sooner" : "revoke.on_event", filling_of(draft_.revocable_on));
      out = on_day ? out + words : words;
    }
    out += paragraph("revoke.how", {{"office", "<strong>" + isolated(office) + "</strong>"}});
    if (!request_.contact.empty())
      out += paragraph("revoke.contact", {{"contact", "<strong>" + isolated(request_.contact) + "</strong>"}});
    else out += element("div", line(text("revoke.contact_line")), "class=\"line\"");
    return section("revoke", out + paragraph("revoke.reliance"));
  }

  std::string covered_names() const {
    std::vector<std::string> names;
    for (const auto* party : recipients)
      if (party->kind == PartyKind::coveredEntity) names.push_back(isolated(party->name));
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i)
      out += (i == 0 ? "" : i + 1 == names.size() ? " " + text("form.and") + " " : ", ") + names[i];
    return out;
  }
  std::string know() const {
    std::string items;
    const auto& own = words_.list(of_basis("know"));
    for (const auto& key : own.empty() ? words_.list("basis.other.know") : own) {
      const std::string names = key == "covered" ? covered_names() : "";
      if (key == "covered" && names.empty()) continue;  // 42 CFR 2.31(a)(4)(iii): where one of them receives it
      items += element("li", key == "refuse" ? for_basis("refuse") : text("know." + key, {{"names", names}}));
    }
    return heading("know") + element("ul", items);
  }

  std::string signature_line() const {
    return element("div", line(text("sign.signature")) + line(text("sign.date"), "short"), "class=\"line\"");
  }
  std::string sign() const {
    if (request_.issued) {
      const auto& issued = *request_.issued;
      const auto signer = escaped(words_.text_or("signer." + issued.signer, issued.signer));
      return element("section",
                     heading("sign", "signed") +
                         paragraph("sign.signed", {{"day", date(issued.signed_day)}, {"signer", signer}}) +
                         paragraph("sign.kept"),
                     "class=\"part\"");
    }
    std::string boxes;
    for (const auto other : kOthers) {
      const std::string mark = draft_.signer == other ? "X" : "&nbsp;";
      boxes += element(
          "li", "<span class=\"box\">" + mark + "</span>" + element("div", text("signer." + std::string(other))));
    }
    const std::string person = heading("sign") + paragraph("sign.lead") + signature_line();
    const std::string other =
        element("h3", text("sign.other")) + paragraph("sign.other_lead") + element("ul", boxes, "class=\"ticked\"") +
        element("div", line(text("sign.other_name")), "class=\"line\"") + signature_line() + paragraph("sign.minor");
    return element("section", person, "class=\"part\"") + element("section", other, "class=\"part\"");
  }

  const PackNotice* notice_row() const { return policy::notice_row(pack_, basis_.notice); }
  bool has_notice() const { return notice_row() != nullptr; }
  std::string notice() const {
    return section("notice", paragraph("notice.lead") +
                                 element("div", escaped(notice_row()->text), "class=\"verbatim\" lang=\"en\""));
  }

  // -- for the office and for counsel

  std::string law() {
    std::string out;
    auto ids = basis_.elements;
    if (has_notice() && basis_.part2) ids.push_back("P2-32");
    for (const auto& id : ids) {
      const auto& cite = law_.text("law." + id + ".cite");
      const auto& part = law_.text("law." + id + ".part");
      // Said of a recipient's kind, and only where one of that kind is named.
      if (cite.empty() || (id == "P2-31-4iii" && covered_names().empty())) continue;
      form.rules.push_back(id);
      out += std::string(out.empty() ? "" : "; ") + "<span data-rule=\"" + escaped(id) + "\">" + escaped(cite) + " " +
             text("office.in_part", {{"part", std::to_string(number_of(part))}}) + "</span>";
    }
    return out;
  }
  std::string entry(const char* key, const std::string& html) const {
    return text("office." + std::string(key)) + ": " + html;
  }
  std::string for_office() {
    std::string numbers =
        entry("person", isolated(draft_.subject)) + "; " + entry(request_.issued ? "grant" : "draft", form.id);
    if (request_.issued) numbers += "; " + entry("version", std::to_string(request_.issued->row.version));
    const std::string rules = entry("pack", escaped(pack_.name) + ", " + std::to_string(pack_.pack_version)) + "; " +
                              entry("issuer", isolated(office)) + "; " +
                              text("form.printed", {{"day", date(request_.day)}});
    std::string out = element("p", numbers) + element("p", entry("sum", form.hash));
    out += element("p", entry("basis", escaped(basis_.title + " (" + basis_.citation + ")")),
                   "class=\"law\" lang=\"en\"") +
           element("p", rules);
    const auto cites = law();
    if (!cites.empty()) out += element("p", entry("law", cites), "class=\"law\"");
    return element("section", element("h2", text("part.office")) + out, "class=\"office\"");
  }

  const FormRequest& request_;
  const ConsentDraft& draft_;
  const PolicyPack& pack_;
  const PackBasis& basis_;
  const Words& words_;
  const Words& law_;
};

ConsentForm marked(const FormRequest& request) {
  ConsentForm out;
  if (request.issued) {
    out.id = to_hex(request.issued->row.id);
    out.hash = to_hex(request.issued->row.hash);
    out.code = "exchange:grant/" + out.id + "/" + out.hash;
    return out;
  }
  out.hash = to_hex(draft_hash(request.draft));
  out.id = out.hash.substr(0, 16);
  out.code = "exchange:draft/" + out.id + "/" + out.hash;
  return out;
}

}  // namespace

std::optional<Paper> parse_paper(std::string_view code) {
  if (code == "letter") return Paper::letter;
  if (code == "a4") return Paper::a4;
  return std::nullopt;
}

Result<ConsentForm> make_form(const FormRequest& asked, const PolicyPack& pack, const party::VerifiedRoster& roster,
                              const PartyId& office) {
  FormRequest request = asked;
  request.draft = placed(std::move(request.draft), pack);
  const auto* basis = policy::basis_row(pack, request.draft.basis);
  const auto* issuer = roster.party(office);
  if (basis == nullptr || issuer == nullptr || is_signed_by_nobody(request.draft.basis))
    return fail(Code::consent_authority, "basis");
  XCH_ASSIGN(auto disclosers, named(request.draft.disclosers, roster, "P2-31-2"));
  const bool others = !request.draft.intermediaries.empty() || !request.draft.externals.empty();
  if (!request.draft.recipients.empty() || !others)
    XCH_TRY(named(request.draft.recipients, roster, "P2-31-4i"));
  XCH_ASSIGN(auto hubs, hubs_of(request.draft, pack, roster));
  auto recipients = recipients_of(request.draft, pack, roster);
  XCH_TRY(check_elements(request, pack, *basis));

  XCH_ASSIGN(const auto words, Words::in(request.language));
  XCH_ASSIGN(const auto law, Words::read(form_law()));
  Writer writer(request, pack, *basis, words, law);
  writer.disclosers = std::move(disclosers);
  writer.recipients = std::move(recipients);
  writer.hubs = std::move(hubs);
  for (const auto& external : request.draft.externals) {
    XCH_TRY(check_day(external.last_day, "LX-external"));
    const auto one = external_of(external, request.draft, roster.roster().coalition);
    if (!one) return fail(Code::consent_incomplete, "LX-external");
    writer.outside.push_back(as_party(*one));
  }
  for (const auto& party : writer.outside) writer.recipients.push_back(&party);
  writer.plan = plan(request.draft, pack, roster);
  writer.office = issuer->name;
  writer.form = marked(request);
  const std::string body = writer.write();
  auto out = std::move(writer.form);
  out.html = sheet(request, writer.title(), out.id, writer.page_word(), body);
  return out;
}

}  // namespace xch::consent
