#include "sync/hub/ingest.h"

#include "sync/core/hlc.h"
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"

#include <algorithm>

namespace balie::sync {

namespace {

/// Transactions tried again in one call: a hostile pile of waiting ones must not hold up the rest.
constexpr std::size_t kRetriesMax = 2000;

PeerError refuse(ErrorLevel level, std::string code, std::string text, std::int64_t expected = 0) {
    return {.level = level,
            .code = std::move(code),
            .text = std::move(text),
            .retry_ms = -1,
            .expected_seq = expected};
}

PeerError malformed(std::string text) {
    return refuse(ErrorLevel::Session, "malformed", std::move(text));
}

PeerError fork(std::int64_t seq) {
    return refuse(ErrorLevel::Session, "fork",
                  "the hub has another change under number " + std::to_string(seq) +
                      ": this device's database was restored or copied");
}

/// The batch by itself: numbers, origin, commitments, hashes.
std::optional<PeerError> check_batch(const Push& push, const Origin& origin) {
    if (push.first < 1) return malformed("a push begins at number 1 or later");
    Hash previous = push.previous;
    std::int64_t seq = push.first;
    for (const Change& change : push.changes) {
        const std::string where = "change " + std::to_string(seq);
        if (change.id != ChangeId{origin, seq})
            return malformed(where + " is not the next of this device");
        if (change.commitment != commitment_of(change.salt, change.payload)) {
            return malformed(where + ": the payload does not fit its commitment");
        }
        if (change.hash != chain_hash(previous, change)) {
            return malformed(where + ": the hash does not fit the chain");
        }
        previous = change.hash;
        ++seq;
    }
    return std::nullopt;
}

std::vector<std::pair<std::size_t, std::size_t>> transactions(const std::vector<Change>& changes) {
    std::vector<std::pair<std::size_t, std::size_t>> groups;
    for (std::size_t begin = 0; begin < changes.size();) {
        std::size_t end = begin + 1;
        while (end < changes.size() && changes[end].transaction == changes[begin].transaction)
            ++end;
        groups.emplace_back(begin, end);
        begin = end;
    }
    return groups;
}

std::optional<AsideReason> over_limit(const std::vector<AsideChange>& changes) {
    std::size_t bytes = 0;
    for (const AsideChange& each : changes) bytes += encoded_bytes(each.change);
    if (changes.size() <= kTransactionChangesMax && bytes <= kTransactionBytesMax)
        return std::nullopt;
    return AsideReason{"limit",
                       "a transaction has at most " + std::to_string(kTransactionChangesMax) +
                           " changes and " + std::to_string(kTransactionBytesMax / 1024) + " KiB",
                       {}};
}

/// The change is wrong, as opposed to the disk: it must not fail the batch of everybody else.
bool content_at_fault(const Error& error) {
    switch (error.code) {
        case ErrorCode::InvalidInput:
        case ErrorCode::NotFound:
        case ErrorCode::AlreadyExists:
        case ErrorCode::Denied:
        case ErrorCode::LimitExceeded:
        case ErrorCode::Protocol:
            return true;
        default:
            return false;
    }
}

AsideReason reason_of(const Error& error) {
    const bool size = error.code == ErrorCode::LimitExceeded;
    return {size ? "limit" : "invalid", error.text(), {}};
}

Verdict set_aside_verdict(Verdict verdict, const AsideReason& reason) {
    verdict.kind = VerdictKind::SetAside;
    verdict.code = reason.code;
    verdict.detail = reason.detail;
    return verdict;
}

}  // namespace

Ingest::Ingest(HubCore& core, Devices& devices, IngestMode mode)
    : core_(&core),
      devices_(&devices),
      mode_(mode),
      now_ms_(core.clock->wall_ms()),
      created_(core.retry_later) {}

Result<Ingest::Refusal> Ingest::check_known(const Push& push, ChainTail& tail) {
    if (push.first == tail.last_seq + 1) {
        if (push.previous == tail.last_hash) return Refusal{};
        return Refusal{fork(tail.last_seq)};
    }
    for (const Change& change : push.changes) {
        if (change.id.seq > tail.last_seq) break;
        BALIE_ASSIGN(const auto known, core_->log.known(tail.origin, change.id.seq));
        if (!known || known->hash != change.hash) return Refusal{fork(change.id.seq)};
    }
    return Refusal{};
}

Result<Ingest::Refusal> Ingest::check(const IngestRequest& request, const DeviceRecord& device,
                                      ChainTail& tail) {
    const Push& push = request.push;
    if (device.revoked) {
        return Refusal{
            refuse(ErrorLevel::Device, "revoked", "this device was revoked by the office")};
    }
    if (request.origin.device != device.device) {
        return Refusal{malformed("the changes are another device's")};
    }
    if (auto wrong = check_batch(push, request.origin)) return Refusal{std::move(wrong)};
    if (push.first > tail.last_seq + 1) {
        return Refusal{
            refuse(ErrorLevel::Frame, "gap",
                   "the hub has this device's changes up to " + std::to_string(tail.last_seq),
                   tail.last_seq + 1)};
    }
    BALIE_ASSIGN(auto forked, check_known(push, tail));
    if (forked) {
        // Remembered, so that its next HELLO is told to begin a log of its own.
        tail.forked = true;
        BALIE_TRY(core_->log.save_tail(tail));
        return forked;
    }
    for (const auto& [begin, end] : transactions(push.changes)) {
        if (push.changes[begin].id.seq <= tail.last_seq &&
            push.changes[end - 1].id.seq > tail.last_seq) {
            return Refusal{malformed("a transaction was split between two pushes")};
        }
    }
    return Refusal{};
}

Result<Verdict> Ingest::known_verdict(const Push& push, const Group& group, const ChainTail& tail) {
    Verdict verdict;
    verdict.transaction = push.changes[group.begin].transaction;
    verdict.first = push.changes[group.begin].id.seq;
    verdict.last = push.changes[group.end - 1].id.seq;
    bool conflict = false;
    bool superseded = true;
    for (std::size_t i = group.begin; i < group.end; ++i) {
        BALIE_ASSIGN(const auto known, core_->log.known(tail.origin, push.changes[i].id.seq));
        if (!known)
            return Error{ErrorCode::Corrupt, "a change of the chain is missing", "hub_log", {}};
        if (known->verdict == VerdictKind::SetAside) {
            verdict.effective.clear();
            return set_aside_verdict(std::move(verdict), {known->code, known->detail, {}});
        }
        conflict = conflict || known->verdict == VerdictKind::Conflict;
        superseded = superseded && known->verdict == VerdictKind::Superseded;
        verdict.hub_seq = known->hub_seq;
        verdict.effective.push_back(known->effective);
    }
    if (superseded) verdict.kind = VerdictKind::Superseded;
    if (conflict) verdict.kind = VerdictKind::Conflict;
    return verdict;
}

Result<Ingest::Taken> Ingest::take_transaction(const std::vector<AsideChange>& changes,
                                               const DeviceRecord& device, std::int64_t origin) {
    Taken taken;
    taken.reason = over_limit(changes);
    if (taken.reason) return taken;
    std::optional<sqlite::Savepoint> savepoint;
    if (mode_ == IngestMode::Careful) {
        BALIE_ASSIGN(auto begun, sqlite::Savepoint::begin(core_->database()));
        savepoint.emplace(std::move(begun));
    }
    HubTransaction work(*core_, {device.user, device.role, sight_of(device), false});
    bool written = false;
    for (const AsideChange& each : changes) {
        auto added = work.add(each.change, each.effective);
        const bool wrong = !added.ok() && content_at_fault(added.error());
        if (!added.ok() && !wrong) return std::move(added).error();
        // A change that is refused with a reason has written nothing; what came before it has, and
        // one that failed on the way may have.
        if (!savepoint && (wrong || (*added && written))) {
            wants_care_ = true;
            return Error{ErrorCode::Cancelled, "a transaction has to be taken back", {}, {}};
        }
        taken.reason = wrong ? reason_of(added.error()) : *added;
        if (taken.reason) {
            work.abandon(savepoint.has_value());
            return taken;
        }
        written = true;
    }
    BALIE_TRY(work.finish(origin, now_ms_));
    if (savepoint) {
        BALIE_TRY(savepoint->release());
    }
    taken.kind = work.verdict();
    taken.hub_seq = work.last_hub_seq();
    taken.effective = work.effective();
    created_.insert(created_.end(), work.created().begin(), work.created().end());
    return taken;
}

Result<Verdict> Ingest::new_verdict(const Push& push, const Group& group,
                                    const DeviceRecord& device, const ChainTail& tail) {
    std::vector<AsideChange> changes;
    changes.reserve(group.end - group.begin);
    for (std::size_t i = group.begin; i < group.end; ++i) {
        const Change& change = push.changes[i];
        changes.push_back({change, effective_stamp(change.raw, push.clock_offset_ms, now_ms_)});
    }
    Verdict verdict;
    verdict.transaction = changes.front().change.transaction;
    verdict.first = changes.front().change.id.seq;
    verdict.last = changes.back().change.id.seq;
    BALIE_ASSIGN(const bool before,
                 core_->log.came_before(changes.front().change.id.origin, changes.front().change));
    Taken taken;
    if (before) {
        taken.reason = AsideReason{
            std::string(kCameBefore), "another copy of this terminal sent it before", {}};
    } else {
        BALIE_ASSIGN(taken, take_transaction(changes, device, tail.origin));
    }
    if (taken.reason) {
        BALIE_TRY(core_->log.set_aside(tail.origin, changes, *taken.reason, now_ms_));
        if (taken.reason->needs) anything_needed_ = asked_ = true;
        return set_aside_verdict(std::move(verdict), *taken.reason);
    }
    verdict.kind = taken.kind;
    verdict.hub_seq = taken.hub_seq;
    verdict.effective = std::move(taken.effective);
    return verdict;
}

Result<IngestAnswer> Ingest::take(const IngestRequest& request) {
    const std::size_t answer_index = answers_++;
    const Push& push = request.push;
    IngestAnswer answer;
    // As the office has it now, not as it was when the session began.
    auto found = devices_->find(request.device.device);
    if (!found.ok()) {
        if (found.error().code != ErrorCode::NotFound) return std::move(found).error();
        answer.refusal = refuse(ErrorLevel::Device, "unknown_device", found.error().text());
        return answer;
    }
    const DeviceRecord device = std::move(*found);
    BALIE_ASSIGN(ChainTail tail, core_->log.tail(request.origin));
    BALIE_ASSIGN(answer.refusal, check(request, device, tail));
    if (answer.refusal) return answer;
    Ack ack;
    ack.wall_ms = now_ms_;
    for (const auto& [begin, end] : transactions(push.changes)) {
        const Group group{begin, end};
        const Change& last = push.changes[end - 1];
        if (last.id.seq <= tail.last_seq) {
            BALIE_ASSIGN(Verdict verdict, known_verdict(push, group, tail));
            ack.verdicts.push_back(std::move(verdict));
            continue;
        }
        BALIE_ASSIGN(Verdict verdict, new_verdict(push, group, device, tail));
        if (verdict.kind == VerdictKind::SetAside) {
            aside_here_[{tail.origin, verdict.first}] = {answer_index, ack.verdicts.size()};
        }
        ack.verdicts.push_back(std::move(verdict));
        tail.last_seq = last.id.seq;
        tail.last_hash = last.hash;
        tail.last_stamp = std::max(tail.last_stamp, last.raw);
    }
    BALIE_TRY(core_->log.save_tail(tail));
    ack.acked_seq = tail.last_seq;
    ack.acked_hash = tail.last_hash;
    answer.ack = std::move(ack);
    return answer;
}

Outcome Ingest::retry(const HubLog::AsideKey& key, std::vector<IngestAnswer>& answers) {
    BALIE_ASSIGN(const auto changes, core_->log.load_aside(key));
    if (changes.empty()) return {};
    auto device = devices_->find(changes.front().change.id.origin.device);
    if (!device.ok() || device->revoked) return {};  // stays where it is, for the office to see
    BALIE_ASSIGN(Taken taken, take_transaction(changes, *device, key.origin));
    if (taken.reason) return core_->log.change_reason(key, *taken.reason);
    BALIE_TRY(core_->log.drop_aside(key));
    const auto here = aside_here_.find({key.origin, key.first});
    if (here == aside_here_.end()) return {};
    Verdict& verdict = answers[here->second.first].ack->verdicts[here->second.second];
    verdict.kind = taken.kind;
    verdict.code.clear();
    verdict.detail.clear();
    verdict.hub_seq = taken.hub_seq;
    verdict.effective = std::move(taken.effective);
    return {};
}

Outcome Ingest::retry_waiting(std::vector<IngestAnswer>& answers) {
    core_->retry_later.clear();
    if (created_.empty()) return {};
    if (!asked_) {
        BALIE_ASSIGN(anything_needed_, core_->log.anything_needed());
        asked_ = true;
    }
    if (!anything_needed_) return {};
    // What is taken in on the way makes more records, for which others may wait.
    for (std::size_t i = 0; i < created_.size(); ++i) {
        BALIE_ASSIGN(const auto keys, core_->log.waiting_for(created_[i]));
        for (const HubLog::AsideKey& key : keys) {
            if (++retried_ > kRetriesMax) {
                core_->retry_later.assign(created_.begin() + static_cast<std::ptrdiff_t>(i),
                                          created_.end());
                return {};
            }
            BALIE_TRY(retry(key, answers));
        }
    }
    return {};
}

Outcome Ingest::retry_code(std::string_view code) {
    BALIE_ASSIGN(const auto keys, core_->log.set_aside_as(code));
    std::vector<IngestAnswer> none;
    for (const HubLog::AsideKey& key : keys) {
        BALIE_TRY(retry(key, none));
    }
    return retry_waiting(none);
}

}  // namespace balie::sync
