#include "audit/page.hpp"

#include "base/encoding.hpp"
#include "base/html.hpp"
#include "crypto/digest.hpp"

namespace xch::audit {
namespace {

constexpr const char* kStyle = R"(
html { font-size: 11pt; }
body { font: 1rem/1.45 "Liberation Sans", Arial, Helvetica, sans-serif; color: #111; background: #fff;
  margin: 1.5rem auto; max-width: 58rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.2rem; margin: 1.6rem 0 .4rem; padding-top: .4rem; border-top: 2px solid #111; break-after: avoid; }
h3 { font-size: 1rem; margin: 1rem 0 .2rem; break-after: avoid; }
p { margin: .35rem 0; }
p, li { overflow-wrap: anywhere; orphans: 2; widows: 2; }
td, th { overflow-wrap: break-word; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
li { margin: .25rem 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
caption { text-align: left; font-weight: bold; padding: .2rem 0; }
th, td { border: 1px solid #767676; padding: .25rem .4rem; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
thead th { background: #e8e8e8; }
tr { break-inside: avoid; }
code, .mono { font: .88rem/1.35 "Liberation Mono", "DejaVu Sans Mono", Consolas, monospace; }
td code { white-space: nowrap; }
td .mono { display: inline-block; min-width: 11rem; }
.mono { overflow-wrap: anywhere; }
pre { border: 1px solid #767676; padding: .4rem .6rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; }
.verdict { border: 3px solid #111; padding: .6rem .8rem; font-size: 1.15rem; font-weight: bold; margin: .6rem 0; }
.verdict.fail { border-color: #a3000f; }
.verdict.pass { border-color: #0a5c36; }
.state { display: inline-block; border: 1.5px solid currentColor; padding: 0 .35rem; font-weight: bold;
  white-space: nowrap; }
.state.fail { color: #a3000f; }
.state.pass { color: #0a5c36; }
.finding { border-left: 4px solid #767676; padding-left: .7rem; margin: .7rem 0; break-inside: avoid; }
.finding.fail { border-color: #a3000f; }
figure { margin: .8rem 0 1.4rem; break-inside: avoid; }
figcaption { font-weight: bold; break-after: avoid; }
svg { display: block; width: 100%; height: auto; margin: .3rem 0; break-inside: avoid; }
svg.chart { min-width: 36rem; }
svg text { font: 13px "Liberation Sans", Arial, Helvetica, sans-serif; fill: #111; }
.wide { overflow-x: auto; }
.quiet { color: #444; }
@page { margin: 16mm 16mm 18mm; }
@media print { body { margin: 0; max-width: none; padding: 0; } .wide { overflow: visible; }
  svg.chart { min-width: 0; } td code { white-space: normal; }
  td .mono { display: inline; }
  a { color: inherit; text-decoration: none; } }
@media (max-width: 40rem) { html { font-size: 10.5pt; } th, td { padding: .2rem .25rem; } }
)";

/// Fills that stay apart in print and for eyes that do not see every colour, each with a dark edge.
constexpr std::string_view kFills[] = {"#0b5394", "#e69f00", "#56b4e9", "#8c510a",
                                       "#9e9ac8", "#d9d9d9", "#117733", "#cc6677"};

constexpr unsigned kWidth = 900, kLabel = 230, kBar = 22, kStep = 32;

std::string attribute(std::string_view name, std::uint64_t value) {
  return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
}
std::string rect(std::uint64_t x, std::uint64_t y, std::uint64_t width, std::uint64_t height, std::size_t fill) {
  return "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) + attribute("height", height) +
         " fill=\"" + std::string(kFills[fill % std::size(kFills)]) + "\" stroke=\"#111\" stroke-width=\"1\"/>";
}
std::string label(std::uint64_t x, std::uint64_t y, std::string_view text, std::string_view anchor = "start") {
  return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" + std::string(anchor) + "\">" +
         html::escaped(text) + "</text>";
}
/// A name that is too long for the picture stands whole in the table.
std::string shortened(const std::string& name) { return name.size() <= 32 ? name : std::string(name, 0, 29).append("..."); }

std::string value_text(const Chart& chart, std::uint64_t value, Small small) {
  return small == Small::left_out && chart.is_small(value) ? "under " + std::to_string(kSmallCell)
                                                           : std::to_string(value);
}

bool is_drawn(const Chart& chart, std::uint64_t value, Small small) {
  return value != 0 && (small == Small::shown || !chart.is_small(value));
}

std::string bars(const Chart& chart, Small small) {
  std::uint64_t most = 1;
  for (const auto& row : chart.rows) {
    std::uint64_t sum = 0;
    for (const auto value : row.values) sum += is_drawn(chart, value, small) ? value : 0;
    most = std::max(most, sum);
  }
  std::string out;
  std::uint64_t y = 6;
  for (const auto& row : chart.rows) {
    out += label(kLabel - 8, y + 16, shortened(row.name), "end");
    std::uint64_t x = kLabel;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (!is_drawn(chart, row.values[i], small)) continue;
      const std::uint64_t width = std::max<std::uint64_t>(1, row.values[i] * (kWidth - kLabel - 60) / most);
      out += rect(x, y, width, kBar, i);
      x += width;
    }
    if (row.values.size() == 1) out += label(x + 6, y + 16, value_text(chart, row.values[0], small));
    y += kStep;
  }
  if (chart.columns.size() > 1) {  // what the fills stand for
    std::uint64_t x = kLabel;
    for (std::size_t i = 0; i < chart.columns.size(); ++i) {
      const std::string name = shortened(chart.columns[i]);
      const std::uint64_t width = 36 + 9 * name.size();
      if (x + width > kWidth && x != kLabel) {
        x = kLabel;
        y += 24;
      }
      out += rect(x, y + 2, 14, 14, i) + label(x + 20, y + 14, name);
      x += width;
    }
    y += 26;
  }
  const std::string id = "chart-" + chart.id;
  return "<svg class=\"chart\" viewBox=\"0 0 " + std::to_string(kWidth) + " " + std::to_string(y) +
         "\" role=\"img\" aria-labelledby=\"" + id + "-t " + id + "-d\">\n<title id=\"" + id + "-t\">" +
         html::escaped(chart.title) + "</title>\n<desc id=\"" + id + "-d\">" +
         html::escaped(chart.description + " The table below has the same numbers.") + "</desc>\n" + out + "\n</svg>\n";
}

std::string table(const Chart& chart, Small small) {
  std::string head = "<th scope=\"col\">" + html::escaped(chart.row_title) + "</th>";
  for (const auto& column : chart.columns) head += "<th scope=\"col\" class=\"n\">" + html::escaped(column) + "</th>";
  std::string body;
  for (const auto& row : chart.rows) {
    body += "<tr><th scope=\"row\">" + html::escaped(row.name) + "</th>";
    for (const auto value : row.values) body += "<td class=\"n\">" + value_text(chart, value, small) + "</td>";
    body += "</tr>\n";
  }
  return wide(chart.title, "<table>\n<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + body + "</tbody>\n</table>");
}

bool has_bars(const Chart& chart, Small small) {
  for (const auto& row : chart.rows)
    for (const auto value : row.values)
      if (is_drawn(chart, value, small)) return true;
  return false;
}

}  // namespace

std::string wide(const std::string& label, const std::string& inside, std::string_view what) {
  // Whoever has no mouse moves it with the keys, so it has to take the focus, and then a name.
  return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"" + html::escaped(label) + ", " +
         std::string(what) + "\">" + inside + "</div>\n";
}

std::string page(const std::string& title, const std::string& body) {
  // CSP Level 3, section 2.3.1: the hash is of the element's content as it stands.
  const std::string style = kStyle;
  const std::string hash = to_base64(crypto::sha256(ByteView(std::string_view(style))));
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" +
         hash +
         "'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" "
         "content=\"noindex\">\n<title>" +
         html::escaped(title) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n" + body +
         "</main>\n</body>\n</html>\n";
}

std::string figure(const Chart& chart, Small small) {
  const std::string caption = html::element("figcaption", html::escaped(chart.title));
  if (chart.rows.empty()) return html::element("figure", caption + "<p>There is nothing to count.</p>\n");
  const std::string picture = has_bars(chart, small)
                                  ? wide(chart.title, bars(chart, small), "chart")
                                  : html::element("p", "Nothing is drawn: no number here is large enough to be shown.");
  return html::element("figure", caption + html::element("p", html::escaped(chart.description), "class=\"quiet\"") +
                                     picture + table(chart, small));
}

}  // namespace xch::audit
