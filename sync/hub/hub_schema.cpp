#include "sync/hub/hub_schema.h"

#include "sync/hub/sql.h"

#include <array>
#include <string>

namespace balie::sync {

namespace {

// 1: the first release. Short columns stand before the payload, so that a scan by scope does not
// touch the payload's overflow pages.
constexpr const char* kFirst = R"sql(
-- Everything terminals are told, in the order of hub_seq. kind: 0 change, 1 enter, 2 leave.
-- tx_first: hub_seq of the first entry of the same transaction; a cursor stands only on its end.
-- scope_set: who could see it when it was written (for enter and leave: the one scope it is for).
-- verdict: as VerdictKind.
CREATE TABLE hub_log (
    hub_seq INTEGER PRIMARY KEY,
    tx_first INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    scope_set INTEGER NOT NULL,
    record_type TEXT NOT NULL,
    record_id BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    origin INTEGER,
    seq INTEGER,
    effective_stamp INTEGER,
    raw_stamp INTEGER,
    verdict INTEGER,
    transaction_id BLOB,
    action_id BLOB,
    user TEXT,
    schema_version INTEGER,
    salt BLOB,
    commitment BLOB,
    hash BLOB,
    reason TEXT,
    payload TEXT
);
CREATE UNIQUE INDEX hub_log_change ON hub_log (origin, seq) WHERE kind = 0;

-- Where each device's chain ends, set-aside changes included. forked: another change came under a
-- number that is taken, so this log has to be given up by its device.
CREATE TABLE chain_tail (
    origin INTEGER PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    last_hash BLOB NOT NULL,
    last_stamp INTEGER NOT NULL,
    forked INTEGER NOT NULL DEFAULT 0
);

-- Changes that were received but not applied, whole, so that the chain goes on past them and they
-- can be tried again. tx_first: seq of the first change of the transaction.
CREATE TABLE hub_set_aside (
    origin INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    tx_first INTEGER NOT NULL,
    transaction_id BLOB NOT NULL,
    action_id BLOB NOT NULL,
    raw_stamp INTEGER NOT NULL,
    effective_stamp INTEGER NOT NULL,
    user TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    salt BLOB NOT NULL,
    commitment BLOB NOT NULL,
    hash BLOB NOT NULL,
    device BLOB NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    needs BLOB,
    received_ms INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (origin, seq)
) WITHOUT ROWID;
CREATE INDEX hub_set_aside_needs ON hub_set_aside (needs) WHERE needs IS NOT NULL;

CREATE TABLE scope_set (number INTEGER PRIMARY KEY, members TEXT NOT NULL UNIQUE);
-- Records of a customer's kind that name no customer: they stay where their author worked.
CREATE TABLE orphan_scope (record_id BLOB PRIMARY KEY, scope_set INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE scope_digest (scope TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE hub_epoch (
    number INTEGER PRIMARY KEY,
    epoch BLOB NOT NULL UNIQUE,
    base_seq INTEGER NOT NULL,
    started_ms INTEGER NOT NULL
);

CREATE TABLE enrol_code (
    secret_hash BLOB PRIMARY KEY,
    user TEXT NOT NULL,
    scope TEXT NOT NULL,
    device_name TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    used_ms INTEGER,
    device BLOB
) WITHOUT ROWID;

-- What is not synchronised of a device; its name, user and revocation are a device record.
CREATE TABLE hub_device (
    device BLOB PRIMARY KEY,
    public_key BLOB NOT NULL,
    user TEXT NOT NULL,
    scope TEXT NOT NULL,
    enrolled_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL DEFAULT 0,
    cursor INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    clock_offset_ms INTEGER NOT NULL DEFAULT 0,
    program TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
)sql";

// 2: how far each chain is in a verified backup.
constexpr const char* kBackedUp = R"sql(
ALTER TABLE chain_tail ADD COLUMN backed_up_seq INTEGER NOT NULL DEFAULT 0;
)sql";

// 3: whether a transaction that was set aside was looked at for a proposal (proposals.h).
constexpr const char* kProposals = R"sql(
ALTER TABLE hub_set_aside ADD COLUMN proposed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX hub_set_aside_to_propose ON hub_set_aside (origin, tx_first)
    WHERE code = 'scope' AND proposed = 0;
)sql";

// 4: customers that devices fetched from beyond their scope (fetching.h). scope: the device's own.
constexpr const char* kFetches = R"sql(
CREATE TABLE hub_fetch (
    customer BLOB NOT NULL,
    device BLOB NOT NULL,
    scope TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (customer, device)
) WITHOUT ROWID;
CREATE INDEX hub_fetch_until ON hub_fetch (until_ms);
CREATE INDEX hub_fetch_device ON hub_fetch (device);
)sql";

// 5: attachments (blob_desk.h). A file on its way is its device's own: nobody can spoil another's.
// document_proof: for which record somebody who may see or wrote it had the bytes; who only knows
// the hash of another's file, and names it in a record of their own, gets nothing by it.
constexpr const char* kBlobs = R"sql(
CREATE TABLE blob_upload (
    device BLOB NOT NULL,
    blob TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    file TEXT NOT NULL,
    key BLOB NOT NULL,
    begun_ms INTEGER NOT NULL,
    PRIMARY KEY (device, blob)
) WITHOUT ROWID;
CREATE TABLE document_proof (
    blob TEXT NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (blob, document)
) WITHOUT ROWID;
)sql";

constexpr std::array kSteps{kFirst, kBackedUp, kProposals, kFetches, kBlobs};
constexpr std::string_view kVersionKey = "hub.schema";

Result<std::int64_t> version_of(sqlite::Database& database) {
    BALIE_ASSIGN(const auto found,
                 one_integer(database, "SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?",
                             kVersionKey));
    return found.value_or(0);
}

}  // namespace

Outcome migrate_hub_schema(sqlite::Database& database) {
    const auto newest = static_cast<std::int64_t>(kSteps.size());
    BALIE_ASSIGN(const std::int64_t before, version_of(database));
    if (before == newest) return {};
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
    // Read again: another process may have been first.
    BALIE_ASSIGN(const std::int64_t version, version_of(database));
    if (version > newest) {
        return Error{ErrorCode::NewerVersion,
                     "this hub was made by a newer program",
                     {},
                     "Install the newer balie-hub; the file was not changed"};
    }
    for (std::int64_t step = version; step < newest; ++step) {
        BALIE_TRY(database.execute(kSteps[static_cast<std::size_t>(step)]));
    }
    BALIE_TRY(run_sql(database,
                      "INSERT INTO setting (key, value) VALUES (?1, ?2) "
                      "ON CONFLICT (key) DO UPDATE SET value = ?2",
                      kVersionKey, std::to_string(newest)));
    return transaction.commit();
}

}  // namespace balie::sync
