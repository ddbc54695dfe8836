#include "sync/hub/devices.h"

#include "storage/crypto/encoding.h"
#include "storage/crypto/hash.h"
#include "sync/core/enrolment_code.h"
#include "sync/core/limits.h"
#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

namespace {

using domain::RecordType;

constexpr std::size_t kPublicKeyBytes = 32;

Error wrong_code() {
    return {ErrorCode::NotFound,
            "this enrolment code is not known to the hub",
            {},
            "Type it again, or ask the office for a new one: balie-hub enrol-code …"};
}

/// The code's bytes decide, not its spelling.
Result<Hash> code_hash(const std::string& secret) {
    auto bytes = crypto::code_decode(secret, kSecretBytes);
    if (!bytes.ok()) return wrong_code();
    return crypto::blake2b_256({as_bytes("balie.enrol-code\n"), *bytes});
}

RecordId record_of(const DeviceId& device) {
    return RecordId{device.bytes};
}

}  // namespace

Result<EnrolCode> Devices::make_code(const EnrolCodeRequest& request) {
    BALIE_TRY(check_scope(request.scope));
    const std::int64_t now = core_->clock->wall_ms();
    const std::string secret = crypto::make_code(*core_->entropy, kSecretBytes);
    BALIE_ASSIGN(const Hash hash, code_hash(secret));
    BALIE_ASSIGN(const auto known, people_->find_user(request.user));
    UserRow user = known.value_or(UserRow{.login = request.user,
                                          .name = request.user,
                                          .role = request.role,
                                          .branch = {},
                                          .territory = {},
                                          .language = {}});
    if (!user.active) {
        return Error{ErrorCode::Denied, "user " + user.login + " is not active", "user",
                     "Make the user active first: balie-hub user …"};
    }
    // The office's last word on a role counts, also when it is said here.
    if (!request.role.empty()) user.role = request.role;
    if (user.branch.empty()) user.branch = scope_code(request.scope, "branch");
    if (user.territory.empty()) user.territory = scope_code(request.scope, "territory");
    const std::int64_t expires = now + (request.valid_ms > 0 ? request.valid_ms : kEnrolCodeLifeMs);

    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core_->store, std::string(kHubUser)));
    BALIE_TRY(people_->save_user(unit, user));
    BALIE_TRY(run_sql(unit.database(),
                      "INSERT INTO enrol_code (secret_hash, user, scope, device_name, made_ms, "
                      "expires_ms) VALUES (?, ?, ?, ?, ?, ?)",
                      hash, user.login, request.scope, request.device_name, now, expires));
    BALIE_TRY(unit.commit());
    return EnrolCode{secret, expires};
}

Result<std::optional<Devices::Code>> Devices::find_code(const Hash& hash) {
    std::optional<Code> code;
    BALIE_TRY(each_row(
        core_->database(),
        "SELECT user, scope, device_name, expires_ms, used_ms, device FROM enrol_code "
        "WHERE secret_hash = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            code = Code{std::string(row.text(0)),
                        std::string(row.text(1)),
                        std::string(row.text(2)),
                        row.integer(3),
                        {},
                        DeviceId{row.id(5)}};
            if (!row.is_null(4)) code->used_ms = row.integer(4);
            return {};
        },
        hash));
    return code;
}

Result<Enrolled> Devices::enrol(const Enrol& enrol) {
    BALIE_ASSIGN(const Hash hash, code_hash(enrol.secret));
    if (enrol.public_key.size() != kPublicKeyBytes) {
        return Error{ErrorCode::Protocol, "a device key has 32 bytes", "public_key", {}};
    }
    // Looked at inside the write transaction: of two devices with one code only one gets in.
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core_->store, std::string(kHubUser)));
    BALIE_ASSIGN(const auto code, find_code(hash));
    if (!code) return wrong_code();
    if (code->used_ms) {
        // The answer may have been lost on the way: the same key is the same device.
        BALIE_ASSIGN(const auto same,
                     one_integer(core_->database(),
                                 "SELECT 1 FROM hub_device WHERE device = ? AND public_key = ?",
                                 code->device.bytes, enrol.public_key));
        if (same) return welcome(code->device);
        return Error{ErrorCode::AlreadyExists,
                     "this enrolment code was used already",
                     {},
                     "Ask the office for a new one: balie-hub enrol-code …"};
    }
    const std::int64_t now = core_->clock->wall_ms();
    if (now >= code->expires_ms) {
        return Error{ErrorCode::Expired,
                     "this enrolment code has expired",
                     {},
                     "Ask the office for a new one: balie-hub enrol-code …"};
    }
    BALIE_ASSIGN(const auto user, people_->find_user(code->user));
    if (!user || !user->active) {
        return Error{ErrorCode::Denied,
                     "user " + code->user + " is not active",
                     {},
                     "Ask the office to make the user active"};
    }
    BALIE_ASSIGN(const DeviceId device, id_for(enrol, now));
    BALIE_TRY(save_device(unit, device, *code, enrol));
    BALIE_TRY(run_sql(unit.database(),
                      "UPDATE enrol_code SET used_ms = ?, device = ? WHERE secret_hash = ?", now,
                      device.bytes, hash));
    BALIE_TRY(unit.commit());
    return welcome(device);
}

/// A new one, or the one it had before this hub was put back to a time when it did not know it.
Result<DeviceId> Devices::id_for(const Enrol& enrol, std::int64_t now_ms) {
    if (!enrol.device) return DeviceId::make(now_ms, *core_->entropy);
    BALIE_ASSIGN(const auto known,
                 one_integer(core_->database(), "SELECT 1 FROM hub_device WHERE device = ?",
                             enrol.device->bytes));
    // The hub writes its own log under its id; nobody else may.
    if (known || enrol.device->is_nil() || enrol.device->bytes == core_->identity.hub.bytes) {
        return Error{ErrorCode::Denied, "this hub knows that device", enrol.device->text(),
                     "Make a new profile and enrol that"};
    }
    return *enrol.device;
}

Outcome Devices::save_device(store::UnitOfWork& unit, const DeviceId& device, const Code& code,
                             const Enrol& enrol) {
    const std::int64_t now = core_->clock->wall_ms();
    std::string name = code.device_name.empty() ? enrol.device_name : code.device_name;
    if (name.empty()) name = code.user;
    BALIE_TRY(unit.create(
        RecordType::Device,
        {{"name", name}, {"user", code.user}, {"scope", code.scope}, {"enrolled_at", now}},
        record_of(device)));
    return run_sql(unit.database(),
                   "INSERT INTO hub_device (device, public_key, user, scope, enrolled_ms, program) "
                   "VALUES (?, ?, ?, ?, ?, ?)",
                   device.bytes, enrol.public_key, code.user, code.scope, now,
                   enrol.program.substr(0, 100));
}

Result<Enrolled> Devices::welcome(const DeviceId& device) {
    BALIE_ASSIGN(const DeviceRecord record, find(device));
    if (record.revoked) {
        return Error{
            ErrorCode::Denied, "this device was revoked", {}, "Ask the office for a new code"};
    }
    BALIE_ASSIGN(const auto user, people_->find_user(record.user));
    Enrolled enrolled;
    enrolled.device = device;
    enrolled.user = record.user;
    enrolled.user_name = user ? user->name : record.user;
    enrolled.role = record.role;
    enrolled.scope = record.scope;
    // What it makes must lie in its own scope, also when the user has no places yet.
    enrolled.branch = user ? user->branch : std::string();
    enrolled.territory = user ? user->territory : std::string();
    if (enrolled.branch.empty()) enrolled.branch = scope_code(record.scope, "branch");
    if (enrolled.territory.empty()) enrolled.territory = scope_code(record.scope, "territory");
    const auto& key = core_->signing->public_key();
    enrolled.hub_public_key.assign(key.begin(), key.end());
    return enrolled;
}

Result<DeviceRecord> Devices::find(const DeviceId& device) {
    std::optional<DeviceRecord> found;
    BALIE_TRY(each_row(
        core_->database(),
        "SELECT h.public_key, d.name, h.user, u.role, h.scope, d.revoked_at, u.active "
        "FROM hub_device h LEFT JOIN devices d ON d.id = h.device "
        "LEFT JOIN users u ON u.login = h.user WHERE h.device = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            const BytesView key = row.blob(0);
            const bool inactive = !row.is_null(6) && row.integer(6) == 0;
            found = DeviceRecord{.device = device,
                                 .public_key = Bytes(key.begin(), key.end()),
                                 .name = std::string(row.text(1)),
                                 .user = std::string(row.text(2)),
                                 .role = std::string(row.text(3)),
                                 .scope = std::string(row.text(4)),
                                 .revoked = !row.is_null(5) || inactive};
            return {};
        },
        device.bytes));
    if (!found) {
        return Error{ErrorCode::NotFound,
                     "the hub does not know device " + device.text(),
                     {},
                     "Enrol it with a new code"};
    }
    return std::move(*found);
}

Outcome Devices::revoke(const DeviceId& device) {
    BALIE_ASSIGN(const DeviceRecord record, find(device));
    if (record.revoked) return {};
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core_->store, std::string(kHubUser)));
    BALIE_TRY(unit.edit(RecordType::Device, record_of(record.device),
                        {{"revoked_at", core_->clock->wall_ms()}}));
    return unit.commit();
}

Result<std::vector<FleetRow>> Devices::fleet() {
    std::vector<FleetRow> rows;
    BALIE_TRY(
        each_row(core_->database(),
                 "SELECT device, enrolled_ms, last_seen_ms, cursor, pending, clock_offset_ms, "
                 "program, (SELECT count(*) FROM chain_tail t JOIN origin o ON o.number = t.origin "
                 "WHERE o.device = hub_device.device) FROM hub_device ORDER BY enrolled_ms, device",
                 [&](const sqlite::Statement& row) -> Outcome {
                     FleetRow each;
                     each.device.device = DeviceId{row.id(0)};
                     each.enrolled_ms = row.integer(1);
                     each.last_seen_ms = row.integer(2);
                     each.cursor = row.integer(3);
                     each.pending = row.integer(4);
                     each.clock_offset_ms = row.integer(5);
                     each.program = row.text(6);
                     each.incarnations = row.integer(7);
                     rows.push_back(std::move(each));
                     return {};
                 }));
    for (FleetRow& row : rows) {
        BALIE_ASSIGN(row.device, find(row.device.device));
        const auto noted = notes_.find(row.device.device);
        if (noted == notes_.end()) continue;
        const Note& note = noted->second;
        row.last_seen_ms = note.last_seen_ms;
        row.cursor = note.cursor.value_or(row.cursor);
        row.pending = note.pending.value_or(row.pending);
        row.clock_offset_ms = note.clock_offset_ms.value_or(row.clock_offset_ms);
        if (note.program) row.program = *note.program;
    }
    return rows;
}

void Devices::note_hello(const Hello& hello, std::int64_t now_ms) {
    Note& note = notes_[hello.origin.device];
    note.last_seen_ms = now_ms;
    note.cursor = hello.cursor;
    note.pending = hello.pending;
    log_ends_[hello.origin.device] = hello.last_seq;
    note.clock_offset_ms = now_ms - hello.wall_ms;
    note.program = hello.program.substr(0, 100);
}

void Devices::note_carried(const Hello& hello, bool newest, std::int64_t now_ms) {
    Note& note = notes_[hello.origin.device];
    note.last_seen_ms = now_ms;
    if (!newest) return;
    note.cursor = hello.cursor;
    note.pending = hello.pending;
    log_ends_[hello.origin.device] = hello.last_seq;
    note.program = hello.program.substr(0, 100);
}

void Devices::note_applied(const DeviceId& device, std::int64_t cursor, std::int64_t now_ms) {
    Note& note = notes_[device];
    note.last_seen_ms = now_ms;
    note.cursor = cursor;
}

void Devices::note_taken(const DeviceId& device, std::int64_t acked_seq, std::int64_t now_ms) {
    Note& note = notes_[device];
    note.last_seen_ms = now_ms;
    const auto end = log_ends_.find(device);
    if (end == log_ends_.end()) return;
    note.pending = std::max<std::int64_t>(end->second - acked_seq, 0);
}

Outcome Devices::write_notes() {
    for (const auto& [device, note] : notes_) {
        BALIE_TRY(run_sql(core_->database(),
                          "UPDATE hub_device SET last_seen_ms = ?2, cursor = coalesce(?3, cursor), "
                          "pending = coalesce(?4, pending), "
                          "clock_offset_ms = coalesce(?5, clock_offset_ms), "
                          "program = coalesce(?6, program) WHERE device = ?1",
                          device.bytes, note.last_seen_ms, note.cursor, note.pending,
                          note.clock_offset_ms, note.program));
    }
    return {};
}

}  // namespace balie::sync
