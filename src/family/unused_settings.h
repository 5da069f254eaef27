// Settings of devices that say nothing to a family there: a note, once.
#pragma once

#include "warptune/search.h"
#include "warptune/study.h"

namespace warptune {

// Where no GPU is used, or nothing there has streams.
void note_unused_streams(const Study& study, Observer& observer);
// Where the program that trains takes what it needs.
void note_unused_memory(const Study& study, Observer& observer);

}   // namespace warptune
