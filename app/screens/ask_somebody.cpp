#include "app/screens/ask_somebody.h"

namespace balie::app {

void ask_somebody(const PieceOfWork& work, Effects& effects) {
    effects.close_overlay();
    effects.open({.overlay = ScreenId::TaskForm,
                  .customer = work.customer,
                  .customer_name = work.customer_name,
                  .fields = {{"task", Value{work.asked.task.text()}},
                             {"subject", Value{work.subject}},
                             {"assignee", Value{work.asked.assignee}},
                             {"due_on", Value{work.asked.due_on}}}});
}

std::string asked_in_words(const ScreenContext& context, const Asked& asked) {
    if (asked.assignee.empty()) return {};
    const std::string name = context.app.user_name(asked.assignee);
    if (asked.due_on.empty()) return context.texts(Text::ConflictAsked, {{"name", name}});
    return context.texts(
        Text::ConflictAskedBy,
        {{"name", name}, {"day", context.texts.formats().weekday_and_day(asked.due_on)}});
}

}  // namespace balie::app
