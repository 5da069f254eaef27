// A library that looks like XGBoost and trains nothing. RECORD_VERSION (3.2.0), RECORD_CUDA (1).
#include <cstdint>
#include <cstring>

#include "recording.h"

namespace {
thread_local std::string last_error;
thread_local void (*log_callback)(const char*) = nullptr;
}   // namespace

extern "C" {

void XGBoostVersion(int* major, int* minor, int* patch) {
  std::sscanf(setting("RECORD_VERSION", "3.2.0").c_str(), "%d.%d.%d", major, minor, patch);
}
int XGBuildInfo(const char** out) {
  *out = setting("RECORD_CUDA", "1") == "1" ? R"({"USE_CUDA":true})" : R"({"USE_CUDA":false})";
  return 0;
}
const char* XGBGetLastError() { return last_error.c_str(); }
int XGBRegisterLogCallback(void (*callback)(const char*)) {
  log_callback = callback;
  return 0;
}
int XGBSetGlobalConfig(const char* json) {
  record(std::string("global ") + json);
  return 0;
}

int XGDMatrixCreateFromDense(const char*, const char* config, void** out) {
  *out = make_thing();
  record("matrix " + name_of(*out) + " " + config);
  return 0;
}
int XGQuantileDMatrixCreateFromCallback(void* iterator, void*, void* reference, void (*reset)(void*),
                                        int (*next)(void*), const char* config, void** out) {
  for (int pass = 0; pass < 2; ++pass) {
    reset(iterator);
    while (next(iterator) != 0) {
    }
  }
  *out = make_thing();
  record("matrix " + name_of(*out) + (reference != nullptr ? " of " + name_of(reference) : "") + " " + config);
  return 0;
}
int XGProxyDMatrixCreate(void** out) {
  *out = make_thing();
  return 0;
}
int XGProxyDMatrixSetDataDense(void*, const char*) { return 0; }
int XGDMatrixSetInfoFromInterface(void*, const char*, const char*) { return 0; }
int XGDMatrixSetStrFeatureInfo(void*, const char*, const char**, std::uint64_t) { return 0; }
int XGDMatrixFree(void* handle) {
  delete static_cast<Thing*>(handle);
  return 0;
}

int XGBoosterCreate(void* const* matrices, std::uint64_t, void** out) {
  *out = make_thing();
  record("booster " + name_of(*out) + " on " + name_of(matrices[0]));
  return 0;
}
int XGBoosterFree(void* handle) {
  free_booster(handle);
  return 0;
}
int XGBoosterSetParam(void* handle, const char* name, const char* value) {
  record("set " + name_of(handle) + " " + name + "=" + value);
  return 0;
}
int XGBoosterUpdateOneIter(void* handle, int round, void* train) {
  record("update " + name_of(handle) + " " + std::to_string(round) + " " + name_of(train));
  if (const std::string warning = setting("RECORD_WARNING", ""); !warning.empty())
    log_callback(("[10:00:00] WARNING: /xgboost/src/learner.cc:7: " + warning).c_str());
  if (!train_round(handle)) {
    last_error = setting(
        "RECORD_FULL",
        "[10:00:00] /xgboost/src/common/device.cu:7: Memory allocation error on worker 0: out of memory\nStack trace:");
    return -1;
  }
  return 0;
}
int XGBoosterEvalOneIter(void* handle, int round, void** matrices, const char**, std::uint64_t, const char** out) {
  static thread_local std::string text;
  text = "[" + std::to_string(round) + "]\tv-x:" + score_after(round + 1);
  record("evaluate " + name_of(handle) + " " + std::to_string(round) + " " + name_of(matrices[0]));
  *out = text.c_str();
  return 0;
}
int XGBoosterPredictFromDMatrix(void*, void*, const char*, const std::uint64_t**, std::uint64_t*, const float**) {
  last_error = "no predictions here";
  return -1;
}
}
