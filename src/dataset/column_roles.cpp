#include "dataset/column_roles.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "table/column_name.h"
#include "table/source_name.h"

namespace warptune {
namespace {

class Names {
 public:
  explicit Names(const Table& table) : table_(table), columns_(names_of(table)) {}

  // what: "target", "column to drop" ...
  [[nodiscard]] Result<std::size_t> find(const std::string& name, std::string_view what) const {
    if (const std::optional<std::size_t> known = columns_.find(name)) return *known;
    const std::vector<std::string>& names = columns_.all();
    const std::string near = nearest(name, names);
    if (names.size() == 1)
      return failure(
          fmt::format("{}: there is no column '{}' ({})", source_name(table_.source), name, what),
          fmt::format("'{}' is the only one: if its cells are several columns, say what separates them, as {}",
                      shown(names[0]), setting_mark("data.separator", "\" \"")));
    return failure(fmt::format("{}: there is no column '{}' ({})", source_name(table_.source), name, what),
                   near.empty() ? listed(names) : fmt::format("did you mean '{}'?", shown(near)));
  }

 private:
  static std::vector<std::string> names_of(const Table& table) {
    std::vector<std::string> names;
    for (const Column& column : table.columns) names.push_back(column.name);
    return names;
  }
  static std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t most = 12;
    std::string text = "the columns are";
    for (std::size_t i = 0; i < names.size() && i < most; ++i)
      text += fmt::format("{}'{}'", i == 0 ? " " : ", ", shown(names[i]));
    return names.size() > most ? text + fmt::format(" and {} more", names.size() - most) : text;
  }

  const Table& table_;
  ColumnNames columns_;
};

}   // namespace

Result<ColumnRoles> column_roles(const Table& table, const DatasetOptions& options) {
  const Names names(table);
  ColumnRoles roles;
  if (options.target.empty()) {
    return failure(fmt::format("{}: no target is named", source_name(table.source)),
                   table.columns.empty()
                       ? ""
                       : fmt::format("name the column that holds the classes, for example {}",
                                     setting_mark("data.target", shell_word(shown(table.columns.back().name)))));
  }
  const Result<std::size_t> target = names.find(options.target, "the target");
  if (!target) return tl::unexpected(target.error());
  roles.target = *target;
  const struct {
    const std::string& name;
    std::string_view what;   // "the fold column"
    std::optional<std::size_t>& column;
  } of_splits[] = {{options.fold_column, "the fold column", roles.fold},
                   {options.group_column, "the group column", roles.group},
                   {options.time_column, "the time column", roles.time}};
  for (const auto& [name, what, column] : of_splits) {
    if (name.empty()) continue;
    const Result<std::size_t> found = names.find(name, what);
    if (!found) return tl::unexpected(found.error());
    if (*found == roles.target) {
      return failure(fmt::format("{}: '{}' is the target and {}", source_name(table.source), options.target, what),
                     "name two columns");
    }
    column = *found;
  }
  enum : char { neither, kept, dropped };
  std::vector<char> wish(table.columns.size(), neither);
  for (const std::string& name : options.keep) {
    const Result<std::size_t> column = names.find(name, "to keep");
    if (!column) return tl::unexpected(column.error());
    if (*column == roles.target || column.value() == roles.fold) {
      return failure(fmt::format("{}: '{}' is kept as a feature and is the {}", source_name(table.source), name,
                                 *column == roles.target ? "target" : "fold column"),
                     "a feature must be another column");
    }
    if (table.columns[*column].skipped) {
      return failure(fmt::format("{}: '{}' is both kept and of the type ignore", source_name(table.source), name),
                     "give it another type");
    }
    wish[*column] = kept;
  }
  for (const std::string& name : options.drop) {
    const Result<std::size_t> column = names.find(name, "to drop");
    if (!column) return tl::unexpected(column.error());
    if (*column == roles.target) {
      return failure(fmt::format("{}: the target '{}' is also dropped", source_name(table.source), name),
                     "drop other columns only");
    }
    if (wish[*column] == kept) {
      return failure(fmt::format("{}: '{}' is both kept and dropped", source_name(table.source), name),
                     "name it in one of the lists");
    }
    wish[*column] = dropped;
  }
  const char feature = options.keep.empty() ? neither : kept;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool skipped = wish[c] == neither && table.columns[c].skipped;   // --types COLUMN=ignore
    const bool only_splits = wish[c] == neither && (roles.group == c || roles.time == c);
    if (c != roles.target && c != roles.fold && wish[c] == feature && !skipped && !only_splits)
      roles.features.push_back(c);
  }
  if (roles.features.empty()) {
    return failure(fmt::format("{}: no column is left as a feature", source_name(table.source)),
                   "besides the target at least one column is needed that is not dropped");
  }
  return roles;
}

}   // namespace warptune
