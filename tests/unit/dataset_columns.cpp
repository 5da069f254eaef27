#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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
  EXPECT_EQ(dataset.error().exit, Exit::usage);
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
  EXPECT_EQ(numbers.classes, (Strings{"9", "10"}));   // by value, not bytewise
  EXPECT_EQ(numbers.labels, (std::vector<std::uint8_t>{1, 0, 1, 0}));
  EXPECT_EQ(feature_names(numbers), (Strings{"id", "age", "city", "member", "group"}));
  const Dataset words = made(table, target("city"));
  EXPECT_EQ(words.classes, (Strings{"Bern", "Oslo", "Rome"}));
  EXPECT_EQ(words.labels, (std::vector<std::uint8_t>{2, 1, 2, 0}));
  const Dataset booleans = made(table, target("member"));
  EXPECT_EQ(booleans.classes, (Strings{"no", "yes"}));
  EXPECT_EQ(booleans.labels, (std::vector<std::uint8_t>{1, 0, 1, 1}));
}

TEST(DatasetColumns, PositiveClassIsLabelOne) {
  const Table table = table_of(people);
  DatasetOptions options = target("class");
  options.positive = "9.0";
  const Dataset dataset = made(table, options);
  EXPECT_EQ(dataset.classes, (Strings{"10", "9"}));
  EXPECT_EQ(dataset.labels, (std::vector<std::uint8_t>{0, 1, 0, 1}));
  options.positive = "10";
  EXPECT_EQ(made(table, options).classes, (Strings{"9", "10"}));
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
  EXPECT_EQ(made(table_of(text), target("y")).classes.size(), 256u);
  text += "1,256\n";
  EXPECT_NE(error_of(table_of(text), target("y")).message.find("257 different values; at most 256"), std::string::npos);
  DatasetOptions folds = target("a");
  folds.fold_column = "y";
  EXPECT_NE(error_of(table_of("a,y,x\n1,5,1\n2,,1\n"), folds).message.find("no value in the fold column 'y'"),
            std::string::npos);
  EXPECT_NE(error_of(table_of("b," + text.substr(0, 3) +
                              [&] {
                                std::string rows;
                                for (int i = 0; i < 257; ++i) rows += fmt::format("\n0,{},{}", i % 2, i);
                                return rows;
                              }()),
                     folds)
                .message.find("at most 256"),
            std::string::npos);
}

}   // namespace
}   // namespace warptune
