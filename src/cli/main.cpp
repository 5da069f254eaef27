// The program: reads the command line and runs one command.
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command_line.h"
#include "cli/inherited_state.h"
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "family/command/worker_keeper.h"
#include "study/study_file.h"

int main(int argc, char** argv) {
  using namespace warptune;
  fill_standard_streams();
  if (argc > 1 && argv[1] == keep_worker_argument) return keep_worker(std::vector<std::string>(argv + 2, argv + argc));
  settle_signals();
  settle_umask();
  settle_addresses();
  if (const Result<void> settled = settle_stack(); !settled) return report(settled.error());
  std::signal(SIGXFSZ, SIG_IGN);   // a file that is too big for the limit is an error of its write
  try {
    const auto command =
        parse_command_line(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), read_study_text);
    return command ? run_command(*command) : report(command.error());
  } catch (const std::bad_alloc&) {
    return report({"out of memory", "give --memory, fewer --threads, or smaller data", ErrorKind::no_score});
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) return report({error.what(), "", ErrorKind::device});
    return report(
        {"no thread or process more can be started here", "give fewer --threads or --workers", ErrorKind::device});
  } catch (const std::exception& error) {   // CUDA and library failures carry call, place and device
    return report({error.what(), "", ErrorKind::device});
  }
}
