#include "study/study_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "base/shown.h"
#include "base/system_hint.h"
#include "base/utf8.h"
#include "space/distribution.h"
#include "space/list.h"
#include "study/setting.h"
#include "study/toml_guard.h"

namespace warptune {
namespace {

constexpr std::size_t most_bytes = 1 << 20;

struct Entry {
  const toml::key* key;
  const toml::node* value;
};

// toml++ keeps tables sorted by name; the user's order is that of the keys in the text.
std::vector<Entry> in_file_order(const toml::table& table) {
  std::vector<Entry> entries;
  for (const auto& [key, value] : table) entries.push_back({&key, &value});
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    const auto& x = a.key->source().begin;
    const auto& y = b.key->source().begin;
    return x.line != y.line ? x.line < y.line : x.column < y.column;
  });
  return entries;
}

std::string type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "text";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "a boolean";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time of day";
    case toml::node_type::date_time: return "a date and time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

// What a node is that is no value: of a number, that it is infinite or none at all.
std::string no_value(const toml::node& node) {
  if (node.is_floating_point()) return "a number that is not finite";
  return node.is_array() ? "an array with something else than finite numbers, words and booleans" : type_name(node);
}

// A scalar as a parameter's value; text reads as on the command line, so "none" is none.
std::optional<Value> scalar(const toml::node& node) {
  if (const auto* boolean = node.as_boolean()) return Value(boolean->get());
  if (const auto* integer = node.as_integer()) return Value(integer->get());
  if (const auto* text = node.as_string()) return parse_value(text->get());
  const auto* real = node.as_floating_point();
  if (real != nullptr && std::isfinite(real->get())) return Value(real->get());
  return std::nullopt;
}

// A list's element: text stays text, but "none", as TOML has no null.
nlohmann::json element_of(const toml::node& node) {
  if (const toml::array* array = node.as_array()) {
    auto list = nlohmann::json::array();
    for (const toml::node& inner : *array) list.push_back(element_of(inner));
    return list;
  }
  if (const auto* text = node.as_string())
    return text->get() == "none" ? nlohmann::json() : nlohmann::json(text->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  return nlohmann::json::object();   // is no element
}

// A scalar or a list.
std::optional<Value> value_of_node(const toml::node& node) {
  if (!node.is_array()) return scalar(node);
  auto list = list_from_json(element_of(node));
  if (!list) return std::nullopt;
  return Value(std::move(*list));
}

class Reader {
 public:
  Reader(std::string_view toml, const std::string& path) : toml_(toml), path_(path) {}

  Result<StudyFile> read(const toml::table& root) {
    for (const Entry& entry : in_file_order(root)) {
      const std::string_view section = entry.key->str();
      const std::string where = at(entry.key->source());
      if (std::find(sections().begin(), sections().end(), section) == sections().end()) {
        const std::string near = nearest(section, sections());
        return failure(fmt::format("{}: unknown section {}", where, shown(section)),
                       near.empty() ? fmt::format("sections are {}", fmt::join(sections(), ", "))
                                    : fmt::format("did you mean {}?", near));
      }
      const toml::table* table = entry.value->as_table();
      if (table == nullptr)
        return failure(fmt::format("{}: {} must be a section, not {}", where, section, type_name(*entry.value)),
                       fmt::format("write [{}] on a line of its own", section));
      for (const Entry& inner : in_file_order(*table)) {
        auto read = section == "space" ? read_parameter(inner) : read_setting(section, inner);
        if (!read) return tl::unexpected(read.error());
      }
    }
    return std::move(file_);
  }

 private:
  static const std::vector<std::string>& sections() {
    static const std::vector<std::string> all{"data", "model", "space", "search", "evaluate", "run"};
    return all;
  }

  [[nodiscard]] std::string at(const toml::source_region& source) const {
    return fmt::format("{}:{}:{}", shown(path_), source.begin.line, source.begin.column);
  }

  static tl::unexpected<Error> unknown_key(std::string_view section, std::string_view key, const std::string& where) {
    std::vector<std::string> known;
    std::string elsewhere;
    for (const Setting& setting : settings()) {
      if (!setting.in_file) continue;
      if (setting.section == section) known.push_back(setting.key);
      if (setting.key == key) elsewhere = setting.section;
    }
    const std::string near = nearest(key, known);
    return failure(fmt::format("{}: [{}] has no key {}", where, section, shown(key)),
                   !elsewhere.empty() ? fmt::format("it belongs in [{}]", elsewhere)
                   : !near.empty()    ? fmt::format("did you mean {}?", near)
                                      : fmt::format("keys are {}", fmt::join(known, ", ")));
  }

  static tl::unexpected<Error> wrong_type(const Setting& setting, const toml::node& node, const std::string& where) {
    return failure(fmt::format("{}: {} must be {}, not {}", where, setting.key, type_text(setting.type),
                               type_name(node)),
                   setting.hint);
  }

  static Result<SettingValue> names_of(const Setting& setting, const toml::node& node, const std::string& where) {
    std::vector<std::string> names;
    if (const auto* one = node.as_string())
      names.push_back(one->get());
    else if (const toml::array* array = node.as_array()) {
      for (const toml::node& element : *array) {
        const auto* name = element.as_string();
        if (name == nullptr) return wrong_type(setting, element, where);
        names.push_back(name->get());
      }
    } else {
      return wrong_type(setting, node, where);
    }
    return SettingValue(std::move(names));
  }

  Result<SettingValue> value_of_setting(const Setting& setting, const toml::node& node,
                                        const std::string& where) const {
    const auto* text = node.as_string();
    const auto* integer = node.as_integer();
    const auto* real = node.as_floating_point();
    const auto* boolean = node.as_boolean();
    switch (setting.type) {
      case SettingType::boolean:
        if (boolean != nullptr) return SettingValue(boolean->get());
        break;
      case SettingType::integer:
        if (integer != nullptr) return SettingValue(integer->get());
        break;
      case SettingType::seed:
        if (integer != nullptr && integer->get() >= 0) return SettingValue(static_cast<std::uint64_t>(integer->get()));
        if (integer != nullptr)
          return failure(fmt::format("{}: {} must not be negative", where, setting.key), setting.hint);
        if (text != nullptr) return setting_from_text(setting, text->get(), where);   // TOML's numbers end at 2^63-1
        break;
      case SettingType::real:
        if (real != nullptr) return SettingValue(real->get());
        if (integer != nullptr) return SettingValue(static_cast<double>(integer->get()));
        break;
      case SettingType::label:
        if (real != nullptr && scalar(node)) return SettingValue(source_text(node));
        if (const auto value = scalar(node); value && text == nullptr) return SettingValue(to_string(*value));
        [[fallthrough]];
      case SettingType::text:
      case SettingType::separator:
      case SettingType::bytes:
      case SettingType::seconds:
        if (text != nullptr) return setting_from_text(setting, text->get(), where);
        if (setting.type == SettingType::bytes && integer != nullptr)
          return setting_from_text(setting, std::to_string(integer->get()), where);
        if (setting.type == SettingType::seconds && (integer != nullptr || real != nullptr))
          return SettingValue(integer != nullptr ? static_cast<double>(integer->get()) : real->get());
        break;
      case SettingType::names: return names_of(setting, node, where);
    }
    return wrong_type(setting, node, where);
  }

  Result<void> read_setting(std::string_view section, const Entry& entry) {
    const std::string_view key = entry.key->str();
    const Setting* setting = find_setting(fmt::format("{}.{}", section, key));
    if (setting == nullptr || !setting->in_file) return unknown_key(section, key, at(entry.key->source()));
    const std::string where = at(entry.value->source());
    auto value = value_of_setting(*setting, *entry.value, where);
    if (!value) return tl::unexpected(value.error());
    if (auto applied = apply_setting(file_.study, *setting, *value, where); !applied) return applied;
    file_.origins[setting->name()] = where;
    if (setting->name() == "data.path") resolve_data();
    return {};
  }

  void resolve_data() {
    const std::filesystem::path data = file_.study.input.path;
    if (data == "-" || data.is_absolute()) return;
    file_.study.input.path = (std::filesystem::path(path_).parent_path() / data).lexically_normal().string();
  }

  Result<void> read_parameter(const Entry& entry) {
    const std::string name(entry.key->str());
    if (auto checked = check_parameter_name(name, at(entry.key->source())); !checked) return checked;
    const std::string where = at(entry.value->source());
    auto distribution = read_distribution(*entry.value, where);
    if (!distribution) return tl::unexpected(distribution.error());
    file_.study.space.parameters.push_back({name, std::move(*distribution)});
    file_.origins["space." + name] = where;
    return {};
  }

  Result<Distribution> read_distribution(const toml::node& node, const std::string& where) const {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      auto value = value_of_node(node);
      if (value) return make_fixed(std::move(*value), where);
      return failure(fmt::format("{}: a parameter is a value or a distribution, not {}", where, no_value(node)),
                     "write { int = [1, 9] }, { float = [0, 1] }, { choice = [\"a\", \"b\"] } or a plain value");
    }
    Parts parts;
    for (const Entry& entry : in_file_order(*table))
      if (auto read = read_part(parts, entry); !read) return tl::unexpected(read.error());
    if (parts.word.empty())
      return failure(fmt::format("{}: the distribution is missing", where),
                     "write { int = [1, 9] }, { float = [0, 1] } or { choice = [\"a\", \"b\"] }");
    if (parts.word == "choice") {
      if (parts.step || parts.log)
        return failure(fmt::format("{}: choice takes neither step nor log", where),
                       "write { int = [LOW, HIGH], step = STEP } for a range");
      return make_choice(std::move(parts.values), where);
    }
    if (parts.values.size() != 2)
      return failure(fmt::format("{}: {} needs a low and a high, not {} values", where, parts.word,
                                 parts.values.size()),
                     fmt::format("write {{ {} = [LOW, HIGH] }}", parts.word));
    const auto kind = parts.word == "int" ? Distribution::Kind::integer : Distribution::Kind::real;
    return make_range({kind, parts.values[0], parts.values[1], parts.step, parts.log}, where);
  }

  // What a distribution's table says: { WORD = [values], step = , log = }.
  struct Parts {
    std::string word;
    std::vector<Value> values;
    std::optional<Value> step;
    bool log = false;
  };

  [[nodiscard]] Result<void> read_part(Parts& parts, const Entry& entry) const {
    const std::string_view key = entry.key->str();
    const std::string where = at(entry.value->source());
    if (key == "log") {
      const auto* log = entry.value->as_boolean();
      if (log == nullptr) return failure(fmt::format("{}: log must be true or false", where), "write log = true");
      parts.log = log->get();
      return {};
    }
    if (key == "step") {
      parts.step = scalar(*entry.value);
      if (!parts.step)
        return failure(fmt::format("{}: step must be a number", where), "write { int = [8, 256], step = 8 }");
      return {};
    }
    if (key != "int" && key != "float" && key != "choice") {
      Error error = unknown_distribution(key, at(entry.key->source()));
      error.hint = fmt::format("a distribution is int, float or choice, with step or log beside it");
      return tl::unexpected(std::move(error));
    }
    if (!parts.word.empty())
      return failure(fmt::format("{}: both {} and {} are given", at(entry.key->source()), parts.word, key),
                     "a parameter has one distribution");
    const toml::array* array = entry.value->as_array();
    if (array == nullptr)
      return failure(fmt::format("{}: {} must be an array, not {}", where, key, type_name(*entry.value)),
                     key == "choice" ? "write { choice = [\"a\", \"b\"] }"
                                     : fmt::format("write {{ {} = [LOW, HIGH] }}", key));
    parts.word = key;
    for (const toml::node& element : *array) {
      auto value = key == "choice" ? value_of_node(element) : scalar(element);
      if (!value)
        return failure(fmt::format("{}: {} can't hold {}", at(element.source()), key, no_value(element)),
                       key == "choice" ? "numbers, words, booleans and lists of them can be values"
                                       : fmt::format("write {{ {} = [LOW, HIGH] }}", key));
      parts.values.push_back(std::move(*value));
    }
    return {};
  }

  // A number as the file has it: 2.10 is another class than 2.1. Columns count characters.
  [[nodiscard]] std::string source_text(const toml::node& node) const {
    const auto& [begin, end] = std::pair(node.source().begin, node.source().end);
    std::size_t line = toml_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (toml::source_index i = 1; i < begin.line; ++i) line = toml_.find('\n', line) + 1;
    const std::string_view text = toml_.substr(line, toml_.find('\n', line) - line);
    const auto byte_of = [&](toml::source_index column) {
      std::size_t at = 0;
      for (; column > 1 && at < text.size(); --column)
        for (++at; at < text.size() && continues_character(text[at]);) ++at;
      return at;
    };
    const std::size_t from = byte_of(begin.column);
    std::string written(text.substr(from, begin.line == end.line ? byte_of(end.column) - from : 0));
    return parse_value(written) == *scalar(node) ? written : to_string(*scalar(node));
  }

  std::string_view toml_;
  const std::string& path_;
  StudyFile file_;
};

}   // namespace

Result<StudyFile> parse_study(std::string_view toml, const std::string& path) {
  if (toml.size() > most_bytes)
    return failure(fmt::format("{}: longer than 1 MiB", shown(path)), "is this a study file?");
  if (auto checked = check_for_parser(toml, path); !checked) return tl::unexpected(checked.error());
  try {
    const toml::table root = toml::parse(toml, path);
    return Reader(toml, path).read(root);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    return failure(
        fmt::format("{}:{}:{}: {}", shown(path), begin.line, begin.column, shown(error.description(), 300)),
        error.description().find("64 bits") != std::string_view::npos
            ? "TOML's numbers end at 2^63-1; a larger seed goes into quotes, as seed = \"18446744073709551615\""
            : "a study file is TOML: https://toml.io");
  }
}

Result<std::string> read_study_text(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return failure(fmt::format("{}: is a folder, not a study file", shown(path)), "name the .toml file inside it");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) {
    const int why = errno;
    return failure(fmt::format("{}: {}", shown(path), std::strerror(why)),
                   system_hint(why, "check the study file's path"));
  }
  std::string text(most_bytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0)
    return failure(fmt::format("{}: can't be read", shown(path)), "is the disk in order?");
  if (text.size() > most_bytes)
    return failure(fmt::format("{}: longer than 1 MiB", shown(path)), "is this a study file?");
  return text;
}

Result<StudyFile> read_study_file(const std::string& path) {
  return read_study_text(path).and_then([&](const std::string& text) { return parse_study(text, path); });
}

}   // namespace warptune
