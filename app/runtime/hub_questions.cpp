#include "app/runtime/hub_questions.h"

#include "storage/base/ids.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

struct Words {
    std::string_view code;
    ErrorCode error;
    std::string_view what;
    std::string_view mend;
};

constexpr std::array kWords{
    Words{sync::kAskOffline, ErrorCode::Offline, "head office cannot be asked now",
          "What is here can be worked with; ask again when there is a connection"},
    Words{sync::kAskOldHub, ErrorCode::NewerVersion, "head office's program is too old to be asked",
          "Ask by telephone; whoever runs the hub installs the newer one"},
    Words{"elsewhere", ErrorCode::Busy, "another process of this profile keeps the connection",
          "End it (balie sync --follow), or ask there: balie find, balie fetch"},
    Words{"denied", ErrorCode::Denied, "your role looks at nobody outside your own customers",
          "Ask a colleague, or whoever gives out the roles"},
    Words{"short", ErrorCode::InvalidInput, "too short to look for at head office",
          "Write at least three letters or digits"},
    Words{"limit", ErrorCode::LimitExceeded, "head office was asked too often from this terminal",
          "Wait a minute; after very many questions, until tomorrow"},
    Words{"full", ErrorCode::LimitExceeded,
          "this terminal holds as many fetched customers as it may",
          "Wait until some of them have gone"},
    Words{"not_found", ErrorCode::NotFound, "head office has no such customer",
          "Look for them there: balie find TEXT"},
    Words{"invalid", ErrorCode::InvalidInput, "head office does not take this reason or note",
          "Take one of the office's reasons, and a shorter note"},
};

std::string token(Entropy& entropy) {
    return ActionId::random(entropy).text();
}

}  // namespace

sync::Find find_question(Entropy& entropy, std::string text) {
    return {token(entropy), std::move(text)};
}

sync::Fetch fetch_question(Entropy& entropy, const RecordId& customer, std::string reason,
                           std::string note) {
    return {token(entropy), customer, std::move(reason), std::move(note)};
}

Error error_of(const sync::Refusal& refusal) {
    const auto found = std::find_if(kWords.begin(), kWords.end(),
                                    [&](const Words& each) { return each.code == refusal.code; });
    if (found == kWords.end()) {
        return {ErrorCode::Busy, refusal.text.empty() ? refusal.code : refusal.text, refusal.code,
                "Try again in a minute"};
    }
    return {found->error, std::string(found->what), std::string(found->code),
            std::string(found->mend)};
}

}  // namespace balie::app
