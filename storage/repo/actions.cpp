// Interactions, tasks and flags. Customers are in actions_customer.cpp.
#include "storage/repo/actions.h"

#include "storage/repo/action_steps.h"
#include "storage/repo/channel_wish.h"
#include "storage/repo/code_repo.h"
#include "storage/repo/interaction_repo.h"
#include "storage/repo/people_repo.h"
#include "storage/repo/priority_repo.h"
#include "storage/repo/task_repo.h"
#include "storage/store/record_tables.h"

namespace balie::repo {

namespace {

using domain::RecordType;

/// A task that nobody named is called after the outcome that made it necessary.
Result<std::string> subject_of(ActionSteps& steps, const NewInteraction& interaction) {
    BALIE_ASSIGN(const auto code, CodeRepo(steps.database()).find("outcome", interaction.outcome));
    BALIE_ASSIGN(const auto user, PeopleRepo(steps.database()).find_user(steps.user()));
    if (!code) return interaction.outcome;
    return code->label(user ? user->language : "en");
}

/// Errors: InvalidInput where the customer does not want that channel, and nobody said why.
Result<std::string> note_with_override(sqlite::Database& database,
                                       const NewInteraction& interaction) {
    if (!interaction.customer) return interaction.note;
    BALIE_ASSIGN(const auto wishes, contact_wishes(database, *interaction.customer));
    BALIE_ASSIGN(const ChannelWish wish, channel_wish(database, wishes, interaction.channel));
    if (wish == ChannelWish::None || interaction.direction == "inbound") return interaction.note;
    if (interaction.override.empty()) {
        // A wish can be passed over for a reason that was noted; a prohibition by its own.
        const bool said = !interaction.note.empty() || !interaction.reason.empty();
        if (wish == ChannelWish::Unwanted && said) return interaction.note;
        return unwanted_channel(wishes, wish);
    }
    if (interaction.note.empty()) return interaction.override;
    return interaction.override + "\n" + interaction.note;
}

/// What was heard in a contact, of no kind in particular.
Result<RecordId> learn(ActionSteps& steps, const NewInteraction& interaction,
                       const RecordId& source) {
    if (!interaction.customer) {
        return Error{ErrorCode::InvalidInput, "a fact needs a customer", "field fact",
                     "Choose the customer first"};
    }
    CodeRepo codes(steps.database());
    BALIE_ASSIGN(const auto other, codes.first_of_kind("fact_kind", "other"));
    BALIE_ASSIGN(const auto all, codes.list("fact_kind"));
    if (all.empty()) {
        BALIE_TRY(codes.check("kind", "fact_kind", {}));
    }
    return steps.create(RecordType::Fact, {{"customer_id", interaction.customer->text()},
                                           {"kind", other ? other->code : all.front().code},
                                           {"text", interaction.fact},
                                           {"source_id", source.text()},
                                           {"author", steps.user()},
                                           {"noted_at", steps.now_ms()}});
}

Result<SavedInteraction> save(ActionSteps& steps, const NewInteraction& interaction,
                              const Moment& at) {
    SavedInteraction saved;
    if (interaction.customer) {
        BALIE_TRY(steps.living_customer(*interaction.customer));
    }
    BALIE_ASSIGN(const std::string note, note_with_override(steps.database(), interaction));
    FieldValues values = interaction.custom;
    values.insert_or_assign("channel", text_value(interaction.channel));
    values.insert_or_assign("outcome", text_value(interaction.outcome));
    values.insert_or_assign("reason", text_value(interaction.reason));
    values.insert_or_assign("direction", text_value(interaction.direction));
    values.insert_or_assign("note", text_value(note));
    values.insert_or_assign("occurred_at", at.wall_ms);
    values.insert_or_assign("occurred_offset_min", std::int64_t{at.offset_min});
    values.insert_or_assign("author", steps.user());
    if (interaction.duration_s) values.insert_or_assign("duration_s", *interaction.duration_s);
    if (interaction.customer) {
        values.insert_or_assign("customer_id", interaction.customer->text());
    }
    BALIE_TRY(steps.check_codes(RecordType::Interaction, values));
    if (interaction.next) {
        NewTask task = *interaction.next;
        task.customer = interaction.customer;
        if (task.subject.empty()) {
            BALIE_ASSIGN(task.subject, subject_of(steps, interaction));
        }
        BALIE_ASSIGN(const SavedTask added, steps.add_task(task));
        saved.task = added.task;
        values.insert_or_assign("next_task_id", saved.task->text());
    }
    if (interaction.flag) {
        if (!interaction.customer) {
            return Error{ErrorCode::InvalidInput, "a flag needs a customer", "field flag",
                         "Choose the customer first"};
        }
        BALIE_ASSIGN(const SavedFlag flag,
                     steps.add_flag(*interaction.customer, *interaction.flag));
        saved.flag = flag.flag;
        saved.ended_flag = flag.ended;
    }
    BALIE_ASSIGN(saved.interaction, steps.create(RecordType::Interaction, std::move(values)));
    if (!interaction.fact.empty()) {
        BALIE_ASSIGN(saved.fact, learn(steps, interaction, saved.interaction));
    }
    return saved;
}

void set_if(FieldValues& values, std::string_view field, const std::optional<std::string>& text) {
    if (text) values.insert_or_assign(std::string(field), text_value(*text));
}

FieldValues changed_fields(const InteractionChanges& changes) {
    FieldValues values = changes.custom;
    set_if(values, "channel", changes.channel);
    set_if(values, "outcome", changes.outcome);
    set_if(values, "reason", changes.reason);
    set_if(values, "direction", changes.direction);
    set_if(values, "note", changes.note);
    if (changes.at) {
        values.insert_or_assign("occurred_at", changes.at->wall_ms);
        values.insert_or_assign("occurred_offset_min", std::int64_t{changes.at->offset_min});
    }
    if (changes.duration_s) values.insert_or_assign("duration_s", *changes.duration_s);
    if (changes.customer) values.insert_or_assign("customer_id", changes.customer->text());
    return values;
}

}  // namespace

std::string Actions::today() const {
    const std::int64_t now = store_->clock().wall_ms();
    return date_of(now, store_->clock().zone_offset_min(now));
}

Result<std::string> Actions::parse_due(std::string_view text) const {
    return due_date(text, today());
}

Result<SavedInteraction> Actions::save_interaction(const NewInteraction& interaction) {
    Moment at;
    if (interaction.at) {
        at = *interaction.at;
    } else {
        at.wall_ms = store_->clock().wall_ms();
        at.offset_min = store_->clock().zone_offset_min(at.wall_ms);
    }
    return in_one_unit(*store_, user_,
                       [&](ActionSteps& steps) { return save(steps, interaction, at); });
}

Result<RecordId> Actions::amend_interaction(const RecordId& id, const InteractionChanges& changes) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Result<RecordId> {
        BALIE_ASSIGN(const Interaction line, InteractionRepo(steps.database()).in_force(id));
        if (changes.customer) {
            BALIE_TRY(steps.living_customer(*changes.customer));
        }
        BALIE_ASSIGN(auto values,
                     store::RecordTables(steps.database()).read(RecordType::Interaction, line.id));
        if (!values) {
            return Error{ErrorCode::NotFound, "there is no interaction " + id.text(), {}, {}};
        }
        const FieldValues before = *values;
        const FieldValues wanted = changed_fields(changes);
        BALIE_TRY(steps.check_codes(RecordType::Interaction, wanted));
        for (const auto& [field, value] : wanted) {
            if (is_null(value)) {
                values->erase(field);
            } else {
                values->insert_or_assign(field, value);
            }
        }
        if (*values == before) {
            return Error{ErrorCode::InvalidInput,
                         "nothing of this interaction would change",
                         {},
                         "Say what to amend: outcome, note, time…"};
        }
        // Always the first line: so all lines of one contact are found by one id.
        values->insert_or_assign("amends_id", Value{line.root().text()});
        // What was not touched may hold a code that is no longer in use.
        return steps.create_unchecked(RecordType::Interaction, *std::move(values));
    });
}

Result<RecordId> Actions::withdraw_interaction(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) { return steps.withdraw(id); });
}

Outcome Actions::undo_save(const SavedInteraction& saved) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Outcome {
        BALIE_TRY(steps.withdraw(saved.interaction));
        if (saved.task) {
            BALIE_TRY(steps.edit(RecordType::Task, *saved.task, {{"deleted_at", steps.now_ms()}}));
        }
        if (saved.flag) {
            BALIE_TRY(steps.end_flag(*saved.flag, {}));
        }
        if (saved.ended_flag) {
            BALIE_TRY(steps.reopen_flag(*saved.ended_flag));
        }
        if (saved.fact) {
            BALIE_TRY(steps.edit(RecordType::Fact, *saved.fact, {{"deleted_at", steps.now_ms()}}));
        }
        return {};
    });
}

Result<SavedTask> Actions::add_task(const NewTask& task) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) { return steps.add_task(task); });
}

Outcome Actions::undo_task(const SavedTask& saved) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) { return steps.undo_task(saved); });
}

Outcome Actions::edit_task(const RecordId& id, FieldValues fields) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Outcome {
        if (const auto due = fields.find("due_on"); due != fields.end()) {
            BALIE_ASSIGN(const std::string day, due_date(value_text(due->second), steps.today()));
            due->second = text_value(day);
        }
        return steps.edit(RecordType::Task, id, std::move(fields));
    });
}

Outcome Actions::done_task(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Outcome {
        BALIE_ASSIGN(const Task task, TaskRepo(steps.database()).get(id));
        if (task.done_at) {
            return Error{ErrorCode::AlreadyExists,
                         "the task '" + task.subject + "' is done already",
                         {},
                         {}};
        }
        return steps.edit(RecordType::Task, id, {{"done_at", steps.now_ms()}});
    });
}

Outcome Actions::reopen_task(const RecordId& id) {
    return edit_task(id, {{"done_at", Value{}}, {"deleted_at", Value{}}});
}

Outcome Actions::delete_task(const RecordId& id) {
    return edit_task(id, {{"deleted_at", store_->clock().wall_ms()}});
}

Result<SavedFlag> Actions::flag_customer(const RecordId& customer, const NewFlag& flag) {
    return in_one_unit(*store_, user_,
                       [&](ActionSteps& steps) { return steps.add_flag(customer, flag); });
}

Result<RecordId> Actions::unflag_customer(const RecordId& customer, std::string_view reason) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Result<RecordId> {
        BALIE_ASSIGN(const Customer whose, CustomerRepo(steps.database()).get(customer));
        BALIE_ASSIGN(const auto ended, steps.end_flags(customer, reason));
        if (!ended) {
            return Error{
                ErrorCode::NotFound, whose.display_name() + " has no flag in force", {}, {}};
        }
        return *ended;
    });
}

Outcome Actions::undo_flag(const SavedFlag& saved) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Outcome {
        BALIE_TRY(steps.end_flag(saved.flag, {}));
        if (saved.ended) {
            BALIE_TRY(steps.reopen_flag(*saved.ended));
        }
        return {};
    });
}

Outcome Actions::reopen_flag(const RecordId& flag) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) { return steps.reopen_flag(flag); });
}

Outcome Actions::settle_conflict(const Settlement& settlement) {
    const domain::RecordSpec* known = domain::find_record(settlement.type);
    if (known == nullptr) {
        return Error{ErrorCode::NotFound,
                     "this version does not know records of type " + std::string(settlement.type),
                     {},
                     "Update Balie, then settle it"};
    }
    BALIE_ASSIGN(store::UnitOfWork unit, store::UnitOfWork::begin(*store_, user_));
    BALIE_TRY(unit.rewrite(known->type, settlement.record,
                           {{std::string(settlement.field), settlement.value}}));
    BALIE_TRY(ActionSteps(*store_, unit).close_task(settlement.task, !settlement.taken_back));
    return unit.commit();
}

}  // namespace balie::repo
