// Today: what is due, whom to see, what one did, and what has still to reach the office.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct TodayForm {
    int task{-1};
    int priority{-1};
    int recent{-1};
    int day{-1};
};

struct TodayTaskRow {
    std::string key;
    std::string subject;
    std::string customer;
    std::string due;
    bool overdue{false};
};
struct TodayContactRow {
    std::string key;
    std::string customer;
    std::string what;  ///< channel, outcome and note
    std::string when;
    std::string icon;
    bool pending{false};
};
struct TodayDayRow {
    std::string key;
    std::string name;
    std::string what;
    std::string when;
    std::string icon;
    bool today{false};
};
struct TodayPriorityRow {
    std::string key;
    std::string name;
    std::string level;
    std::string why;
    std::string last_contact;
    bool long_ago{false};
};

struct TodayView {
    std::string date;
    std::string summary;
    bool known{false};
    std::vector<TodayTaskRow> tasks;
    std::vector<TodayContactRow> recent;
    std::vector<TodayPriorityRow> priority;
    std::vector<TodayDayRow> days;
    std::string overdue_count;
    std::string due_count;
    std::string pending_count;
    bool any_overdue{false};
    bool any_pending{false};
    std::string pending_label;
    std::string tasks_trailing;
    std::string priority_trailing;
    std::string problem;
    std::string problem_detail;
    std::vector<ActionView> actions;
    ActionView done;
    ActionView move;
    ActionView log;
    ActionView find;
};

struct TodayState {
    using View = TodayView;
    using Form = TodayForm;
    static constexpr ScreenId kId = ScreenId::Today;

    TodayForm form;
    Waiting waiting;
    TodayData data;
    std::vector<repo::Task> tasks;  ///< due, then what comes next
    Problem problem;
};

[[nodiscard]] std::span<const Action> today_actions();
void enter(TodayState& state, const Place& place, const ScreenContext& context, Effects& effects);
void update(TodayState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(TodayState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const TodayState& state, std::string_view action);
[[nodiscard]] TodayView view(const TodayState& state, const ScreenContext& context);

}  // namespace balie::app
