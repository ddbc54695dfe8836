#include "app/runtime/document_work.h"

#include "storage/attach/documents.h"

#include <cstdlib>
#include <utility>

namespace balie::app {

namespace {

Error no_files() {
    return {ErrorCode::Denied, "files cannot be attached in this profile", "", ""};
}

Result<Saved> done(Outcome outcome) {
    if (!outcome.ok()) return std::move(outcome).error();
    return Saved{};
}

}  // namespace

std::filesystem::path typed_path(std::string_view text) {
    const auto around = [](char each) {
        return each == ' ' || each == '"' || each == '\'' || each == '\t' || each == '\n';
    };
    while (!text.empty() && around(text.front())) text.remove_prefix(1);
    while (!text.empty() && around(text.back())) text.remove_suffix(1);
    constexpr std::string_view kHome = "~/";
    const char* home = std::getenv("HOME");
    if (text.substr(0, kHome.size()) == kHome && home != nullptr) {
        return std::filesystem::path(home) / std::string(text.substr(kHome.size()));
    }
    return std::string(text);
}

std::optional<Result<Saved>> carry_out_document(const Session& session, const Command& command) {
    const auto* remove = std::get_if<RemoveDocument>(&command);
    const auto* restore = std::get_if<RestoreDocument>(&command);
    const auto* ask = std::get_if<AskDocument>(&command);
    if (remove == nullptr && restore == nullptr && ask == nullptr) return std::nullopt;
    if (session.blobs == nullptr) return no_files();
    attach::DocumentActions actions(*session.store, *session.blobs, session.user);
    if (remove != nullptr) return done(actions.remove(remove->document));
    if (restore != nullptr) return done(actions.restore(restore->document));
    return done(actions.ask(ask->document));
}

/// On the store thread: who is at work is known here alone.
bool AppService::work_on_file(Ticket ticket, const Command& command) {
    const auto* file = std::get_if<AttachFile>(&command);
    const auto* copy = std::get_if<SaveCopy>(&command);
    if (file == nullptr && copy == nullptr) return false;
    if (!session_ || session_->blobs == nullptr) {
        finish(ticket, no_files(), false);
    } else if (file != nullptr) {
        attach_file(ticket, *file);
    } else {
        save_copy(ticket, *copy);
    }
    return true;
}

void AppService::attach_file(Ticket ticket, const AttachFile& command) {
    const auto save = [this, ticket, command](Result<attach::TakenIn> taken) {
        if (!taken.ok()) return finish(ticket, std::move(taken).error(), false);
        attach::DocumentActions actions(*session_->store, *session_->blobs, session_->user);
        auto saved = actions.attach({command.customer, {}, command.kind, command.note}, *taken);
        if (!saved.ok()) return finish(ticket, std::move(saved).error(), false);
        finish(ticket, Saved{*saved}, true);
    };
    const auto posted = files_.post(
        [this, ticket, command, save, files = session_->blobs] {
            auto taken = attach::take_in(*files, entropy_, typed_path(command.path));
            const auto back =
                store_.post([save, taken = std::move(taken)]() mutable { save(std::move(taken)); },
                            Lane::Local);
            // What was sealed has no row, and is removed by the next start.
            if (!back.ok()) mailbox_->push(CommandFailed{ticket, back.error()});
        },
        Lane::Local);
    if (!posted.ok()) finish(ticket, posted.error(), false);
}

void AppService::save_copy(Ticket ticket, const SaveCopy& command) {
    const auto find = [&]() -> Result<attach::Attachment> {
        BALIE_ASSIGN(const auto document,
                     attach::DocumentRepo(session_->store->writer()).get(command.document));
        return attach::Attachments(session_->store->writer(), *session_->blobs)
            .whole(document.blob);
    };
    auto row = find();
    if (!row.ok()) return finish(ticket, std::move(row).error(), false);
    const auto posted = files_.post(
        [this, ticket, path = command.path, row = *std::move(row), files = session_->blobs] {
            auto written = attach::write_copy(*files, row, typed_path(path));
            if (written.ok()) {
                mailbox_->push(CommandDone{ticket, Saved{}});
            } else {
                mailbox_->push(CommandFailed{ticket, std::move(written).error()});
            }
        },
        Lane::Local);
    if (!posted.ok()) finish(ticket, posted.error(), false);
}

}  // namespace balie::app
