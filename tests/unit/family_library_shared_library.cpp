// Where a trainer's library is looked for, and what is said when it is not there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/with_flags.h"
#include "family/library/shared_library.h"

namespace warptune {
namespace {

LibrarySearch search_for(const std::string& file) {
  LibrarySearch search;
  search.setting = "model.xgboost_library";
  search.variable = "WARPTUNE_NONE";
  search.package = "no_such_package";
  search.file = file;
  search.system_files = {file};
  search.install = "pip install none";
  return search;
}

class TrainerLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"WARPTUNE_NONE", "VIRTUAL_ENV", "CONDA_PREFIX"}) unsetenv(name);
  }
  void TearDown() override { SetUp(); }
};

TEST_F(TrainerLibrary, ThatIsNowhereIsAnErrorWithTheCommandThatInstallsIt) {
  const Result<SharedLibrary> library = find_library(search_for("libnone_of_warptune.so"));
  ASSERT_FALSE(library);
  EXPECT_NE(library.error().message.find("libnone_of_warptune.so was not found"), std::string::npos);
  EXPECT_NE(library.error().hint.find("pip install none"), std::string::npos);
  EXPECT_NE(with_flags(library.error().hint).find("--xgboost-library FILE"), std::string::npos);
  EXPECT_EQ(library.error().kind, ErrorKind::usage);
}

TEST_F(TrainerLibrary, OfTheSystemIsFoundLast) {
  const Result<SharedLibrary> library = find_library(search_for("libm.so.6"));
  ASSERT_TRUE(library) << library.error().message;
  EXPECT_NE(library->find<double(double)>("cos"), nullptr);
  EXPECT_EQ(library->find<double(double)>("no_such_function"), nullptr);
}

TEST_F(TrainerLibrary, ThatTheUserNamesMustOpen) {
  LibrarySearch search = search_for("libm.so.6");
  search.given = "/no/such/file.so";
  Result<SharedLibrary> library = find_library(search);
  ASSERT_FALSE(library);
  EXPECT_EQ(with_flags(library.error().message).find("--xgboost-library: /no/such/file.so can't be opened"), 0u);
  search.given.clear();
  setenv("WARPTUNE_NONE", "/no/such/other.so", 1);
  library = find_library(search);
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().message.find("WARPTUNE_NONE: /no/such/other.so can't be opened"), 0u);
}

TEST_F(TrainerLibrary, WithoutASlashIsAFileOfThisFolder) {
  LibrarySearch search = search_for("libm.so.6");
  search.given = "libm.so.6";   // which the loader would find
  const Result<SharedLibrary> library = find_library(search);
  ASSERT_FALSE(library);
  EXPECT_EQ(with_flags(library.error().message).find("--xgboost-library: ./libm.so.6 can't be opened"), 0u);
}

TEST_F(TrainerLibrary, OfTheActivePythonEnvironmentComesBeforeTheSystems) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "trainer_library_env";
  const std::filesystem::path lib = folder / "lib/python3.99/site-packages/no_such_package/lib";
  std::filesystem::create_directories(lib);
  std::ofstream(lib / "libm.so.6") << "no library at all";
  setenv("VIRTUAL_ENV", folder.c_str(), 1);
  const Result<SharedLibrary> library = find_library(search_for("libm.so.6"));
  ASSERT_FALSE(library);   // the file there was tried, and is none
  EXPECT_NE(library.error().message.find("python3.99"), std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_F(TrainerLibrary, OfCondaLiesBesideItsOtherLibraries) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "trainer_library_conda";
  std::filesystem::create_directories(folder / "lib/python3.99");
  std::ofstream(folder / "lib/libm.so.6") << "no library at all";
  setenv("CONDA_PREFIX", folder.c_str(), 1);
  const Result<SharedLibrary> library = find_library(search_for("libm.so.6"));
  ASSERT_FALSE(library);   // the file there was tried, and is none
  EXPECT_NE(library.error().message.find("trainer_library_conda/lib/libm.so.6"), std::string::npos);
  std::filesystem::remove_all(folder);
}

}   // namespace
}   // namespace warptune
