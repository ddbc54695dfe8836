// Attachments: a terminal asks, one thing at a time, and the desk answers.
#include "sync/core/limits.h"
#include "sync/hub/hub_session.h"

#include <utility>

namespace balie::sync {

void HubSession::ask_for_blob(BlobRequest request, const std::string& blob, Outputs& out) {
    if (stage_ != Stage::Open) {
        return refuse(ErrorLevel::Session, "order", "Attachments come after WELCOME", out);
    }
    if (blob_asked_) {
        return refuse(ErrorLevel::Session, "order", "Attachments go one message at a time", out);
    }
    if (read_only_ && !std::holds_alternative<BlobGet>(request)) {
        return send(BlobRefused{blob, "read_only", "This device may only read at present"}, out);
    }
    blob_asked_ = blob;
    out.emplace_back(HandleBlob{*device_, std::move(request)});
}

void HubSession::receive(BlobHave& message, Outputs& out) {
    const std::string blob = message.blob;
    ask_for_blob(std::move(message), blob, out);
}

void HubSession::receive(BlobPut& message, Outputs& out) {
    const std::string blob = message.blob;
    ask_for_blob(std::move(message), blob, out);
}

void HubSession::receive(BlobGet& message, Outputs& out) {
    const std::string blob = message.blob;
    ask_for_blob(std::move(message), blob, out);
}

void HubSession::on(BlobAnswered& input, Outputs& out) {
    if (stage_ != Stage::Open || !blob_asked_) return;
    const std::string blob = *std::exchange(blob_asked_, std::nullopt);
    if (!input.answer.ok()) {
        const Error& error = input.answer.error();
        if (error.code == ErrorCode::Protocol) {
            return refuse(ErrorLevel::Session, "malformed", error.text(), out);
        }
        return send(BlobRefused{blob, "busy", busy_text(error)}, out);
    }
    const auto* refused = std::get_if<BlobRefused>(&input.answer->message);
    if (refused != nullptr && refused->code == "not_here" &&
        blobs_awaited_.size() < kBlobsAwaitedMax) {
        blobs_awaited_.insert(blob);
    }
    send(std::move(input.answer->message), out);
}

void HubSession::on(BlobArrived& input, Outputs& out) {
    if (stage_ != Stage::Open || blobs_awaited_.erase(input.blob) == 0) return;
    send(BlobHave{input.blob, input.bytes}, out);
}

}  // namespace balie::sync
