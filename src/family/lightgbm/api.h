// LightGBM's C functions, 4.x, with prototypes of our own: their names and meanings are those of LightGBM/c_api.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "family/library/library_error.h"
#include "family/library/shared_library.h"

namespace warptune {

class LightgbmApi {
 public:
  using Handle = void*;
  using Log = void(const char*);
  enum Type : int { float32 = 0, float64 = 1 };   // C_API_DTYPE

  // given: the value of --lightgbm-library, may be empty. LightGBM is left with one thread per training.
  [[nodiscard]] static Result<std::shared_ptr<const LightgbmApi>> load(const std::string& given);

  [[nodiscard]] const std::string& path() const { return library_.path(); }
  // "LightGBM 4.7.0"; "LightGBM 4.x" where no file beside the library says more, since the library itself does not.
  [[nodiscard]] std::string name() const;
  // Looks into the library's file.
  [[nodiscard]] bool has_cuda() const;
  // The name that LightGBM prefers: min_data_in_leaf for min_child_samples.
  [[nodiscard]] std::string main_name(const std::string& name) const;

  // Throws TrainerError when a function did not return 0.
  void check(int code) const;

  int (*register_log)(Log*);   // for the calling thread
  int (*dataset_from_matrix)(const void* cells, int type, std::int32_t rows, std::int32_t columns, int row_major,
                             const char* settings, Handle reference, Handle*);
  int (*dataset_set_field)(Handle, const char* field, const void* values, int count, int type);
  int (*dataset_free)(Handle);
  int (*booster_create)(Handle train, const char* settings, Handle*);
  int (*booster_add_validation)(Handle, Handle dataset);
  int (*booster_update)(Handle, int* finished);
  int (*booster_evaluate)(Handle, int dataset, int* count, double* values);
  int (*booster_count_predictions)(Handle, int dataset, std::int64_t* count);
  int (*booster_predictions)(Handle, int dataset, std::int64_t* count, double* values);
  int (*booster_free)(Handle);

 private:
  explicit LightgbmApi(SharedLibrary library) : library_(std::move(library)) {}
  Result<void> find_functions();
  void read_aliases();

  SharedLibrary library_;
  const char* (*last_error_)();
  int (*dump_aliases_)(std::int64_t size, std::int64_t* needed, char* json);
  std::map<std::string, std::string> main_names_;   // of aliases
};

}   // namespace warptune
