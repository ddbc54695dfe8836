// What the parts of the hub share: one database and the objects that work on it.
// Invariant: nothing kept in memory is trusted in a write transaction unless no other process has
// committed since (begin_write looks), and all of it is forgotten on a rollback.
// Thread: store only. Owned by HubStore.
#pragma once

#include "storage/crypto/signing.h"
#include "storage/store/store.h"
#include "sync/hub/hub_log.h"
#include "sync/hub/hub_session.h"
#include "sync/hub/log_outline.h"
#include "sync/hub/scope_digests.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

inline constexpr std::string_view kHubUser = "hub";

[[nodiscard]] inline Sight sight_of(const DeviceRecord& device) {
    return {device.scope, fetched_scope(device.device)};
}

struct HubCore {
    HubCore(std::unique_ptr<store::Store> opened, Clock& the_clock, Entropy& the_entropy);
    HubCore(const HubCore&) = delete;
    HubCore& operator=(const HubCore&) = delete;

    [[nodiscard]] sqlite::Database& database() { return store->writer(); }
    [[nodiscard]] Origin origin() const;

    /// Right after BEGIN IMMEDIATE.
    [[nodiscard]] Outcome begin_write();
    /// Right after BEGIN of a read transaction.
    [[nodiscard]] Outcome begin_read();
    /// Right before COMMIT.
    [[nodiscard]] Outcome before_commit();
    void forget();
    [[nodiscard]] Result<const std::vector<domain::CustomField>*> custom_fields();
    void custom_fields_changed() { custom_.reset(); }

    std::unique_ptr<store::Store> store;
    Clock* clock;
    Entropy* entropy;
    HubIdentity identity;
    std::optional<crypto::KeyPair> signing;

    store::RecordTables tables;
    Origins origins;
    RecordDeltas deltas;
    ConfirmedState confirmed;
    ScopeBook scopes;
    ScopeDigests digests;
    HubLog log;
    LogOutline outline;
    /// Records that came in while more waited for them than one call tries again.
    std::vector<RecordId> retry_later;

  private:
    std::optional<std::vector<domain::CustomField>> custom_;
    std::int64_t data_version_{-1};
};

}  // namespace balie::sync
