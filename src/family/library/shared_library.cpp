#include "family/library/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "base/environment.h"
#include "base/setting_mark.h"

namespace warptune {

namespace {

namespace fs = std::filesystem;

// <prefix>/lib/python*/site-packages/<package>/lib/<file>, where pip puts it, or <prefix>/lib/<file>, where conda does.
std::string in_environment(const std::string& prefix, const LibrarySearch& search) {
  std::error_code error;
  for (const char* lib : {"lib", "lib64"})
    for (const fs::path& folder : package_folders(fs::path(prefix) / lib, search.package)) {
      const fs::path file = folder / "lib" / search.file;
      if (fs::exists(file, error)) return file.string();
    }
  const fs::path file = fs::path(prefix) / "lib" / search.file;
  return fs::exists(file, error) ? file.string() : std::string();
}

// Of the python3 on the PATH; importing nothing, so that it takes 20 ms.
std::string in_python(const LibrarySearch& search) {
  const std::string command = fmt::format(
      "python3 -c 'import importlib.util as u; s = u.find_spec(\"{}\"); print(s.submodule_search_locations[0] "
      "if s and s.submodule_search_locations else \"\")' 2>/dev/null",
      search.package);
  struct Close {
    void operator()(std::FILE* file) const { pclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> output(popen(command.c_str(), "r"));
  if (output == nullptr) return {};
  std::array<char, 4096> line{};
  if (std::fgets(line.data(), line.size(), output.get()) == nullptr) return {};
  std::string folder(line.data());
  while (!folder.empty() && (folder.back() == '\n' || folder.back() == '\r')) folder.pop_back();
  const fs::path file = fs::path(folder) / "lib" / search.file;
  std::error_code error;
  return !folder.empty() && fs::exists(file, error) ? file.string() : std::string();
}

}   // namespace

void SharedLibrary::Close::operator()(void*) const {
  // Never closed: libraries with threads of their own do not survive it.
}

Result<SharedLibrary> SharedLibrary::open(const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle != nullptr) {
    // Where the loader found it: the name alone does not say.
    link_map* map = nullptr;
    const bool known = dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr && map->l_name[0] != '\0';
    return SharedLibrary(known ? map->l_name : path, handle);
  }
  const char* said = dlerror();
  std::string why = said != nullptr ? said : "the loader does not say why";
  if (why.starts_with(path + ": ")) why.erase(0, path.size() + 2);
  // The loader has no code for its reasons; where addresses are limited they are the likely one.
  rlimit limit{};
  const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return failure(fmt::format("{} can't be opened: {}", path, why),
                 limited ? fmt::format("ulimit -v {} may be too little for it", limit.rlim_cur / 1024) : std::string());
}

void* SharedLibrary::symbol(const char* name) const { return dlsym(handle_.get(), name); }

std::vector<fs::path> package_folders(const fs::path& lib, const std::string& package) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(lib, error))
    if (entry.path().filename().string().starts_with("python"))
      folders.push_back(entry.path() / "site-packages" / package);
  return folders;
}

Result<SharedLibrary> find_library(const LibrarySearch& search) {
  const std::string from_variable = environment(search.variable.c_str()).value_or("");
  for (const auto& [path, name] :
       {std::pair(search.given, setting_mark(search.setting)), std::pair(from_variable, search.variable)}) {
    if (path.empty()) continue;
    // A name without a slash would be looked for where the system's libraries are.
    Result<SharedLibrary> library = SharedLibrary::open(path.find('/') == std::string::npos ? "./" + path : path);
    if (library) return library;
    const std::string& hint = library.error().hint;
    return failure(fmt::format("{}: {}", name, library.error().message),
                   fmt::format("it must be the path of {}{}{}", search.file, hint.empty() ? "" : "; ", hint));
  }
  for (const char* prefix : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (environment(prefix).value_or("").empty()) continue;
    const std::string path = in_environment(environment(prefix).value_or(""), search);
    if (!path.empty()) return SharedLibrary::open(path);
  }
  const std::string path = in_python(search);
  if (!path.empty()) return SharedLibrary::open(path);
  for (const std::string& file : search.system_files) {
    Result<SharedLibrary> library = SharedLibrary::open(file);
    if (library) return library;
  }
  return failure(
      fmt::format("{} was not found: neither in {}, nor in a Python environment, nor among the system's libraries",
                  search.file, search.variable),
      fmt::format("install it with: {}; or name it with {}", search.install, setting_mark(search.setting, "FILE")));
}

}   // namespace warptune
