#include "sync/hub/push_check.h"

#include "sync/core/limits.h"

#include <algorithm>

namespace balie::sync {

namespace {
constexpr std::size_t kPushChangesMax = 1024;
}  // namespace

std::string fault_in(const Push& push) {
    if (push.changes.empty()) return "a batch without changes";
    if (push.changes.size() > kPushChangesMax) return "too many changes in one batch";
    std::vector<TransactionId> seen;
    std::size_t changes = 0;
    std::size_t bytes = 0;
    for (const Change& change : push.changes) {
        if (seen.empty() || seen.back() != change.transaction) {
            seen.push_back(change.transaction);
            changes = 0;
            bytes = 0;
        }
        bytes += change.payload.size();
        if (++changes > kTransactionChangesMax) return "too many changes in one transaction";
        if (bytes > kTransactionBytesMax) return "a transaction that is too large";
    }
    std::sort(seen.begin(), seen.end());
    if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) {
        return "a transaction in two pieces";
    }
    return {};
}

}  // namespace balie::sync
