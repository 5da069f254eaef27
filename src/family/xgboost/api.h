// XGBoost's C functions, 1.7 to 3.x, with prototypes of our own: their names and meanings are those of xgboost/c_api.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "family/library/library_error.h"
#include "family/library/shared_library.h"

namespace warptune {

// XGBoost's messages without times and places in its source: "[10:22:33] /xgboost/src/learner.cc:123: ".
[[nodiscard]] std::string without_places(const std::string& text);

class XgboostApi {
 public:
  using Handle = void*;
  using Length = std::uint64_t;
  using Next = int(void*);
  using Reset = void(void*);
  using Log = void(const char*);

  // given: the value of --xgboost-library, may be empty.
  [[nodiscard]] static Result<std::shared_ptr<const XgboostApi>> load(const std::string& given);

  [[nodiscard]] const std::string& path() const { return library_.path(); }
  [[nodiscard]] std::string version() const;   // 3.2.0
  [[nodiscard]] std::string name() const { return "XGBoost " + version(); }
  [[nodiscard]] bool at_least(int major, int minor) const { return major_ != major ? major_ > major : minor_ >= minor; }
  [[nodiscard]] bool has_cuda() const { return has_cuda_; }

  // Throws TrainerError when a function did not return 0.
  void check(int code) const;

  int (*register_log)(Log*);
  int (*set_global_config)(const char* json);
  int (*matrix_from_dense)(const char* array, const char* config, Handle*);
  int (*quantile_matrix)(void* iterator, Handle proxy, Handle reference, Reset*, Next*, const char* config, Handle*);
  int (*proxy_create)(Handle*);
  int (*proxy_set_dense)(Handle, const char* array);
  int (*matrix_set_info)(Handle, const char* field, const char* array);
  int (*matrix_set_texts)(Handle, const char* field, const char** texts, Length);
  int (*matrix_free)(Handle);
  int (*booster_create)(const Handle*, Length, Handle*);
  int (*booster_free)(Handle);
  int (*booster_set)(Handle, const char* name, const char* value);
  int (*booster_update)(Handle, int round, Handle train);
  int (*booster_evaluate)(Handle, int round, Handle* matrices, const char** names, Length, const char** text);
  int (*booster_predict)(Handle, Handle matrix, const char* config, const Length** shape, Length* dimensions,
                         const float** values);

 private:
  explicit XgboostApi(SharedLibrary library) : library_(std::move(library)) {}
  Result<void> find_functions();

  SharedLibrary library_;
  const char* (*last_error_)();
  int major_ = 0, minor_ = 0, patch_ = 0;
  bool has_cuda_ = false;
};

}   // namespace warptune
