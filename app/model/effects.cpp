#include "app/model/effects.h"

namespace balie::app {

// Out of line: inlined into updates, g++ 12 sees uninitialised alternatives in the moved variants.

Ticket Effects::ask(Query query) {
    questions.push_back({++*last_ticket_, std::move(query)});
    return *last_ticket_;
}

Ticket Effects::send(Command command, Completion completion) {
    orders.push_back({++*last_ticket_, std::move(command), std::move(completion)});
    return *last_ticket_;
}

}  // namespace balie::app
