// The invariants of SYNC 4 as named checks. Each throws Broken with its name. Thread: one at a
// time.
#pragma once

#include "tests/sim/sim_world.h"

namespace balie::sim {

/// I6 and I8, at any moment: what a terminal shows is the hub's log up to its cursor with its own
/// unconfirmed changes over it. Exact for terminals of scope all.
void check_terminal(SimWorld& world, SimTerminal& terminal);

/// Every document has its bytes, at the hub and wherever it is in scope; none is left of what is
/// not.
void check_papers(SimWorld& world);

/// After healing: I1 to I8 and I10.
void check_all(SimWorld& world);

}  // namespace balie::sim
