// The tasks: whose, by when, done or not; each a key away from its customer, from done, from later.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

/// What the tabs keep the list to, in their order.
inline constexpr std::array<repo::TaskFilter, 7> kTaskTabs{
    repo::TaskFilter::Open, repo::TaskFilter::Overdue, repo::TaskFilter::DueToday,
    repo::TaskFilter::Week, repo::TaskFilter::Later,   repo::TaskFilter::NoDate,
    repo::TaskFilter::Done};
inline constexpr std::string_view kEverybody = "*";

struct TasksForm {
    int selected{0};
    std::string tab{"1"};  ///< number of one of kTaskTabs, from 1
    std::string whose;     ///< login, or kEverybody
};

struct TasksRow {
    std::string key;
    std::string subject;
    std::string customer;
    std::string when;
    std::string group;  ///< overdue, today, within a week…
    std::string whose;
    bool overdue{false};
    bool today{false};
    bool pending{false};
};

/// A task is put off: by how much.
struct PostponeView {
    bool open{false};
    std::string title;
    std::string day;
    std::string week;
    std::string month;
};

struct TasksView {
    std::vector<TasksRow> rows;
    std::vector<ChoiceView> tabs;
    std::vector<ChoiceView> people;
    std::string summary;
    bool known{false};
    bool more{false};
    bool done{false};  ///< the list of those that are done
    std::string nothing;
    std::string nothing_help;
    std::string problem;
    std::string problem_detail;
    ActionView add;
    ActionView finish;
    ActionView edit;
    ActionView postpone;
    ActionView log;
    PostponeView later;
};

struct TasksState {
    using View = TasksView;
    using Form = TasksForm;
    static constexpr ScreenId kId = ScreenId::Tasks;

    TasksForm form;
    Waiting waiting;
    TasksData data;
    int limit{kTasksPage};
    bool postponing{false};
    Problem problem;
};

[[nodiscard]] std::span<const Action> tasks_actions();
void enter(TasksState& state, const Place& place, const ScreenContext& context, Effects& effects);
void update(TasksState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(TasksState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const TasksState& state, std::string_view action);
[[nodiscard]] TasksView view(const TasksState& state, const ScreenContext& context);

}  // namespace balie::app
