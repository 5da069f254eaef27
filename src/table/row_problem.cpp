#include "table/row_problem.h"

#include <fmt/format.h>

#include <string_view>

#include "table/cell.h"

namespace warptune {

Error placed(const RowBlock& block, const BlockProblem& problem, const std::string& name) {
  return {fmt::format("{}: {}", place(name, block.text(), block.line, problem.offset), problem.message), problem.hint};
}

std::string row_hint(const RowBlock& block, const BlockProblem& problem, const CsvHeader& header, bool first_row) {
  if (!problem.cell_count) return problem.hint;
  const std::string_view text = block.text();
  const std::size_t line_feed = problem.offset == 0 ? std::string_view::npos : text.rfind('\n', problem.offset - 1);
  const std::size_t begin = line_feed == std::string_view::npos ? 0 : line_feed + 1;
  const std::size_t columns = header.layout.columns;
  if (header.comment || text[begin] == '#')
    return "lines that begin with # are not passed over; leave them out: grep -v '^#' FILE | warptune run --data -";
  const std::string_view rest = text.substr(problem.offset, text.find('\n', problem.offset) - problem.offset);
  if (*problem.cell_count > columns && trim_blanks(rest.substr(0, rest.find('\r'))).empty())
    return "the row ends in a separator and the header does not: remove it from the rows, or name one more column";
  if (*problem.cell_count > columns && first_row && rest.find(header.layout.separator) == std::string_view::npos)
    return problem.hint +
           "; rows that begin with a name which the header leaves out are R's write.table's: col.names=NA names it";
  if (*problem.cell_count + 1 == columns && header.ends_empty)
    return "the header ends in a separator and the row does not: remove it from the header";
  return problem.hint;
}

}   // namespace warptune
