// A library that looks like LightGBM and trains nothing. It lacks the sentence by which a build without CUDA is known.
#include <cstdint>
#include <cstring>

#include "recording.h"

namespace {
thread_local std::string last_error;
thread_local void (*log_callback)(const char*) = nullptr;
constexpr char aliases[] = R"({"num_threads":["n_jobs"],"max_bin":["max_bins"]})";
}   // namespace

extern "C" {

const char* LGBM_GetLastError() { return last_error.c_str(); }
int LGBM_RegisterLogCallback(void (*callback)(const char*)) {
  log_callback = callback;
  record("log");
  return 0;
}
int LGBM_SetMaxThreads(int threads) {
  record("threads " + std::to_string(threads));
  return 0;
}
int LGBM_DumpParamAliases(std::int64_t size, std::int64_t* needed, char* out) {
  *needed = sizeof aliases;
  if (size >= *needed) std::memcpy(out, aliases, sizeof aliases);
  return 0;
}

int LGBM_DatasetCreateFromMat(const void*, int, std::int32_t rows, std::int32_t columns, int, const char* settings,
                              void* reference, void** out) {
  *out = make_thing();
  record("dataset " + name_of(*out) + " " + (reference != nullptr ? name_of(reference) : "-") + " " +
         std::to_string(rows) + "x" + std::to_string(columns) + " " + settings);
  return 0;
}
int LGBM_DatasetSetField(void*, const char*, const void*, int, int) { return 0; }
int LGBM_DatasetFree(void* handle) {
  record("free_dataset " + name_of(handle));
  delete static_cast<Thing*>(handle);
  return 0;
}

int LGBM_BoosterCreate(void* train, const char* settings, void** out) {
  *out = make_thing();
  record("booster " + name_of(*out) + " " + name_of(train) + " " + settings);
  return 0;
}
int LGBM_BoosterAddValidData(void* handle, void* dataset) {
  record("validation " + name_of(handle) + " " + name_of(dataset));
  return 0;
}
int LGBM_BoosterFree(void* handle) {
  free_booster(handle);
  return 0;
}
int LGBM_BoosterUpdateOneIter(void* handle, int* finished) {
  record("update " + name_of(handle));
  *finished = 0;
  if (const std::string warning = setting("RECORD_WARNING", ""); !warning.empty())
    for (const char* piece : {"[LightGBM] [Warning] ", warning.c_str(), "\n"}) log_callback(piece);
  if (train_round(handle)) return 0;
  last_error =
      setting("RECORD_FULL", "[CUDA] out of memory /lightgbm/src/treelearner/cuda/cuda_data_partition.cpp 7\n");
  return -1;
}
int LGBM_BoosterGetEval(void* handle, int, int* count, double* values) {
  record("evaluate " + name_of(handle));
  *count = 1;
  *values = std::atof(score_after(static_cast<Thing*>(handle)->rounds).c_str());
  return 0;
}
int LGBM_BoosterGetNumPredict(void*, int, std::int64_t*) {
  last_error = "no predictions here";
  return -1;
}
int LGBM_BoosterGetPredict(void*, int, std::int64_t*, double*) { return -1; }
}
