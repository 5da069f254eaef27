// Uses the installed library: a parameter is parsed and checked against its family.
#include <warptune/family.h>
#include <warptune/space.h>
#include <cstdio>

int main() {
  const auto parameter = warptune::parse_parameter("n_estimators=int(50,499)");
  if (!parameter) {
    std::fprintf(stderr, "%s\n", parameter.error().message.c_str());
    return 1;
  }
  const auto family = warptune::find_family("random_forest");
  if (!family || !warptune::check_parameter(**family, *parameter, "--param")) return 1;
  std::printf("%s of %s\n", parameter->name.c_str(), (*family)->name.c_str());
}
