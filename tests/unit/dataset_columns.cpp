#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/with_flags.h"
#include "warptune/dataset.h"
#include "warptune/table.h"

namespace warptune {
namespace {

using Strings = std::vector<std::string>;

Table table_of(const std::string& text) {
  Result<Table> table = parse_csv(text, "t.csv");
  EXPECT_TRUE(table) << (table ? "" : table.error().message);
  return table ? *table : Table{};
}

const char* const people =
    "id,age,city,member,group,class\n"
    "1,30,Rome,yes,a,10\n"
    "2,,Oslo,no,b,9\n"
    "3,50,Rome,yes,a,10\n"
    "4,20,Bern,yes,c,9\n";

DatasetOptions target(const std::string& name) {
  DatasetOptions options;
  options.target = name;
  return options;
}

Dataset made(const Table& table, const DatasetOptions& options) {
  Result<Dataset> dataset = make_dataset(table, options);
  EXPECT_TRUE(dataset) << (dataset ? "" : dataset.error().message);
  return dataset ? *dataset : Dataset{};
}

Error error_of(const Table& table, const DatasetOptions& options) {
  const Result<Dataset> dataset = make_dataset(table, options);
  EXPECT_FALSE(dataset);
  if (dataset) return {};
  EXPECT_EQ(dataset.error().kind, ErrorKind::usage);
  return dataset.error();
}

Strings feature_names(const Dataset& dataset) {
  Strings names;
  for (const Feature& feature : dataset.features) names.push_back(feature.name);
  return names;
}

TEST(DatasetColumns, TargetsOfEveryType) {
  const Table table = table_of(people);
  const Dataset numbers = made(table, target("class"));
  EXPECT_EQ(numbers.target.classes, (Strings{"9", "10"}));   // by value, not bytewise
  EXPECT_EQ(numbers.target.labels, (std::vector<std::uint8_t>{1, 0, 1, 0}));
  EXPECT_EQ(feature_names(numbers), (Strings{"id", "age", "city", "member", "group"}));
  const Dataset words = made(table, target("city"));
  EXPECT_EQ(words.target.classes, (Strings{"Bern", "Oslo", "Rome"}));
  EXPECT_EQ(words.target.labels, (std::vector<std::uint8_t>{2, 1, 2, 0}));
  const Dataset booleans = made(table, target("member"));
  EXPECT_EQ(booleans.target.classes, (Strings{"no", "yes"}));
  EXPECT_EQ(booleans.target.labels, (std::vector<std::uint8_t>{1, 0, 1, 1}));
}

TEST(DatasetColumns, PositiveClassIsLabelOne) {
  const Table table = table_of(people);
  DatasetOptions options = target("class");
  options.positive = "9.0";
  const Dataset dataset = made(table, options);
  EXPECT_EQ(dataset.target.classes, (Strings{"10", "9"}));
  EXPECT_EQ(dataset.target.labels, (std::vector<std::uint8_t>{0, 1, 0, 1}));
  options.positive = "10";
  EXPECT_EQ(made(table, options).target.classes, (Strings{"9", "10"}));
  options = target("member");
  options.positive = "yess";
  EXPECT_EQ(error_of(table, options).hint, "did you mean 'yes'?");
  options = target("city");
  options.positive = "Rome";
  EXPECT_NE(error_of(table, options).message.find("3 classes"), std::string::npos);
}

TEST(DatasetColumns, DropKeepAndFoldColumn) {
  const Table table = table_of(people);
  DatasetOptions options = target("class");
  options.drop = {"id", "member"};
  options.fold_column = "group";
  const Dataset dataset = made(table, options);
  EXPECT_EQ(feature_names(dataset), (Strings{"age", "city"}));
  EXPECT_EQ(dataset.fold_names, (Strings{"a", "b", "c"}));
  EXPECT_EQ(dataset.fold_codes, (std::vector<std::uint32_t>{0, 1, 0, 2}));
  EXPECT_NE(dataset.hash, made(table,
                               [&] {
                                 DatasetOptions o = options;
                                 o.fold_column = "";
                                 o.drop = {"id", "member", "group"};
                                 return o;
                               }())
                              .hash);
  options = target("class");
  options.keep = {"city", "age"};
  EXPECT_EQ(feature_names(made(table, options)), (Strings{"age", "city"}));   // the file's order
}

TEST(DatasetColumns, UnknownNamesGetTheNearest) {
  const Table table = table_of(people);
  DatasetOptions options = target("clas");
  EXPECT_EQ(error_of(table, options).message, "t.csv: there is no column 'clas' (the target)");
  EXPECT_EQ(error_of(table, options).hint, "did you mean 'class'?");
  EXPECT_NE(error_of(table, target("zzz")).hint.find("the columns are 'id', 'age'"), std::string::npos);
  EXPECT_NE(error_of(table, target("")).message.find("no target"), std::string::npos);
  options = target("class");
  options.drop = {"ID2"};
  EXPECT_EQ(error_of(table, options).hint, "did you mean 'id'?");
  options = target("class");
  options.keep = {"sity"};
  EXPECT_EQ(error_of(table, options).hint, "did you mean 'city'?");
  options = target("class");
  options.fold_column = "grup";
  EXPECT_EQ(error_of(table, options).hint, "did you mean 'group'?");
}

TEST(DatasetColumns, RolesThatContradict) {
  const Table table = table_of(people);
  DatasetOptions options = target("class");
  options.drop = {"class"};
  EXPECT_NE(error_of(table, options).message.find("the target 'class' is also dropped"), std::string::npos);
  options = target("class");
  options.fold_column = "class";
  EXPECT_NE(error_of(table, options).message.find("target and the fold column"), std::string::npos);
  options = target("class");
  options.keep = {"id", "class"};
  EXPECT_NE(error_of(table, options).message.find("kept as a feature"), std::string::npos);
  options = target("class");
  options.keep = {"id"};
  options.drop = {"id"};
  EXPECT_NE(error_of(table, options).message.find("both kept and dropped"), std::string::npos);
  options = target("class");
  options.drop = {"id", "age", "city", "member", "group"};
  EXPECT_NE(error_of(table, options).message.find("no column is left"), std::string::npos);
  options = target("class");
  options.max_bins = 256;
  EXPECT_NE(error_of(table, options).message.find("2..255"), std::string::npos);
}

TEST(DatasetColumns, TargetsThatAreNoClasses) {
  EXPECT_NE(error_of(table_of("a,y\n1,5\n2,5\n"), target("y")).message.find("one class only: '5'"), std::string::npos);
  EXPECT_NE(error_of(table_of("a,y\n1,yes\n2,yes\n"), target("y")).message.find("one class only: 'yes'"),
            std::string::npos);
  EXPECT_EQ(error_of(table_of("a,y\n1,5\n2,\n3,1\n4,\n"), target("y")).message,
            "t.csv: row 2 has no value in the target 'y' (2 rows have none)");
  EXPECT_NE(error_of(table_of("a,y\n1,\n2,\n"), target("y")).message.find("row 1 has no value"), std::string::npos);
  std::string text = "a,y\n";
  for (int i = 0; i < 256; ++i) text += fmt::format("1,{}\n", i);
  EXPECT_EQ(made(table_of(text), target("y")).target.classes.size(), 256u);
  text += "1,256\n";
  EXPECT_NE(error_of(table_of(text), target("y")).message.find("257 different values; at most 256"), std::string::npos);
  DatasetOptions folds = target("a");
  folds.fold_column = "y";
  EXPECT_NE(error_of(table_of("a,y,x\n1,5,1\n2,,1\n"), folds).message.find("no value in the fold column 'y'"),
            std::string::npos);
}

Table labelled(const std::string& text, Strings labels = {"y"}, Strings types = {}) {
  const Result<Table> table = parse_csv(text, "t.csv", {.types = std::move(types), .labels = std::move(labels)});
  EXPECT_TRUE(table) << (table ? "" : table.error().message);
  return table ? *table : Table{};
}

TEST(DatasetColumns, LabelsAreTheFilesTexts) {
  const Dataset dataset = made(labelled("x,y\n1,100000\n2,2.10\n3,2.1\n4,-7\n5,2.10\n"), target("y"));
  EXPECT_EQ(dataset.target.classes, (Strings{"-7", "2.1", "2.10", "100000"}));   // by value
  EXPECT_EQ(dataset.target.labels, (std::vector<std::uint8_t>{3, 2, 1, 0, 2}));
  ASSERT_EQ(dataset.notes.size(), 1u);
  EXPECT_EQ(with_flags(dataset.notes[0]),
            "t.csv: '2.1' and '2.10' of the target 'y' are the same number, and two classes, as the file writes them "
            "differently; --types y=number makes them one");
  const Dataset numbers = made(labelled("x,y\n1,100000\n2,2.10\n3,2.1\n", {"y"}, {"y=number"}), target("y"));
  EXPECT_EQ(numbers.target.classes, (Strings{"2.1", "100000"}));
  EXPECT_TRUE(numbers.notes.empty());
  // 18 digits: one double, two classes, and no two texts of one number.
  const Dataset ids = made(labelled("x,y\n1,100000000000000402\n2,100000000000000401\n"), target("y"));
  EXPECT_EQ(ids.target.classes, (Strings{"100000000000000401", "100000000000000402"}));
  EXPECT_TRUE(ids.notes.empty());
  const Dataset mixed = made(labelled("x,y\n1,10\n2,9\n3,b\n"), target("y"));
  EXPECT_EQ(mixed.target.classes, (Strings{"10", "9", "b"}));   // bytewise: b is no number
  for (const char* const pair : {"1\n2,1.0", "1\n2,01", "1e2\n2,100", "0\n2,-0.0", "5\n2,+5", "0.10\n2,1e-1"})
    EXPECT_EQ(made(labelled("x,y\n1," + std::string(pair) + "\n"), target("y")).notes.size(), 1u) << pair;
}

TEST(DatasetColumns, SpellingsOfBooleanLabelsAreOneClass) {
  const std::string text = "x,y\n1,True\n2,false\n3,TRUE\n";
  const Table table = labelled(text);
  EXPECT_EQ(made(table, target("y")).target.classes, (Strings{"false", "TRUE"}));
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_NE(table.notes[0].find("3 spellings of 'false' and 'TRUE'"), std::string::npos);
  EXPECT_NE(with_flags(table.notes[0]).find("--types y=category"), std::string::npos);
  const Table apart = labelled(text, {"y"}, {"y=category"});
  EXPECT_EQ(made(apart, target("y")).target.classes, (Strings{"TRUE", "True", "false"}));
  EXPECT_TRUE(apart.notes.empty());
}

TEST(DatasetColumns, NamesOfLabelsAreNotFoundByTheirDouble) {
  const Table table = labelled("x,y\n1,900000000000000401\n2,5\n");
  DatasetOptions options = target("y");
  options.positive = "5.00";
  EXPECT_EQ(made(table, options).target.classes, (Strings{"900000000000000401", "5"}));
  options.positive = "900000000000000402";   // the same double
  EXPECT_EQ(error_of(table, options).hint, "did you mean '900000000000000401'?");
}

TEST(DatasetColumns, MessagesAreOneLineWhateverTheFileHolds) {
  DatasetOptions options = target("z");
  EXPECT_EQ(error_of(labelled("\"a\nb\",y\n1,2\n"), options).hint, "the columns are 'a?b', 'y'");
  options = target("y");
  options.positive = "none of them";
  EXPECT_EQ(error_of(labelled("x,y\n1,\"a\nb\"\n2,c\n"), options).hint, "the first classes are 'a?b' and 'c'");
}

TEST(DatasetColumns, MissingLabelsHaveAPlace) {
  EXPECT_EQ(error_of(labelled("x,y\n1,5\n2,\n3,1\n4,\n", {"y"}, {"y=number"}), target("y")).message,
            "t.csv:3:3: no value in the target 'y' (2 rows have none)");
  EXPECT_EQ(error_of(labelled("x,y\n1,5\n2,\n3,1\n4,\n"), target("y")).message,
            "t.csv:3:3: no value in the target 'y' (2 rows have none)");
  const Error error = error_of(labelled("x,y\n1,EU\n2,NA\n"), target("y"));
  EXPECT_EQ(error.message, "t.csv:3:3: no value in the target 'y': 'NA' counts as missing");
  EXPECT_EQ(with_flags(error.hint), "if it is a class: --no-na NA; else remove these rows or fill them in");
}

TEST(DatasetColumns, AnyNumberOfFoldNames) {
  std::string text = "x,y,f\n";
  for (int i = 0; i < 1000; ++i) text += fmt::format("{},{},{}\n", i, i % 2, i);
  DatasetOptions options = target("y");
  options.fold_column = "f";
  const Dataset dataset = made(labelled(text, {"y", "f"}), options);
  EXPECT_EQ(dataset.fold_names.size(), 1000u);
  EXPECT_EQ(dataset.fold_codes[999], 999u);
}

TEST(DatasetColumns, SkippedColumnsAreNoFeatures) {
  const Dataset dataset = made(labelled("x,y,z\n1,0,inf\n2,1,5\n", {"y"}, {"z=ignore"}), target("y"));
  EXPECT_EQ(feature_names(dataset), (Strings{"x"}));
  DatasetOptions options = target("y");
  options.keep = {"z"};
  EXPECT_NE(error_of(labelled("x,y,z\n1,0,3\n2,1,5\n", {"y"}, {"z=ignore"}), options).message.find("type ignore"),
            std::string::npos);
}

TEST(DatasetColumns, AColumnWithoutANameGoesByItsNumber) {
  DatasetOptions options = target("y");
  options.drop = {"1"};
  EXPECT_EQ(feature_names(made(table_of(",x,y\n0,1,0\n1,2,1\n"), options)), (Strings{"x"}));
}

}   // namespace
}   // namespace warptune
