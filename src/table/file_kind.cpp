#include "table/file_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace warptune {
namespace {

using namespace std::literals;

struct Magic {
  std::string_view bytes;
  std::string_view name;
  std::string_view hint;
  std::string_view from_fifth = {};   // bytes from the fifth on, where the first ones may begin a text, too
};

constexpr std::string_view by_pandas =
    "write it as CSV first, for example with pandas: to_csv(\"FILE.csv\", index=False)";

constexpr std::array magics{
    Magic{"\xfd"
          "7zXZ\0"sv,
          "an xz file", "unpack it: xz -dc FILE | warptune run --data -"},
    Magic{"BZh"sv, "a bzip2 file", "unpack it: bzip2 -dc FILE | warptune run --data -",
          "1AY&SY"sv},   // behind its level
    Magic{"\x28\xb5\x2f\xfd"sv, "a Zstandard file", "unpack it: zstd -dc FILE | warptune run --data -"},
    Magic{"\x04\x22\x4d\x18"sv, "an LZ4 file", "unpack it: lz4 -dc FILE | warptune run --data -"},
    Magic{"7z\xbc\xaf\x27\x1c"sv, "a 7z archive", "unpack it: 7z e -so FILE | warptune run --data -"},
    Magic{"PK\x03\x04"sv, "a zip archive or an Excel workbook",
          "unpack it: unzip -p FILE | warptune run --data -; save a workbook as CSV"},
    Magic{"PAR1\x15"sv, "a Parquet file", by_pandas},
    Magic{"ARROW1\0\0"sv, "an Arrow or Feather file", by_pandas},
    Magic{"FEA1\0"sv, "a Feather file", by_pandas},
    Magic{"\x89HDF\r\n"sv, "an HDF5 file", by_pandas},
    Magic{"\x93NUMPY"sv, "a NumPy file", "write it as CSV first: numpy.savetxt with delimiter=\",\""},
    Magic{"SQLite format 3"sv, "an SQLite database",
          "write a table of it as CSV: sqlite3 -header -csv FILE \"select ...\""},
    Magic{"\xd0\xcf\x11\xe0"sv, "an old Excel workbook", "save it as CSV"},
    Magic{"%PDF-"sv, "a PDF file", "a CSV file is needed"},
    Magic{"\xff\xfe\0\0"sv, "in UTF-32, not in UTF-8", "convert it: iconv -f UTF-32 -t UTF-8 FILE"},
    Magic{"\0\0\xfe\xff"sv, "in UTF-32, not in UTF-8", "convert it: iconv -f UTF-32 -t UTF-8 FILE"},
    Magic{"\xff\xfe"sv, "in UTF-16, not in UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 FILE"},
    Magic{"\xfe\xff"sv, "in UTF-16, not in UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 FILE"},
};

// UTF-16 and UTF-32 without a byte order mark: ASCII characters among zero bytes.
const char* wide_encoding(std::string_view first) {
  if (first.size() < 4) return nullptr;
  unsigned zeros = 0;   // bit i: byte i of every four
  for (unsigned i = 0; i < 4; ++i) zeros |= first[i] == '\0' ? 1u << i : 0u;
  switch (zeros) {
    case 0b1010: return "UTF-16LE";
    case 0b0101: return "UTF-16BE";
    case 0b1110: return "UTF-32LE";
    case 0b0111: return "UTF-32BE";
    default: return nullptr;
  }
}

}   // namespace

std::optional<FileKind> other_file_kind(std::string_view first) {
  const std::string_view from_fifth = first.substr(std::min<std::size_t>(first.size(), 4));
  for (const Magic& magic : magics)
    if (first.starts_with(magic.bytes) && from_fifth.starts_with(magic.from_fifth))
      return FileKind{std::string(magic.name), std::string(magic.hint)};
  if (const char* encoding = wide_encoding(first))
    return FileKind{fmt::format("in {}, not in UTF-8", encoding),
                    fmt::format("convert it: iconv -f {} -t UTF-8 FILE", encoding)};
  return std::nullopt;
}

}   // namespace warptune
