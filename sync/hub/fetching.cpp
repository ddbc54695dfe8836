#include "sync/hub/fetching.h"

#include "storage/base/date.h"
#include "storage/crypto/hash.h"
#include "storage/repo/customer_search.h"
#include "sync/hub/hub_transaction.h"
#include "sync/hub/sql.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace balie::sync {

namespace {

using domain::RecordType;

constexpr std::array<std::string_view, 4> kMayFetch{"representative", "teller", "manager",
                                                    "administrator"};
constexpr std::string_view kFind = "find";
constexpr std::string_view kFetch = "fetch";

std::size_t letters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte != ' ' && (byte & 0xC0U) != 0x80U;
    }));
}

/// The same question asked again, because its answer was lost, is the same entry.
RecordId entry_id(const DeviceRecord& device, std::string_view token) {
    return RecordId::derive(crypto::blake2b_256(
        {as_bytes("balie.audit."), BytesView(device.device.bytes), as_bytes(token)}));
}

Refusal not_for(const DeviceRecord& device) {
    return {"denied", "The role " + device.role + " looks at nobody outside its own customers"};
}

/// What a person wrote does not fit the record: their question is refused, and nothing is broken.
bool is_unfit(const Error& error) {
    return error.code == ErrorCode::InvalidInput || error.code == ErrorCode::LimitExceeded;
}

}  // namespace

bool may_fetch(std::string_view role) {
    return std::find(kMayFetch.begin(), kMayFetch.end(), role) != kMayFetch.end();
}

Result<Fetching::Refused> Fetching::too_often(const DeviceRecord& device, std::string_view what) {
    const std::int64_t now = core_->clock->wall_ms();
    const bool finds = what == kFind;
    const auto asked_since = [&](std::int64_t since_ms) {
        return one_integer(core_->database(),
                           "SELECT count(*) FROM audit_entries WHERE device = ? AND at > ? AND "
                           "what = ?",
                           device.device.text(), since_ms, what);
    };
    BALIE_ASSIGN(const auto minute, asked_since(now - kMinuteMs));
    if (minute.value_or(0) >= (finds ? kFindsPerMinute : kFetchesPerMinute)) {
        return Refused{{"limit", "Too many questions within a minute: wait a moment"}};
    }
    BALIE_ASSIGN(const auto day, asked_since(now - kDayMs));
    if (day.value_or(0) >= (finds ? kFindsPerDay : kFetchesPerDay)) {
        return Refused{{"limit", "This terminal has asked as often as one may in a day"}};
    }
    return Refused{};
}

// --- find -------------------------------------------------------------------------------------

Outcome Fetching::read_hits(const DeviceRecord& device, const Find& question, Found& answer) {
    repo::CustomerSearch search(core_->database());
    BALIE_ASSIGN(const repo::SearchResult hits,
                 search.search(question.text, static_cast<int>(kFoundMax)));
    BALIE_TRY(core_->begin_read());
    answer.more = hits.more;
    for (const repo::SearchHit& hit : hits.hits) {
        if (answer.rows.size() >= kFoundMax) break;
        BALIE_ASSIGN(const auto set, core_->scopes.of_customer(hit.id));
        if (!set) continue;
        BALIE_ASSIGN(const bool seen, core_->scopes.seen_by(*set, sight_of(device)));
        answer.rows.push_back({hit.id, hit.number, hit.display_name, hit.city, seen});
    }
    return {};
}

Result<Found> Fetching::find(const DeviceRecord& device, const Find& question) {
    Found answer;
    answer.token = question.token;
    if (!may_fetch(device.role)) {
        answer.refusal = not_for(device);
        return answer;
    }
    if (letters(question.text) < kFindLettersMin) {
        answer.refusal = {"short", "Write at least " + std::to_string(kFindLettersMin) +
                                       " letters of a name, a number or a place"};
        return answer;
    }
    BALIE_ASSIGN(const Refused often, too_often(device, kFind));
    if (often) {
        answer.refusal = *often;
        return answer;
    }
    BALIE_TRY(read_hits(device, question, answer));
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core_->store, std::string(kHubUser)));
    const FieldValues values{{"what", std::string(kFind)},
                             {"who", device.user},
                             {"device", device.device.text()},
                             {"note", question.text},
                             {"at", core_->clock->wall_ms()}};
    const auto made = unit.create(RecordType::AuditEntry, values);
    if (!made.ok()) return made.error();
    BALIE_TRY(unit.commit());
    return answer;
}

// --- fetch ------------------------------------------------------------------------------------

Result<bool> Fetching::is_reason(const std::string& code) {
    BALIE_ASSIGN(const auto found,
                 one_integer(core_->database(),
                             "SELECT 1 FROM codes WHERE list = 'fetch_reason' AND code = ? AND "
                             "coalesce(active, 1) <> 0",
                             code));
    return found.has_value();
}

Result<Fetching::Refused> Fetching::unfit(const DeviceRecord& device, const Fetch& question) {
    if (!may_fetch(device.role)) return Refused{not_for(device)};
    BALIE_ASSIGN(const bool reason, is_reason(question.reason));
    if (!reason) {
        return Refused{
            {"invalid", "Say why: '" + question.reason.substr(0, 40) + "' is no reason here"}};
    }
    BALIE_ASSIGN(const auto there, one_integer(core_->database(),
                                               "SELECT 1 FROM customers WHERE id = ? AND "
                                               "deleted_at IS NULL AND birth_origin IS NOT NULL",
                                               question.customer.bytes));
    if (!there) return Refused{{"not_found", "Head office has no such customer"}};
    BALIE_ASSIGN(const Refused often, too_often(device, kFetch));
    if (often) return often;
    BALIE_ASSIGN(const auto held,
                 one_integer(core_->database(),
                             "SELECT count(*) FROM hub_fetch WHERE device = ? AND customer <> ?",
                             device.device.bytes, question.customer.bytes));
    if (held.value_or(0) < kFetchedMax) return Refused{};
    return Refused{{"full", "This terminal holds " + std::to_string(kFetchedMax) +
                                " fetched customers: wait until some have gone"}};
}

Outcome Fetching::grant(const DeviceRecord& device, const Fetch& question, const RecordId& entry,
                        std::int64_t until_ms) {
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core_->store, std::string(kHubUser)));
    FieldValues values{{"what", std::string(kFetch)},
                       {"who", device.user},
                       {"device", device.device.text()},
                       {"customer_id", question.customer.text()},
                       {"reason", question.reason},
                       {"at", core_->clock->wall_ms()},
                       {"until", until_ms}};
    if (!question.note.empty()) values["note"] = question.note;
    const auto made = unit.create(RecordType::AuditEntry, std::move(values), entry);
    if (!made.ok()) return made.error();
    BALIE_ASSIGN(const auto before, core_->scopes.of_customer(question.customer));
    if (!before) return Error{ErrorCode::NotFound, "the customer is not here", {}, {}};
    BALIE_TRY(run_sql(core_->database(),
                      "INSERT INTO hub_fetch (customer, device, scope, until_ms) "
                      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (customer, device) DO UPDATE SET "
                      "until_ms = max(until_ms, ?4)",
                      question.customer.bytes, device.device.bytes, device.scope, until_ms));
    sink_->add_fetched(question.customer, *before);
    return unit.commit();
}

Result<Fetched> Fetching::fetch(const DeviceRecord& device, const Fetch& question) {
    Fetched answer;
    answer.token = question.token;
    answer.customer = question.customer;
    const RecordId entry = entry_id(device, question.token);
    BALIE_ASSIGN(const auto told,
                 one_integer(core_->database(),
                             "SELECT \"until\" FROM audit_entries WHERE id = ? AND customer_id = ?",
                             entry.bytes, question.customer.text()));
    if (told) {
        answer.until_ms = *told;
        return answer;
    }
    BALIE_ASSIGN(const Refused refused, unfit(device, question));
    if (refused) {
        answer.refusal = *refused;
        return answer;
    }
    BALIE_TRY(core_->begin_read());
    BALIE_ASSIGN(const auto set, core_->scopes.of_customer(question.customer));
    if (set) {
        // Nothing to bring, nothing to say why.
        BALIE_ASSIGN(const bool own, core_->scopes.seen_by(*set, device.scope));
        if (own) return answer;
    }
    const std::int64_t until_ms = core_->clock->wall_ms() + fetch_for_ms_;
    if (const Outcome granted = grant(device, question, entry, until_ms); !granted.ok()) {
        if (!is_unfit(granted.error())) return granted.error();
        answer.refusal = {"invalid", granted.error().text()};
        return answer;
    }
    answer.until_ms = until_ms;
    return answer;
}

// --- the end of it ----------------------------------------------------------------------------

Outcome Fetching::end_due() {
    std::vector<std::pair<RecordId, DeviceId>> over;
    BALIE_TRY(each_row(
        core_->database(),
        "SELECT customer, device FROM hub_fetch WHERE until_ms <= ? ORDER BY until_ms LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            over.emplace_back(RecordId{row.id(0)}, DeviceId{row.id(1)});
            return {};
        },
        core_->clock->wall_ms(), kFetchEndsPerCommit));
    if (over.empty()) return {};
    Outcome ended = end(over);
    // Nothing of it was committed; what was kept of it in memory is forgotten.
    if (!ended.ok()) core_->forget();
    return ended;
}

Outcome Fetching::end(const std::vector<std::pair<RecordId, DeviceId>>& over) {
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core_->database()));
    BALIE_TRY(core_->begin_write());
    HubTransaction work(*core_, Author{std::string(kHubUser), "administrator", {}, true});
    std::int64_t ended = 0;
    for (const auto& [customer, device] : over) {
        BALIE_ASSIGN(const auto before, core_->scopes.of_customer(customer));
        BALIE_TRY(run_sql(core_->database(),
                          "DELETE FROM hub_fetch WHERE customer = ? AND device = ? AND "
                          "until_ms <= ?",
                          customer.bytes, device.bytes, core_->clock->wall_ms()));
        ended += core_->database().changes();
        // Several devices may have fetched it: the first set is that of before them all.
        if (before) work.add_fetched(customer, *before);
    }
    if (ended == 0) return {};  // another process was first
    BALIE_TRY(work.finish(0, core_->clock->wall_ms()));
    BALIE_TRY(core_->before_commit());
    return transaction.commit();
}

}  // namespace balie::sync
