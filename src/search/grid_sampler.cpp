#include "search/grid_sampler.h"

#include <fmt/format.h>

#include "base/setting_mark.h"
#include "search/grid.h"
#include "space/where.h"

namespace warptune {

namespace {

class GridSampler final : public Sampler {
 public:
  explicit GridSampler(const Study& study) : study_(study), trials_(*grid_count(study.space, limit())) {}

  [[nodiscard]] std::int64_t trials() const override { return trials_; }

  [[nodiscard]] Result<Points> ask(const History& history) override {
    if (history.size() > 0) return Points();
    return grid_points(study_.space, limit());
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    if (limit() <= trials_) return {};
    return {fmt::format("the grid has {} setting{}, so there are not {} trials", trials_, trials_ == 1 ? "" : "s",
                        limit())};
  }

 private:
  // 0: all points.
  [[nodiscard]] std::int64_t limit() const { return study_.search.trials_given ? study_.search.trials : 0; }

  const Study& study_;
  std::int64_t trials_;
};

}   // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): the type of a sampler's row
std::unique_ptr<Sampler> grid_sampler(const Study& study, Draw) { return std::make_unique<GridSampler>(study); }

Result<void> check_grid(const Study& study, const Origins& origins) {
  for (const Parameter& parameter : study.space.parameters) {
    if (parameter.distribution.kind != Distribution::Kind::real || parameter.distribution.step > 0) continue;
    return failure(fmt::format("{}: a grid needs a step for a float", where_of(origins, "space." + parameter.name)),
                   fmt::format("write {}=float(LOW,HIGH,step=STEP), or {}", parameter.name,
                               setting_mark("search.sampler", "random")));
  }
  return grid_count(study.space, study.search.trials).map([](std::int64_t) {});
}

}   // namespace warptune
