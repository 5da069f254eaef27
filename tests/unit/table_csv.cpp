#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cli/with_flags.h"
#include "table/byte_source.h"
#include "table/csv_reader.h"
#include "table/row_blocks.h"
#include "warptune/table.h"

namespace warptune {
namespace {

using Strings = std::vector<std::string>;

Table parsed(const std::string& text, const CsvOptions& options = {}) {
  Result<Table> table = parse_csv(text, "t.csv", options);
  EXPECT_TRUE(table) << text.substr(0, 200) << "\n" << (table ? "" : table.error().message);
  if (!table) return {};
  for (std::string& note : table->notes) note = with_flags(note);
  return std::move(*table);
}

std::string error_of(const std::string& text, const CsvOptions& options = {}) {
  const Result<Table> table = parse_csv(text, "t.csv", options);
  EXPECT_FALSE(table) << text.substr(0, 200);
  if (table) return "";
  EXPECT_EQ(table.error().kind, ErrorKind::usage);
  EXPECT_FALSE(table.error().hint.empty()) << table.error().message;
  EXPECT_EQ(table.error().message.find('\n'), std::string::npos);
  return with_flags(table.error().message);
}

Strings names(const Table& table) {
  Strings result;
  for (const Column& column : table.columns) result.push_back(column.name);
  return result;
}

// Cells as text, "" for missing: numbers as integers.
Strings cells(const Column& column) {
  Strings result;
  for (const double v : column.values.doubles()) {
    if (std::isnan(v)) {
      result.push_back("");
    } else if (column.type == ColumnType::numeric) {
      result.push_back(std::to_string(static_cast<long long>(v)));
    } else {
      result.emplace_back(column.categories[static_cast<std::size_t>(v)]);
    }
  }
  return result;
}

void expect_same(const Table& a, const Table& b) {
  ASSERT_EQ(a.rows, b.rows);
  ASSERT_EQ(names(a), names(b));
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    ASSERT_EQ(a.columns[c].type, b.columns[c].type) << c;
    ASSERT_EQ(a.columns[c].categories, b.columns[c].categories) << c;
    ASSERT_EQ(a.columns[c].values.size(), a.rows);
    ASSERT_EQ(b.columns[c].values.size(), a.rows);
    for (std::size_t r = 0; r < a.rows; ++r) {
      const double x = a.columns[c].values[r], y = b.columns[c].values[r];
      ASSERT_TRUE((std::isnan(x) && std::isnan(y)) ||
                  std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y))
          << c << " " << r;
    }
  }
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes, const std::string& suffix = ".csv") {
    static int count = 0;
    path_ = testing::TempDir() + "table_csv_" + std::to_string(::getpid()) + "_" + std::to_string(count++) + suffix;
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A file over several blocks: numbers, words, and words that turn up late.
std::string long_file(std::size_t rows) {
  std::mt19937_64 random(5);
  std::string text = "number,word,late,quoted,empty\n";
  for (std::size_t r = 0; r < rows; ++r) {
    text += std::to_string(static_cast<double>(random() % 1000000) / 997) + fmt::format(",w{},", random() % 50);
    text += r + 3 < rows ? (r % 7 == 0 ? "" : r % 3 == 0 ? "01" : r % 3 == 1 ? "1.0" : "1") : "late";
    text += r % 5 == 0 ? ",\"a \"\"b\"\",\nc\"," : ",plain,";
    text += r + 1 < rows ? "NA\n" : "7\n";
  }
  return text;
}

TEST(Csv, ReadsTypes) {
  const Table table = parsed("n,b,t,y,m\n1,true,x,Yes,\n2.5,FALSE,10,no,NA\n-3,,b,YES,?\n");
  EXPECT_EQ(table.rows, 3u);
  EXPECT_EQ(names(table), (Strings{"n", "b", "t", "y", "m"}));
  EXPECT_EQ(table.columns[0].type, ColumnType::numeric);
  EXPECT_EQ(table.columns[0].values.doubles(), (std::vector<double>{1, 2.5, -3}));
  EXPECT_EQ(table.columns[1].type, ColumnType::boolean);
  EXPECT_EQ(table.columns[1].categories, (Categories{"FALSE", "true"}));
  EXPECT_EQ(cells(table.columns[1]), (Strings{"true", "FALSE", ""}));
  EXPECT_EQ(table.columns[2].type, ColumnType::text);
  EXPECT_EQ(table.columns[2].categories, (Categories{"10", "b", "x"}));
  EXPECT_EQ(cells(table.columns[2]), (Strings{"x", "10", "b"}));
  EXPECT_EQ(table.columns[3].type, ColumnType::boolean);
  EXPECT_EQ(table.columns[3].categories, (Categories{"no", "YES"}));
  EXPECT_EQ(table.columns[3].values.doubles(), (std::vector<double>{1, 0, 1}));
  EXPECT_EQ(table.columns[4].type, ColumnType::numeric);
  EXPECT_EQ(cells(table.columns[4]), (Strings{"", "", ""}));
}

TEST(Csv, BooleanWithOneWordHasBothNames) {
  EXPECT_EQ(parsed("a\nyes\n").columns[0].categories, (Categories{"no", "yes"}));
  EXPECT_EQ(parsed("a\nFALSE\n").columns[0].categories, (Categories{"FALSE", "TRUE"}));
  EXPECT_EQ(parsed("a\nTrue\n").columns[0].categories, (Categories{"False", "True"}));
  EXPECT_EQ(parsed("a\nyes\ntrue\n").columns[0].type, ColumnType::text);
  EXPECT_EQ(parsed("a\ntrue\n1\n").columns[0].type, ColumnType::text);
}

TEST(Csv, MissingWords) {
  const Table table = parsed("a,b\n,x\nNA,x\nna,x\nNaN,x\nnan,x\nnull,x\nNULL,x\n?,x\n\"\",x\n\"NA\",x\n  ,x\n5,x\n");
  EXPECT_EQ(table.columns[0].type, ColumnType::numeric);
  EXPECT_EQ(cells(table.columns[0]), (Strings{"", "", "", "", "", "", "", "", "", "", "", "5"}));
  for (const char* word : {"N/A", "n/a", "#NA", "#N/A", "#N/A N/A", "<NA>", "None", "-NaN", "-nan", "1.#IND", "-1.#IND",
                           "1.#QNAN", "-1.#QNAN"}) {
    EXPECT_EQ(cells(parsed("a,b\n5,1\n" + std::string(word) + ",1\n").columns[0]), (Strings{"5", ""})) << word;
  }
  for (const char* word : {"N/a", "none", "-", "NAN1", "nul", "<na>", "#N/A N/a"}) {
    EXPECT_EQ(parsed("a\n" + std::string(word) + "\n").columns[0].type, ColumnType::text) << word;
  }
}

// The only note of a table, or nothing.
std::string note_of(const std::string& text, const CsvOptions& options = {}) {
  const Table table = parsed(text, options);
  EXPECT_LE(table.notes.size(), 1u);
  return table.notes.empty() ? "" : table.notes[0];
}

TEST(Csv, MissingWordsOfTheUser) {
  const std::string text = "n,t,s\n1,a,-999\n-999,missing,-999.0\nmissing,NA,2\n";
  const Table table = parsed(text, {.na = {"missing", "-999", "no"}, .no_na = {"NA", "None"}});
  EXPECT_EQ(cells(table.columns[0]), (Strings{"1", "", ""}));
  EXPECT_EQ(cells(table.columns[1]), (Strings{"a", "", "NA"}));
  EXPECT_EQ(cells(table.columns[2]), (Strings{"", "", "2"}));   // a number is itself, however it is written
  EXPECT_EQ(table.notes,
            (Strings{"t.csv: no cell is 'no', which --na names", "t.csv: no cell is 'None', which --no-na names"}));
  // A table of many blocks, on threads.
  const std::string large = long_file(40000);
  const Table one = parsed(large, {.na = {"1.0", "w7"}}), many = parsed(large, {.threads = 3, .na = {"1.0", "w7"}});
  expect_same(one, many);
  EXPECT_EQ(one.columns[1].categories.size(), 49u);
}

TEST(Csv, SettingsOfMissingWordsThatDoNothingAreNoted) {
  EXPECT_EQ(parsed("x,y\n5,a\n6,5.0\n", {.na = {"5", "5.0", "5"}}).notes, Strings{});   // 5 and 5.0 are one number
  EXPECT_EQ(parsed("x,y\n5,a\n", {.no_na = {"5", "none", "NA", "NA"}}).notes,
            (Strings{"'5' means no missing value anyway: --no-na does nothing for it",
                     "'none' means no missing value anyway: --no-na does nothing for it",
                     "t.csv: no cell is 'NA', which --no-na names"}));
  EXPECT_EQ(error_of("x\n.\n", {.na = {"-", "."}, .no_na = {"NA", "."}}),
            "'.' means a missing value by --na, and none by --no-na");
}

TEST(Csv, WordsOfTheUserMayHaveQuotes) {
  EXPECT_EQ(
      note_of("x,y\n1,2\n\"a\"\"b\",3\n5,6\n4,7\n"),
      "t.csv:3:2: 'a\"b' is no number, so the column 'x' is text, though 3 of its 4 cells are numbers; --na 'a\"b' "
      "takes such a cell as missing, --types x=category says that text is meant");
  const Table table = parsed("x,y\n1,u\n\"a\"\"b\",\" a\"\"b\"\n5,\"a\"\"c\"\n", {.na = {"a\"b"}});
  EXPECT_EQ(cells(table.columns[0]), (Strings{"1", "", "5"}));
  EXPECT_EQ(cells(table.columns[1]), (Strings{"u", "", "a\"c"}));
  EXPECT_EQ(table.notes, Strings{});
}

TEST(Csv, ManyNotesOfAKindBecomeOne) {
  std::string text = "y", words = "0";
  for (int i = 0; i < 1000; ++i) {
    text += ',';
    words += i % 2 == 0 ? ",x" : ",1";
  }
  text += "\n" + words + "\n";
  for (int row = 0; row < 2; ++row) {
    text += "1";
    for (int i = 0; i < 1000; ++i) text += ",1";
    text += '\n';
  }
  const Strings notes = parsed(text).notes;
  ASSERT_EQ(notes.size(), 12u);
  EXPECT_NE(notes[0].find("column 2 has no name"), std::string::npos);
  EXPECT_EQ(notes[5], "t.csv: 995 more columns have no name either");
  EXPECT_NE(notes[6].find("t.csv:2:3: 'x' is no number"), std::string::npos);
  EXPECT_EQ(notes[11], "t.csv: 495 more columns are text, though most of their cells are numbers");
}

TEST(Csv, ColumnsOfMostlyNumbersAreNoted) {
  EXPECT_EQ(note_of("a,b\n1,x\n2,y\n-,z\n"),
            "t.csv:4:1: '-' is no number, so the column 'a' is text, though 2 of its 3 cells are numbers; --na - takes "
            "such a "
            "cell as missing, --types a=category says that text is meant");
  EXPECT_EQ(note_of("a,b\n1,x\n-,z\n"), "");   // not the most
  EXPECT_EQ(
      note_of("a;b\n1,5;x\n2,5;y\n3;z\n"),
      "t.csv:2:1: '1,5' is no number, so the column 'a' is text, though all of its 3 cells are numbers with --decimal "
      ",; say that, or --types a=category if text is meant");
  const std::pair<const char*, const char*> formats[] = {{"\"1,234\"\n5", "--thousands ,;"},
                                                         {"1.234,5\n1.234.567,25", "--decimal , --thousands .;"},
                                                         {"1 234\n1 234 567", "--thousands space;"},
                                                         {"1'234\n5", "--thousands ''\\\'''"},
                                                         {"1_234\n5", "--thousands _;"},
                                                         {"5%\n12 %", "--types a=number;"},
                                                         {"$5\n€ 12.5", "--types a=number;"},
                                                         {"$1,234.5\n−5", "--thousands , --types a=number;"}};
  for (const auto& [cells, flags] : formats)
    EXPECT_NE(note_of("a\n" + std::string(cells) + "\n", {.separator = '|'}).find(std::string(" with ") + flags),
              std::string::npos)
        << cells << ": " << note_of("a\n" + std::string(cells) + "\n", {.separator = '|'});
  for (const char* const dates : {"2024-01-02\n2024-01-03", "12:30\n12:45", "1.2.3\n1.2.4", "12345678901\n12-34"})
    EXPECT_EQ(note_of("a\n" + std::string(dates) + "\n"), "") << dates;
}

TEST(Csv, NumbersInOtherFormats) {
  const auto numbers = [](const std::string& text, CsvOptions options) {
    options.separator = ';';
    const Table table = parsed(text, options);
    EXPECT_EQ(table.columns[0].type, ColumnType::numeric) << text;
    EXPECT_TRUE(table.notes.empty()) << table.notes[0];
    return table.columns[0].values.doubles();
  };
  using Doubles = std::vector<double>;
  EXPECT_EQ(numbers("a;b\n1,5;1\n-0,25;1\n3;1\n1,5e2;1\n", {.decimal = ","}), (Doubles{1.5, -0.25, 3, 150}));
  EXPECT_EQ(numbers("a;b\n1.234,5;1\n-1.234.567;1\n", {.decimal = ",", .thousands = "."}), (Doubles{1234.5, -1234567}));
  EXPECT_EQ(numbers("a;b\n1,234.5;1\n12,34,567;1\n5;1\n", {.thousands = ","}), (Doubles{1234.5, 1234567, 5}));
  EXPECT_EQ(numbers("a;b\n12\u00a0%;1\n50%;1\n\u22127 %;1\n0;1\n", {.types = {"a=number"}}),
            (Doubles{0.12, 0.5, -0.07, 0}));
  EXPECT_EQ(numbers("a;b\n$1.5;1\n\u22127;1\n5 $;1\n-$2;1\n($3);1\n", {.types = {"a=number"}}),
            (Doubles{1.5, -7, 5, -2, -3}));
  EXPECT_EQ(numbers("a;b\n\u20ac\u00a05;1\n", {.types = {"a=number"}}), (Doubles{5}));
  // A comma as the decimal sign: a point is none.
  const Table odd = parsed("a;b\n1,5;1.5\n2,5;2.5\n", {.separator = ';', .decimal = ","});
  EXPECT_EQ(odd.columns[1].type, ColumnType::text);
  ASSERT_EQ(odd.notes.size(), 1u);
  EXPECT_NE(odd.notes[0].find("'1.5' is no number, so the column 'b' is text"), std::string::npos);
  EXPECT_NE(odd.notes[0].find("all of its 2 cells are numbers without --decimal ,;"), std::string::npos);
  EXPECT_EQ(note_of("a\n1\n2\n", {.thousands = ","}), "t.csv: no number has the thousands separator ','");
  EXPECT_EQ(note_of("a\n1\n2\n", {.decimal = ","}), "t.csv: no number has the decimal sign ','");
  EXPECT_NE(error_of("a\n1\n", {.thousands = "."}).find("both the decimal sign"), std::string::npos);
  EXPECT_NE(error_of("a\n1\n", {.thousands = "x"}).find("thousands"), std::string::npos);
}

TEST(Csv, HintsOfDeclaredNumbersNameTheirFormat) {
  const auto hint = [](const std::string& cell, const std::string& decimal) {
    const Result<Table> table =
        parse_csv("a;b\n1;1\n" + cell + ";1\n", "t.csv", {.decimal = decimal, .types = {"a=number"}});
    EXPECT_FALSE(table);
    return table ? "" : with_flags(table.error().hint);
  };
  EXPECT_EQ(hint("1,5", "."),
            "it is one with --decimal ,; --na 1,5 takes it as missing; --types a=category takes the column as text");
  EXPECT_TRUE(hint("1.234,5 %", ".").starts_with("it is one with --decimal , --thousands . --types a=number; "));
  EXPECT_TRUE(hint("1.5", ",").starts_with("it is one without --decimal ,; "));
  EXPECT_EQ(hint("\"a\"", "."), "the header stands there again: leave that line out");
  EXPECT_TRUE(hint("what", ".").starts_with("--na what takes it as missing; "));
}

TEST(Csv, LabelsAreSortedAsNumbersOfTheirFormat) {
  const std::string text = "x;y\n1;10,0\n2;2,5\n3;1,5\n";
  const auto labels = [&](const std::string& decimal) {
    const Table table = parsed(text, {.decimal = decimal, .labels = {"y"}});
    return Strings{std::string(table.columns[1].categories[0]), std::string(table.columns[1].categories[1]),
                   std::string(table.columns[1].categories[2])};
  };
  EXPECT_EQ(labels(","), (Strings{"1,5", "2,5", "10,0"}));
  EXPECT_EQ(labels("."), (Strings{"1,5", "10,0", "2,5"}));
}

TEST(Csv, DifferentUnitsOfOneColumnAreNoted) {
  const CsvOptions number{.types = {"a=number"}};
  EXPECT_EQ(note_of("a,b\n1%,1\n2 %,1\n0,1\n,1\n", number), "");   // 0 is 0 %
  EXPECT_EQ(note_of("a,b\n$1,1\n2,1\n", number), "");
  EXPECT_EQ(
      note_of("a,b\n1%,1\n2,1\n3,1\n", number),
      "t.csv: the column 'a' has cells of different units: '%', and 2 cells have none; 12 % is 0.12, and 12 is 12");
  EXPECT_EQ(note_of("a,b\n$1,1\n\u20ac 2,1\n", number),
            "t.csv: the column 'a' has cells of different units: '$', '\u20ac'; signs of currencies are left out");
}

TEST(Csv, UnitsOfNumbersThatAreMissingDoNotCount) {
  EXPECT_EQ(note_of("a,b\n12%,1\n12%,1\n5,1\n", {.na = {"0.12"}, .types = {"a=number"}}), "");
}

TEST(Csv, TypesOfTheUser) {
  const std::string text = "a,b,c\n10,x,1\n9,inf,2\n01,y,3\n";
  const Table table = parsed(text, {.types = {"a=category", "b=ignore"}});
  EXPECT_EQ(table.columns[0].categories, (Categories{"01", "9", "10"}));
  EXPECT_TRUE(table.columns[1].skipped);
  EXPECT_EQ(cells(table.columns[1]), (Strings{"", "", ""}));
  EXPECT_EQ(error_of(text, {.types = {"b=number"}}),
            "t.csv:2:4: 'x' is no number, and the column 'b' is said to hold numbers");
  EXPECT_EQ(error_of(text, {.types = {"bb=number"}}), "t.csv: there is no column 'bb' (--types)");
  EXPECT_EQ(error_of(text, {.types = {"a=category", "a=category"}}), "t.csv: the column 'a' is given a type twice");
  EXPECT_EQ(error_of(text, {.types = {"b=text"}}), "t.csv: 'text' is no type of the column 'b'");
  EXPECT_EQ(error_of(text, {.types = {"b=ignore"}, .labels = {"b"}}),
            "t.csv: the column 'b' is ignored, and is the target, the fold column or the group column");
  EXPECT_EQ(parsed("a=b,c\nx,1\n", {.types = {"a=b=ignore"}}).columns[0].skipped, true);
  const Table kept = parsed("a,b,c\n1,inf,3\n", {.labels = {"c"}, .keep = {"a"}});
  EXPECT_EQ(cells(kept.columns[1]), (Strings{""}));
  EXPECT_EQ(cells(kept.columns[2]), (Strings{"3"}));
  EXPECT_EQ(cells(parsed("a,b\n1,inf\n", {.drop = {"b"}}).columns[1]), (Strings{""}));
}

TEST(Csv, ColumnsWithoutANameGoByTheirPlace) {
  const Table table = parsed(",x,\n0,1,2\n");
  EXPECT_EQ(names(table), (Strings{"column 1", "x", "column 3"}));
  ASSERT_EQ(table.notes.size(), 2u);
  EXPECT_EQ(table.notes[1], "t.csv:1:4: column 3 has no name and is called 'column 3'; --drop 3 leaves it out");
  EXPECT_EQ(parsed(",x,\n0,1,2\n", {.drop = {"1", "column 3"}}).notes.size(), 0u);
  EXPECT_EQ(
      note_of(",1\n0,1\n"),
      "t.csv:1:1: column 1 has no name and is called 'column 1'; --drop 'column 1' leaves it out, as it should be "
      "where it only counts the rows (pandas: to_csv(index=False))");
  EXPECT_EQ(error_of("\"a\nb\",\"a\nb\"\n1,2\n"), "t.csv:2:5: columns 1 and 2 are both named 'a?b'");
  EXPECT_EQ(error_of("column 2,\n1,2\n"), "t.csv:1:10: columns 1 and 2 are both named 'column 2'");
}

TEST(Csv, AHeaderInTheMiddleIsAnError) {
  EXPECT_EQ(error_of("a,b\n1,2\na,b\n3,4\n"), "t.csv:3:1: the header stands here again");
  EXPECT_EQ(error_of("\xef\xbb\xbf"
                     "a,b\n1,2\n\xef\xbb\xbf"
                     "a,b\n3,4\n"),
            "t.csv:3:1: the header stands here again");
  EXPECT_NE(note_of("\"a\",\"b\"\n1,x\n2,x\na,b\n").find("the header stands there again: leave that line out"),
            std::string::npos);
  EXPECT_EQ(error_of("a,b\r\nx,y\r\na,b\r\n"), "t.csv:3:1: the header stands here again");
  EXPECT_EQ(error_of("\"a\",b\n1,2\n\"a\",b"), "t.csv:3:1: the header stands here again");
  EXPECT_EQ(parsed("a,b\nx,y\na,bb\naa,b\n").rows, 3u);
  EXPECT_EQ(parsed("a\nx\na\n").rows, 2u);   // of one column: a word like another
  EXPECT_EQ(parsed("a,b\na,b\n", {.header = false}).rows, 2u);
}

TEST(Csv, ExcelsSeparatorLine) {
  for (const std::string line : {"sep=;\n", "\"sep=;\"\r\n", "\xef\xbb\xbfsep=;\n"}) {
    EXPECT_EQ(names(parsed(line + "a,b;c\n1;2\n")), (Strings{"a,b", "c"})) << line;
    EXPECT_EQ(error_of(line + "a;c\n1;2\n1\n"), "t.csv:4:2: 1 cell where there are 2 columns");
  }
  EXPECT_EQ(names(parsed("sep=;x\n1;2\n")), (Strings{"sep=", "x"}));   // a header like another
}

TEST(Csv, OtherFilesAreNamed) {
  using namespace std::literals;
  const std::pair<std::string, std::string> files[] = {{"\xfd"
                                                        "7zXZ\0\0\4"s,
                                                        "an xz file"},
                                                       {"BZh91AY&SY\1\2"s, "a bzip2 file"},
                                                       {"\x28\xb5\x2f\xfd\4\0"s, "a Zstandard file"},
                                                       {"PK\3\4\24\0\0\0"s, "a zip archive or an Excel workbook"},
                                                       {"PAR1\25\4"s, "a Parquet file"},
                                                       {"\xff\xfe"
                                                        "a\0,\0"s,
                                                        "in UTF-16, not in UTF-8"},
                                                       {"\xff\xfe\0\0a\0\0\0"s, "in UTF-32, not in UTF-8"},
                                                       {"a\0,\0b\0\n\0"s, "in UTF-16LE, not in UTF-8"},
                                                       {"\0a\0,\0b\0\n"s, "in UTF-16BE, not in UTF-8"}};
  for (const auto& [bytes, name] : files) EXPECT_EQ(error_of(bytes), "t.csv: this is " + name);
  EXPECT_EQ(names(parsed("PAR1,BZh9\n1,2\n")), (Strings{"PAR1", "BZh9"}));
  EXPECT_EQ(names(parsed("PAR,b\n1,2\n")), (Strings{"PAR", "b"}));
}

TEST(Csv, QuotesAndLineEnds) {
  const std::string expected_first = "a,b";
  for (const std::string end : {"\n", "\r\n"}) {
    const Table table =
        parsed("\"x,1\",\"y \"\"q\"\"\"" + end + "\"a,b\",\"two" + end + "lines\"" + end + " c , \" kept \" " + end);
    EXPECT_EQ(names(table), (Strings{"x,1", "y \"q\""}));
    EXPECT_EQ(cells(table.columns[0]), (Strings{"a,b", "c"}));
    EXPECT_EQ(cells(table.columns[1]), (Strings{"two" + end + "lines", " kept "}));
  }
  EXPECT_EQ(cells(parsed("a,b\n5\" pipe,\"\"\"\"\n").columns[0]), (Strings{"5\" pipe"}));
  EXPECT_EQ(cells(parsed("a,b\n1,\"\"\"\"\n").columns[1]), (Strings{"\""}));
  EXPECT_EQ(cells(parsed("a,b\n\"1\",2\n\" 3 \",4").columns[0]), (Strings{"1", "3"}));   // quoted numbers are numbers
}

TEST(Csv, ByteOrderMarkLastLineAndBlankLines) {
  const Table table = parsed("\xef\xbb\xbf\n\r\n a , b \n\n1,2\n  \n\r\n3,4");
  EXPECT_EQ(names(table), (Strings{"a", "b"}));
  EXPECT_EQ(cells(table.columns[0]), (Strings{"1", "3"}));
  EXPECT_EQ(cells(table.columns[1]), (Strings{"2", "4"}));
  EXPECT_EQ(cells(parsed("a\n1\n\n2\n\"\"\n").columns[0]), (Strings{"1", "2", ""}));
}

TEST(Csv, DetectsSeparators) {
  for (const char separator : {',', ';', '\t', '|'}) {
    std::string text = "a,b,c\n1,2,3\n4,,6\n";
    for (char& c : text) c = c == ',' ? separator : c;
    const Table table = parsed(text);
    EXPECT_EQ(names(table), (Strings{"a", "b", "c"})) << separator;
    EXPECT_EQ(cells(table.columns[1]), (Strings{"2", ""})) << separator;
  }
  EXPECT_EQ(detect_separator("a;b\n1,5;2,5\n1,5;3,25\n"), ';');
  EXPECT_EQ(detect_separator("name, first|age\nDoe, J|5\n"), ',');
  EXPECT_EQ(detect_separator("a|b\n\"x,y\"|2\n"), '|');
  EXPECT_EQ(detect_separator("one\n1\n"), ',');
  CsvOptions options;
  options.separator = ';';
  EXPECT_EQ(names(parsed("a,b;c\n1;2\n", options)), (Strings{"a,b", "c"}));
  options.separator = '"';
  EXPECT_NE(error_of("a\n1\n", options).find("separator"), std::string::npos);
}

TEST(Csv, WithoutHeader) {
  CsvOptions options;
  options.header = false;
  const Table table = parsed("1,x\n2,y\n", options);
  EXPECT_EQ(names(table), (Strings{"c0", "c1"}));
  EXPECT_EQ(cells(table.columns[0]), (Strings{"1", "2"}));
  EXPECT_EQ(cells(table.columns[1]), (Strings{"x", "y"}));
}

TEST(Csv, InfinityAndBigNumbersAreWordsInTextColumns) {
  const Table table = parsed("a,b\ninf,1e999\nx,y\n-Infinity,1e9999\n");
  EXPECT_EQ(cells(table.columns[0]), (Strings{"inf", "x", "-Infinity"}));
  EXPECT_EQ(cells(table.columns[1]), (Strings{"1e999", "y", "1e9999"}));
}

TEST(Csv, WordsThatTurnUpLateKeepTheTextOfTheCellsBefore) {
  const std::size_t rows = 60000;
  const std::string text = long_file(rows);
  ASSERT_GT(text.size(), 1u << 20);
  const Table table = parsed(text);
  ASSERT_EQ(table.rows, rows);
  const Column& late = table.columns[2];
  EXPECT_EQ(late.categories, (Categories{"01", "1", "1.0", "late"}));
  const Strings found = cells(late);
  for (std::size_t r = 0; r < rows; ++r) {
    ASSERT_EQ(found[r], r + 3 < rows ? (r % 7 == 0 ? "" : r % 3 == 0 ? "01" : r % 3 == 1 ? "1.0" : "1") : "late") << r;
  }
  EXPECT_EQ(table.columns[3].categories, (Categories{"a \"b\",\nc", "plain"}));
  EXPECT_EQ(table.columns[1].categories.size(), 50u);
  EXPECT_EQ(table.columns[4].type, ColumnType::numeric);
  EXPECT_EQ(table.columns[4].values[rows - 1], 7);
}

TEST(Csv, TheSameForAnyNumberOfThreadsAndAnySource) {
  const std::string text = long_file(40000);
  const Table expected = parsed(text);
  for (const int threads : {2, 3, 8}) {
    CsvOptions options;
    options.threads = threads;
    expect_same(expected, parsed(text, options));
  }
  const TemporaryFile plain(text), packed(gzip(text), ".csv.gz"),
      members(gzip(text.substr(0, 999)) + gzip(text.substr(999)), ".csv.gz");
  for (const TemporaryFile* file : {&plain, &packed, &members}) {
    const Result<Table> table = read_csv(file->path());
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(table->source, file->path());
    expect_same(expected, *table);
  }
  // A pipe cannot be read twice, and the late words need a second pass.
  const std::string pipe = plain.path() + ".pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << text; });
  const Result<Table> table = read_csv(pipe);
  writer.join();
  std::remove(pipe.c_str());
  ASSERT_TRUE(table) << table.error().message;
  expect_same(expected, *table);
}

TEST(Csv, TheSameFromBlocksOfAnySize) {
  const std::string text = "\xef\xbb\xbf" + long_file(60);
  const Table expected = parsed(text);
  for (const std::size_t block_bytes : {1, 7, 64, 100, 1000}) {
    for (const int threads : {1, 3}) {
      CsvOptions options;
      options.separator = ',';
      options.threads = threads;
      const Result<std::unique_ptr<ByteSource>> source = memory_source(text, "t.csv");
      ASSERT_TRUE(source);
      const Result<Table> table = read_table(**source, "t.csv", options, block_bytes);
      ASSERT_TRUE(table) << table.error().message;
      expect_same(expected, *table);
    }
  }
}

TEST(Csv, BlocksOfBlankLinesBeforeTheHeader) {
  const std::string text = std::string(200, '\n') + "late\n1\n" + std::string(200, '\n') + "word\n";
  const Result<std::unique_ptr<ByteSource>> source = memory_source(text, "t.csv");
  ASSERT_TRUE(source);
  const Result<Table> table = read_table(**source, "t.csv", {}, 1);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(cells(table->columns[0]), (Strings{"1", "word"}));
}

TEST(Csv, RowsLongerThanABlock) {
  const std::string big(700000, 'x');
  const Table table = parsed("a,b\n\"" + big + ",\n\",1\n" + big + ",2\ny,3\n");
  EXPECT_EQ(cells(table.columns[0]), (Strings{big + ",\n", big, "y"}));
  EXPECT_EQ(cells(table.columns[1]), (Strings{"1", "2", "3"}));
  std::string wide = "c0", row = "1.5";
  for (int c = 1; c < 65535; ++c) {
    wide += fmt::format(",c{}", c);
    row += ",1.5";
  }
  EXPECT_EQ(parsed(wide + "\n" + row + "\n").columns.size(), 65535u);
  EXPECT_NE(error_of(wide + ",x\n" + row + ",1\n").find("65536 columns; at most 65535"), std::string::npos);
}

TEST(Csv, ErrorsSayWhere) {
  EXPECT_EQ(error_of(""), "t.csv: the file is empty");
  EXPECT_EQ(error_of("\xef\xbb\xbf"), "t.csv: the file is empty");
  EXPECT_EQ(error_of("\n\n  \n"), "t.csv: the file is empty");
  EXPECT_EQ(error_of("a,b\n"), "t.csv:1:1: a header and no rows");
  EXPECT_EQ(error_of("\n a,b"), "t.csv:2:2: a header and no rows");
  EXPECT_EQ(error_of("a,b\n1,2\n3\n"), "t.csv:3:2: 1 cell where there are 2 columns");
  EXPECT_EQ(error_of("a,b\n1,2\n3,4,5\n"), "t.csv:3:5: more cells than the 2 columns");
  EXPECT_EQ(error_of("a,b\n\"1\",2\n3\n"), "t.csv:3:2: 1 cell where there are 2 columns");
  EXPECT_EQ(error_of("a,b\n\"1\n1\",2\n3,4,5\n"), "t.csv:4:5: more cells than the 2 columns");
  EXPECT_EQ(error_of("a,b,a\n1,2,3\n"), "t.csv:1:5: columns 1 and 3 are both named 'a'");
  EXPECT_EQ(error_of("a,b\n1,2\n3,-inf\n"), "t.csv:3:3: '-inf' in the numeric column 'b' is infinite");
  EXPECT_EQ(error_of("a,b\n1,Infinity\n1e999,4\n"), "t.csv:2:3: 'Infinity' in the numeric column 'b' is infinite");
  EXPECT_EQ(error_of("a\n1\n\"1e999\"\n"), "t.csv:3:2: '1e999' in the numeric column 'a' is too big for a double");
  EXPECT_EQ(error_of("a\nx\nb\xff\n"), "t.csv:3:2: byte 0xff is not UTF-8");
  EXPECT_EQ(error_of("a\xe4\n1\n"), "t.csv:1:2: byte 0xe4 is not UTF-8");
  EXPECT_EQ(error_of(std::string("a\n1\n2\0\n", 7)), "t.csv:3:2: a NUL byte: this is not a text file");
  EXPECT_EQ(error_of("a,b\n1,2\n3,\"x\n4,5\n"), "t.csv:3:3: a quote that is never closed");
  EXPECT_EQ(error_of("a,b\n1,\"x\"y\n"), "t.csv:2:6: text after a closing quote");
  EXPECT_EQ(error_of("\"a\n1\n"), "t.csv:1:1: a quote that is never closed");
}

TEST(Csv, HintsNameTheUsualCause) {
  const auto hint = [](const std::string& text) {
    const Result<Table> table = parse_csv(text, "t.csv");
    EXPECT_FALSE(table) << text;
    return table ? "" : with_flags(table.error().hint);
  };
  EXPECT_NE(hint("a,b\n1,2,\n3,4,\n").find("the row ends in a separator and the header does not"), std::string::npos);
  EXPECT_NE(hint("a,b,\n1,2\n").find("the header ends in a separator"), std::string::npos);
  EXPECT_NE(hint("# by tool\na,b\n1,2\n").find("grep -v"), std::string::npos);
  EXPECT_NE(hint("a,b\n1,2\n# end\n").find("grep -v"), std::string::npos);
  EXPECT_NE(hint("a,b\n1,2,3\n").find("quote cells"), std::string::npos);
  EXPECT_NE(hint("a,b\n1,2,3\n").find("R's write.table"), std::string::npos);
  EXPECT_EQ(hint("a,b\n1,2,3,4\n").find("R's write.table"), std::string::npos);
  EXPECT_EQ(hint("a,b\n1,2\n1,2,3\n").find("R's write.table"), std::string::npos);
  EXPECT_NE(hint("\"a\" \"b\"\n\"1\" 2 3\n").find("--separator \" \""), std::string::npos);
  EXPECT_EQ(hint("\"a\"x,b\n1,2\n").find("--separator"), std::string::npos);
}

TEST(Csv, OldMacLineEndsGetAHint) {
  const Result<Table> table = parse_csv("a,b\r1,2\r3,4\r", "t.csv", {});
  ASSERT_FALSE(table);
  EXPECT_NE(table.error().hint.find("carriage return"), std::string::npos);
}

TEST(Csv, ErrorsFarDownSayWhere) {
  std::string text = "a,b\n";
  for (int r = 0; r < 100000; ++r) text += "12345,0.5\n";
  EXPECT_EQ(error_of(text + "1,2,3\n"), "t.csv:100002:5: more cells than the 2 columns");
  EXPECT_EQ(error_of(text + "1,inf\n"), "t.csv:100002:3: 'inf' in the numeric column 'b' is infinite");
  EXPECT_EQ(error_of(text + "1,\xc0\n"), "t.csv:100002:3: byte 0xc0 is not UTF-8");
  CsvOptions options;
  options.threads = 4;
  EXPECT_EQ(error_of(text + "1,2,3\n" + text.substr(4) + "\xff\n", options),
            "t.csv:100002:5: more cells than the 2 columns");
}

TEST(Csv, FilesThatCannotBeRead) {
  const auto message = [](const std::string& path) {
    const Result<Table> table = read_csv(path);
    EXPECT_FALSE(table);
    return table ? "" : table.error().message;
  };
  EXPECT_EQ(message("/nowhere/t.csv"), "/nowhere/t.csv: cannot open: No such file or directory");
  EXPECT_NE(message(testing::TempDir()).find("is a folder"), std::string::npos);
  const TemporaryFile empty("");
  EXPECT_EQ(message(empty.path()), empty.path() + ": the file is empty");
  const TemporaryFile misnamed("a\n1\n", ".csv.gz");
  EXPECT_NE(message(misnamed.path()).find("not compressed"), std::string::npos);
}

TEST(Csv, DamagedGzip) {
  const std::string text = long_file(5000), whole = gzip(text);
  for (const std::size_t size :
       {whole.size() - 1, whole.size() - 8, whole.size() / 2, std::size_t{20}, std::size_t{10}, std::size_t{2}}) {
    EXPECT_NE(error_of(whole.substr(0, size)).find("truncated"), std::string::npos) << size;
  }
  std::string damaged = whole;
  damaged[whole.size() - 6] ^= 1;   // the checksum
  EXPECT_NE(error_of(damaged).find("damaged"), std::string::npos);
  EXPECT_NE(error_of(whole + "garbage").find("damaged"), std::string::npos);
  expect_same(parsed(text), parsed(whole + std::string(512, '\0')));
  EXPECT_EQ(error_of(gzip("")), "t.csv: the file is empty");
}

TEST(Csv, LastRowEndKnowsQuotes) {
  EXPECT_EQ(last_row_end("a,b\nc,", ',').end, 4u);
  EXPECT_EQ(last_row_end("a,\"b\nc\"\nd", ',').end, 8u);
  EXPECT_EQ(last_row_end("a\nb,\"b\nc", ',').end, 2u);
  EXPECT_EQ(last_row_end("a\nb,\"b\nc", ',').open_quote, 4u);
  EXPECT_EQ(last_row_end("a\nb, \"b\"\"\nc", ',').open_quote, 5u);
  EXPECT_EQ(last_row_end("5\" x\ny\" z\nt", ',').end, 10u);   // quotes inside cells mean nothing
  EXPECT_EQ(last_row_end("abc", ',').end, 0u);
}

// Random cells, written with and without need of quotes, are read back as they are.
TEST(Csv, RandomTablesReadBack) {
  const Strings alphabet = {"a", "b", "\"", ",", ";", "\n", "\r\n", " ", "\t", "|", "\xc3\xa4", "1", ".", "-"};
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    const std::size_t columns = 1 + random() % 5, rows = 1 + random() % 30;
    std::vector<Strings> words(columns, Strings(rows));
    std::string text;
    const std::string end = random() % 2 != 0 ? "\n" : "\r\n";
    for (std::size_t c = 0; c < columns; ++c) text += fmt::format("{}n{}", c > 0 ? ";" : "", c);
    text += end;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        std::string word = "w";   // neither number nor missing
        for (std::size_t i = random() % 6; i > 0; --i) word += alphabet[random() % alphabet.size()];
        word += "w";
        words[c][r] = word;
        if (c > 0) text += ";";
        if (word.find_first_of(";\n\r") != std::string::npos || random() % 3 == 0) {
          text += "\"";
          for (const char ch : word) text += ch == '"' ? "\"\"" : std::string(1, ch);
          text += "\"";
        } else {
          text += word;
        }
      }
      text += r + 1 < rows || random() % 2 != 0 ? end : "";
    }
    CsvOptions options;
    options.separator = ';';
    const Table table = parsed(text, options);
    ASSERT_EQ(table.rows, rows) << "seed " << seed;
    for (std::size_t c = 0; c < columns; ++c) ASSERT_EQ(cells(table.columns[c]), words[c]) << "seed " << seed;
  }
}

}   // namespace
}   // namespace warptune
