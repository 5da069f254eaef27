#include "family/xgboost/api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <regex>

namespace warptune {

namespace {

std::string without_trace(std::string text) {
  text = without_places(text.substr(0, text.find("\nStack trace")));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

bool built_with_cuda(const char* build_info) {
  const nlohmann::json info = nlohmann::json::parse(build_info, nullptr, false);
  const auto cuda = info.is_object() ? info.find("USE_CUDA") : info.end();
  return info.is_object() && cuda != info.end() && cuda->is_boolean() && cuda->get<bool>();
}

}   // namespace

std::string without_places(const std::string& text) {
  static const std::regex place(R"(\[\d\d:\d\d:\d\d\] |\S+\.(cc|cpp|cu|h|hpp|cuh):\d+: )");
  return std::regex_replace(text, place, "");
}

Result<std::shared_ptr<const XgboostApi>> XgboostApi::load(const std::string& given) {
  LibrarySearch search;
  search.setting = "model.xgboost_library";
  search.given = given;
  search.variable = "WARPTUNE_XGBOOST";
  search.package = "xgboost";
  search.file = "libxgboost.so";
  search.system_files = {"libxgboost.so", "libxgboost.so.0"};
  search.install = "pip install xgboost";
  Result<SharedLibrary> library = find_library(search);
  if (!library) return tl::unexpected(library.error());
  std::shared_ptr<XgboostApi> api(new XgboostApi(std::move(*library)));
  if (Result<void> found = api->find_functions(); !found) return tl::unexpected(found.error());
  return api;
}

Result<void> XgboostApi::find_functions() {
  FunctionFinder functions(library_);
  void (*read_version)(int*, int*, int*) = nullptr;
  int (*build_info)(const char**) = nullptr;
  functions.find(read_version, "XGBoostVersion");
  functions.find(build_info, "XGBuildInfo");
  functions.find(last_error_, "XGBGetLastError");
  functions.find(register_log, "XGBRegisterLogCallback");
  functions.find(set_global_config, "XGBSetGlobalConfig");
  functions.find(matrix_from_dense, "XGDMatrixCreateFromDense");
  functions.find(quantile_matrix, "XGQuantileDMatrixCreateFromCallback");
  functions.find(proxy_create, "XGProxyDMatrixCreate");
  functions.find(proxy_set_dense, "XGProxyDMatrixSetDataDense");
  functions.find(matrix_set_info, "XGDMatrixSetInfoFromInterface");
  functions.find(matrix_set_texts, "XGDMatrixSetStrFeatureInfo");
  functions.find(matrix_free, "XGDMatrixFree");
  functions.find(booster_create, "XGBoosterCreate");
  functions.find(booster_free, "XGBoosterFree");
  functions.find(booster_set, "XGBoosterSetParam");
  functions.find(booster_update, "XGBoosterUpdateOneIter");
  functions.find(booster_evaluate, "XGBoosterEvalOneIter");
  functions.find(booster_predict, "XGBoosterPredictFromDMatrix");
  if (read_version != nullptr) read_version(&major_, &minor_, &patch_);
  if (!functions.missing().empty())
    return failure(fmt::format("{} lacks the function {}{}", path(), functions.missing(),
                               read_version == nullptr ? "" : ": it is " + name()),
                   "XGBoost 1.7 or newer is needed: pip install --upgrade xgboost");
  if (!at_least(1, 7))
    return failure(fmt::format("{} is {}", path(), name()), "1.7 or newer is needed: pip install --upgrade xgboost");
  const char* info = nullptr;
  has_cuda_ = build_info(&info) == 0 && info != nullptr && built_with_cuda(info);
  return {};
}

std::string XgboostApi::version() const { return fmt::format("{}.{}.{}", major_, minor_, patch_); }

void XgboostApi::check(int code) const {
  if (code == 0) return;
  const char* text = last_error_();
  throw TrainerError{without_trace(text != nullptr ? text : "XGBoost does not say why")};
}

}   // namespace warptune
