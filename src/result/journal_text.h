// The lines of a journal as warptune writes them. Pure: no file, no clock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "result/journal_contents.h"

namespace warptune {

inline constexpr std::string_view attribute_version = "warptune:version";
inline constexpr std::string_view attribute_dataset = "warptune:dataset";
inline constexpr std::string_view attribute_seed = "warptune:seed";
inline constexpr std::string_view attribute_space = "warptune:space";
inline constexpr std::string_view attribute_study = "warptune:study";
inline constexpr std::string_view attribute_trials = "warptune:trials";   // may be set again: the study was extended
inline constexpr std::string_view attribute_trial = "warptune:trial";
inline constexpr std::string_view attribute_metric_names = "study:metric_names";   // Optuna's own

// A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

// Optuna's text of a distribution. A fixed parameter is a categorical one with a single choice; a list is a word there.
[[nodiscard]] std::string distribution_text(const Distribution& distribution);

// The lines that create the study, metric names last (the browser's reader forgets them at any later op 3).
[[nodiscard]] Result<std::string> header_lines(const JournalHeader& header);

// The line that extends the study to so many trials.
[[nodiscard]] std::string extension_line(std::int64_t trials);

// Assembles trial lines; what is equal in all of them is made once.
class TrialLines {
 public:
  explicit TrialLines(const Space& space);
  // Appends the line of one trial. Times are naive local ones, as "2026-01-02T03:04:05.000001".
  void append(std::string& out, const Trial& trial, std::string_view started, std::string_view completed) const;
  // The part `,"distributions":{...}`: the same in all lines, and most of each.
  [[nodiscard]] const std::string& distributions() const { return distributions_; }

 private:
  struct Param {
    std::string key;      // "name": with the separator before it
    bool index = false;   // written as an integer: the index of a choice
  };
  std::string distributions_;
  std::vector<Param> params_;
};

}   // namespace warptune
