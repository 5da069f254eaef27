#include "cli/man_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "cli/flag_table.h"
#include "cli/help.h"
#include "warptune/version.h"

namespace warptune {
namespace {

// roff reads \ and, at the start of a line, . and ' as its own; a plain - would become a hyphen that can't be copied.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string item(std::string_view bold, std::string_view rest, std::string_view text) {
  std::string head = fmt::format("\\fB{}\\fR", escaped(bold));
  if (!rest.empty()) head += fmt::format(" \\fI{}\\fR", escaped(rest));
  return fmt::format(".TP\n{}\n{}\n", head, escaped(text));
}

std::string flag_item(const Flag& flag) {
  std::vector<std::string_view> words;
  for (const CommandName command : flag.commands()) words.push_back(info_of(command).word);
  std::string text = flag.text;
  if (!flag.default_text.empty()) text += fmt::format("; default: {}", flag.default_text);
  text += fmt::format(" ({})", fmt::join(words, ", "));
  const std::string letter = flag.letter == 0 ? "" : fmt::format("-{}, ", flag.letter);
  return item(fmt::format("{}--{}", letter, flag.name), flag.value_name, text);
}

}   // namespace

std::string man_page() {
  std::string page = fmt::format(".TH WARPTUNE 1 \"\" \"warptune {}\" \"User Commands\"\n", version);
  page += ".SH NAME\nwarptune \\- scores thousands of model configurations at once, on GPUs or on the CPU\n";
  page += ".SH SYNOPSIS\n";
  for (const CommandInfo& command : commands())
    page += fmt::format("\\fBwarptune\\fR {}\n.br\n", escaped(usage_of(command)));
  page +=
      ".SH DESCRIPTION\nA study is a search: a table, a space of model configurations, a sampler that proposes trials, "
      "and "
      "an evaluation.\nThe table goes to the device once, and trials that can share a fit do. The same data, space, "
      "seed "
      "and version give\nthe same results, byte for byte, on any device.\n";
  page += ".SH COMMANDS\n";
  for (const CommandInfo& command : commands()) page += item(command.word, command.argument, command.text);
  page += ".SH OPTIONS\n";
  std::string group;
  for (const Flag& flag : flags()) {
    if (flag.group != group) page += fmt::format(".SS {}\n", escaped(flag.group));
    group = flag.group;
    page += flag_item(flag);
  }
  page += ".SS Instead of a command\n";
  for (const TopFlag& flag : top_flags()) {
    const std::string letter = flag.letter == 0 ? "" : fmt::format("-{}, ", flag.letter);
    page += item(fmt::format("{}--{}", letter, flag.name), flag.value_name, flag.text);
  }
  page += ".SH PARAMETERS\nAn argument of \\fB\\-\\-param\\fR:\n";
  for (const DistributionText& each : distribution_texts()) page += item(each.example, "", each.text);
  page += ".SH EXIT STATUS\n";
  for (const ExitText& each : exit_texts()) page += item(std::to_string(each.code), "", each.text);
  page +=
      ".SH EXAMPLES\n.nf\nwarptune run \\-\\-data blog.csv \\-\\-target target \\-\\-trials 100 \\-\\-results "
      "results.csv\n"
      "warptune run study.toml \\-\\-device cuda \\-\\-journal study.log\nwarptune resume study.log\n.fi\n";
  return page;
}

}   // namespace warptune
