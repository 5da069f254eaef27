// From a table to what a study trains on.
#pragma once

#include "device/devices.h"
#include "run/open_family.h"
#include "warptune/search.h"

namespace warptune {

// Notes of reading, binning and splitting go to the observer.
[[nodiscard]] Result<StudyData> prepare(const Study& study, Table table, Devices& devices, Observer& observer,
                                        SearchCounters& counters);

}   // namespace warptune
