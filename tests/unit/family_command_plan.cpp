// The plan of a family that names no parameter: a fit is the whole configuration.
#include <gtest/gtest.h>

#include <vector>

#include "family/library/fits.h"
#include "warptune/family.h"

namespace warptune {
namespace {

TEST(PlanCommand, EqualTrialsShareAFitThatIsNumberedByTheFirst) {
  Space space;
  for (const char* text : {"n_estimators=int(1,9)", "kernel=choice(rbf,none,1)"})
    space.parameters.push_back(*parse_parameter(text));
  const Points points{{3, 0}, {4, 1}, {3, 0}, {3, 2}, {4, 1}};
  for (const std::size_t first : {std::size_t{0}, std::size_t{2}}) {
    KnownTrials known(points.size());
    for (std::size_t i = 0; i < first; ++i) known.add(i);
    const Plan plan = make_plan(LibraryReader(**find_family("command"), space), points, known);
    ASSERT_EQ(plan.fits.size(), 3U);
    EXPECT_EQ(plan.fits[0]->first_trial, 0);
    EXPECT_EQ(plan.fits[1]->first_trial, 1);
    EXPECT_EQ(plan.fits[2]->first_trial, 3);
    const std::vector<NamedValue> settings{{"n_estimators", std::int64_t{4}}, {"kernel", None{}}};
    EXPECT_EQ(static_cast<const LibraryFit&>(*plan.fits[1]).settings, settings);   // whatever the names are elsewhere
    for (std::size_t i = first; i < points.size(); ++i) {
      EXPECT_EQ(plan.trials[i].fit, (std::vector<std::uint32_t>{0, 1, 0, 2, 1})[i]);
      EXPECT_EQ(plan.fits[plan.trials[i].fit]->queries.size(), 1U);
    }
  }
}

}   // namespace
}   // namespace warptune
