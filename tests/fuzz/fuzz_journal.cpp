// libFuzzer target: a journal of any bytes is read or refused, never more. What is accepted and written again reads
// back equal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "result/journal_text.h"
#include "result/leaderboard.h"
#include "result/results_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace warptune;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<JournalContents> read = read_journal_text(text, "journal");
  if (!read) {
    if (read.error().message.empty()) std::abort();
    return 0;
  }
  const Ranking ranking = rank(read->trials, read->header.maximise);
  const std::string table = leaderboard(read->header.space, read->header.metric, read->trials, ranking, 10);
  const std::string csv = results_text(ResultsFormat::csv, read->header.space, read->trials, ranking);
  const std::string json = results_text(ResultsFormat::json, read->header.space, read->trials, ranking);
  if (table.empty() != (ranking.ranked == 0) || csv.empty() || !nlohmann::json::accept(json)) std::abort();

  Result<std::string> again = header_lines(read->header);
  if (!again) return 0;   // distributions too long for a line
  const TrialLines lines(read->header.space);
  for (const Trial& trial : read->trials)
    lines.append(*again, trial, "2026-01-02T03:04:05.000001", "2026-01-02T03:04:06.000001");
  const Result<JournalContents> reread = read_journal_text(*again, "again");
  if (!reread || reread->trials.size() != read->trials.size()) std::abort();
  if (reread->header.space != read->header.space) std::abort();
  for (std::size_t i = 0; i < read->trials.size(); ++i) {
    const Trial& a = read->trials[i];
    const Trial& b = reread->trials[i];
    if (a.point != b.point || a.state != b.state || a.score != b.score || a.fold_scores != b.fold_scores ||
        a.fit != b.fit) {
      std::abort();
    }
  }
  return 0;
}
