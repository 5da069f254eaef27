// A family of models as the loop of a study sees it: what it trains, in what pieces, and who trains.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "device/devices.h"
#include "plan/plan.h"
#include "run/executor.h"
#include "run/scheduler.h"
#include "run/study_data.h"
#include "search/pruner.h"
#include "warptune/search.h"
#include "warptune/study.h"

namespace warptune {

// What a family is started with.
struct FamilyStart {
  const Plan& first;      // of what is to be trained
  const Pruner& pruner;   // asked while it trains; borrowed for as long as executors run
  Observer& observer;     // the same
  bool dry_run = false;   // only to be described
};

// A family, opened for a study and its data, both of which it borrows.
class OpenFamily {
 public:
  OpenFamily() = default;
  virtual ~OpenFamily() = default;
  OpenFamily(const OpenFamily&) = delete;
  OpenFamily& operator=(const OpenFamily&) = delete;

  // Pure: needs no executors.
  [[nodiscard]] virtual Plan plan(const Points& points, const KnownTrials& known) const = 0;
  // Makes the executors; once, after the first plan, which may say how many are of use. Tells the observer which, and why.
  [[nodiscard]] virtual Result<void> start(const FamilyStart& start) = 0;
  // Of a plan, for the executors there are.
  [[nodiscard]] virtual std::vector<Batch> batches(const Plan& plan) const = 0;
  // What --dry-run shows of a plan.
  [[nodiscard]] virtual std::string text(const Plan& plan) const = 0;

  [[nodiscard]] const std::vector<std::unique_ptr<Executor>>& executors() const { return executors_; }
  // Program and version that trains; empty: warptune itself.
  [[nodiscard]] const std::string& trainer() const { return trainer_; }

 protected:
  std::vector<std::unique_ptr<Executor>> executors_;
  std::string trainer_;
};

// How a family is opened, one row a family in family/entries.cpp; what it is called and takes is its Family.
struct FamilyEntry {
  std::string_view name;
  bool on_values = false;   // trains on the table's values, by another program; else on bins, by kernels of our own
  Result<std::unique_ptr<OpenFamily>> (*open)(const Study&, const StudyData&, Devices&) = nullptr;
  Result<std::string> (*describe)() = nullptr;   // the program that trains, for `warptune families NAME`
  // Of kernels of our own: what a completed study over a table of so many rows and columns is at most.
  Job (*most)(const Study&, std::size_t rows, std::size_t columns) = nullptr;
};

// family: one of families()
[[nodiscard]] const FamilyEntry& family_entry(std::string_view family);

}   // namespace warptune
