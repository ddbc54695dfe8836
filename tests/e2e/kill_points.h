// Ends a real program by SIGKILL at the moment it asks the system for its Nth change of a file, so
// that every such moment can be tried one after another. The program is watched as a debugger
// watches it (ptrace). Invariant: the change it asked for at that moment is not made.
// Thread: one at a time.
#pragma once

#include "tests/e2e/process.h"

#include <optional>

namespace balie::test {

struct KillPoint {
    bool reached{false};  ///< false: it ended by itself before its Nth change
    int changes{};        ///< of files that it asked for until then
    int code{-1};         ///< how it ended by itself
};

/// Runs the command and kills it at its `nth` change of a file, from 1. Empty where the system does
/// not let one process watch another.
[[nodiscard]] std::optional<KillPoint> kill_at(const Command& command, int nth);

}  // namespace balie::test
