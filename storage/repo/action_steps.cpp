#include "storage/repo/action_steps.h"

#include "storage/base/date.h"
#include "storage/repo/code_repo.h"
#include "storage/repo/interaction_repo.h"
#include "storage/repo/people_repo.h"
#include "storage/repo/priority_repo.h"
#include "storage/repo/task_repo.h"
#include "storage/store/record_tables.h"

#include <charconv>
#include <utility>

namespace balie::repo {

namespace {

using domain::FieldKind;
using domain::RecordType;

constexpr int kDueDaysMax = 3660;

Error not_a_due_date(std::string_view text) {
    return {ErrorCode::InvalidInput,
            "'" + std::string(text.substr(0, 40)) + "' is no date",
            {},
            "Write it as YYYY-MM-DD, +7d or +2w"};
}

Outcome check_key(sqlite::Database& database, std::string_view field, std::string_view refers_to,
                  const std::string& key) {
    const std::string table =
        refers_to == "user" ? "users" : (refers_to == "branch" ? "branches" : "territories");
    const std::string column = refers_to == "user" ? "login" : "code";
    BALIE_ASSIGN(auto* select, database.cached("SELECT " + column + " FROM " + table +
                                               " WHERE coalesce(active,1)=1 ORDER BY " + column +
                                               "=? DESC, " + column + " LIMIT 20"));
    select->bind(1, key);
    std::string valid;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        if (select->text(0) == key) {
            select->reset();
            return {};
        }
        valid += (valid.empty() ? "" : ", ") + std::string(select->text(0));
    }
    return Error{
        ErrorCode::InvalidInput,
        "there is no " + std::string(refers_to) + " '" + key.substr(0, 60) + "'",
        "field " + std::string(field),
        valid.empty() ? "None is known here: synchronise first" : "Choose one of: " + valid};
}

}  // namespace

Value text_value(std::string_view text) {
    return text.empty() ? Value{} : Value{std::string(text)};
}

Result<std::string> due_date(std::string_view text, const std::string& today) {
    if (text.empty() || is_date(text)) return std::string(text);
    if (text == "today") return today;
    if (text == "tomorrow") return add_days(today, 1);
    if (text.size() < 3 || text.front() != '+') return not_a_due_date(text);
    int count = 0;
    const char* end = text.data() + text.size() - 1;
    const auto [stopped, failed] = std::from_chars(text.data() + 1, end, count);
    if (failed != std::errc() || stopped != end || count < 0) return not_a_due_date(text);
    if (count > kDueDaysMax) return not_a_due_date(text);
    if (text.back() == 'd') return add_days(today, count);
    if (text.back() == 'w') return add_days(today, count * 7);
    return not_a_due_date(text);
}

ActionSteps::ActionSteps(store::Store& store, store::UnitOfWork& unit)
    : unit_(&unit),
      database_(&unit.database()),
      now_ms_(store.clock().wall_ms()),
      today_(date_of(now_ms_, store.clock().zone_offset_min(now_ms_))) {}

Outcome ActionSteps::check_codes(RecordType type, const FieldValues& values) {
    const domain::RecordSpec& record = domain::spec(type);
    CodeRepo codes(*database_);
    std::optional<std::vector<domain::CustomField>> custom;
    for (const auto& [name, value] : values) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) continue;
        if (const domain::Field* field = record.find(name); field != nullptr) {
            if (field->kind == FieldKind::CodeOf) {
                BALIE_TRY(codes.check(name, field->refers_to, *text));
            } else if (field->kind == FieldKind::Key && *text != user()) {
                BALIE_TRY(check_key(*database_, name, field->refers_to, *text));
            }
        } else if (is_custom(name)) {
            if (!custom) {
                BALIE_ASSIGN(custom, PeopleRepo(*database_).custom_fields(type));
            }
            for (const domain::CustomField& each : *custom) {
                if (each.kind == FieldKind::CodeOf && each.name == name.substr(2)) {
                    BALIE_TRY(codes.check(name, each.code_list, *text));
                }
            }
        }
    }
    return {};
}

Result<Customer> ActionSteps::living_customer(const RecordId& id) {
    BALIE_ASSIGN(Customer customer, CustomerRepo(*database_).get(id));
    if (customer.deleted_at) {
        return Error{ErrorCode::NotFound,
                     customer.display_name() + " was deleted",
                     {},
                     "Restore the customer first"};
    }
    return customer;
}

Result<RecordId> ActionSteps::create(RecordType type, FieldValues values) {
    BALIE_TRY(check_codes(type, values));
    return unit_->create(type, std::move(values));
}

Result<RecordId> ActionSteps::create_unchecked(RecordType type, FieldValues values) {
    return unit_->create(type, std::move(values));
}

Outcome ActionSteps::edit(RecordType type, const RecordId& id, FieldValues values) {
    BALIE_TRY(check_codes(type, values));
    BALIE_TRY(unit_->edit(type, id, std::move(values)));
    return {};
}

Result<SavedTask> ActionSteps::add_task(const NewTask& task) {
    if (task.customer) {
        BALIE_TRY(living_customer(*task.customer));
    }
    BALIE_ASSIGN(const std::string due, due_date(task.due, today_));
    FieldValues values{{"subject", text_value(task.subject)},
                       {"note", text_value(task.note)},
                       {"due_on", text_value(due)},
                       {"assignee", text_value(task.assignee.empty() ? user() : task.assignee)},
                       {"author", user()}};
    if (task.customer) values.emplace("customer_id", task.customer->text());
    SavedTask saved;
    if (!task.id) {
        BALIE_ASSIGN(saved.task, create(RecordType::Task, std::move(values)));
        return saved;
    }
    BALIE_TRY(check_codes(RecordType::Task, values));
    BALIE_ASSIGN(auto before, store::RecordTables(*database_).read(RecordType::Task, *task.id));
    if (!before) {
        BALIE_ASSIGN(saved.task, unit_->create(RecordType::Task, std::move(values), *task.id));
        return saved;
    }
    values.erase("author");
    values.erase("customer_id");
    values.emplace("done_at", Value{});
    values.emplace("deleted_at", Value{});
    for (const auto& [field, value] : values) {
        saved.former.insert_or_assign(field, std::exchange((*before)[field], Value{}));
    }
    saved.task = *task.id;
    BALIE_TRY(unit_->edit(RecordType::Task, saved.task, std::move(values)));
    return saved;
}

Outcome ActionSteps::undo_task(const SavedTask& saved) {
    if (saved.former.empty()) {
        return edit(RecordType::Task, saved.task, {{"deleted_at", now_ms_}});
    }
    // Whoever it was for counts again, also when they have left since.
    BALIE_TRY(unit_->edit(RecordType::Task, saved.task, saved.former));
    return {};
}

Outcome ActionSteps::close_task(const RecordId& id, bool done) {
    BALIE_ASSIGN(const auto task, TaskRepo(*database_).find(id));
    if (!task || task->deleted_at || task->done_at.has_value() == done) return {};
    return edit(RecordType::Task, task->id, {{"done_at", done ? Value{now_ms_} : Value{}}});
}

Result<SavedFlag> ActionSteps::add_flag(const RecordId& customer, const NewFlag& flag) {
    BALIE_ASSIGN(const Customer whose, living_customer(customer));
    BALIE_ASSIGN(const std::string until, due_date(flag.until, today_));
    if (!until.empty() && until < today_) {
        return Error{ErrorCode::InvalidInput, "the flag's last day " + until + " has passed",
                     "field until", "Give a day from today on, or none"};
    }
    if (flag.reason.empty()) {
        BALIE_TRY(CodeRepo(*database_).check("reason", "flag_reason", flag.reason));
    }
    SavedFlag saved;
    BALIE_ASSIGN(const auto current, PriorityRepo(*database_).current(customer, today_));
    if (current && current->level == flag.level) {
        return Error{
            ErrorCode::AlreadyExists,
            whose.display_name() + " is a priority customer of level " + flag.level + " already",
            {},
            "Unflag first, or choose another level"};
    }
    BALIE_ASSIGN(saved.ended, end_flags(customer, {}));
    BALIE_ASSIGN(saved.flag, create(RecordType::PriorityFlag, {{"customer_id", customer.text()},
                                                               {"level", text_value(flag.level)},
                                                               {"reason", text_value(flag.reason)},
                                                               {"note", text_value(flag.note)},
                                                               {"state", "approved"},
                                                               {"since", now_ms_},
                                                               {"until", text_value(until)},
                                                               {"author", user()},
                                                               {"decided_by", user()},
                                                               {"decided_at", now_ms_}}));
    return saved;
}

Result<std::optional<RecordId>> ActionSteps::end_flags(const RecordId& customer,
                                                       std::string_view reason) {
    std::optional<RecordId> first;
    PriorityRepo flags(*database_);
    // Two terminals may have flagged the same customer: all of it ends.
    for (int i = 0; i < kPriorityRowsMax; ++i) {
        BALIE_ASSIGN(const auto current, flags.current(customer, today_));
        if (!current) break;
        BALIE_TRY(end_flag(current->id, reason));
        if (!first) first = current->id;
    }
    return first;
}

Outcome ActionSteps::end_flag(const RecordId& flag, std::string_view reason) {
    return edit(RecordType::PriorityFlag, flag,
                {{"state", "ended"},
                 {"ended_at", now_ms_},
                 {"ended_by", user()},
                 {"end_reason", text_value(reason)}});
}

Outcome ActionSteps::reopen_flag(const RecordId& flag) {
    return edit(RecordType::PriorityFlag, flag,
                {{"state", "approved"},
                 {"ended_at", Value{}},
                 {"ended_by", Value{}},
                 {"end_reason", Value{}}});
}

Result<RecordId> ActionSteps::withdraw(const RecordId& interaction) {
    BALIE_ASSIGN(const Interaction line, InteractionRepo(*database_).in_force(interaction));
    if (line.withdrawn) {
        return Error{ErrorCode::AlreadyExists, "this interaction was withdrawn already", {}, {}};
    }
    BALIE_ASSIGN(const auto code, CodeRepo(*database_).first_of_kind("outcome", "withdrawn"));
    if (!code) {
        return Error{ErrorCode::InvalidInput,
                     "an interaction cannot be withdrawn: no outcome of kind 'withdrawn' is known",
                     {},
                     "Ask the office to add one to the list of outcomes"};
    }
    store::RecordTables tables(*database_);
    BALIE_ASSIGN(auto values, tables.read(RecordType::Interaction, line.id));
    if (!values) {
        return Error{ErrorCode::NotFound, "there is no interaction " + line.id.text(), {}, {}};
    }
    values->insert_or_assign("amends_id", Value{line.root().text()});
    values->insert_or_assign("outcome", Value{code->code});
    // No check of the other codes: one that is no longer in use must not keep the line here.
    return unit_->create(RecordType::Interaction, *std::move(values));
}

}  // namespace balie::repo
