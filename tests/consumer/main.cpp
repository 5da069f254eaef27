// Uses the library as a program that embeds it does: a study over a table in memory, its progress, one that is stopped and
// goes on, one of the family command. $WARPTUNE_KEEPER: path of the program warptune.
#include <warptune/search.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#if __has_include("base/units.h") || __has_include("run/generations.h") || __has_include("src/base/units.h")
#error "the library's own headers are seen by who uses it"
#endif

namespace {

warptune::Result<warptune::Table> table() {
  std::string text = "height,weight,kind\n";
  for (int i = 0; i < 300; ++i)
    text += std::to_string(i % 97) + "," + std::to_string(i * 7 % 89) + "," + (i % 97 > 48 ? "tall\n" : "short\n");
  return warptune::parse_csv(text, "people");
}

class Progress : public warptune::Observer {
 public:
  explicit Progress(std::size_t stop_after = 0) : stop_after_(stop_after) {}
  warptune::Result<void> begin(const warptune::SearchStart& start) override {
    trials = start.trials;
    return {};
  }
  warptune::Result<void> ended(std::span<const warptune::Trial> all, std::size_t) override {
    seen = all.size();
    if (stop_after_ > 0 && seen >= stop_after_) stop.request_stop();
    return {};
  }
  std::stop_source stop;
  std::int64_t trials = 0;
  std::size_t seen = 0;

 private:
  std::size_t stop_after_;
};

// Trials of a command that scored, of 4.
long scored_by_workers() {
  const char* keeper = std::getenv("WARPTUNE_KEEPER");
  warptune::Study study;
  study.dataset.target = "kind";
  study.search.trials = 4;
  study.model.family = "command";
  study.model.command.keeper = keeper == nullptr ? "" : keeper;
  study.model.command.line =
      R"(read -r hello; echo '{"ready":true}'; while read -r ask; do echo "${ask%,\"params*},\"score\":0.5}"; done)";
  study.space.parameters.push_back(*warptune::parse_parameter("x=float(0,1)"));
  Progress progress;
  const auto result = warptune::search(study, *table(), progress);
  if (!result) {
    std::fprintf(stderr, "%s\n", warptune::plain_text(result.error().message).c_str());
    return 0;
  }
  return std::count_if(result->trials.begin(), result->trials.end(), [](const warptune::Trial& trial) {
    return trial.state == warptune::TrialState::complete && trial.score == 0.5;
  });
}

}   // namespace

int main() {
  warptune::Study study;
  study.dataset.target = "kind";
  study.search.trials = 20;
  study.space.parameters.push_back(*warptune::parse_parameter("n_estimators=int(5,30)"));
  study.space.parameters.push_back(*warptune::parse_parameter("min_samples_leaf=int(1,20)"));

  Progress progress;
  const auto whole = warptune::search(study, *table(), progress, progress.stop.get_token());
  if (!whole) {
    std::fprintf(stderr, "%s\n", warptune::plain_text(whole.error().message).c_str());
    return 1;
  }
  Progress stopper(1);
  const auto stopped = warptune::search(study, *table(), stopper, stopper.stop.get_token());
  if (!stopped) return 1;
  Progress again;
  const auto resumed = warptune::search(study, *table(), again, again.stop.get_token(), {"stopped", stopped->trials});
  if (!resumed) return 1;
  bool same = whole->trials.size() == resumed->trials.size();
  for (std::size_t i = 0; same && i < whole->trials.size(); ++i)
    same = whole->trials[i].score == resumed->trials[i].score;
  std::printf("%zu of %lld trials, best %.2f, resumed: %s; workers: %ld of 4\n", progress.seen,
              static_cast<long long>(progress.trials), whole->trials.front().score, same ? "the same" : "other scores",
              scored_by_workers());
}
