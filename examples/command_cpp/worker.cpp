// A worker for `warptune run --model command` in C++: nearest class means, with a parameter for each feature's power.
//
//   g++ -std=c++20 -O2 -o build/worker examples/command_cpp/worker.cpp
//   warptune run --data data/pima.csv --target diabetes --model command --command build/worker
//     --param 'power=float(0.2,3)'
//
// It maps the data into memory, which all workers share, and answers each trial with a line. docs/command.md has the
// protocol.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

// The numbers of a .npy file as warptune writes them: behind the header, whose length stands at byte 8.
template <class Number>
const Number* map_array(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY);
  struct stat info {};
  if (file < 0 || fstat(file, &info) != 0) throw std::runtime_error(path + " cannot be opened");
  void* bytes = mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (bytes == MAP_FAILED) throw std::runtime_error(path + " cannot be mapped");
  const auto* first = static_cast<const unsigned char*>(bytes);
  return reinterpret_cast<const Number*>(first + 10 + first[8] + 256 * first[9]);
}

struct Data {
  std::size_t rows, features, classes;
  const double* x;               // [rows][features]
  const std::int32_t* y;         // [rows]
  const std::int32_t* fold_of;   // [rows]
};

// The share of the fold's validation rows that lie nearest to the mean of their class.
double accuracy(const Data& data, int fold, double power) {
  std::vector<double> sum(data.classes * data.features), count(data.classes);
  for (std::size_t i = 0; i < data.rows; ++i) {
    if (data.fold_of[i] == fold) continue;
    const auto c = static_cast<std::size_t>(data.y[i]);
    ++count[c];
    for (std::size_t f = 0; f < data.features; ++f) sum[c * data.features + f] += data.x[i * data.features + f];
  }
  std::size_t right = 0, all = 0;
  for (std::size_t i = 0; i < data.rows; ++i) {
    if (data.fold_of[i] != fold) continue;
    std::size_t nearest = 0;
    double least = INFINITY;
    for (std::size_t c = 0; c < data.classes; ++c) {
      double distance = 0;
      for (std::size_t f = 0; f < data.features; ++f)
        distance += std::pow(std::abs(data.x[i * data.features + f] - sum[c * data.features + f] / count[c]), power);
      if (distance < least) {
        least = distance;
        nearest = c;
      }
    }
    ++all;
    right += nearest == static_cast<std::size_t>(data.y[i]);
  }
  return static_cast<double>(right) / static_cast<double>(all);
}

}   // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  if (!std::getline(std::cin, line)) return 0;
  const json hello = json::parse(line);
  const json& files = hello["data"];
  const Data data{hello["rows"],
                  hello["columns"].size(),
                  hello["classes"].size(),
                  map_array<double>(files["X"]),
                  map_array<std::int32_t>(files["y"]),
                  map_array<std::int32_t>(files["folds"])};
  std::cout << json{{"ready", true}, {"protocol", 1}} << std::endl;
  while (std::getline(std::cin, line)) {
    const json task = json::parse(line);
    json answer{{"trial", task["trial"]}, {"fold", task["fold"]}};
    answer["score"] = accuracy(data, task["fold"], task["params"].value("power", 2.0));
    std::cout << answer << std::endl;   // a line at once: warptune waits for it
  }
}
