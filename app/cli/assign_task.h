// "assign ID --to LOGIN --due DATE" of what needs somebody: conflicts and what was set aside.
// Thread: one. Owns nothing.
#pragma once

#include "app/cli/context.h"
#include "app/runtime/events.h"

#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace balie::app {

struct AssignOptions {
    std::string id;
    std::string to;
    std::string due;
    std::string note;
};
/// What is to be done: nil customer is none.
struct AssignedWork {
    RecordId task;
    RecordId customer;
    std::string subject;    ///< cut where a task's is shorter
    std::string note;       ///< where the person gives none
    std::string done_when;  ///< "the conflict is settled"
};
using FindWork = std::function<Result<AssignedWork>(Profile&, const std::string& id)>;

/// `what`: "Conflict", as the help names the id.
void add_assign_command(CLI::App& noun, Context& context, const char* what, FindWork find);
/// "    for bert, by 2026-11-26\n", or nothing.
[[nodiscard]] std::string asked_line(const Asked& asked);

}  // namespace balie::app
