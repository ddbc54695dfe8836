// What the hub signed for: per record when the office had it, and under which number of its log,
// by which head office finds it again. Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"
#include "sync/core/change.h"
#include "sync/log/change_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

struct Receipt {
    std::int64_t hub_ms{};   ///< the hub's clock when it signed
    std::int64_t hub_seq{};  ///< the change's number in the hub's log: the reference
};

/// Of the creation of a record that was made at this terminal; nullopt for others, and while it
/// waits. Two looks by key: cheap enough for each line of a list.
[[nodiscard]] Result<std::optional<Receipt>> receipt_of_creation(sqlite::Database& database,
                                                                 domain::RecordType type,
                                                                 const RecordId& id);

/// One own change of a record, with the very text that the hub signed.
struct ReceiptedChange {
    ChangeId id;
    LogState state{LogState::Pending};
    std::int64_t saved_ms{};
    std::optional<Receipt> receipt;
    std::string text;          ///< PROTOCOL.md, section 3: balie.receipt.v1
    std::string signature;     ///< base64url
    bool names_it{false};      ///< the text has this change's transaction and number
    bool signature_ok{false};  ///< by the key that the hub gave at enrolment
};

/// In the order in which they were made; walks the whole own log.
[[nodiscard]] Result<std::vector<ReceiptedChange>> receipts_of(sqlite::Database& database,
                                                               const RecordId& id);

}  // namespace balie::sync
