// What a fit is trained with, in LightGBM's words. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "family/library/fits.h"
#include "family/library/library_settings.h"
#include "warptune/error.h"

namespace warptune {

// What is the same for all fits of a study.
struct LightgbmStudy {
  std::string metric;   // LightGBM's: binary_logloss; None
  std::size_t classes = 2;
  std::uint64_t seed = 0;    // of 31 bits
  std::string categorical;   // numbers of the columns that are categories: 0,3
  TrainerSettings set;       // of --set, by main names
};

// --set by LightGBM's main names, see settings_of_set.
[[nodiscard]] Result<TrainerSettings> lightgbm_set(const std::vector<std::string>& given,
                                                   const std::function<std::string(const std::string&)>& main_name,
                                                   const Space& space);

// Rows are drawn only if bagging_freq is not 0 and a bagging_fraction is below 1. A space that searches the fraction and
// never sets the other is an error, for all its trials would score the same; else a note of the one that does nothing, or
// "". set: by main names.
[[nodiscard]] Result<std::string> check_bagging(const Space& space, const TrainerSettings& set);

// gpu: its number, -1 for the CPU. No name is there twice: LightGBM would take the first and warn.
[[nodiscard]] TrainerSettings lightgbm_settings(const LightgbmStudy& study, const LibraryFit& fit, int gpu);

// Of them, those that a Dataset is made with: fits that are alike in these share one.
[[nodiscard]] TrainerSettings dataset_settings(const TrainerSettings& settings);

// As LightGBM takes them: name=value name=value.
[[nodiscard]] std::string settings_text(const TrainerSettings& settings);

}   // namespace warptune
