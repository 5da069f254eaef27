// --param and the values in it: no input may crash, and what is read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/shown.h"
#include "base/utf8.h"
#include "space/distribution.h"
#include "warptune/family.h"
#include "warptune/space.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace warptune;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require(valid_utf8(shown(text)));
  const Value value = parse_value(text);
  require(parse_value(to_string(value)) == value);
  const auto parameter = parse_parameter(text);
  if (!parameter) {
    require(valid_utf8(parameter.error().message) && parameter.error().message.find('\n') == std::string::npos);
    return 0;
  }
  const Distribution& distribution = parameter->distribution;
  require(check_distribution(distribution, "x").has_value());
  const auto again = parse_parameter(to_string(*parameter));
  require(again.has_value() && *again == *parameter);
  const bool range = distribution.choices.empty();
  require(contains(distribution, range ? distribution.low : 0));
  require(!range || distribution.kind == Distribution::Kind::real || contains(distribution, distribution.high));
  (void)value_of(*parameter, range ? distribution.low : 0);
  for (const Family& family : families()) (void)check_parameter(family, *parameter, "x");
  return 0;
}
