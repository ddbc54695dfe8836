// What a line costs, in words and as JSON: for sync, link, status and the check before leaving.
// Thread: any. Ownership: values.
#pragma once

#include "storage/exchange/json.h"
#include "sync/log/link_book.h"

#include <string>

namespace balie::app {

/// "812 bytes", "48 kB", "3.2 MB": a thousand each, as those who sell lines count.
[[nodiscard]] std::string bytes_text(std::int64_t bytes);
[[nodiscard]] exchange::Json link_json(const sync::LinkState& link);
[[nodiscard]] exchange::Json estimate_json(const sync::LinkEstimate& estimate);
[[nodiscard]] std::string estimate_text(const sync::LinkEstimate& estimate);
/// What does not go by itself, and how it does; empty when nothing is held back.
[[nodiscard]] std::string held_text(const sync::LinkState& link,
                                    const sync::LinkEstimate& estimate);

}  // namespace balie::app
