// A library that looks like XGBoost and trains nothing: it writes down who called what, for what has no GPU here. Under the
// name libcuda.so.1 it is also a driver with some GPUs.
//
// RECORD names the file of calls, one line each: thread function arguments. RECORD_VERSION (3.2.0), RECORD_CUDA (1),
// RECORD_GPUS (0); RECORD_MEMORY: more trainings than that at once are out of memory (0: every training is);
// RECORD_SCORE: the score of every round, instead of one that falls.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace {

std::string setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

std::mutex mutex;

void record(const std::string& text) {
  static std::FILE* file = std::fopen(setting("RECORD", "/dev/null").c_str(), "w");
  const std::lock_guard lock(mutex);
  static std::map<std::thread::id, int> threads;
  const int thread = threads.try_emplace(std::this_thread::get_id(), static_cast<int>(threads.size())).first->second;
  std::fprintf(file, "%d %s\n", thread, text.c_str());
  std::fflush(file);
}

struct Thing {
  int number;
  bool training = false;
};
std::string name_of(void* handle) { return std::to_string(static_cast<Thing*>(handle)->number); }
void* make_thing() {
  static std::atomic<int> count{0};
  return new Thing{count++};
}

std::atomic<int> in_flight{0};
thread_local std::string last_error;

}   // namespace

extern "C" {

int cuInit(unsigned) { return 0; }
int cuDeviceGetCount(int* count) {
  *count = std::atoi(setting("RECORD_GPUS", "0").c_str());
  return 0;
}

void XGBoostVersion(int* major, int* minor, int* patch) {
  std::sscanf(setting("RECORD_VERSION", "3.2.0").c_str(), "%d.%d.%d", major, minor, patch);
}
int XGBuildInfo(const char** out) {
  *out = setting("RECORD_CUDA", "1") == "1" ? R"({"USE_CUDA":true})" : R"({"USE_CUDA":false})";
  return 0;
}
const char* XGBGetLastError() { return last_error.c_str(); }
int XGBRegisterLogCallback(void (*)(const char*)) { return 0; }
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
  if (static_cast<Thing*>(handle)->training) --in_flight;
  record("free " + name_of(handle));
  delete static_cast<Thing*>(handle);
  return 0;
}
int XGBoosterSetParam(void* handle, const char* name, const char* value) {
  record("set " + name_of(handle) + " " + name + "=" + value);
  return 0;
}
int XGBoosterUpdateOneIter(void* handle, int round, void* train) {
  record("update " + name_of(handle) + " " + std::to_string(round) + " " + name_of(train));
  Thing* booster = static_cast<Thing*>(handle);
  if (!booster->training) {
    booster->training = true;
    ++in_flight;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(2));   // so that trainings meet
  if (in_flight > std::atoi(setting("RECORD_MEMORY", "1000").c_str())) {
    record("full");
    last_error =
        "[10:00:00] /xgboost/src/common/device.cu:7: Memory allocation error on worker 0: out of memory\nStack trace:";
    return -1;
  }
  return 0;
}
int XGBoosterEvalOneIter(void* handle, int round, void** matrices, const char**, std::uint64_t, const char** out) {
  static thread_local std::string text;
  text = "[" + std::to_string(round) + "]\tv-x:" + setting("RECORD_SCORE", std::to_string(1.0 / (round + 2)).c_str());
  record("evaluate " + name_of(handle) + " " + std::to_string(round) + " " + name_of(matrices[0]));
  *out = text.c_str();
  return 0;
}
int XGBoosterPredictFromDMatrix(void*, void*, const char*, const std::uint64_t**, std::uint64_t*, const float**) {
  last_error = "no predictions here";
  return -1;
}
}
