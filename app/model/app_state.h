// What all screens share: who is at work, how the window looks, the code lists, the state of
// synchronisation, whom one has seen lately.
// Invariant: changed by update() alone, from events; screens read it through ScreenContext.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/model/texts.h"
#include "app/runtime/events.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::app {

class ActionRegistry;

inline constexpr std::size_t kRecentCustomersMax = 12;
inline constexpr std::size_t kSyncLogLinesMax = 200;

struct RecentCustomer {
    RecordId id;
    std::string name;
};

struct AppState {
    Look look;
    bool signed_in{false};
    repo::User user;
    Reference reference;
    bool reference_known{false};
    int reference_count{0};  ///< how often it came: words made from it are as old as their count
    sync::SyncStatus sync;
    Connection connection{Connection::NotEnrolled};
    Error sync_problem;
    sync::LinkState link;
    bool sync_known{false};
    std::int64_t sync_known_at_ms{};     ///< wall clock: ages grow from here
    std::vector<SyncLogged> sync_log;    ///< the latest first
    std::vector<RecentCustomer> recent;  ///< the latest first
    std::int64_t tasks_due{};
    std::vector<std::string> known_users;  ///< who may open this profile
    Error start_problem;                   ///< why there is no profile to open; what is empty: none

    /// The organisation's word for a code in the language of the window; the code when unknown.
    [[nodiscard]] std::string label(std::string_view list, std::string_view wanted) const;
    [[nodiscard]] const repo::Code* code(std::string_view list, std::string_view wanted) const;
    /// Active codes of a list, in its order.
    [[nodiscard]] std::vector<const repo::Code*> codes(std::string_view list) const;
    [[nodiscard]] std::string user_name(std::string_view login) const;
    void seen(const RecordId& id, const std::string& name);
};

void update(AppState& state, const Event& event, std::int64_t now_ms);

/// What update() and view() of every screen may know besides their own state.
struct ScreenContext {
    const AppState& app;
    const ActionRegistry& registry;
    const Texts& texts;
    std::int64_t now_ms{};
    int zone_offset_min{};
    std::string today;  ///< YYYY-MM-DD
};

// --- ready strings that several screens show ---------------------------------------------------
/// "today 14:02", "yesterday 09:30", "12/03/2026"; empty for nothing.
[[nodiscard]] std::string moment_text(const ScreenContext& context, std::int64_t at_ms);
[[nodiscard]] std::string moment_text(const ScreenContext& context,
                                      const std::optional<std::int64_t>& at_ms);

/// An error in the language of the window: what went wrong, and how to mend it.
struct Problem {
    std::string headline;
    std::string detail;

    [[nodiscard]] bool empty() const { return headline.empty(); }
};
[[nodiscard]] Problem describe(const Error& error, const Texts& texts);

/// The one honest line about where things are: "saved here, 3 to send · oldest 12 min · with the
/// office 14:02", or "everything is with the office".
struct SyncLine {
    std::string text;
    std::string connection;  ///< "Offline", "Connected"…
    bool pending{false};
    bool attention{false};  ///< set aside, conflicts, or refused
    bool online{false};
};
[[nodiscard]] SyncLine sync_line(const ScreenContext& context);

}  // namespace balie::app
