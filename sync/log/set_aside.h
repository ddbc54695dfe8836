// What was set aside, as work for a person: own changes that the hub's verdict took back, and
// foreign ones that wait for something. Each is kept whole; dealing with it marks it and removes
// nothing (I7). Thread: store only. Ownership: the database outlives it.
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"
#include "sync/core/change.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace balie::sync {

enum class AsideState : std::uint8_t { Open, SentAgain, Dismissed };

struct SetAsideEntry {
    ChangeId id;
    std::string type;
    RecordId record;
    std::string code;    ///< as the verdict's (PROTOCOL.md, ACK)
    std::string detail;  ///< in the hub's words
    std::int64_t at_ms{};
    std::string payload;
    bool own{false};  ///< of this device's log; a foreign one is tried again by itself
    AsideState state{AsideState::Open};
    std::int64_t settled_ms{};
};

/// "DEVICE/INCARNATION/SEQ". Errors of the inverse: InvalidInput.
[[nodiscard]] std::string change_id_text(const ChangeId& id);
[[nodiscard]] Result<ChangeId> parse_change_id(std::string_view text);

class SetAsideList {
  public:
    explicit SetAsideList(sqlite::Database& database) : database_(&database) {}

    /// Those nobody dealt with, the latest first.
    [[nodiscard]] Result<std::vector<SetAsideEntry>> open(int limit);
    /// These and those that somebody dealt with.
    [[nodiscard]] Result<std::vector<SetAsideEntry>> all(int limit);
    /// Errors: NotFound.
    [[nodiscard]] Result<SetAsideEntry> find(const ChangeId& id);
    /// All of an own transaction, in the order of its changes: they were taken back together and
    /// are sent again together. Of a foreign one: it alone. Errors: NotFound.
    [[nodiscard]] Result<std::vector<SetAsideEntry>> together(const ChangeId& id);
    /// Within the caller's transaction. Errors: NotFound.
    [[nodiscard]] Outcome mark(const ChangeId& id, AsideState state, std::int64_t now_ms);

  private:
    [[nodiscard]] Result<std::vector<SetAsideEntry>> select(std::string_view which, int limit);

    sqlite::Database* database_;
};

}  // namespace balie::sync
