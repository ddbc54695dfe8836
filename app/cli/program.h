// The terminal's whole command line: the window by default, a subcommand for every action of it.
// Thread: main. Answers the exit code of the command line contract (context.h).
#pragma once

namespace balie::app {

[[nodiscard]] int run_program(int argc, char** argv);

}  // namespace balie::app
