#include "family/command/data.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include "base/environment.h"
#include "base/file_descriptor.h"
#include "base/npy.h"
#include "base/system_hint.h"
#include "family/command/worker_protocol.h"
#include "family/library/seed.h"
#include "split/row_roles.h"
#include "warptune/version.h"

namespace warptune {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

// One file, in the order of its bytes.
class ArrayFile {
 public:
  ArrayFile(std::string path, const std::string& header)
      : path_(std::move(path)), file_(::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600)) {
    if (!file_) error_ = errno;
    add(header.data(), header.size());
  }
  void add(const void* bytes, std::size_t count) {
    if (error_ == 0) error_ = write_all(file_.get(), {static_cast<const char*>(bytes), count}).error;
  }
  template <class Number>
  void add(const std::vector<Number>& numbers) {
    add(numbers.data(), numbers.size() * sizeof(Number));
  }
  [[nodiscard]] Result<void> written() const {
    if (error_ == 0) return {};
    return failure(fmt::format("{}: the data for the workers can't be written: {}", path_, error_text(error_)),
                   system_hint(error_, "set TMPDIR to a folder with room for them"), ErrorKind::no_score);
  }

 private:
  std::string path_;
  FileDescriptor file_;
  int error_ = 0;
};

// Row-major from columns, some rows at a time: the table is not in memory twice.
Result<void> write_features(const std::string& path, const StudyData& data) {
  const std::vector<std::size_t> columns = feature_columns(data);
  const std::size_t rows = data.table->rows;
  ArrayFile file(path, npy_header("<f8", rows, columns.size()));
  const std::size_t at_once = Cells::piece_size * 4;
  std::vector<double> block, column(at_once);
  for (std::size_t first = 0; first < rows; first += at_once) {
    const std::size_t count = std::min(at_once, rows - first);
    block.resize(count * columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      data.table->columns[columns[c]].values.read(first, std::span(column).first(count));
      for (std::size_t i = 0; i < count; ++i) block[i * columns.size() + c] = column[i];
    }
    file.add(block);
  }
  return file.written();
}

Result<void> write_labels(const std::string& path, const Dataset& dataset) {
  ArrayFile file(path, npy_header("<i4", dataset.rows));
  file.add(std::vector<std::int32_t>(dataset.target.labels.begin(), dataset.target.labels.end()));
  return file.written();
}

}   // namespace

Result<void> write_folds(const std::string& path, const StudyData& data) {
  const std::size_t rows = data.dataset.rows;
  if (const std::vector<std::int32_t> codes = fold_codes(rows, data.split); !codes.empty()) {
    ArrayFile file(path, npy_header("<i4", rows));
    file.add(codes);
    return file.written();
  }
  ArrayFile file(path, npy_header("<i4", data.split.folds.size(), rows));
  file.add(fold_roles(rows, data.split));
  return file.written();
}

namespace {

ordered_json describe_columns(const StudyData& data) {
  ordered_json all = ordered_json::array();
  for (const std::size_t at : feature_columns(data)) {
    const Column& column = data.table->columns[at];
    const bool numeric = column.type == ColumnType::numeric;
    ordered_json described{{"name", column.name},
                           {"type", numeric                              ? "number"
                                    : column.type == ColumnType::boolean ? "boolean"
                                                                         : "text"}};
    if (!numeric) {
      ordered_json& categories = described["categories"] = ordered_json::array();
      for (std::size_t i = 0; i < column.categories.size(); ++i) categories.push_back(column.categories[i]);
    }
    all.push_back(std::move(described));
  }
  return all;
}

}   // namespace

Result<CommandData> CommandData::in_new_folder() {
  std::error_code error;
  const std::string given = environment("TMPDIR").value_or("");
  const fs::path parent = given.empty() ? "/tmp" : given;
  if (!fs::is_directory(parent, error))
    return failure(fmt::format("{}: there is no such folder, for temporary files", parent.string()),
                   "set TMPDIR to a folder that is there");
  std::string name = (fs::absolute(parent, error) / "warptune-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    const int why = errno;
    return failure(fmt::format("{}: no folder can be made in it: {}", parent.string(), error_text(why)),
                   system_hint(why, "set TMPDIR to a folder that can be written"));
  }
  return CommandData(name);
}

Result<void> CommandData::write(const Study& study, const StudyData& data) {
  const std::string features = folder_ + "/X.npy", labels = folder_ + "/y.npy", folds = folder_ + "/folds.npy";
  for (const Result<void>& written :
       {write_features(features, data), write_labels(labels, data.dataset), write_folds(folds, data)})
    if (!written) return written;
  description_ = ordered_json{{"protocol", protocol_version},
                              {"warptune", version},
                              {"worker", 0},
                              {"folder", folder_},
                              {"data", {{"X", features}, {"y", labels}, {"folds", folds}, {"weights", nullptr}}},
                              {"rows", data.dataset.rows},
                              {"columns", describe_columns(data)},
                              {"classes", data.dataset.target.classes},
                              {"folds", data.split.count()},
                              {"metric", study.evaluation.metric},
                              {"maximise", maximise(study.evaluation.metric)},
                              {"seed", seed_of_bits(study.search.seed, 32)}};
  return {};
}

CommandData::~CommandData() {
  std::error_code error;
  if (!folder_.empty()) fs::remove_all(folder_, error);
}

std::string CommandData::hello(std::size_t worker, bool prunes) const {
  ordered_json line = description_;
  line["worker"] = worker;
  if (prunes) line["prunes"] = true;
  // A path of TMPDIR may be no UTF-8; its workers then do not find it, and say so.
  return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}   // namespace warptune
