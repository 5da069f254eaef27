#include "family/lightgbm/api.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace warptune {

namespace {

constexpr const char* needs = "LightGBM 4.0 or newer is needed: pip install --upgrade lightgbm";

// What LightGBM says of device_type=cuda where it was built without: every such library holds the sentence.
constexpr std::string_view without_cuda = "CUDA Tree Learner was not enabled in this build";

// "Check failed: ... at /__w/src/boosting/rf.hpp, line 37 .\n" without the place.
std::string without_place(std::string text) {
  text = text.substr(0, text.rfind(" at /"));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// Python's package has its version in VERSION.txt: above the folder of the library, or, in a conda environment, in the
// package's own folder below that of the library.
std::string version_beside(const std::string& library) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::canonical(library, error).parent_path();
  if (error) return {};
  std::vector<fs::path> places = package_folders(folder, "lightgbm");
  places.insert(places.begin(), folder.parent_path());
  for (const fs::path& place : places) {
    std::ifstream file(place / "VERSION.txt");
    std::string version;
    file >> version;
    if (version.starts_with("4.")) return version;
  }
  return {};
}

}   // namespace

Result<std::shared_ptr<const LightgbmApi>> LightgbmApi::load(const std::string& given) {
  LibrarySearch search;
  search.setting = "model.lightgbm_library";
  search.given = given;
  search.variable = "WARPTUNE_LIGHTGBM";
  search.package = "lightgbm";
  search.file = "lib_lightgbm.so";
  search.system_files = {"lib_lightgbm.so"};
  search.install = "pip install lightgbm";
  Result<SharedLibrary> library = find_library(search);
  if (!library) return tl::unexpected(library.error());
  std::shared_ptr<LightgbmApi> api(new LightgbmApi(std::move(*library)));
  if (Result<void> found = api->find_functions(); !found) return tl::unexpected(found.error());
  api->read_aliases();
  return api;
}

Result<void> LightgbmApi::find_functions() {
  FunctionFinder functions(library_);
  functions.find(last_error_, "LGBM_GetLastError");
  functions.find(register_log, "LGBM_RegisterLogCallback");
  functions.find(dataset_from_matrix, "LGBM_DatasetCreateFromMat");
  functions.find(dataset_set_field, "LGBM_DatasetSetField");
  functions.find(dataset_free, "LGBM_DatasetFree");
  functions.find(booster_create, "LGBM_BoosterCreate");
  functions.find(booster_add_validation, "LGBM_BoosterAddValidData");
  functions.find(booster_update, "LGBM_BoosterUpdateOneIter");
  functions.find(booster_evaluate, "LGBM_BoosterGetEval");
  functions.find(booster_count_predictions, "LGBM_BoosterGetNumPredict");
  functions.find(booster_predictions, "LGBM_BoosterGetPredict");
  functions.find(booster_free, "LGBM_BoosterFree");
  functions.find(dump_aliases_, "LGBM_DumpParamAliases");   // 3.3 lacks it
  if (!functions.missing().empty())
    return failure(fmt::format("{} lacks the function {}", path(), functions.missing()), needs);
  // The number of threads belongs to the process. Libraries before 4.3 learn it from num_threads=1 alone.
  if (auto* set_threads = library_.find<int(int)>("LGBM_SetMaxThreads")) (void)set_threads(1);
  return {};
}

void LightgbmApi::read_aliases() {
  std::string text(1, '\0');
  std::int64_t needed = 0;
  if (dump_aliases_(1, &needed, text.data()) != 0 || needed <= 0) return;
  text.resize(static_cast<std::size_t>(needed));
  if (dump_aliases_(needed, &needed, text.data()) != 0) return;
  const nlohmann::json all = nlohmann::json::parse(text.c_str(), nullptr, false);
  if (!all.is_object()) return;
  for (const auto& [name, aliases] : all.items())
    for (const auto& alias : aliases)
      if (alias.is_string()) main_names_[alias.get<std::string>()] = name;
}

std::string LightgbmApi::name() const {
  const std::string version = version_beside(path());
  return "LightGBM " + (version.empty() ? "4.x" : version);
}

bool LightgbmApi::has_cuda() const {
  std::ifstream file(path(), std::ios::binary);
  std::array<char, 1 << 16> piece{};
  std::string end;   // of the piece before, for a sentence on the border
  while (file) {
    file.read(piece.data(), piece.size());
    std::string text = end + std::string(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (text.find(without_cuda) != std::string::npos) return false;
    end = text.substr(text.size() - std::min(text.size(), without_cuda.size()));
  }
  return true;
}

std::string LightgbmApi::main_name(const std::string& name) const {
  const auto found = main_names_.find(name);
  return found == main_names_.end() ? name : found->second;
}

void LightgbmApi::check(int code) const {
  if (code == 0) return;
  const char* text = last_error_();
  throw TrainerError{without_place(text != nullptr ? text : "LightGBM does not say why")};
}

}   // namespace warptune
