#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace warptune {
namespace {

constexpr std::size_t page_width = 100;   // columns

struct Line {
  std::string left, right;
};

// Two columns; what does not fit in the right one goes on below it.
std::string columns(const std::vector<Line>& lines) {
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.left.size());
  const std::size_t indent = 2 + width + 2;
  std::string out;
  for (const Line& line : lines) {
    std::string row = fmt::format("  {:<{}}  ", line.left, width);
    std::size_t used = indent;
    std::string_view rest = line.right;
    while (!rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      if (used > indent && used + 1 + word.size() > page_width) {
        row += fmt::format("\n{:{}}", "", indent);
        used = indent;
      }
      if (used > indent) {
        row += ' ';
        ++used;
      }
      row += word;
      used += word.size();
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
    out += row + "\n";
  }
  return out;
}

std::string with_default(const Flag& flag) {
  return flag.default_text.empty() ? flag.text : fmt::format("{} [{}]", flag.text, flag.default_text);
}

// The command's flags under their headings, in the table's order.
std::string flag_sections(CommandName command) {
  std::string out, group;
  std::vector<Line> lines;
  const auto flush = [&] {
    if (!lines.empty()) out += fmt::format("\n{}:\n{}", group, columns(lines));
    lines.clear();
  };
  for (const Flag* flag : flags_of(command)) {
    if (flag->group != group) flush();
    group = flag->group;
    lines.push_back({synopsis_of(*flag), with_default(*flag)});
  }
  flush();
  return out;
}

std::string distributions() {
  std::vector<Line> lines;
  for (const DistributionText& each : distribution_texts()) lines.push_back({each.example, each.text});
  return "\nParameters (--param):\n" + columns(lines);
}

}   // namespace

std::string usage_of(const CommandInfo& command) {
  return fmt::format("{}{}{} [flags]", command.word, command.argument.empty() ? "" : " ", command.argument);
}

std::string general_help() {
  std::vector<Line> words, switches;
  for (const CommandInfo& command : commands())
    words.push_back(
        {fmt::format("{}{}{}", command.word, command.argument.empty() ? "" : " ", command.argument), command.text});
  for (const TopFlag& flag : top_flags()) {
    if (flag.hidden) continue;
    const std::string letter = flag.letter == 0 ? "    " : fmt::format("-{}, ", flag.letter);
    switches.push_back(
        {fmt::format("{}--{}{}{}", letter, flag.name, flag.value_name.empty() ? "" : " ", flag.value_name), flag.text});
  }
  return fmt::format(
      "Scores thousands of model configurations at once, on GPUs or on the CPU.\n\n"
      "Usage: warptune COMMAND [flags]\n\nCommands:\n{}\nFlags:\n{}\n"
      "Example:\n  warptune run --data blog.csv --target target --trials 100 --results results.csv\n\n"
      "warptune COMMAND --help shows a command's flags.\n",
      columns(words), columns(switches));
}

std::string command_help(const CommandInfo& command) {
  std::string out = fmt::format("{}\n\nUsage: warptune {}\n", command.text, usage_of(command));
  if (!command.text.empty()) out.front() = static_cast<char>(out.front() - 'a' + 'A');
  out += flag_sections(command.name);
  if (command.name == CommandName::run) {
    out += distributions();
    out += "\nA study file holds the same in TOML; flags override it.\n";
  }
  return out;
}

}   // namespace warptune
