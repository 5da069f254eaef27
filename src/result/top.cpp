#include "result/top.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/message.h"
#include "base/shown.h"
#include "base/standard_output.h"
#include "result/journal_contents.h"
#include "result/leaderboard.h"

namespace warptune {

Result<void> print_top(const std::string& journal, int top) {
  const Result<JournalContents> contents = read_journal(journal);
  if (!contents) return tl::unexpected(contents.error());
  const Ranking ranking = rank(contents->trials, contents->header.maximise);
  if (ranking.scored == 0 && !contents->trials.empty())
    return failure(fmt::format("{}: no trial could be scored", journal), contents->trials.front().reason,
                   Exit::no_score);
  if (ranking.scored == 0) {
    return failure(fmt::format("{}: no trial has a score yet", journal),
                   fmt::format("go on with the study: warptune resume {}", shell_word(journal)), Exit::no_score);
  }
  const std::string text = leaderboard(contents->header.space, contents->header.metric, contents->trials, ranking,
                                       static_cast<std::size_t>(std::max(top, 0))) +
                           summary(count(contents->trials), -1, 0) + "\n";
  if (const std::string note = foreign_note(*contents, journal); !note.empty()) write_message(note);
  for (const std::string& note : failure_notes(contents->trials)) write_message(note);
  return write_output(text);
}

}   // namespace warptune
