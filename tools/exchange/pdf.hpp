// A page as PDF, by WeasyPrint where it is installed.
#pragma once

#include <string>
#include <string_view>

namespace cli {

/// pdf_maker is the full path of WeasyPrint. Throws EX1002, with the way to it, where it is not installed.
std::string pdf_maker();
/// to_pdf runs it, without a shell and with an environment of its own; the page goes in and the file comes out through
/// descriptors, so that neither lies on a disk on the way. Throws EX1013 where it fails.
std::string to_pdf(const std::string& maker, std::string_view html);

}  // namespace cli
