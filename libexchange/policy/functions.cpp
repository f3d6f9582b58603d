#include "policy/functions.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/time.hpp"
#include "model/text_parts.hpp"

namespace xch::policy {
namespace {

constexpr FunctionInfo kFunctions[] = {
    {Function::table, "table", 1},
    {Function::yes_no, "yes-no", 1},
    {Function::date_day, "date-day", 1440},  // a time to the minute
    {Function::date_week, "date-week", 7},
    {Function::date_month, "date-month", 28},
    {Function::date_quarter, "date-quarter", 90},
    {Function::date_year, "date-year", 365},
    {Function::date_on_or_before, "date-on-or-before", 1000},
    {Function::count_bucket, "count-bucket", 1},
    {Function::age_band, "age-band", 5},
    {Function::place_area, "place-area", 1000},
    {Function::address_city, "address-city", 1000},
    {Function::organisation_kind, "organisation-kind", 1000},
    {Function::text_initials, "text-initials", 1000},
};

/// Writer appends to a buffer of fixed size; past its end it writes nothing and stays failed.
class Writer {
 public:
  explicit Writer(MutableView out) : out_(out) {}
  Writer& text(std::string_view s) {
    if (s.size() > out_.size() - used_) {
      failed_ = true;
      return *this;
    }
    std::copy(s.begin(), s.end(), out_.data() + used_);
    used_ += s.size();
    return *this;
  }
  std::size_t done() const { return failed_ ? 0 : used_; }

 private:
  MutableView out_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Precision of a date text, finest first: a date or time, a month, a quarter, a year.
enum class Precision { day, month, quarter, year, none };

bool is_year(std::string_view s) { return s.size() == 4 && all_digits(s) && s != "0000"; }

Precision precision_of(std::string_view s) {
  if (parse_date(s) || (s.size() > 10 && parse_time(s))) return Precision::day;
  if (s.size() == 4 && is_year(s)) return Precision::year;
  if (s.size() != 7 || s[4] != '-' || !is_year(s.substr(0, 4))) return Precision::none;
  if (s[5] == 'Q') return s[6] >= '1' && s[6] <= '4' ? Precision::quarter : Precision::none;
  const auto month = s.substr(5);
  return all_digits(month) && month >= "01" && month <= "12" ? Precision::month : Precision::none;
}

// 45 CFR 164.514(b)(2)(i)(B): the first three digits of a ZIP code may stay only where they cover more than 20,000
// people, else they become 000. The list of the 2000 census.
constexpr std::array<std::string_view, 17> kSmallZip3 = {"036", "059", "063", "102", "203", "556", "692", "790", "821",
                                                         "823", "830", "831", "878", "879", "884", "890", "893"};

bool is_zip_or_zip3(std::string_view s) { return is_zip(s) || (s.size() == 3 && all_digits(s)); }

/// first_letter returns the first letter of a word as it stands (one UTF-8 sequence); empty where the word begins
/// with a digit, so that no number written into a name gets through.
std::string_view first_letter(std::string_view word) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto c = static_cast<unsigned char>(word[i]);
    if (is_digit(word[i])) return {};
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return word.substr(i, 1);
    if (c < 0xc0) continue;
    const std::size_t length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    return i + length <= word.size() ? word.substr(i, length) : std::string_view();
  }
  return {};
}

void write_initial(Writer& out, std::string_view letter) {
  const bool lower = letter.size() == 1 && letter[0] >= 'a' && letter[0] <= 'z';
  const char upper = static_cast<char>(letter[0] - 'a' + 'A');
  out.text(lower ? std::string_view(&upper, 1) : letter).text(".");
}

struct Range {
  std::uint64_t least;
  std::string_view text;
};
constexpr Range kBuckets[] = {{0, "0"},      {1, "1-2"},    {3, "3-5"},  {6, "6-10"},
                              {11, "11-20"}, {21, "21-50"}, {51, "51+"}};
// 45 CFR 164.514(b)(2)(i)(C): ages over 89 are one category.
constexpr Range kBands[] = {{0, "0-17"},   {18, "18-24"}, {25, "25-34"}, {35, "35-44"}, {45, "45-54"},
                            {55, "55-64"}, {65, "65-74"}, {75, "75-84"}, {85, "85-89"}, {90, "90+"}};
constexpr std::uint64_t kMaxAge = 150;
constexpr std::uint64_t kMaxCount = 0x7fffffffffffffff;

template <std::size_t N>
std::string_view range_of(const Range (&ranges)[N], std::uint64_t value) {
  const auto after = std::upper_bound(std::begin(ranges), std::end(ranges), value,
                                      [](std::uint64_t v, const Range& range) { return v < range.least; });
  return std::prev(after)->text;  // the first range begins at 0
}

bool is_dated(TextFormat format) { return format == TextFormat::date || format == TextFormat::time; }

bool is_integer(WordType word) {
  return word != WordType::none && word != WordType::f32 && word != WordType::f64;
}

}  // namespace

std::optional<FunctionInfo> find_function(std::string_view name) {
  for (const auto& row : kFunctions)
    if (row.name == name) return row;
  return std::nullopt;
}

bool gives_form(Function function, Form form) {
  switch (function) {
    case Function::table: return form == Form::level || form == Form::theme || form == Form::category;
    case Function::yes_no: return form == Form::yesNo;
    case Function::date_day: return form == Form::day;
    case Function::date_week: return form == Form::week;
    case Function::date_month: return form == Form::month;
    case Function::date_quarter: return form == Form::quarter;
    case Function::date_year: return form == Form::year;
    case Function::date_on_or_before: return form == Form::onOrBefore;
    case Function::count_bucket: return form == Form::bucket;
    case Function::age_band: return form == Form::ageBand;
    case Function::place_area: return form == Form::area;
    case Function::address_city: return form == Form::city;
    case Function::organisation_kind: return form == Form::organisationKind;
    case Function::text_initials: return form == Form::initials;
  }
  return false;
}

bool takes(Function function, const SlotSpec& full_slot) {
  const bool text = full_slot.type == ValueType::text;
  const bool code_list = full_slot.type == ValueType::message && !full_slot.codes.empty();
  switch (function) {
    case Function::table: return full_slot.type == ValueType::code || code_list;
    case Function::yes_no: return full_slot.type != ValueType::message || code_list;
    case Function::date_day: return text && full_slot.format == TextFormat::time;
    case Function::date_week:
    case Function::date_month: return text && is_dated(full_slot.format);
    case Function::date_quarter:
    case Function::date_year: return text && (is_dated(full_slot.format) || full_slot.format == TextFormat::month);
    case Function::date_on_or_before: return text && full_slot.format == TextFormat::due_date;
    case Function::count_bucket:
    case Function::age_band: return full_slot.type == ValueType::word && is_integer(full_slot.word);
    case Function::place_area:
      return text && (full_slot.format == TextFormat::place || full_slot.format == TextFormat::address);
    case Function::address_city: return text && full_slot.format == TextFormat::address;
    case Function::organisation_kind: return text && full_slot.format == TextFormat::organisation;
    case Function::text_initials: return text && full_slot.format == TextFormat::name;
  }
  return false;
}

std::size_t text_bound(std::string_view in) { return in.size() + 4; }  // "m c" gives "M. C."

namespace {

/// week_of writes the ISO 8601 week of a day, "2026-W14": the week that holds its Thursday, under that Thursday's year.
std::size_t week_of(CivilDate date, Writer& writer) {
  const std::int64_t day = days_from_civil(date);
  const std::int64_t weekday = ((day + 3) % 7 + 7) % 7;  // Monday is 0; 1970-01-01 was a Thursday
  const std::int64_t thursday = day - weekday + 3;
  const auto first = civil_from_days(thursday);
  const std::int64_t week = (thursday - days_from_civil({first.year, 1, 1})) / 7 + 1;
  const char digits[2] = {static_cast<char>('0' + week / 10), static_cast<char>('0' + week % 10)};
  return writer.text(format_date(first).substr(0, 4)).text("-W").text({digits, 2}).done();
}

}  // namespace

std::size_t date_to(Function function, std::string_view in, MutableView out) {
  const auto precision = precision_of(in);
  Writer writer(out);
  if (function == Function::date_day)
    return precision == Precision::day ? writer.text(in.substr(0, 10)).done() : 0;
  if (function == Function::date_week) {
    const auto date = parse_date(in.substr(0, 10));
    return precision == Precision::day && date ? week_of(*date, writer) : 0;
  }
  if (function == Function::date_month)
    return precision <= Precision::month ? writer.text(in.substr(0, 7)).done() : 0;
  if (function == Function::date_year)
    return precision <= Precision::year ? writer.text(in.substr(0, 4)).done() : 0;
  if (precision == Precision::quarter) return writer.text(in).done();
  if (precision > Precision::month) return 0;
  const int month = (in[5] - '0') * 10 + (in[6] - '0');
  const char digit = static_cast<char>('1' + (month - 1) / 3);
  return writer.text(in.substr(0, 4)).text("-Q").text(std::string_view(&digit, 1)).done();
}

std::size_t area_of(std::string_view in, MutableView out) {
  auto area = *part_of(in, 0);
  if (is_zip_or_zip3(area)) {
    area = area.substr(0, 3);
    if (std::find(kSmallZip3.begin(), kSmallZip3.end(), area) != kSmallZip3.end()) area = "000";
  }
  return Writer(out).text(area).done();
}

std::size_t city_of(std::string_view in, MutableView out) {
  const auto city = part_of(in, 1);
  return city ? Writer(out).text(*city).done() : 0;
}

std::size_t kind_of(std::string_view in, MutableView out) {
  return Writer(out).text(*part_of(in, 0)).done();
}

std::optional<bool> on_or_before(std::string_view in) {
  if (in.size() != 21 || in[10] != '/') return std::nullopt;
  const auto date = parse_date(in.substr(0, 10)), due = parse_date(in.substr(11));
  if (!date || !due) return std::nullopt;
  return days_from_civil(*date) <= days_from_civil(*due);
}

std::size_t initials_of(std::string_view in, MutableView out) {
  std::string_view first, last;
  while (!in.empty()) {
    const auto space = in.find(' ');
    const auto letter = first_letter(in.substr(0, space));
    in = space == std::string_view::npos ? std::string_view() : in.substr(space + 1);
    if (letter.empty()) continue;
    if (first.empty()) first = letter;
    else last = letter;
  }
  if (first.empty()) return 0;
  Writer writer(out);
  write_initial(writer, first);
  if (last.empty()) return writer.done();
  writer.text(" ");
  write_initial(writer, last);
  return writer.done();
}

std::string_view bucket_of(std::uint64_t count) {
  return count > kMaxCount ? std::string_view() : range_of(kBuckets, count);
}

std::string_view age_band_of(std::uint64_t years) {
  return years > kMaxAge ? std::string_view() : range_of(kBands, years);
}

}  // namespace xch::policy
