// The check before one leaves the network: is what is needed here, and what was saved with the
// office? One line a question, each with a light; the words are the caller's.
// Invariant: nothing is sent and nothing is written; what is not known is never green.
// Thread: store only. Ownership: values.
#pragma once

#include "storage/base/result.h"
#include "storage/repo/task_repo.h"
#include "storage/store/store.h"
#include "sync/log/terminal_replica.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::app {

enum class Light : std::uint8_t {
    Green,
    Amber,  ///< one may go, knowing it
    Red     ///< mend it first
};
enum class DepartureCheck : std::uint8_t {
    Sent,       ///< count: changes that wait
    Contact,    ///< seconds: since the last word of the office; count 0: never
    Copy,       ///< count: entries of the office's log that are not here
    Customers,  ///< count: customers to be seen; missing: of them not here
    Attention,  ///< count: set aside; missing: conflicts
    Clock,      ///< seconds: the clock is off; count 0: never measured
    Disk,       ///< bytes free
    Backup,     ///< seconds: age of the newest; count 0: there is none
    Files       ///< of documents; count: to send; missing: asked for, and not here
};

/// "sent", "contact"…
[[nodiscard]] std::string_view to_string(DepartureCheck check);
/// "green", "amber", "red"
[[nodiscard]] std::string_view to_string(Light light);

struct DepartureLine {
    DepartureCheck check{};
    Light light{Light::Red};
    std::int64_t count{};
    std::int64_t missing{};
    std::int64_t seconds{};
    std::int64_t bytes{};
    /// Copy: "first_load", "rereading", "differs", "behind" or empty; Sent: "held" when the line's
    /// budget holds it back.
    std::string state{};

    bool operator==(const DepartureLine&) const = default;
};

struct DepartureReport {
    int days{};                        ///< that were looked ahead
    std::vector<DepartureLine> lines;  ///< in the order of DepartureCheck

    [[nodiscard]] Light worst() const;
    bool operator==(const DepartureReport&) const = default;
};

/// What the check looks at; read_departure() fills it, tests may too.
struct DepartureFacts {
    sync::SyncStatus status;
    bool held_back{false};
    repo::PlannedCustomers planned;
    std::int64_t now_ms{};
    std::optional<std::int64_t> free_bytes;
    std::int64_t database_bytes{};
    std::optional<std::int64_t> backup_ms;  ///< when the newest was made
};

inline constexpr int kDepartureDays = 3;

[[nodiscard]] DepartureReport judge_departure(const DepartureFacts& facts, int days);
/// `folder` is the profile's, `user` whose tasks count, `network` as LinkBook wants it.
[[nodiscard]] Result<DepartureReport> read_departure(store::Store& store,
                                                     const std::filesystem::path& folder,
                                                     std::string_view user,
                                                     std::string_view network, int days);

}  // namespace balie::app
