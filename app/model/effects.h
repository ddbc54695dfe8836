// What an update wants done besides changing its own state: questions, commands, going somewhere,
// telling the person something. Carried out by the screen set, after the update.
// Invariant: every question and command gets a ticket of its own; an answer whose ticket is not
// the one a state waits for is ignored by it. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/model/app_state.h"
#include "app/model/screen_id.h"
#include "app/runtime/commands.h"
#include "app/runtime/events.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace balie::app {

enum class Tone : std::uint8_t { Good, Notice, Bad };

/// What follows when a command was carried out: told to the person, and how to take it back.
struct Completion {
    std::string done{};  ///< "Visit with Anna Jansen saved"; empty: nothing is said
    /// The command that takes it back; nothing: it cannot be.
    std::function<std::optional<Command>(const Saved&)> undo{};
    std::string undo_text{};       ///< what Ctrl+Z would take back
    bool form_shows_error{false};  ///< the form that sent it tells its failure itself
};

struct Notice {
    std::string id;
    std::string text;
    Tone tone{Tone::Good};
};

/// An overlay to open. `fields` are what it starts with.
struct OpenOverlay {
    ScreenId overlay{ScreenId::Capture};
    RecordId customer{};
    std::string customer_name{};
    FieldValues fields{};
};

class Effects {
  public:
    explicit Effects(Ticket& last_ticket) : last_ticket_(&last_ticket) {}

    struct Question {
        Ticket ticket{};
        Query query;
    };
    struct Order {
        Ticket ticket{};
        Command command;
        Completion completion;
    };
    enum class Move : std::uint8_t { Go, Replace, Back, Forward };
    struct Step {
        Move move{Move::Go};
        Place place;
    };

    Ticket ask(Query query);
    Ticket send(Command command, Completion completion = {});
    void go(const Place& place) { steps.push_back({Move::Go, place}); }
    void replace(const Place& place) { steps.push_back({Move::Replace, place}); }
    void back() { steps.push_back({Move::Back, {}}); }
    void open(OpenOverlay what) { overlay = std::move(what); }
    void close_overlay() { close = true; }
    void notify(Notice notice) { notices.push_back(std::move(notice)); }
    /// The widget that gets the keyboard with the next frame.
    void focus(std::string id) { focus_id = std::move(id); }
    /// Pass an action on, as if the person had asked for it.
    void run(std::string action) { actions.push_back(std::move(action)); }
    void look(Look next) { new_look = std::move(next); }

    std::vector<Question> questions;
    std::vector<Order> orders;
    std::vector<Step> steps;
    std::vector<Notice> notices;
    std::vector<std::string> actions;
    std::optional<OpenOverlay> overlay;
    std::optional<Look> new_look;
    std::string focus_id;
    bool close{false};

  private:
    Ticket* last_ticket_;
};

}  // namespace balie::app
