// A worker of the family `command` that answers at once: what is left is warptune's own time per trial.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

int main() {
  std::string line;
  const auto read_line = [&] {
    line.clear();
    for (int c = 0; (c = std::getchar()) != EOF;) {
      if (c == '\n') return true;
      line += static_cast<char>(c);
    }
    return false;
  };
  if (!read_line()) return 0;
  std::puts("{\"ready\":true}");
  std::fflush(stdout);
  while (read_line()) {   // {"trial":17,"fold":0,"params":{...}}
    const char* trial = std::strstr(line.c_str(), "\"trial\":");
    if (trial == nullptr) return 1;
    std::printf("{\"trial\":%ld,\"fold\":0,\"score\":0.5}\n", std::strtol(trial + 8, nullptr, 10));
    std::fflush(stdout);
  }
}
