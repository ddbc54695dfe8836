// What a person asks head office for over this connection, beside pushing and pulling: sent at
// once, answered in its order, given up after a while. Nothing of it is kept beyond the connection.
#include "sync/client/client_session.h"
#include "sync/core/limits.h"

#include <algorithm>

namespace balie::sync {

void ClientSession::on(AskHub& input, Outputs& out) {
    if (asked_.size() >= kAsksMax) {
        out.emplace_back(HubAnswered{
            input.question,
            refused(input.question, {"busy", "Other questions are still being answered"})});
        return;
    }
    asked_.push_back({std::move(input.question), now_ms_, false});
}

void ClientSession::send_asks(Outputs& out) {
    for (Asked& each : asked_) {
        if (each.sent) continue;
        each.sent = true;
        std::visit([&](const auto& question) { out.emplace_back(Send{question}); }, each.question);
    }
}

template <typename Question, typename Answer>
void ClientSession::answered(Answer& answer, Outputs& out) {
    const auto found = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& each) {
        return each.sent && std::holds_alternative<Question>(each.question) &&
               token_of(each.question) == answer.token;
    });
    if (found == asked_.end()) return;  // too late: whoever asked was told so
    HubQuestion question = std::move(found->question);
    asked_.erase(found);
    out.emplace_back(HubAnswered{std::move(question), std::move(answer)});
}

void ClientSession::receive(Found& message, Outputs& out) {
    if (!syncing()) return protest("order", "The hub answered before it welcomed", out);
    answered<Find>(message, out);
}

void ClientSession::receive(Fetched& message, Outputs& out) {
    if (!syncing()) return protest("order", "The hub answered before it welcomed", out);
    answered<Fetch>(message, out);
}

bool ClientSession::not_known_there(Outputs& out) {
    if (asked_.empty() || !asked_.front().sent) return false;
    HubQuestion question = std::move(asked_.front().question);
    asked_.pop_front();
    HubAnswer answer =
        refused(question, {std::string(kAskOldHub), "The hub's program is too old for it"});
    out.emplace_back(HubAnswered{std::move(question), std::move(answer)});
    return true;
}

void ClientSession::give_up_asks(Outputs& out) {
    while (!asked_.empty() && now_ms_ - asked_.front().asked_ms >= kAskLimitMs) {
        HubQuestion question = std::move(asked_.front().question);
        asked_.pop_front();
        HubAnswer answer =
            refused(question, {std::string(kAskOffline), "The hub did not answer in time"});
        out.emplace_back(HubAnswered{std::move(question), std::move(answer)});
    }
}

}  // namespace balie::sync
