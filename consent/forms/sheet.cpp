#include "consent/forms/sheet.hpp"

namespace xch::consent {
namespace {

constexpr const char* kStyle = R"(
body { font: 1rem/1.4 "Liberation Sans", Arial, Helvetica, sans-serif; color: #000; background: #fff;
  margin: 1.5rem auto; max-width: 44rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.15rem; margin: 1rem 0 .3rem; padding-top: .3rem; border-top: 2px solid #000; break-after: avoid; }
h3 { font-size: 1rem; margin: 1rem 0 .2rem; break-after: avoid; }
p { margin: .3rem 0; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
li { margin: .25rem 0; break-inside: avoid; }
p, li, td, th { overflow-wrap: anywhere; orphans: 2; widows: 2; }
.top { display: flex; align-items: flex-start; }
.top > div:first-child { flex: 1; min-width: 0; }
.code { flex: none; margin-left: 1rem; line-height: 1.25; text-align: center; }
.code p { margin: 0; }
.qr { display: block; width: 38mm; height: 38mm; margin: 0 auto; }
.state { display: inline-block; border: 2px solid #000; padding: .2rem .5rem; font-weight: bold; }
.ticked { list-style: none; padding-left: 0; }
.ticked > li { display: flex; }
.box { flex: none; display: inline-block; width: 1em; height: 1em; line-height: 1em;
  border: 1.5px solid #000; text-align: center; font-weight: bold; margin-top: .15em; }
.ticked > li > div { padding-left: .6rem; }
.kind { color: #333; }
.line { display: table; width: 100%; margin: .5rem 0 .2rem; break-inside: avoid; }
.line > span, .line > i { display: table-cell; vertical-align: bottom; height: 1.9rem; }
.line > span { width: 1%; white-space: nowrap; padding-right: .5rem; }
.line > i { border-bottom: 1.5px solid #000; }
.line > i + span { padding-left: .5rem; }
.line > i.short { width: 9rem; }
.own i { display: inline-block; width: 4rem; height: 1.2rem; border-bottom: 1.5px solid #000; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; table-layout: fixed; }
th, td { border: 1px solid #555; padding: .3rem .45rem; text-align: left; vertical-align: top; }
thead { display: table-header-group; }
thead th { background: #e8e8e8; }
tr { break-inside: avoid; }
.nothing { color: #555; }
.part { break-inside: avoid; }
.verbatim { border-left: 4px solid #777; padding-left: .8rem; margin: .4rem 0; }
.office { line-height: 1.3; border: 1px solid #555; padding: .3rem .6rem .4rem; margin-top: 1rem; break-inside: avoid; }
.office h2 { border: 0; font-size: 1.1em; margin: 0; padding: 0; }
.office p { margin: .1rem 0; }
.office span { color: #333; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
)";

}  // namespace

std::string sheet(const FormRequest& request, const std::string& title, const std::string& foot,
                  const std::string& page, const std::string& body) {
  const bool large = request.print == Print::large;
  const std::string small = large ? "13pt" : "8.5pt";
  std::string out = "<!DOCTYPE html>\n<html lang=\"";
  out += request.language == Language::spanish ? "es" : "en";
  out +=
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n"
      "<title>" +
      title + "</title>\n<style>\nhtml { font-size: ";
  out += large ? "18pt" : "11pt";
  out += "; }\n@page { size: ";
  out += request.paper == Paper::a4 ? "A4" : "letter";
  out += "; margin: 16mm 18mm 18mm; @bottom-left { content: \"" + foot + "\"; font: " + small +
         " sans-serif; } @bottom-right { content: \"" + page +
         " \" counter(page) \" / \" counter(pages); font: " + small +
         " sans-serif; } }\n.code { width: " + (large ? "50mm" : "38mm") + "; }\n.code, .office { font-size: " + small +
         "; }";
  out += kStyle;
  return out + "</style>\n</head>\n<body>\n<main>\n" + body + "</main>\n</body>\n</html>\n";
}

}  // namespace xch::consent
