// One customer, all around: who it is, how to reach them, why they matter, what is open, what went
// before. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

/// What the timeline's tabs keep it to, in their order; the first: everything.
inline constexpr std::array<std::optional<repo::EntryKind>, 5> kTimelineTabs{
    std::nullopt, repo::EntryKind::Contact, repo::EntryKind::Task, repo::EntryKind::Flag,
    repo::EntryKind::Fact};
/// Tabs are chosen by their number, from 1.
inline constexpr std::string_view kFirstTab = "1";
/// Of a list of choices: any of them.
inline constexpr std::string_view kAny = "*";

/// What has the keyboard, as far as it matters to a key.
enum class KnownList : std::uint8_t { None, Facts, Relations, Filters };

struct CustomerForm360 {
    int line{-1};
    int task{-1};
    int document{-1};
    int fact{-1};
    int relation{-1};
    KnownList keyboard{KnownList::None};
    std::string tab{kFirstTab};  ///< number of one of kTimelineTabs
    std::string text;
    std::string channel{kAny};
    std::string who{kAny};
    std::string day;  ///< as typed: the timeline from there back
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
using TimelineRows = std::shared_ptr<const std::vector<TimelineRow>>;
struct CustomerTaskRow {
    std::string key;
    std::string subject;
    std::string due;
    bool overdue{false};
};
struct DocumentRow {
    std::string key;
    std::string name;
    std::string about;  ///< kind, size, when and by whom
    std::string state;  ///< where its bytes are, in words
    enum class Mark : std::uint8_t { Good, Unsent, Away, Trouble };
    Mark mark{Mark::Good};
};
struct KnownRow {
    std::string key;
    std::string text;
    std::string detail;
    std::string icon;
    bool pending{false};
    bool muted{false};
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
    std::vector<KnownRow> known_facts;
    std::vector<KnownRow> relations;
    std::string wish;  ///< the channel and time that are preferred; empty: none
    TimelineRows timeline;
    std::vector<ChoiceView> filters;
    std::vector<ChoiceView> channels;
    std::vector<ChoiceView> people;
    std::string day_understood;
    std::string day_error;
    std::string filter_words;  ///< what the timeline is kept to; empty: it is not
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
    ActionView clear;
    ActionView fact;
    ActionView relation;
    ActionView change;
    ActionView remove;
    ReadingView reading;
};

/// Rows are made when they come, not whenever something else changes: there may be thousands. These
/// are the words of their time; another language or day makes them anew.
struct MadeRows {
    std::string language;
    std::string today;
    int reference{-1};
    TimelineRows rows;
};

struct CustomerState {
    using View = CustomerView;
    using Form = CustomerForm360;
    static constexpr ScreenId kId = ScreenId::Customer;

    CustomerForm360 form;
    RecordId id;
    Waiting waiting;
    Waiting waiting_timeline;
    bool appends{false};  ///< the timeline's answer follows what is there
    CustomerData data;
    std::vector<repo::TimelineEntry> entries;
    std::vector<RecordId> pending;
    Receipts receipts;
    std::optional<repo::TimelineCursor> next;
    MadeRows made;
    Problem problem;
    RecordId reading;  ///< the contact that is open to be read; none: nothing is
};

/// Which of kTimelineTabs is chosen.
[[nodiscard]] std::size_t timeline_tab(const CustomerState& state);
/// What the timeline is kept to.
[[nodiscard]] repo::TimelineFilter timeline_filter(const CustomerState& state);
/// From where it goes back; nothing: from now.
[[nodiscard]] std::optional<repo::TimelineCursor> timeline_from(const CustomerState& state,
                                                                const ScreenContext& context);
[[nodiscard]] bool is_filtered(const CustomerState& state);
/// The rows of the entries that are here, made anew only where their words are of another time.
[[nodiscard]] MadeRows make_rows(const CustomerState& state, const ScreenContext& context);
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
