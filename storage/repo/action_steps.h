// What several actions have in common, within one unit of work. Used by this folder's actions*.cpp,
// and where what was refused is written anew.
// Thread: store only. Owns nothing.
#pragma once

#include "storage/repo/actions.h"
#include "storage/store/store.h"

#include <optional>
#include <string>
#include <string_view>

namespace balie::repo {

class ActionSteps {
  public:
    ActionSteps(store::Store& store, store::UnitOfWork& unit);

    [[nodiscard]] sqlite::Database& database() { return *database_; }
    [[nodiscard]] std::int64_t now_ms() const { return now_ms_; }
    [[nodiscard]] const std::string& today() const { return today_; }
    [[nodiscard]] const std::string& user() const { return unit_->authorship().user; }

    /// Codes against their lists, and users, branches and territories against those known here.
    [[nodiscard]] Outcome check_codes(domain::RecordType type, const FieldValues& values);
    /// Errors: NotFound also for one that is deleted.
    [[nodiscard]] Result<Customer> living_customer(const RecordId& id);

    [[nodiscard]] Result<RecordId> create(domain::RecordType type, FieldValues values);
    /// For values of which some were there before, with codes that may have gone out of use.
    [[nodiscard]] Result<RecordId> create_unchecked(domain::RecordType type, FieldValues values);
    [[nodiscard]] Outcome edit(domain::RecordType type, const RecordId& id, FieldValues values);

    [[nodiscard]] Result<SavedTask> add_task(const NewTask& task);
    [[nodiscard]] Outcome undo_task(const SavedTask& saved);
    /// Done, or open again; nothing where there is no such task, or it was deleted.
    [[nodiscard]] Outcome close_task(const RecordId& id, bool done);
    [[nodiscard]] Result<SavedFlag> add_flag(const RecordId& customer, const NewFlag& flag);
    /// Ends whatever flag is in force; the first one's id.
    [[nodiscard]] Result<std::optional<RecordId>> end_flags(const RecordId& customer,
                                                            std::string_view reason);
    [[nodiscard]] Outcome end_flag(const RecordId& flag, std::string_view reason);
    [[nodiscard]] Outcome reopen_flag(const RecordId& flag);
    [[nodiscard]] Result<RecordId> withdraw(const RecordId& interaction);

  private:
    store::UnitOfWork* unit_;
    sqlite::Database* database_;
    std::int64_t now_ms_;
    std::string today_;
};

/// Text → value: null when it is empty.
[[nodiscard]] Value text_value(std::string_view text);
/// "+7d", "+2w", today, tomorrow or YYYY-MM-DD. Errors: InvalidInput.
[[nodiscard]] Result<std::string> due_date(std::string_view text, const std::string& today);

/// Runs `body(steps)` in one unit of work and commits it; answers what the body answers.
template <typename Body>
auto in_one_unit(store::Store& store, const std::string& user, Body body)
    -> decltype(body(std::declval<ActionSteps&>())) {
    BALIE_ASSIGN(store::UnitOfWork unit, store::UnitOfWork::begin(store, user));
    ActionSteps steps(store, unit);
    auto answer = body(steps);
    if (!answer.ok()) return answer;
    BALIE_TRY(unit.commit());
    return answer;
}

}  // namespace balie::repo
