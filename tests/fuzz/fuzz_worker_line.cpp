// What a worker of the family command writes: lines, and arrays of predictions. No input may crash, and what is refused is
// refused in one line of UTF-8.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <vector>

#include "base/npy.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "family/command/worker_log.h"
#include "family/command/worker_protocol.h"
#include "metric/prediction_score.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_sentence(const warptune::Error& error) {
  require(warptune::valid_utf8(error.message) && error.message.find('\n') == std::string::npos &&
          error.message.size() < 1000);
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace warptune;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto ready = parse_ready(text); !ready) require_sentence(ready.error());
  if (const auto answer = parse_answer(text); !answer) {
    require_sentence(answer.error());
  } else {
    require(std::isfinite(answer->score));
    if (answer->kind == WorkerAnswer::Kind::error) require(valid_utf8(answer->text));
  }

  WorkerLog log([](const std::string& line) {
    require(valid_utf8(line) && line.find('\n') == std::string::npos && line.size() <= WorkerLog::most_line_bytes + 3);
  });
  log.add(text.substr(0, size / 2));
  log.add(text.substr(size / 2));
  log.finish();
  require(valid_utf8(log.last_lines()));

  constexpr std::size_t most = 1000;
  const auto array = parse_npy(text, most);
  if (!array) {
    require_sentence(array.error());
    return 0;
  }
  require(array->values.size() <= most &&
          array->values.size() == array->rows * (array->columns == 0 ? 1 : array->columns));
  std::vector<std::uint8_t> labels(array->rows);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::uint8_t>(i % 2);
  if (labels.empty()) return 0;   // a fold has validation rows
  for (const char* metric : {"accuracy", "balanced_accuracy", "log_loss", "roc_auc"}) {
    const auto score = score_predictions(metric, *array, labels, 2);
    if (score)
      require(std::isfinite(*score));
    else
      require_sentence(score.error());
  }
  return 0;
}
