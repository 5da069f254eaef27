// The family lightgbm: what its executors are made of.
#pragma once

#include "family/lightgbm/api.h"
#include "family/library/values.h"

namespace warptune {

[[nodiscard]] Result<Devices> open_lightgbm(const Study& study, const TrainerData& data,
                                            const std::function<void(const std::string&)>& on_note);

// "LightGBM 4.7.0, built without CUDA (/path/lib_lightgbm.so)", and what it runs on. given: as LightgbmApi::load's.
[[nodiscard]] Result<std::string> describe_lightgbm(const std::string& given);

}   // namespace warptune
