// One customer, all around: who it is, how to reach them, why they matter, what is open, what went
// before. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct CustomerForm360 {
    int line{-1};
    int task{-1};
    int document{-1};
    std::size_t filter{0};  ///< 0: all channels
};

struct TimelineRow {
    std::string key;
    std::string icon;
    std::string what;
    std::string note;
    std::string when;
    std::string who;
    bool pending{false};
    bool amended{false};
};
struct CustomerTaskRow {
    std::string key;
    std::string subject;
    std::string due;
    bool overdue{false};
};
struct DocumentRow {
    std::string key;
    std::string name;
    std::string about;  ///< kind, size, by whom
    std::string when;
    std::string state;  ///< where its bytes are, in words
    enum class Mark : std::uint8_t { Good, Unsent, Away, Trouble };
    Mark mark{Mark::Good};
};
struct FilterView {
    std::string id;
    std::string label;
    std::string count;
};

/// A contact that was opened to be read.
struct ReadingView {
    bool open{false};
    std::string title;
    std::string icon;
    std::string note;
    std::vector<FactView> facts;
};

struct CustomerView {
    bool known{false};
    std::string name;
    std::string kind_icon;
    std::string subtitle;  ///< number, group, city
    std::string flag;      ///< "Priority A"; empty: none
    std::string flag_why;
    std::string klass;
    bool do_not_call{false};
    std::string fetched;            ///< "Fetched until 14:02: at the counter"; empty: one's own
    std::string fetched_why;        ///< what was written beside the reason
    std::vector<FactView> fetches;  ///< by whom, at the office
    bool pending{false};            ///< the customer itself has changes the office has not received
    std::vector<FactView> contacts;
    std::vector<FactView> facts;
    std::vector<FactView> custom;
    std::vector<FactView> counts;
    std::string note;
    std::vector<CustomerTaskRow> tasks;
    std::vector<DocumentRow> documents;
    std::vector<TimelineRow> timeline;
    std::vector<FilterView> filters;
    std::string timeline_trailing;
    bool more{false};
    bool timeline_empty{false};
    std::string problem;
    std::string problem_detail;
    ActionView log;
    ActionView flag_action;
    ActionView task;
    ActionView edit;
    ActionView done;
    ActionView attach;
    ActionView document;  ///< save a copy of the chosen one, or fetch it first
    ActionView document_remove;
    ActionView older;
    ReadingView reading;
};

struct CustomerState {
    using View = CustomerView;
    using Form = CustomerForm360;
    static constexpr ScreenId kId = ScreenId::Customer;

    CustomerForm360 form;
    RecordId id;
    Waiting waiting;
    Waiting waiting_more;
    CustomerData data;
    std::vector<repo::Interaction> lines;
    std::vector<RecordId> pending;
    Receipts receipts;
    std::optional<repo::TimelineCursor> next;
    std::vector<std::string> channels;  ///< those in the timeline, the most used first
    Problem problem;
    RecordId reading;  ///< the contact that is open to be read; none: nothing is
};

/// The channel that the timeline is kept to; empty: all.
[[nodiscard]] std::string wanted_channel(const CustomerState& state);
/// The row that is chosen in the list of documents; nullptr: none.
[[nodiscard]] const attach::Document* chosen_document(const CustomerState& state);
[[nodiscard]] bool is_here(const attach::Document& document);
[[nodiscard]] std::span<const Action> customer_actions();
void enter(CustomerState& state, const Place& place, const ScreenContext& context,
           Effects& effects);
void update(CustomerState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(CustomerState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const CustomerState& state, std::string_view action);
[[nodiscard]] CustomerView view(const CustomerState& state, const ScreenContext& context);

}  // namespace balie::app
