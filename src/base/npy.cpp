#include "base/npy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "base/file_descriptor.h"
#include "base/shown.h"

namespace warptune {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view magic = "\x93NUMPY"sv;
constexpr std::size_t version_1_lead = 10;   // magic, version, two bytes of length
constexpr std::size_t most_header = 1 << 16;

// The text behind 'KEY': in a header, blanks left out.
std::optional<std::string_view> after_key(std::string_view header, std::string_view key) {
  for (const char quote : {'\'', '"'}) {
    const std::string wanted = fmt::format("{0}{1}{0}:", quote, key);
    const auto at = header.find(wanted);
    if (at == std::string_view::npos) continue;
    std::string_view rest = header.substr(at + wanted.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
  }
  return std::nullopt;
}

std::optional<std::vector<std::size_t>> parse_shape(std::string_view text) {
  const auto end = text.find(')');
  if (text.empty() || text.front() != '(' || end == std::string_view::npos) return std::nullopt;
  std::vector<std::size_t> shape;
  std::string_view rest = text.substr(1, end - 1);
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" ,"), rest.size()));
    if (rest.empty()) return shape;
    std::size_t size = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), size);
    if (read.ec != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
    shape.push_back(size);
  }
}

template <class Number>
double number_at(const char* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof number);
  return static_cast<double>(number);
}

struct Type {
  std::string_view name;
  std::size_t bytes;
  double (*read)(const char*);
  double epsilon;
};

constexpr std::array<Type, 11> types{{{"<f8", 8, number_at<double>, std::numeric_limits<double>::epsilon()},
                                      {"<f4", 4, number_at<float>, std::numeric_limits<float>::epsilon()},
                                      {"<i8", 8, number_at<std::int64_t>, 0},
                                      {"<i4", 4, number_at<std::int32_t>, 0},
                                      {"<i2", 2, number_at<std::int16_t>, 0},
                                      {"|i1", 1, number_at<std::int8_t>, 0},
                                      {"<u8", 8, number_at<std::uint64_t>, 0},
                                      {"<u4", 4, number_at<std::uint32_t>, 0},
                                      {"<u2", 2, number_at<std::uint16_t>, 0},
                                      {"|u1", 1, number_at<std::uint8_t>, 0},
                                      {"|b1", 1, number_at<std::uint8_t>, 0}}};

}   // namespace

std::string npy_header(std::string_view type, std::size_t rows, std::size_t columns) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({},{}), }}", type, rows,
                                 columns == 0 ? std::string() : fmt::format(" {}", columns));
  // The numbers begin at a multiple of 64 bytes, for who maps them.
  const std::size_t length = (version_1_lead + text.size() + 1 + 63) / 64 * 64 - version_1_lead;
  text.resize(length - 1, ' ');
  text += '\n';
  std::string header(magic);
  header += "\x01\x00"sv;
  header += static_cast<char>(length % 256);
  header += static_cast<char>(length / 256);
  return header + text;
}

Result<NpyArray> parse_npy(std::string_view bytes, std::size_t most_values) {
  if (!bytes.starts_with(magic) || bytes.size() < version_1_lead + 2) return failure("it is no .npy file");
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  const std::size_t version = byte(magic.size());
  if (version < 1 || version > 3) return failure(fmt::format("its .npy version {} is unknown", version));
  const std::size_t lead = version == 1 ? version_1_lead : version_1_lead + 2;
  std::size_t length = byte(8) + byte(9) * 256;
  if (version > 1) length += byte(10) << 16 | byte(11) << 24;
  if (length > most_header || length > bytes.size() - lead) return failure("its .npy header is cut off");
  const std::string_view header = bytes.substr(lead, length);
  const std::string_view data = bytes.substr(lead + length);
  const auto descr = after_key(header, "descr"), order = after_key(header, "fortran_order"),
             shape_text = after_key(header, "shape");
  const auto shape = shape_text ? parse_shape(*shape_text) : std::nullopt;
  if (!descr || !order || !shape || descr->size() < 5) return failure("its .npy header cannot be read");
  const std::string_view name = descr->substr(1, 3);
  const auto type = std::find_if(types.begin(), types.end(), [&](const Type& known) {
    return known.name == name && (*descr)[4] == descr->front();
  });
  if (type == types.end())
    return failure(
        fmt::format("its numbers are of type {}; they must be floats of 4 or 8 bytes, integers or booleans, "
                    "little-endian",
                    shown(descr->substr(1, std::min<std::size_t>(descr->find(descr->front(), 1) - 1, 16)))));
  if (shape->empty() || shape->size() > 2)
    return failure(fmt::format("it has {} dimensions; it must have one or two", shape->size()));
  NpyArray array;
  array.integer = type->epsilon == 0;
  array.epsilon = type->epsilon;
  array.rows = shape->front();
  array.columns = shape->size() == 2 ? shape->back() : 0;
  const std::size_t across = shape->size() == 2 ? shape->back() : 1;
  if (across == 0) return failure("it has no columns");   // NpyArray's 0 columns mean one dimension
  if (array.rows > most_values / across)
    return failure(fmt::format("it has {} x {} numbers, more than are asked for", array.rows, across));
  const std::size_t count = array.rows * across;
  if (data.size() < count * type->bytes) return failure("it ends before its last number");
  array.values.resize(count);
  const bool columns_first = order->starts_with("True") && across > 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = columns_first ? i % across * array.rows + i / across : i;
    array.values[i] = type->read(data.data() + at * type->bytes);
  }
  return array;
}

Result<NpyArray> read_npy(const std::string& path, std::size_t most_values) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));   // a FIFO must not hold us up
  struct stat info {};
  if (!file || fstat(file.get(), &info) != 0) return failure(error_text(errno));
  if (!S_ISREG(info.st_mode)) return failure("it is no file");
  if (static_cast<std::size_t>(info.st_size) > most_values * sizeof(double) + most_header + version_1_lead + 2)
    return failure("it has more numbers than are asked for");
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + read, bytes.size() - read);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(error_text(errno));
    if (got == 0) break;
    read += static_cast<std::size_t>(got);
  }
  return parse_npy(std::string_view(bytes).substr(0, read), most_values);
}

}   // namespace warptune
