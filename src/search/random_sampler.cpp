#include "search/random_sampler.h"

#include <fmt/format.h>

#include <utility>

#include "base/setting_mark.h"
#include "search/grid.h"

namespace warptune {

namespace {

class RandomSampler final : public Sampler {
 public:
  RandomSampler(const Study& study, Draw draw) : study_(study), draw_(std::move(draw)) {}

  [[nodiscard]] std::int64_t trials() const override { return study_.search.trials; }

  [[nodiscard]] Result<Points> ask(const History& history) override {
    if (history.size() > 0) return Points();
    return draw_(study_.space, study_.search.seed, 0, static_cast<std::uint32_t>(trials()));
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    const double settings = count_of_settings(study_.space);
    if (settings >= static_cast<double>(trials())) return {};
    return {fmt::format("the space has {:.0f} different setting{}, so {} of {} trials repeat one; {} takes each once",
                        settings, settings == 1 ? "" : "s", trials() - static_cast<std::int64_t>(settings), trials(),
                        setting_mark("search.sampler", "grid"))};
  }

 private:
  const Study& study_;
  Draw draw_;
};

}   // namespace

std::unique_ptr<Sampler> random_sampler(const Study& study, Draw draw) {
  return std::make_unique<RandomSampler>(study, std::move(draw));
}

}   // namespace warptune
