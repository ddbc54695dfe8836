#include "sync/hub/hub_sink.h"

#include "sync/core/hlc.h"
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"

namespace balie::sync {

Outcome HubSink::begin(const std::string& user) {
    BALIE_TRY(core_->begin_write());
    BALIE_ASSIGN(tail_, core_->log.tail(core_->origin()));
    work_.emplace(*core_, Author{user, "administrator", {}, true});
    changes_ = 0;
    bytes_ = 0;
    return {};
}

Result<ChangeBody> HubSink::body_of(const store::RecordEdit& edit) {
    ChangeBody body;
    body.type = domain::spec(edit.type).name;
    body.id = edit.id;
    const bool create = edit.write == domain::Write::Create;
    body.operation = create ? Operation::Create : Operation::Edit;
    for (const auto& [field, value] : edit.after) {
        FieldEdit& written = body.fields[field];
        written.value = value;
        if (create) continue;
        BALIE_ASSIGN(const FieldState state, core_->confirmed.field(edit.type, edit.id, field));
        written.base = state.context();
    }
    return body;
}

Outcome HubSink::record(const store::RecordEdit& edit, const store::Authorship& authorship,
                        sqlite::Database& /*database*/) {
    if (!work_) {
        BALIE_TRY(begin(authorship.user));
    }
    BALIE_ASSIGN(const ChangeBody body, body_of(edit));
    Change change;
    change.id = {core_->origin(), tail_.last_seq + 1};
    change.transaction = authorship.transaction;
    change.action = authorship.action;
    change.raw = next_stamp(tail_.last_stamp, core_->clock->wall_ms());
    change.user = authorship.user;
    change.schema_version = domain::kSchemaVersion;
    change.payload = encode_payload(body);
    core_->entropy->fill(change.salt);
    change.commitment = commitment_of(change.salt, change.payload);
    change.hash = chain_hash(tail_.last_hash, change);
    bytes_ += encoded_bytes(change);
    if (++changes_ > kTransactionChangesMax || bytes_ > kTransactionBytesMax) {
        return Error{ErrorCode::LimitExceeded, "too much for one transaction", body.type,
                     "Save it in smaller parts"};
    }
    tail_.last_seq = change.id.seq;
    tail_.last_hash = change.hash;
    tail_.last_stamp = change.raw;
    return work_->add_own(change, body, edit.before);
}

Outcome HubSink::before_commit(sqlite::Database& /*database*/) {
    if (!work_) return {};
    BALIE_TRY(work_->finish(tail_.origin, core_->clock->wall_ms()));
    BALIE_TRY(core_->log.save_tail(tail_));
    BALIE_TRY(core_->before_commit());
    work_.reset();
    return {};
}

void HubSink::rolled_back() {
    work_.reset();
    core_->forget();
}

}  // namespace balie::sync
