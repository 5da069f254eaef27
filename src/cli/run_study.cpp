#include "cli/run_study.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/standard_output.h"
#include "cli/columns_text.h"
#include "cli/study_session.h"
#include "dataset/column_roles.h"
#include "result/data_shape.h"
#include "study/study_json.h"
#include "warptune/version.h"

namespace warptune {

namespace {

class NewStudy final : public StudySession {
 public:
  NewStudy(const Study& study, std::string study_file) : StudySession(study, 0) {
    header_.study["file"] = std::move(study_file);
  }

  Result<void> prepared(const Dataset& dataset) override {
    header_.dataset = dataset.hash;
    header_.study["data"] = data_shape(dataset);
    return {};
  }

 private:
  [[nodiscard]] Result<std::optional<Journal>> open_journal(const SearchStart& start) override {
    if (study_.output.journal.empty()) return std::optional<Journal>();
    header_.name = study_.input.path + ": " + study_.model.family;
    header_.maximise = maximise(study_.evaluation.metric);
    header_.metric = study_.evaluation.metric;
    header_.space = study_.space;
    header_.version = version;
    header_.seed = study_.search.seed;
    header_.study["settings"] = kept_settings(study_);
    if (!start.trainer.empty()) header_.study["trainer"] = start.trainer;
    return Journal::create(study_.output.journal, header_).map([](Journal journal) {
      return std::optional<Journal>(std::move(journal));
    });
  }

  JournalHeader header_;
};

Result<void> dry_run(const Study& study, NewStudy& session, Table table) {
  std::string columns;
  if (const Result<ColumnRoles> roles = column_roles(table, study.dataset)) columns = columns_text(table, *roles);
  const Result<std::string> plan = describe_search(study, std::move(table), session);
  if (!plan) return tl::unexpected(plan.error());
  session.show_notes();
  return write_output(columns + *plan);
}

}   // namespace

Result<void> run_study(const Study& given, const std::string& study_file) {
  const Study study = with_own_keeper(given);
  NewStudy session(study, study_file);
  Result<Table> table = session.read_table();
  if (!table) return tl::unexpected(table.error());
  if (study.output.dry_run) return dry_run(study, session, std::move(*table));
  if (Result<void> opened = session.open_worker_log(); !opened) return opened;
  return session.finish(search(study, std::move(*table), session, session.stop_token()));
}

}   // namespace warptune
