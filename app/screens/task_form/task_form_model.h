// A task: what, when, for which customer; a new one, or one that is there. Thread: any (one owner).
// Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct TaskForm {
    std::string subject;
    std::string due{"+7d"};
    std::string note;
    std::string assignee;  ///< login; empty: oneself
};

struct TaskFormView {
    std::string title;
    std::string due_understood;
    std::vector<ChoiceView> people;
    std::map<std::string, std::string, std::less<>> errors;
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView save;

    [[nodiscard]] std::string_view error(std::string_view field) const;
};

struct TaskFormState {
    using View = TaskFormView;
    using Form = TaskForm;
    static constexpr ScreenId kId = ScreenId::TaskForm;

    TaskForm form;
    RecordId customer;
    std::string customer_name;
    std::optional<RecordId> task;    ///< its id, where that follows from what it is for
    std::optional<RecordId> edited;  ///< the task that is there already
    TaskForm before;                 ///< of that one
    Ticket saving{};
    std::map<std::string, std::string, std::less<>> errors;
    Problem problem;
};

[[nodiscard]] std::span<const Action> task_form_actions();
void start(TaskFormState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(TaskFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(TaskFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const TaskFormState& state);
[[nodiscard]] bool enabled(const TaskFormState& state, std::string_view action);
[[nodiscard]] TaskFormView view(const TaskFormState& state, const ScreenContext& context);

}  // namespace balie::app
