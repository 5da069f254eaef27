// warptune top
#include <fmt/format.h>

#include <algorithm>

#include "base/shown.h"
#include "base/standard_output.h"
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "result/journal_contents.h"
#include "result/leaderboard.h"

namespace warptune {

Result<void> print_top(const std::string& journal, int top) {
  const Result<JournalContents> contents = read_journal(journal);
  if (!contents) return tl::unexpected(contents.error());
  const Ranking ranking = rank(contents->trials, contents->header.maximise);
  if (ranking.ranked == 0 && !contents->trials.empty())
    return failure(fmt::format("{}: no trial could be scored", journal), contents->trials.front().reason,
                   ErrorKind::no_score);
  if (ranking.ranked == 0) {
    return failure(fmt::format("{}: no trial has a score yet", journal),
                   fmt::format("go on with the study: warptune resume {}", shell_word(journal)), ErrorKind::no_score);
  }
  const std::string text = leaderboard(contents->header.space, contents->header.metric, contents->trials, ranking,
                                       static_cast<std::size_t>(std::max(top, 0))) +
                           summary(count(contents->trials), -1, 0) + "\n";
  if (const std::string note = foreign_note(*contents, journal); !note.empty()) say(note);
  for (const std::string& note : failure_notes(contents->trials)) say(note);
  return write_output(text);
}

int command_top(const Command& command) {
  const auto printed = print_top(command.journal, with_given({}, command.given).output.top);
  return printed ? 0 : report(printed.error());
}

}   // namespace warptune
