#include "sync/hub/hub_lists.h"

#include "sync/hub/sql.h"

#include <utility>

namespace balie::sync {

namespace {

/// What a record is called, by its id; empty when it is not here.
Result<std::string> name_in(sqlite::Database& database, std::string_view query,
                            const RecordId& id) {
    std::string name;
    BALIE_TRY(each_row(
        database, query,
        [&](const sqlite::Statement& row) -> Outcome {
            name = row.text(0);
            return {};
        },
        id.bytes));
    return name;
}

}  // namespace

Result<HubStatus> read_status(HubCore& core) {
    const auto count = [&](std::string_view sql) -> Result<std::int64_t> {
        BALIE_ASSIGN(const auto number, one_integer(core.database(), sql));
        return number.value_or(0);
    };
    HubStatus status;
    status.hub = core.identity.hub;
    status.epoch = core.identity.epoch;
    BALIE_ASSIGN(status.hub_seq, stored_hub_seq(core.database()));
    BALIE_ASSIGN(status.devices, count("SELECT count(*) FROM hub_device"));
    BALIE_ASSIGN(status.customers,
                 count("SELECT count(*) FROM customers WHERE deleted_at IS NULL"));
    BALIE_ASSIGN(status.interactions, count("SELECT count(*) FROM interactions"));
    BALIE_ASSIGN(status.set_aside,
                 count("SELECT count(*) FROM hub_set_aside WHERE code <> 'known'"));
    BALIE_ASSIGN(status.conflicts, count("SELECT count(*) FROM conflict WHERE closed_ms IS NULL"));
    return status;
}

Result<std::vector<HubStore::HubSetAside>> read_set_aside(HubCore& core, int limit) {
    std::vector<HubStore::HubSetAside> found;
    std::vector<std::int64_t> origins;
    BALIE_TRY(each_row(
        core.database(),
        "SELECT origin, seq, user, code, detail, received_ms, payload FROM hub_set_aside "
        "WHERE code <> 'known' ORDER BY received_ms DESC, origin, seq LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            HubStore::HubSetAside aside;
            origins.push_back(row.integer(0));
            aside.id.seq = row.integer(1);
            aside.user = row.text(2);
            aside.code = row.text(3);
            aside.detail = row.text(4);
            aside.received_ms = row.integer(5);
            aside.payload = row.text(6);
            found.push_back(std::move(aside));
            return {};
        },
        limit));
    for (std::size_t i = 0; i < found.size(); ++i) {
        BALIE_ASSIGN(found[i].id.origin, core.origins.origin_of(origins[i]));
    }
    return found;
}

Result<std::vector<HubStore::AuditRow>> read_audit(HubCore& core, std::int64_t since_ms,
                                                   int limit) {
    std::vector<HubStore::AuditRow> rows;
    std::vector<RecordId> devices;
    BALIE_TRY(each_row(
        core.database(),
        "SELECT what, who, device, customer_id, reason, note, at, \"until\" FROM audit_entries "
        "WHERE at >= ? ORDER BY at DESC, rowid DESC LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            HubStore::AuditRow each;
            each.what = row.text(0);
            each.who = row.text(1);
            BALIE_ASSIGN(const RecordId device, RecordId::parse(row.text(2)));
            devices.push_back(device);
            if (!row.is_null(3)) {
                BALIE_ASSIGN(each.customer, RecordId::parse(row.text(3)));
            }
            each.reason = row.text(4);
            each.note = row.text(5);
            each.at_ms = row.integer(6);
            each.until_ms = row.integer(7);
            rows.push_back(std::move(each));
            return {};
        },
        since_ms, limit));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        BALIE_ASSIGN(rows[i].device,
                     name_in(core.database(), "SELECT name FROM devices WHERE id = ?", devices[i]));
        if (rows[i].customer.is_nil()) continue;
        BALIE_ASSIGN(
            rows[i].customer_name,
            name_in(core.database(), "SELECT name FROM customers WHERE id = ?", rows[i].customer));
    }
    return rows;
}

}  // namespace balie::sync
