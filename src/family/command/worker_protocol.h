// What warptune and a worker say to each other: one JSON object a line. docs/command.md is the contract.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "family/library/fits.h"
#include "warptune/error.h"

namespace warptune {

inline constexpr int protocol_version = 1;

// {"trial":17,"fold":0,"params":{...}}, with its newline.
[[nodiscard]] std::string trial_line(std::int64_t trial, int fold, const std::vector<NamedValue>& params);

// To a worker that asks whether to go on after an intermediate score: {"trial":17,"fold":0,"go_on":true}, with its newline.
[[nodiscard]] std::string go_on_line(std::int64_t trial, int fold, bool go_on);

// A worker's answer to the hello: {"ready":true}. The error is a sentence about the line.
struct WorkerReady {
  bool prunes = false;   // it waits for an answer to each intermediate score
};
[[nodiscard]] Result<WorkerReady> parse_ready(std::string_view line);

struct WorkerAnswer {
  enum class Kind { score, predictions, error, intermediate };
  Kind kind = Kind::score;
  std::int64_t trial = 0, fold = 0;
  double score = 0;        // score, intermediate: finite
  std::int64_t step = 0;   // intermediate
  std::string text;        // predictions: the path; error: the worker's words, fit to be shown
};
[[nodiscard]] Result<WorkerAnswer> parse_answer(std::string_view line);

}   // namespace warptune
