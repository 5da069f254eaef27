#include "family/command/worker_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/shown.h"
#include "space/space_json.h"

namespace warptune {

namespace {

using nlohmann::json;

constexpr std::size_t most_error_bytes = 400;

tl::unexpected<Error> wrong(std::string_view what, std::string_view line) {
  return failure(fmt::format("it answered with {}: {}", what, shown(line, 200)));
}

Result<json> parse_object(std::string_view line) {
  json object = json::parse(line, nullptr, false);
  if (object.is_object()) return object;
  const bool number = line.find("NaN") != std::string_view::npos || line.find("Infinity") != std::string_view::npos;
  return wrong(number ? "NaN or Infinity, which are not JSON" : "a line that is no JSON object", line);
}

std::optional<std::int64_t> integer_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > most) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<double> number_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const auto number = found->get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

const std::string* text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

}   // namespace

std::string trial_line(std::int64_t trial, int fold, const std::vector<NamedValue>& params) {
  nlohmann::ordered_json line{{"trial", trial}, {"fold", fold}, {"params", nlohmann::ordered_json::object()}};
  for (const NamedValue& param : params) line["params"][param.name] = to_json(param.value);
  return line.dump() + '\n';
}

std::string go_on_line(std::int64_t trial, int fold, bool go_on) {
  return nlohmann::ordered_json{{"trial", trial}, {"fold", fold}, {"go_on", go_on}}.dump() + '\n';
}

Result<WorkerReady> parse_ready(std::string_view line) {
  const Result<json> object = parse_object(line);
  if (!object) return tl::unexpected(object.error());
  const auto ready = object->find("ready");
  if (ready == object->end() || !ready->is_boolean() || !ready->get<bool>())
    return wrong("no {\"ready\":true} to the hello", line);
  if (object->contains("protocol") && integer_at(*object, "protocol") != protocol_version)
    return wrong(fmt::format("another protocol than {}", protocol_version), line);
  const auto prunes = object->find("prunes");
  if (prunes != object->end() && !prunes->is_boolean()) return wrong("\"prunes\" that is neither true nor false", line);
  return WorkerReady{prunes != object->end() && prunes->get<bool>()};
}

Result<WorkerAnswer> parse_answer(std::string_view line) {
  const Result<json> object = parse_object(line);
  if (!object) return tl::unexpected(object.error());
  const auto trial = integer_at(*object, "trial"), fold = integer_at(*object, "fold");
  if (!trial || !fold) return wrong("a line without the numbers of its trial and fold", line);
  WorkerAnswer answer;
  answer.trial = *trial;
  answer.fold = *fold;
  int kinds = 0;
  for (const char* key : {"score", "predictions", "error", "intermediate"}) kinds += object->contains(key);
  if (kinds != 1) return wrong("not one of score, predictions, error and intermediate", line);
  if (object->contains("score")) {
    const auto score = number_at(*object, "score");
    if (!score) return wrong("a score that is no finite number", line);
    answer.score = *score;
  } else if (object->contains("predictions")) {
    const std::string* path = text_at(*object, "predictions");
    if (path == nullptr || path->empty()) return wrong("predictions that are no path", line);
    if (path->find('\0') != std::string::npos) return wrong("predictions that are no path", line);
    answer.kind = WorkerAnswer::Kind::predictions;
    answer.text = *path;
  } else if (object->contains("error")) {
    const std::string* text = text_at(*object, "error");
    if (text == nullptr) return wrong("an error that is no text", line);
    answer.kind = WorkerAnswer::Kind::error;
    answer.text = shown(on_one_line(*text), most_error_bytes);
  } else {
    const json& intermediate = (*object)["intermediate"];
    const auto step = intermediate.is_object() ? integer_at(intermediate, "step") : std::nullopt;
    const auto score = intermediate.is_object() ? number_at(intermediate, "score") : std::nullopt;
    if (!step || !score) return wrong("an intermediate without a step and a finite score", line);
    answer.kind = WorkerAnswer::Kind::intermediate;
    answer.step = *step;
    answer.score = *score;
  }
  return answer;
}

}   // namespace warptune
