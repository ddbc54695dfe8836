// How a customer wants to be reached, and whether a channel goes against it.
// Invariant: told by the kinds of channels, never by their codes; a channel without a kind goes
// against nothing. Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace balie::repo {

struct ContactWishes {
    std::string name;               ///< of the customer
    std::string preferred_channel;  ///< code of list channel, or ""
    std::string preferred_kind;     ///< its kind
    std::string preferred_time;
    std::string language;
    bool do_not_call{false};

    bool operator==(const ContactWishes&) const = default;
};

/// Where unwanted_channel() says it is.
inline constexpr std::string_view kOverrideField = "field override";

enum class ChannelWish : std::uint8_t {
    None,      ///< nothing against it
    Unwanted,  ///< another one is preferred
    Forbidden  ///< do not call
};

/// Of a customer who is not here: no wishes.
[[nodiscard]] Result<ContactWishes> contact_wishes(sqlite::Database& database,
                                                   const RecordId& customer);
/// `kind` of the channel in which one speaks with the customer.
[[nodiscard]] ChannelWish channel_wish(const ContactWishes& wishes, std::string_view kind);
/// The same by the channel's code.
[[nodiscard]] Result<ChannelWish> channel_wish(sqlite::Database& database,
                                               const ContactWishes& wishes,
                                               const std::string& channel);
/// What is against it, and how to say why it was done all the same.
[[nodiscard]] Error unwanted_channel(const ContactWishes& wishes, ChannelWish wish);

}  // namespace balie::repo
