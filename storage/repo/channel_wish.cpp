#include "storage/repo/channel_wish.h"

#include "storage/repo/code_repo.h"
#include "storage/repo/customer_repo.h"

namespace balie::repo {

namespace {

constexpr std::string_view kCalls = "phone";

Result<std::string> kind_of(sqlite::Database& database, const std::string& channel) {
    if (channel.empty()) return std::string();
    BALIE_ASSIGN(const auto code, CodeRepo(database).find("channel", channel));
    return code ? code->kind : std::string();
}

}  // namespace

Result<ContactWishes> contact_wishes(sqlite::Database& database, const RecordId& customer) {
    BALIE_ASSIGN(const auto found, CustomerRepo(database).find(customer));
    ContactWishes wishes;
    if (!found) return wishes;
    wishes.name = found->display_name();
    wishes.preferred_channel = found->preferred_channel;
    wishes.preferred_time = found->preferred_time;
    wishes.language = found->language;
    wishes.do_not_call = found->do_not_call;
    BALIE_ASSIGN(wishes.preferred_kind, kind_of(database, found->preferred_channel));
    return wishes;
}

ChannelWish channel_wish(const ContactWishes& wishes, std::string_view kind) {
    if (kind.empty()) return ChannelWish::None;
    if (wishes.do_not_call && kind == kCalls) return ChannelWish::Forbidden;
    const bool other = !wishes.preferred_kind.empty() && wishes.preferred_kind != kind;
    return other ? ChannelWish::Unwanted : ChannelWish::None;
}

Result<ChannelWish> channel_wish(sqlite::Database& database, const ContactWishes& wishes,
                                 const std::string& channel) {
    BALIE_ASSIGN(const std::string kind, kind_of(database, channel));
    return channel_wish(wishes, kind);
}

Error unwanted_channel(const ContactWishes& wishes, ChannelWish wish) {
    if (wish == ChannelWish::Forbidden) {
        return {ErrorCode::InvalidInput, wishes.name + " does not want to be called",
                std::string(kOverrideField), "Say why it was done all the same: --override REASON"};
    }
    return {ErrorCode::InvalidInput,
            wishes.name + " prefers the channel '" + wishes.preferred_channel + "'",
            std::string(kOverrideField),
            "Say why another one: in --override REASON, the note or a reason code"};
}

}  // namespace balie::repo
