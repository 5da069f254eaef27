// A library that is opened at run time, and where such libraries lie.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "warptune/error.h"

namespace warptune {

class SharedLibrary {
 public:
  [[nodiscard]] static Result<SharedLibrary> open(const std::string& path);
  [[nodiscard]] const std::string& path() const { return path_; }
  // nullptr if the library has no such function.
  template <class Function>
  [[nodiscard]] Function* find(const char* name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  SharedLibrary(std::string path, void* handle) : path_(std::move(path)), handle_(handle) {}
  [[nodiscard]] void* symbol(const char* name) const;

  std::string path_;
  std::unique_ptr<void, Close> handle_;
};

// Looks a library's functions up, and knows the first one that was not there.
class FunctionFinder {
 public:
  explicit FunctionFinder(const SharedLibrary& library) : library_(library) {}
  template <class Function>
  void find(Function*& function, const char* name) {
    function = library_.find<Function>(name);
    if (function == nullptr && missing_.empty()) missing_ = name;
  }
  [[nodiscard]] const std::string& missing() const { return missing_; }   // empty: none

 private:
  const SharedLibrary& library_;
  std::string missing_;
};

// <lib>/python*/site-packages/<package>, where pip and conda install a package; whether it is there or not.
[[nodiscard]] std::vector<std::filesystem::path> package_folders(const std::filesystem::path& lib,
                                                                 const std::string& package);

// How a library is looked for, in this order: the path that the user gave, the environment variable, the active Python
// environment (VIRTUAL_ENV, CONDA_PREFIX), the packages of the python3 on the PATH, the system's library path.
struct LibrarySearch {
  std::string setting, given;              // model.xgboost_library and its value
  std::string variable;                    // WARPTUNE_XGBOOST
  std::string package;                     // xgboost: the Python package that holds it, at lib/<file>
  std::string file;                        // libxgboost.so
  std::vector<std::string> system_files;   // names that the system's loader may know
  std::string install;                     // the command that installs it
};

// Opens the first that is there. What the user or the variable names must open; the others are passed over if absent.
[[nodiscard]] Result<SharedLibrary> find_library(const LibrarySearch& search);

}   // namespace warptune
