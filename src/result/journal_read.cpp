// Reads a journal line by line; every line may be hostile.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/file_descriptor.h"
#include "base/shown.h"
#include "base/system_hint.h"
#include "result/journal_contents.h"
#include "result/journal_text.h"
#include "space/space_json.h"
#include "study/setting.h"

namespace warptune {
namespace {

using nlohmann::json;

// Optuna's operations, by their op_code.
enum Operation { create_study, delete_study, study_user_attr, study_system_attr, create_trial, last_operation = 10 };
constexpr int state_complete = 1, state_pruned = 2, state_fail = 3;

constexpr int nesting_limit = 100;   // of brackets; what is made of the study attribute may recurse
constexpr std::size_t folds_limit = 100000;
constexpr std::uint64_t most_rounds = 1u << 31;

std::int64_t most_trials() {
  static const auto most = static_cast<std::int64_t>(find_setting("search.trials")->high);
  return most;
}

// Deepest nesting of brackets outside of strings.
int nesting(std::string_view line) {
  int depth = 0, deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') quoted = !quoted;
    if (quoted) {
      if (c == '\\') ++i;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

// Optuna writes the bare words NaN and Infinity, which JSON does not know. The line with null in place of each.
std::string without_bare_words(std::string_view line) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\' && i + 1 < line.size()) {
      out += c;
      out += line[++i];
      continue;
    }
    std::string_view word;
    if (!quoted) {
      for (const std::string_view candidate : {"NaN", "Infinity", "-Infinity"}) {
        if (line.substr(i).starts_with(candidate)) word = candidate;
      }
    }
    if (word.empty()) {
      out += c;
    } else {
      out += "null";
      i += word.size() - 1;
    }
  }
  return out;
}

std::optional<std::int64_t> integer_at(const json& object, std::string_view key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_number_integer()) return std::nullopt;
  if (it->is_number_unsigned() && it->get<std::uint64_t>() > std::uint64_t{1} << 62) return std::nullopt;
  return it->get<std::int64_t>();
}

const std::string* string_at(const json& object, std::string_view key) {
  const auto it = object.find(key);
  return it == object.end() ? nullptr : it->get_ptr<const std::string*>();
}

class Replay {
 public:
  explicit Replay(std::string name) : name_(std::move(name)) {}

  Result<void> line(std::string_view text) {
    ++line_;
    if (text.size() >= journal_line_limit) {
      return bad(fmt::format("the line is longer than {} bytes", journal_line_limit));
    }
    if (nesting(text) > nesting_limit) return bad("the line is nested too deeply");
    json object = json::parse(without_distributions(text), nullptr, false);
    if (object.is_discarded() && (text.find("NaN") != text.npos || text.find("Infinity") != text.npos)) {
      object = json::parse(without_bare_words(text), nullptr, false);
    }
    if (!object.is_object()) {
      return line_ == 1 ? not_ours("its first line is not a JSON object") : bad("the line is not a JSON object");
    }
    const std::optional<std::int64_t> operation = integer_at(object, "op_code");
    if (!operation || string_at(object, "worker_id") == nullptr) {
      constexpr const char* what = "the line has no \"op_code\" and \"worker_id\"";
      return line_ == 1 ? not_ours("its first line has no \"op_code\" and \"worker_id\"") : bad(what);
    }
    if (*operation < 0 || *operation > last_operation) return bad(fmt::format("unknown op_code {}", *operation));
    if (line_ == 1) return start_study(*operation, object);
    if (*operation < delete_study || *operation > create_trial) return {};   // other studies, finished trials
    const std::optional<std::int64_t> study = integer_at(object, "study_id");
    if (!study) return bad("\"study_id\" must be an integer");
    if (*study != 0) return {};
    switch (*operation) {
      case delete_study: return bad("the study was deleted", "start a new journal");
      case study_user_attr: return attribute(object, "user_attr");
      case study_system_attr: return attribute(object, "system_attr");
      default: return trial(object);
    }
  }

  // whole_bytes, torn_bytes: of the text that was read.
  Result<JournalContents> finish(std::uint64_t whole_bytes, std::uint64_t torn_bytes) {
    if (line_ == 0 && torn_bytes == 0) {
      return failure(fmt::format("{}: the file holds no study", name_), "start one with: warptune run --journal FILE");
    }
    if (line_ == 0 || (warptunes_ && contents_.trials.empty() && !header_is_complete())) {
      return failure(
          fmt::format("{}: the journal ends before its first trial, in the middle of what describes the study "
                      "(the power or the disk failed when it was begun)",
                      name_),
          fmt::format("nothing was scored: delete {} and start the study again", shown(name_)));
    }
    if (auto complete = header_is_complete(); !complete) return tl::unexpected(complete.error());
    std::sort(contents_.trials.begin(), contents_.trials.end(),
              [](const Trial& a, const Trial& b) { return a.number < b.number; });
    contents_.whole_bytes = whole_bytes;
    contents_.torn_bytes = torn_bytes;
    return std::move(contents_);
  }

  [[nodiscard]] Error too_long() const {
    return Error{fmt::format("{}:{}: the line is longer than {} bytes", name_, line_ + 1, journal_line_limit),
                 "the file is damaged, or not a journal"};
  }

 private:
  // The space is the header's, so a trial's distributions are not read. Leaving out those that are as we write them
  // halves the time to parse a line.
  std::string_view without_distributions(std::string_view text) {
    const std::size_t at = distributions_.empty() ? text.npos : text.find(distributions_);
    if (at == text.npos) return text;
    shortened_.assign(text.substr(0, at)).append(text.substr(at + distributions_.size()));
    return shortened_;
  }

  [[nodiscard]] tl::unexpected<Error> bad(const std::string& what, std::string hint = {}) const {
    if (hint.empty() && line_ > 1)
      hint = fmt::format("the lines before it can be saved with: head -n {} {}", line_ - 1, name_);
    return failure(fmt::format("{}:{}: {}", name_, line_, what), std::move(hint));
  }

  [[nodiscard]] tl::unexpected<Error> not_ours(const std::string& why) const {
    return failure(fmt::format("{}:{}: not a journal of warptune: {}", name_, std::max<std::int64_t>(line_, 1), why),
                   "give the file that `warptune run --journal FILE` wrote");
  }

  Result<void> start_study(std::int64_t operation, const json& object) {
    const std::string* name = string_at(object, "study_name");
    const auto directions = object.find("directions");
    if (operation != create_study || name == nullptr || directions == object.end() || !directions->is_array()) {
      return not_ours("its first line does not create a study");
    }
    if (directions->size() != 1 || ((*directions)[0] != 1 && (*directions)[0] != 2)) {
      return not_ours("its study does not have one direction, 1 or 2");
    }
    warptunes_ = object["worker_id"] == "warptune";
    contents_.header.name = *name;
    contents_.header.maximise = (*directions)[0] == 2;
    return {};
  }

  // A line may set one attribute. Ours are set once; others' are ignored.
  Result<void> attribute(json& object, const char* field) {
    const auto attributes = object.find(field);
    if (attributes == object.end() || !attributes->is_object() || attributes->size() != 1) {
      return bad(fmt::format("\"{}\" must be an object with one key", field));
    }
    const std::string& key = attributes->begin().key();
    json& value = attributes->begin().value();
    const bool metric = field == std::string_view("system_attr") && key == attribute_metric_names;
    if (!metric && !key.starts_with("warptune:")) return {};
    if (!metric && key == attribute_trials) return extension(value);
    if (!seen_.insert(key).second) {
      if (metric) return {};   // renamed by another tool; the study's own name for it stays
      return bad(fmt::format("attribute {} is set again", shown(key)));
    }
    JournalHeader& header = contents_.header;
    const auto text = [&](std::string& to) -> Result<void> {
      if (!value.is_string()) return bad(fmt::format("attribute {} must be a string", shown(key)));
      to = value.get<std::string>();
      return {};
    };
    if (metric) {
      if (!value.is_array() || value.size() != 1 || !value[0].is_string())
        return bad("the study needs one metric name");
      header.metric = value[0].get<std::string>();
    } else if (key == attribute_version) {
      return text(header.version);
    } else if (key == attribute_dataset) {
      return text(header.dataset);
    } else if (key == attribute_seed) {
      if (!value.is_number_unsigned()) return bad("attribute warptune:seed must be an integer from 0 to 2^64-1");
      header.seed = value.get<std::uint64_t>();
    } else if (key == attribute_space) {
      Result<Space> space = space_from_json(value, fmt::format("{}:{}", name_, line_));
      if (!space) return tl::unexpected(space.error());
      header.space = std::move(*space);
      distributions_ = TrialLines(header.space).distributions();
    } else if (key == attribute_study) {
      header.study = std::move(value);
    }
    return {};
  }

  Result<void> extension(const json& value) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > static_cast<std::uint64_t>(most_trials()))
      return bad(fmt::format("attribute {} must be a number of trials up to {}", attribute_trials, most_trials()));
    contents_.header.trials = value.get<std::int64_t>();
    return {};
  }

  Result<void> header_is_complete() const {
    for (const std::string_view key : {attribute_version, attribute_dataset, attribute_seed, attribute_space,
                                       attribute_study, attribute_metric_names}) {
      if (!seen_.contains(key)) return not_ours(fmt::format("its study has no attribute {}", key));
    }
    return {};
  }

  Result<void> trial(const json& object) {
    const auto attributes = object.find("user_attrs");
    if (attributes == object.end() || !attributes->is_object() || !attributes->contains(attribute_trial)) {
      if (contents_.foreign_trials++ == 0) contents_.first_foreign_line = line_;
      return {};
    }
    if (auto complete = header_is_complete(); !complete) return complete;
    Trial result;
    const std::optional<std::int64_t> number = integer_at(*attributes, attribute_trial);
    if (!number || *number < 0 || *number >= most_trials())
      return bad("attribute warptune:trial must be a number of a trial");
    result.number = *number;

    if (auto read = point(object, result); !read) return read;
    if (auto read = score(object, result); !read) return read;
    if (auto read = user_attributes(*attributes, result); !read) return read;
    const auto [place, first] = places_.try_emplace(*number, contents_.trials.size());
    if (first) {
      contents_.trials.push_back(std::move(result));
      return {};
    }
    Trial& before = contents_.trials[place->second];
    if (before.state != TrialState::failed) return bad(fmt::format("trial {} is there twice", *number));
    before = std::move(result);   // it failed, and was tried again
    return {};
  }

  Result<void> point(const json& object, Trial& trial) const {
    const auto params = object.find("params");
    if (params == object.end() || !params->is_object()) return bad("\"params\" must be an object");
    for (const Parameter& parameter : contents_.header.space.parameters) {
      const auto value = params->find(parameter.name);
      if (value == params->end()) return bad(fmt::format("parameter {} is missing", parameter.name));
      if (!value->is_number()) return bad(fmt::format("parameter {} must be a number", parameter.name));
      const double internal = value->get<double>();
      if (!contains(parameter.distribution, internal)) {
        return bad(fmt::format("parameter {} cannot be {}: it is not in the study's space", parameter.name, internal));
      }
      trial.point.push_back(internal);
    }
    if (params->size() == trial.point.size()) return {};
    const std::vector<Parameter>& known = contents_.header.space.parameters;
    for (auto it = params->begin(); it != params->end(); ++it) {
      const auto same = [&](const Parameter& parameter) { return parameter.name == it.key(); };
      if (std::none_of(known.begin(), known.end(), same)) {
        return bad(fmt::format("parameter {} is not in the study's space", shown(it.key())));
      }
    }
    return {};
  }

  Result<void> score(const json& object, Trial& trial) const {
    const std::optional<std::int64_t> state = integer_at(object, "state");
    if (state == state_complete)
      trial.state = TrialState::complete;
    else if (state == state_pruned)
      trial.state = TrialState::pruned;
    else if (state == state_fail)
      trial.state = TrialState::failed;
    else
      return bad("\"state\" must be 1 (complete), 2 (pruned) or 3 (fail)");
    if (trial.state == TrialState::failed) return {};
    const auto values = object.find("values");
    if (values == object.end() || !values->is_array() || values->size() != 1 || !(*values)[0].is_number()) {
      return bad("\"values\" must be a list of one number");
    }
    trial.score = (*values)[0].get<double>();
    return {};
  }

  Result<void> user_attributes(const json& attributes, Trial& trial) const {
    const std::optional<std::int64_t> fit = integer_at(attributes, "fit");
    if (!fit || *fit < 0) return bad("user attribute fit must be a number of a fit");
    trial.fit = *fit;
    if (const auto folds = attributes.find("fold_scores"); folds != attributes.end()) {
      if (!folds->is_array() || folds->size() > folds_limit) return bad("user attribute fold_scores must be a list");
      for (const json& score : *folds) {
        if (!score.is_number()) return bad("user attribute fold_scores must hold numbers");
        trial.fold_scores.push_back(score.get<double>());
      }
    }
    if (const auto rounds = attributes.find("rounds"); rounds != attributes.end()) {
      if (!rounds->is_array() || rounds->size() > folds_limit) return bad("user attribute rounds must be a list");
      for (const json& count : *rounds) {
        if (!count.is_number_unsigned() || count.get<std::uint64_t>() > most_rounds)
          return bad("user attribute rounds must hold numbers of rounds");
        trial.rounds.push_back(count.get<std::int64_t>());
      }
    }
    if (trial.state != TrialState::failed) return {};
    const std::string* reason = string_at(attributes, "fail_reason");
    if (reason == nullptr) return bad("user attribute fail_reason must be a string");
    trial.reason = *reason;
    return {};
  }

  std::string name_;
  std::int64_t line_ = 0;   // 1-based number of the current line
  JournalContents contents_;
  std::string distributions_;   // of each trial's line, once the space is known
  std::string shortened_;
  bool warptunes_ = false;                                 // the first line is one that we write
  std::unordered_map<std::int64_t, std::size_t> places_;   // in contents_.trials, of the trials by number
  std::set<std::string, std::less<>> seen_;                // attributes of the header
};

}   // namespace

std::string foreign_note(const JournalContents& contents, const std::string& name) {
  if (contents.foreign_trials == 0) return {};
  return fmt::format(
      "{}:{}: another program added {} trial{} to the study; warptune leaves them in the file and does not "
      "rank them",
      name, contents.first_foreign_line, contents.foreign_trials, contents.foreign_trials == 1 ? "" : "s");
}

Result<JournalContents> read_journal_text(std::string_view text, const std::string& name) {
  Replay replay(name);
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
    if (auto read = replay.line(text.substr(begin, end - begin)); !read) return tl::unexpected(read.error());
  }
  return replay.finish(begin, text.size() - begin);
}

Result<JournalContents> read_journal_from(int descriptor, const std::string& name) {
  constexpr std::size_t chunk = std::size_t{1} << 20;
  Replay replay(name);
  std::string text;   // the bytes from `offset` on that are not replayed yet
  std::uint64_t offset = 0;
  for (;;) {
    const std::size_t kept = text.size();
    text.resize(kept + chunk);
    const ssize_t count = ::pread(descriptor, text.data() + kept, chunk, static_cast<off_t>(offset + kept));
    if (count < 0 && errno == EINTR) {
      text.resize(kept);
      continue;
    }
    if (count < 0) return failure(fmt::format("cannot read {}: {}", name, error_text(errno)), "is the disk in order?");
    text.resize(kept + static_cast<std::size_t>(count));
    if (count == 0) return replay.finish(offset, text.size());
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
      if (auto read = replay.line(std::string_view(text).substr(begin, end - begin)); !read) {
        return tl::unexpected(read.error());
      }
    }
    text.erase(0, begin);
    offset += begin;
    if (text.size() >= journal_line_limit) return tl::unexpected(replay.too_long());
  }
}

Result<JournalContents> read_journal(const std::string& path) {
  // O_NONBLOCK: a pipe must not hang the program before it is refused.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    const int why = errno;
    return failure(fmt::format("cannot open the journal {}: {}", path, error_text(why)),
                   system_hint(why, "name a file that warptune run --journal wrote"));
  }
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return failure(fmt::format("cannot read the journal {}: it is not a regular file", path),
                   "name a file, as study.log");
  }
  return read_journal_from(file.get(), path);
}

}   // namespace warptune
