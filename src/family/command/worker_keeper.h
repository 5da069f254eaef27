// The process between warptune and a worker. It starts the worker, and when the worker or warptune ends, by whatever
// means, it ends all processes that the worker left: it is the reaper of orphans among its descendants, so none can get
// away from it. warptune is known to have ended when the other end of the lifeline, a pipe that nobody else has, is
// closed: that needs no signal, so it works for kill -9 too. It is this program again, under another first argument,
// because a copy made by fork would keep a copy of warptune's memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace warptune {

inline constexpr std::string_view keep_worker_argument = "--keep-worker";
inline constexpr int lifeline_descriptor = 3;
// Written on the lifeline: end the worker, but leave the study's data, which other workers still use.
inline constexpr char lifeline_keep_data = 'k';
inline constexpr int signal_exit = 128;   // a worker that a signal ended: this and the signal, as shells have it

// What stands behind the first argument: the folder of the study's data, which is removed when warptune ended without
// doing it; the folder to run in, or nothing; the command. Returns the worker's exit code.
[[nodiscard]] int keep_worker(const std::vector<std::string>& arguments);

}   // namespace warptune
