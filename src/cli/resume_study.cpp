#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/shown.h"
#include "cli/run_study.h"
#include "cli/study_session.h"
#include "result/data_shape.h"
#include "study/setting.h"
#include "study/study_json.h"
#include "warptune/version.h"

namespace warptune {

namespace {

class ResumedStudy final : public StudySession {
 public:
  // known: trials of the journal that need not be trained again; trials: that its study had.
  ResumedStudy(const Study& study, Journal journal, JournalHeader header, std::size_t known, std::int64_t trials)
      : StudySession(study, known), open_(std::move(journal)), header_(std::move(header)), trials_(trials) {}

  Result<void> prepared(const Dataset& dataset) override {
    if (dataset.hash == header_.dataset) return {};
    return failure(fmt::format("{} is not the data that {} was made from: {}", study_.input.path, study_.output.journal,
                               shape_difference(header_.study["data"], dataset)),
                   "put the study's data back, or start a new study with a new journal");
  }

 private:
  [[nodiscard]] Result<std::optional<Journal>> open_journal(const SearchStart& start) override {
    if (Result<void> same = check_trainer(start.trainer); !same) return tl::unexpected(same.error());
    if (study_.search.trials > trials_)
      if (Result<void> extended = open_.extend(study_.search.trials); !extended)
        return tl::unexpected(extended.error());
    return std::optional<Journal>(std::move(open_));
  }

  // Another version of XGBoost may score the same trial differently.
  [[nodiscard]] Result<void> check_trainer(const std::string& trainer) const {
    const auto was = header_.study.find("trainer");
    if (trainer.empty() || was == header_.study.end() || *was == trainer) return {};
    return failure(fmt::format("{} was trained with {}, here is {}", study_.output.journal,
                               was->is_string() ? was->get<std::string>() : "?", trainer),
                   "go on with the version that the study began with, or start a new study");
  }

  Journal open_;
  JournalHeader header_;
  std::int64_t trials_;
};

// The journal's study with the settings that the user gave.
struct StudyToResume {
  Study study;
  std::int64_t trials = 0;   // that it had
};

Result<StudyToResume> study_to_resume(const JournalHeader& header, const std::string& path,
                                      const GivenSettings& given) {
  if (header.version != version)
    return failure(fmt::format("{} was written by warptune {}, this is {}", path, header.version, version),
                   "go on with that version: another one may score the same trial differently");
  if (!header.study.contains("settings") || !header.study.contains("data"))
    return failure(fmt::format("{}: the study's settings are missing", path),
                   "the journal was changed by hand, or by another program");
  Result<Study> settings = study_from_json(header.study["settings"]);
  if (!settings) return failure(fmt::format("{}: {}", path, settings.error().message), settings.error().hint);
  Study study = std::move(*settings);
  const std::int64_t total = std::max(study.search.trials, header.trials);
  study.search.trials = total;
  const SettingValue* const trials = find_given(given, "search.trials");
  if (study.search.sampler == "grid" && !study.search.trials_given && trials != nullptr)
    return failure(fmt::format("--trials {}: the study tries all of its grid, there are no more",
                               std::get<std::int64_t>(*trials)),
                   fmt::format("to end it: warptune resume {}", shell_word(path)));
  study = with_given(std::move(study), given);
  if (study.search.trials < total)
    return failure(fmt::format("--trials {}: the study has {} trials already", study.search.trials, total),
                   "give a larger number to go on beyond them, or none to end those");
  study.output.journal = path;
  std::error_code ignored;
  if (study.input.path != "-" && find_given(given, "data.path") == nullptr &&
      !std::filesystem::exists(study.input.path, ignored))
    return failure(fmt::format("{}: the study's data are not there", study.input.path),
                   fmt::format("if they were moved: warptune resume {} --data FILE", shell_word(path)));
  return StudyToResume{std::move(study), total};
}

}   // namespace

Result<void> resume_study(const std::string& path, const GivenSettings& given) {
  Result<ReopenedJournal> reopened = Journal::reopen(path);
  if (!reopened) return tl::unexpected(reopened.error());
  const JournalHeader& header = reopened->contents.header;
  const Result<StudyToResume> resumed = study_to_resume(header, path, given);
  if (!resumed) return tl::unexpected(resumed.error());
  const Study study = with_own_keeper(resumed->study);
  std::vector<Trial> known = std::move(reopened->contents.trials);
  if (study.output.retry_failed)
    std::erase_if(known, [](const Trial& trial) { return trial.state == TrialState::failed; });
  ResumedStudy session(study, std::move(reopened->journal), header, known.size(), resumed->trials);
  Result<Table> table = session.read_table();
  if (!table) return tl::unexpected(table.error());
  if (Result<void> opened = session.open_worker_log(); !opened) return opened;
  return session.finish(search(study, std::move(*table), session, session.stop_token(), {path, std::move(known)}));
}

}   // namespace warptune
