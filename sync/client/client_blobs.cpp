// Attachments, when all records are exchanged: one at a time, a chunk at a time, each answered
// before the next, so that a record that is saved meanwhile waits for one chunk at most.
#include "sync/client/client_session.h"
#include "sync/client/client_tuning.h"
#include "sync/core/limits.h"

#include <algorithm>

namespace balie::sync {

namespace {

/// Answers in a row that bring nothing further: the hub and this terminal do not agree.
constexpr int kBlobTurnsMax = 4;

}  // namespace

bool ClientSession::blobs_idle() const {
    return hub_blob_bytes_max_ == 0 || (blob_stage_ == BlobStage::None && blobs_looked_);
}

/// Something was saved, or came: there may be attachments to it.
void ClientSession::blob_look_again() {
    blobs_looked_ = false;
    blobs_held_ = false;
}

void ClientSession::blob_next(Outputs& out) {
    if (hub_blob_bytes_max_ == 0 || !records_idle()) return;
    // A wrong copy is put right before anything is fetched to it.
    if (digest_differs_ && blob_stage_ <= BlobStage::Ready && blob_stage_ != BlobStage::Finding) {
        blob_stage_ = BlobStage::None;
        blobs_looked_ = true;
        return;
    }
    if (blob_stage_ == BlobStage::None) {
        if (blobs_looked_) return;
        // What holds records back holds attachments back too.
        const bool held = pull_held() || outbox_held_;
        blob_stage_ = BlobStage::Finding;
        out.emplace_back(FindBlobTask{held ? 0 : rules_.blob_bytes_max, blobs_skipped_});
        return;
    }
    if (blob_stage_ != BlobStage::Ready) return;
    if (blob_->bytes - blob_->offset > rules_.blob_bytes_max) {
        blob_.reset();
        blob_stage_ = BlobStage::None;
        return;
    }
    blob_asked_ms_ = now_ms_;
    if (blob_->fetch) {
        blob_stage_ = BlobStage::Asked;
        const auto most = static_cast<std::int64_t>(blob_chunk_);
        out.emplace_back(Send{BlobGet{blob_->blob, blob_->offset, most}});
    } else if (!blob_begun_) {
        blob_stage_ = BlobStage::Asked;
        out.emplace_back(Send{BlobHave{blob_->blob, blob_->bytes}});
    } else {
        blob_stage_ = BlobStage::Local;
        out.emplace_back(ReadBlob{blob_->blob, blob_->offset, blob_chunk_});
    }
}

void ClientSession::on(BlobTaskFound& input, Outputs& out) {
    if (blob_stage_ != BlobStage::Finding) return;
    blob_stage_ = BlobStage::None;
    blobs_held_ = input.held_back;
    blob_ = std::move(input.task);
    if (!blob_) {
        blobs_looked_ = true;
        return;
    }
    progressed();
    idle_told_ = false;  // when it is done, that all is exchanged is told again
    blob_begun_ = false;
    blob_turns_ = 0;
    blob_stage_ = BlobStage::Ready;
    if (!blob_->fetch && blob_->bytes > hub_blob_bytes_max_) blob_skip("large", out);
}

void ClientSession::on(BlobRead& input, Outputs& out) {
    if (blob_stage_ != BlobStage::Local || !blob_ || input.blob != blob_->blob) return;
    if (input.data.empty()) return blob_drop();
    blob_stage_ = BlobStage::Asked;
    out.emplace_back(Send{BlobPut{blob_->blob, blob_->bytes, input.offset, std::move(input.data)}});
}

/// Not tried again for a while, and nothing is noted of it.
void ClientSession::blob_drop() {
    if (blobs_skipped_.empty()) blob_retry_at_ms_ = now_ms_ + blob_retry_ms_;
    if (blobs_skipped_.size() < kBlobsSkippedMax) {
        blobs_skipped_.insert(blob_->blob);
    } else {
        blobs_looked_ = true;
    }
    blob_.reset();
    blob_stage_ = BlobStage::None;
}

void ClientSession::blob_retry() {
    if (blobs_skipped_.empty() || now_ms_ < blob_retry_at_ms_) return;
    blob_retry_ms_ = std::min(blob_retry_ms_ * 2, kBlobRetryCapMs);
    blobs_skipped_.clear();
    blob_look_again();
}

/// The line tells by its answers how much one message may be.
void ClientSession::blob_answered() {
    const std::int64_t took = now_ms_ - blob_asked_ms_;
    if (took < kFastAnswerMs) blob_chunk_ = std::min(blob_chunk_ * 2, kBlobChunkBytes);
    if (took > kSlowAnswerMs) blob_chunk_ = kBlobChunkFirstBytes;
    progressed();
}

void ClientSession::receive(BlobWant& message, Outputs& out) {
    const bool asked =
        blob_stage_ == BlobStage::Asked && blob_ && !blob_->fetch && blob_->blob == message.blob;
    if (!asked || message.offset > blob_->bytes) {
        return protest("order", "The hub wants an attachment that it was not offered", out);
    }
    blob_answered();
    if (message.offset == blob_->bytes) {
        blob_stage_ = BlobStage::Local;
        out.emplace_back(NoteBlob{blob_->blob, {}});
        return;
    }
    if (blob_begun_ && message.offset <= blob_->offset && ++blob_turns_ > kBlobTurnsMax) {
        return blob_skip("hash", out);
    }
    blob_begun_ = true;
    blob_->offset = message.offset;
    blob_stage_ = BlobStage::Ready;
}

void ClientSession::receive(BlobPut& message, Outputs& out) {
    const bool asked =
        blob_stage_ == BlobStage::Asked && blob_ && blob_->fetch && blob_->blob == message.blob;
    if (!asked || message.offset != blob_->offset || message.data.empty()) {
        return protest("order", "The hub sent an attachment that was not asked for", out);
    }
    if (message.bytes != blob_->bytes ||
        static_cast<std::int64_t>(message.data.size()) > blob_->bytes - blob_->offset) {
        return blob_skip("hash", out);
    }
    blob_answered();
    constexpr std::int64_t kBesidesData = 160;
    blob_bytes_in_ += static_cast<std::int64_t>(message.data.size()) * 4 / 3 + kBesidesData;
    blob_stage_ = BlobStage::Local;
    out.emplace_back(SaveBlob{std::move(message)});
}

void ClientSession::on(BlobSaved& input, Outputs& out) {
    if (blob_stage_ != BlobStage::Local || !blob_ || input.blob != blob_->blob) return;
    blob_stage_ = BlobStage::Ready;
    progressed();
    blob_->offset = input.offset;
    if (input.failed) return blob_drop();
    if (input.done) {
        blob_.reset();
        blob_stage_ = BlobStage::None;
    } else if (input.wrong && ++blob_turns_ > 1) {
        // Once may be the line; twice it is not.
        blob_skip("hash", out);
    }
}

void ClientSession::blob_skip(const std::string& code, Outputs& out) {
    const std::string blob = blob_->blob;
    blob_drop();
    blob_stage_ = BlobStage::Local;
    out.emplace_back(NoteBlob{blob, code});
}

void ClientSession::receive(BlobRefused& message, Outputs& out) {
    if (blob_stage_ != BlobStage::Asked || !blob_ || blob_->blob != message.blob) {
        return protest("order", "The hub refused an attachment that was not under way", out);
    }
    progressed();
    // What came there was not what is here: from the beginning, once.
    if (message.code == "hash" && blob_begun_ && blob_turns_++ == 0) {
        blob_begun_ = false;
        blob_stage_ = BlobStage::Ready;
        return;
    }
    blob_skip(message.code, out);
}

void ClientSession::on(BlobNoted& /*input*/, Outputs& /*out*/) {
    if (blob_stage_ != BlobStage::Local) return;
    blob_.reset();
    blob_stage_ = BlobStage::None;
    progressed();
}

/// What was not there when it was asked for has come.
void ClientSession::receive(BlobHave& message, Outputs& out) {
    if (!syncing()) return protest("order", "The hub told of an attachment too early", out);
    blobs_skipped_.erase(message.blob);
    blob_look_again();
    idle_told_ = false;
}

}  // namespace balie::sync
