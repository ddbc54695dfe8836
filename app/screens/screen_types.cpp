#include "app/screens/screen_types.h"

#include "storage/base/date.h"

namespace balie::app {

ActionView action_view(const ScreenContext& context, std::string_view id, bool enabled) {
    const Action* action = context.registry.find(id);
    if (action == nullptr) return {std::string{id}, std::string{id}, {}, {}, false};
    return {std::string{id}, std::string{context.texts(action->label)}, std::string{action->icon},
            std::string{action->shortcut}, enabled};
}

std::vector<ChoiceView> code_choices(const ScreenContext& context, std::string_view list) {
    std::vector<ChoiceView> out;
    for (const repo::Code* code : context.app.codes(list)) {
        std::string icon = list == "channel" ? channel_icon(context, code->code) : std::string{};
        out.push_back({code->code, code->label(context.app.look.language), std::move(icon)});
    }
    return out;
}

std::string channel_icon(const ScreenContext& context, std::string_view channel) {
    const repo::Code* code = context.app.code("channel", channel);
    const std::string kind = code == nullptr ? std::string{} : code->kind;
    if (kind == "visit") return "Walk";
    if (kind == "phone" || kind == "call") return "Phone";
    if (kind == "email") return "Email";
    if (kind == "counter" || kind == "branch") return "Bank";
    if (kind == "meeting") return "People";
    if (kind == "chat" || kind == "message") return "Chat";
    if (kind == "video") return "Video";
    if (kind == "letter" || kind == "mail") return "Document";
    if (kind == "web") return "Web";
    return "Contact";
}

std::string level_text(const ScreenContext& context, std::string_view level) {
    if (level.empty()) return {};
    return context.texts(Text::PriorityLevel, {{"level", std::string{level}}});
}

const Error* failure_in(const Event& event, Ticket ticket) {
    if (ticket == 0) return nullptr;
    if (const auto* failed = std::get_if<CommandFailed>(&event)) {
        return failed->ticket == ticket ? &failed->error : nullptr;
    }
    if (const auto* failed = std::get_if<QueryFailed>(&event)) {
        return failed->ticket == ticket ? &failed->error : nullptr;
    }
    return nullptr;
}

const Saved* saved_in(const Event& event, Ticket ticket) {
    const auto* done = std::get_if<CommandDone>(&event);
    return done != nullptr && ticket != 0 && done->ticket == ticket ? &done->saved : nullptr;
}

bool is_stale(const Event& event) {
    return std::holds_alternative<DataChanged>(event);
}

bool is_action(const Intent& intent, std::string_view id) {
    const auto* run = std::get_if<RunAction>(&intent);
    return run != nullptr && run->id == id;
}

bool is_long_ago(const ScreenContext& context, const std::optional<std::int64_t>& last_contact_ms) {
    constexpr std::int64_t kLongAgoDays = 60;
    return context.now_ms - last_contact_ms.value_or(0) > kLongAgoDays * kDayMs;
}

void complete_task(const repo::Task& task, const ScreenContext& context, Effects& effects) {
    const RecordId id = task.id;
    effects.send(DoneTask{id},
                 {.done = context.texts(Text::ToastTaskDone, {{"subject", task.subject}}),
                  .undo = [id](const Saved&) -> std::optional<Command> { return ReopenTask{id}; },
                  .undo_text = task.subject});
}

Problem describe_refusal(const Error& error, const Texts& texts) {
    const auto headline = Texts::find("refused." + error.where);
    const auto mend = Texts::find("refused_mend." + error.where);
    if (!headline || !mend) return describe(error, texts);
    return {std::string{texts(*headline)}, std::string{texts(*mend)}};
}

}  // namespace balie::app
