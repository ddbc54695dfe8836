// One synchronisation from a subcommand: the main thread is the store thread and waits for it.
// Thread: store only. Owns nothing beyond the call.
#pragma once

#include "app/runtime/profile.h"
#include "storage/base/result.h"
#include "sync/client/client_session.h"
#include "sync/core/enrolment_code.h"

#include <functional>
#include <optional>
#include <string>

namespace balie::app {

struct SyncRequest {
    std::string url;               ///< empty: the address of the enrolment
    std::optional<sync::Pin> pin;  ///< kept when there is an enrolment
    std::optional<sync::EnrolRequest> enrolment;
    /// How often a broken connection is tried again before giving up.
    int tries{3};
    std::function<void(const sync::SyncStatus&)> progress;  ///< at most twice a second
};

struct SyncReport {
    double seconds{};
    bool held_back{false};    ///< the line's budget, or its being metered, kept something
    std::int64_t sent{};      ///< changes acknowledged
    std::int64_t received{};  ///< changes of the hub taken in
};

/// Everything known here goes to the hub, everything of the hub comes here. Errors: Offline,
/// Untrusted, Denied (revoked), NotFound/Expired (enrolment code), Protocol, DiskFull, Io, Busy.
[[nodiscard]] Result<SyncReport> sync_once(Profile& profile, SyncRequest request);

/// The window, or another `balie sync`, holds the lock: it is asked to synchronise. Answers the
/// lock when it became free, so that it is our turn; nothing when the holder has done it.
[[nodiscard]] Result<std::optional<SyncLock>> wait_for_holder(Profile& profile);
/// Everything is exchanged, by this process or by the one that holds the lock.
[[nodiscard]] Outcome exchange_now(Profile& profile);

/// Address and pin as the enrolment left them. Errors: Denied when not enrolled.
struct HubPlace {
    std::string url;
    sync::Pin pin{};
};
[[nodiscard]] Result<HubPlace> hub_place(Profile& profile);

}  // namespace balie::app
