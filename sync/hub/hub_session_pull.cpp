// What the hub sends of its log, or of the state of a scope, within the credit of who asked.
#include "sync/core/limits.h"
#include "sync/hub/hub_session.h"
#include "sync/protocol/codec.h"

#include <algorithm>

namespace balie::sync {

namespace {

/// A batch with less credit than this would be mostly frame.
constexpr std::int64_t kReadBytesMin = 1024;

}  // namespace

std::int64_t HubSession::credit_left() const {
    return credit_ - (sent_bytes_ - asked_bytes_);
}

void HubSession::receive(Pull& message, Outputs& out) {
    if (stage_ != Stage::Open) {
        return refuse(ErrorLevel::Session, "order", "PULL comes after WELCOME", out);
    }
    if (message.cursor > hub_seq_) {
        return refuse(ErrorLevel::Session, "order", "PULL from beyond the end of the log", out);
    }
    if (message.snapshot && message.snapshot->hub_seq > hub_seq_) {
        return refuse(ErrorLevel::Session, "order", "A snapshot from beyond the end of the log",
                      out);
    }
    credit_ = std::min(message.credit_bytes, kPullCreditBytes);
    if (message.snapshot) {
        pull_snapshot(message);
    } else {
        pull_log(message);
    }
    pulling_ = true;
    read_more(out);
}

void HubSession::begin_stream() {
    outstanding_.clear();
    sent_bytes_ = 0;
    asked_bytes_ = 0;
    ++stream_;
}

void HubSession::confirm_first() {
    outstanding_.pop_front();
    asked_bytes_ = outstanding_.empty() ? sent_bytes_ : outstanding_.front().bytes_before;
}

void HubSession::pull_log(const Pull& message) {
    const bool streaming = pulling_ && !snapshot_;
    while (streaming && !outstanding_.empty() && outstanding_.front().to < message.cursor) {
        outstanding_.pop_front();
    }
    if (streaming && message.cursor == asked_from_) {
        // Only the credit is new.
    } else if (streaming && !outstanding_.empty() && outstanding_.front().to == message.cursor) {
        // The end of a batch that is on its way: the stream goes on, with room made by it.
        confirm_first();
    } else {
        begin_stream();
        snapshot_.reset();
        position_ = message.cursor;
        checkpoint_due_ = true;
    }
    asked_from_ = message.cursor;
}

void HubSession::pull_snapshot(Pull& message) {
    SnapshotPlace& place = *message.snapshot;
    // A terminal that stopped asking for a while names a later part than the first under way.
    const auto named = std::find_if(outstanding_.begin(), outstanding_.end(),
                                    [&](const auto& each) { return each.mark == place.after; });
    if (snapshot_ && place == asked_place_) {
        // Only the credit is new.
    } else if (snapshot_ && named != outstanding_.end() && place.hub_seq == snapshot_->hub_seq) {
        outstanding_.erase(outstanding_.begin(), named);
        confirm_first();
        // It compared, and the range is equal: on with the next.
        if (snapshot_compared_ && outstanding_.empty()) {
            snapshot_compared_ = false;
            snapshot_sent_ = false;
        }
    } else {
        begin_stream();
        snapshot_ = place;
        own_after_ = std::move(message.own);
        snapshot_sent_ = false;
        snapshot_compared_ = false;
    }
    asked_place_ = std::move(place);
}

void HubSession::read_more(Outputs& out) {
    if (stage_ != Stage::Open || !pulling_ || reading_ || write_full_) return;
    if (snapshot_ ? snapshot_sent_ : position_ >= hub_seq_ && !checkpoint_due_) return;
    const std::int64_t left = credit_left();
    // Whoever has nothing outstanding gets one batch, however small the credit: it cannot starve.
    if (left < kReadBytesMin && !outstanding_.empty()) return;
    reading_ = true;
    reading_stream_ = stream_;
    reading_hub_seq_ = hub_seq_;
    const std::int64_t bytes =
        std::clamp(left, kReadBytesMin, static_cast<std::int64_t>(kBatchBytesMax));
    if (snapshot_) {
        out.emplace_back(ReadSnapshot{*device_, origin_, *snapshot_, own_after_, bytes});
    } else {
        out.emplace_back(ReadChanges{*device_, origin_, position_, bytes});
    }
}

void HubSession::below_floor(const Error& error, Outputs& out) {
    // WELCOME of the next connection says where the log begins.
    refuse(ErrorLevel::Session, "floor", error.text(), out, 0);
}

void HubSession::on(SnapshotRead& input, Outputs& out) {
    if (!reading_) return;
    reading_ = false;
    if (stage_ != Stage::Open) return;
    if (reading_stream_ != stream_) return read_more(out);
    if (!input.part.ok()) {
        if (input.part.error().code == ErrorCode::Expired)
            return below_floor(input.part.error(), out);
        const bool theirs = input.part.error().code == ErrorCode::Protocol;
        return refuse(ErrorLevel::Session, theirs ? "malformed" : "busy",
                      theirs ? input.part.error().text() : busy_text(input.part.error()), out,
                      theirs ? -1 : kBusyRetryMs);
    }
    Snapshot part = std::move(input.part).value();
    outstanding_.push_back({0, sent_bytes_, part.to});
    sent_bytes_ += static_cast<std::int64_t>(encoded_bytes(part));
    snapshot_ = place_after(*snapshot_, part.hub_seq, part.to);
    snapshot_compared_ = part.range.has_value();
    snapshot_sent_ = part.done || snapshot_compared_;
    hub_seq_ = std::max(hub_seq_, part.hub_seq);
    if (part.done) position_ = part.hub_seq;
    send(std::move(part), out);
    read_more(out);
}

void HubSession::on(ChangesRead& input, Outputs& out) {
    if (!reading_) return;
    reading_ = false;
    if (stage_ != Stage::Open) return;
    if (reading_stream_ != stream_) return read_more(out);
    if (!input.changes.ok()) {
        if (input.changes.error().code == ErrorCode::Expired) {
            return below_floor(input.changes.error(), out);
        }
        return refuse(ErrorLevel::Session, "busy", busy_text(input.changes.error()), out,
                      kBusyRetryMs);
    }
    Changes changes = std::move(input.changes).value();
    const std::int64_t to = changes.to;
    if (to > position_) {
        std::int64_t bytes = kBatchBytesLeast;
        for (const LogEntry& entry : changes.entries) {
            bytes += static_cast<std::int64_t>(encoded_bytes(entry));
        }
        outstanding_.push_back({to, sent_bytes_});
        sent_bytes_ += bytes;
        position_ = to;
        hub_seq_ = std::max(hub_seq_, to);
        checkpoint_due_ = true;
        send(std::move(changes), out);
    }
    if (input.at_end) {
        checkpoint_due_ = false;
        Checkpoint checkpoint{position_, input.digest};
        if (input.own && input.own->seq > acked_seq_) {
            checkpoint.own = input.own;
            acked_seq_ = input.own->seq;
        }
        send(checkpoint, out);
        // What grew in between was told by LogGrew and is read next. Else this is the end, also
        // where a damaged log is shorter than its count: nothing is asked for that is not there.
        if (hub_seq_ == reading_hub_seq_) hub_seq_ = position_;
    }
    read_more(out);
}

void HubSession::on(LogGrew& input, Outputs& out) {
    if (input.hub_seq <= hub_seq_) return;
    hub_seq_ = input.hub_seq;
    read_more(out);
}

/// By two connections of one terminal, or by a copy of it, which does not know that it is one: what
/// was set aside never comes to it in the log.
void HubSession::on(OwnLogGrew& input, Outputs& out) {
    if (input.acked_seq <= acked_seq_) return;
    checkpoint_due_ = true;
    read_more(out);
}

void HubSession::on(WriteQueueFull& /*input*/, Outputs& /*out*/) {
    write_full_ = true;
}

void HubSession::on(WriteQueueDrained& /*input*/, Outputs& out) {
    write_full_ = false;
    read_more(out);
}

void HubSession::receive(Applied& message, Outputs& out) {
    if (stage_ != Stage::Open || message.cursor > position_) {
        return refuse(ErrorLevel::Session, "order", "APPLIED beyond what was sent", out);
    }
    out.emplace_back(RecordApplied{origin_, message.cursor});
}

}  // namespace balie::sync
