#include "sync/log/origins.h"

namespace balie::sync {

Result<std::int64_t> Origins::number_of(const Origin& origin) {
    if (const auto found = numbers_.find(origin); found != numbers_.end()) return found->second;
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT number FROM origin WHERE device=? AND incarnation=?"));
    select->bind(1, origin.device.bytes).bind(2, origin.incarnation.bytes);
    BALIE_ASSIGN(const bool known, select->step());
    std::int64_t number = known ? select->integer(0) : 0;
    select->reset();
    if (!known) {
        BALIE_ASSIGN(auto* insert,
                     database_->cached("INSERT INTO origin(device,incarnation) VALUES(?,?)"));
        BALIE_TRY(insert->bind(1, origin.device.bytes).bind(2, origin.incarnation.bytes).run());
        number = database_->last_insert_rowid();
    }
    numbers_.emplace(origin, number);
    origins_.emplace(number, origin);
    return number;
}

Result<Origin> Origins::origin_of(std::int64_t number) {
    if (const auto found = origins_.find(number); found != origins_.end()) return found->second;
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT device,incarnation FROM origin WHERE number=?"));
    BALIE_ASSIGN(const bool known, select->bind(1, number).step());
    if (!known) {
        return Error{ErrorCode::Corrupt, "a version names an origin that is not in table origin",
                     "origin " + std::to_string(number), "Run 'doctor'"};
    }
    const Origin origin{{select->id(0)}, {select->id(1)}};
    select->reset();
    numbers_.emplace(origin, number);
    origins_.emplace(number, origin);
    return origin;
}

void Origins::forget() {
    numbers_.clear();
    origins_.clear();
}

}  // namespace balie::sync
