#include "app/runtime/sync_asks.h"

#include "storage/base/ids.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace balie::app {

namespace {

constexpr std::string_view kAsked = "sync.asked";
constexpr std::string_view kAnswered = "sync.answered";
constexpr std::string_view kDone = "done";

/// An answer in lines: the question's token, how it went, and of an error its parts.
std::string answer_text(const std::string& token, const Outcome& how) {
    if (how.ok()) return token + "\n" + std::string(kDone);
    const Error& error = how.error();
    return token + "\n" + std::string(to_string(error.code)) + "\n" + error.what + "\n" +
           error.where + "\n" + error.mend;
}

ErrorCode code_of_name(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
        if (to_string(static_cast<ErrorCode>(i)) == name) return static_cast<ErrorCode>(i);
    }
    return ErrorCode::Offline;
}

Outcome read_answer(std::string_view text) {
    std::array<std::string, 4> parts;
    for (std::string& part : parts) {
        const std::size_t end = text.find('\n');
        part = std::string(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    if (parts[0] == kDone) return {};
    return Error{code_of_name(parts[0]), parts[1], parts[2], parts[3]};
}

}  // namespace

Result<SyncQuestion> SyncQuestion::ask(store::Store& store) {
    SyncQuestion question(store, ActionId::random(store.entropy()).text());
    BALIE_TRY(store.set_setting(kAsked, question.token_));
    return question;
}

Result<std::optional<Outcome>> SyncQuestion::answer() {
    BALIE_ASSIGN(const auto asked, store_->setting(kAsked));
    // Somebody asked after us: the answer to that question is one to ours too.
    if (asked && *asked != token_) token_ = *asked;
    BALIE_ASSIGN(const auto text, store_->setting(kAnswered));
    if (!text || text->rfind(token_ + "\n", 0) != 0) return std::optional<Outcome>{};
    return std::optional(read_answer(std::string_view(*text).substr(token_.size() + 1)));
}

void SyncAnswers::look() {
    const auto asked = store_->setting(kAsked);
    if (!asked.ok() || !*asked || **asked == known_) return;
    known_ = **asked;
    const auto answered = store_->setting(kAnswered);
    if (answered.ok() && *answered && (*answered)->rfind(known_ + "\n", 0) == 0) return;
    asked_ = known_;
    if (connection_ == Connection::Held) {
        return answer(Error{ErrorCode::Offline, "the window is told to stay offline", "",
                            "Let it connect again there (the sync centre), or close it"});
    }
    if (connection_ == Connection::Online) {
        const auto status = replica_->status();
        if (status.ok() && status->pending == 0) return answer({});
    }
    tried_ = connection_ == Connection::Connecting || connection_ == Connection::Busy;
    control_->sync_now();
}

void SyncAnswers::connection_is(Connection connection, const Error& problem) {
    connection_ = connection;
    if (asked_.empty()) return;
    switch (connection) {
        case Connection::Connecting:
        case Connection::Busy:
            tried_ = true;
            return;
        case Connection::Online:
            return answer({});
        case Connection::Budget:
            return answer(Error{ErrorCode::LimitExceeded,
                                "the budget of this line is used up: what waits is held back", "",
                                "To send it now all the same: balie sync --anyway"});
        case Connection::NotEnrolled:
        case Connection::Offline:
        case Connection::Held:
        case Connection::Refused:
            if (tried_) answer(problem);
            return;
    }
}

void SyncAnswers::answer(const Outcome& how) {
    const std::string token = std::exchange(asked_, {});
    ignore(store_->set_setting(kAnswered, answer_text(token, how)),
           "whoever asked waits until its own time is over, and says so");
}

}  // namespace balie::app
