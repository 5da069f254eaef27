// What libraries that stand in for a trainer's share: they write down who called what, for what has no GPU here. Under the
// name libcuda.so.1 each is also a driver with some GPUs.
//
// RECORD names the file of calls, one line each: thread function arguments. RECORD_GPUS (0); RECORD_MEMORY: more trainings
// than that at once are out of memory (0: every training is); RECORD_FULL: what it then says
// instead of the library's own words; RECORD_FREE: bytes that each GPU has free; RECORD_SCORE: the score of every round,
// instead of one that falls; RECORD_WARNING: what it warns of in every round.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>

inline std::string setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

inline void record(const std::string& text) {
  static std::mutex mutex;
  static std::FILE* file = std::fopen(setting("RECORD", "/dev/null").c_str(), "w");
  const std::lock_guard lock(mutex);
  static std::map<std::thread::id, int> threads;
  const int thread = threads.try_emplace(std::this_thread::get_id(), static_cast<int>(threads.size())).first->second;
  std::fprintf(file, "%d %s\n", thread, text.c_str());
  std::fflush(file);
}

// A matrix or a booster.
struct Thing {
  int number;
  int rounds = 0;   // that it trained; more than 0: it is in flight
};
inline std::string name_of(void* handle) { return std::to_string(static_cast<Thing*>(handle)->number); }
inline void* make_thing() {
  static std::atomic<int> count{0};
  return new Thing{count++};
}

inline std::atomic<int> in_flight{0};

// False if there is no memory for it.
inline bool train_round(void* handle) {
  if (static_cast<Thing*>(handle)->rounds++ == 0) ++in_flight;
  std::this_thread::sleep_for(std::chrono::milliseconds(2));   // so that trainings meet
  if (in_flight <= std::atoi(setting("RECORD_MEMORY", "1000").c_str())) return true;
  record("full");
  return false;
}
inline std::string score_after(int rounds) {
  return setting("RECORD_SCORE", std::to_string(1.0 / (rounds + 1)).c_str());
}
inline void free_booster(void* handle) {
  if (static_cast<Thing*>(handle)->rounds > 0) --in_flight;
  record("free " + name_of(handle));
  delete static_cast<Thing*>(handle);
}

extern "C" {
int cuInit(unsigned) { return 0; }
int cuDeviceGetCount(int* count) {
  *count = std::atoi(setting("RECORD_GPUS", "0").c_str());
  return 0;
}
int cuDeviceGet(int* device, int number) {
  *device = number;
  return 0;
}
int cuDevicePrimaryCtxRetain(void** context, int device) {
  static int contexts[64];
  *context = &contexts[device];
  return 0;
}
int cuCtxPushCurrent_v2(void*) { return 0; }
int cuCtxPopCurrent_v2(void**) { return 0; }
int cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  *free = *total = std::strtoull(setting("RECORD_FREE", "80000000000").c_str(), nullptr, 10);
  return 0;
}
}
