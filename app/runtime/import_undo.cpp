// Takes an import back, by new changes: others see it too.
#include "app/runtime/import_writer.h"
#include "app/runtime/importer.h"
#include "storage/repo/action_steps.h"
#include "storage/repo/interaction_repo.h"
#include "storage/store/record_tables.h"

#include <algorithm>
#include <chrono>

namespace balie::app {

namespace {

using domain::RecordType;

/// A withdrawn line repeats the line, so it may be as large as the records of the import.
constexpr std::int64_t kUndoBatch = 60;

struct Imported {
    RecordId id;
    RecordType type{};
    std::string before;
};

Result<std::vector<Imported>> imported_after(sqlite::Database& database, const ImportId& id,
                                             const RecordId& after, std::int64_t limit) {
    BALIE_ASSIGN(auto* select, database.cached("SELECT record_id, record_type, before"
                                               " FROM import_record WHERE import_id=?"
                                               " AND record_id > ? ORDER BY record_id LIMIT ?"));
    select->bind(1, id.bytes).bind(2, after.bytes).bind(3, limit);
    std::vector<Imported> records;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return records;
        const auto* spec = domain::find_record(static_cast<std::uint8_t>(select->integer(1)));
        if (spec == nullptr) continue;
        records.push_back({RecordId{select->id(0)}, spec->type, std::string(select->text(2))});
    }
}

/// An update: fields that still hold what the import wrote get back what was there.
Outcome restore(store::UnitOfWork& unit, const Imported& record, UndoReport& report) {
    BALIE_ASSIGN(const auto fields, decode_before(record.before));
    BALIE_ASSIGN(const auto current, unit.tables().read(record.type, record.id));
    if (!current) return {};
    FieldValues values;
    for (const auto& [field, pair] : fields) {
        const auto now = current->find(field);
        if ((now == current->end() ? Value{} : now->second) == pair.after) {
            values.emplace(field, pair.before);
        } else {
            ++report.kept;
        }
    }
    if (values.empty()) return {};
    BALIE_ASSIGN(const bool changed, unit.edit(record.type, record.id, std::move(values)));
    if (changed) ++report.restored;
    return {};
}

Outcome take_back(store::Store& store, store::UnitOfWork& unit, const Imported& record,
                  UndoReport& report) {
    if (!record.before.empty()) return restore(unit, record, report);
    repo::ActionSteps steps(store, unit);
    BALIE_ASSIGN(const auto current, unit.tables().read(record.type, record.id));
    if (!current) return {};
    if (record.type == RecordType::Interaction) {
        BALIE_ASSIGN(const repo::Interaction line,
                     repo::InteractionRepo(unit.database()).in_force(record.id));
        if (line.withdrawn) return {};
        BALIE_TRY(steps.withdraw(record.id));
        ++report.withdrawn;
        return {};
    }
    if (record.type == RecordType::PriorityFlag) {
        const auto state = current->find("state");
        if (state != current->end() && value_text(state->second) == "ended") return {};
        BALIE_TRY(steps.end_flag(record.id, {}));
        ++report.deleted;
        return {};
    }
    if (current->contains("deleted_at")) return {};
    BALIE_TRY(unit.edit(record.type, record.id, {{"deleted_at", steps.now_ms()}}));
    ++report.deleted;
    return {};
}

/// One transaction: all of them or none.
Outcome take_back_all(store::Store& store, const std::string& user, const ActionId& action,
                      const std::vector<Imported>& records, UndoReport& part) {
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(store, user, action));
    for (const Imported& record : records) {
        BALIE_TRY(take_back(store, unit, record, part));
    }
    return unit.commit();
}

void add(UndoReport& total, const UndoReport& part) {
    total.deleted += part.deleted;
    total.withdrawn += part.withdrawn;
    total.restored += part.restored;
    total.kept += part.kept;
}

}  // namespace

Result<UndoReport> Importer::undo(const ImportId& id, const ImportCallback& progress) {
    RunTable runs(store_->writer());
    BALIE_ASSIGN(auto run, runs.find(id));
    if (!run) {
        return Error{ErrorCode::NotFound,
                     "there is no import " + id.text(),
                     {},
                     "An import is undone where it was made"};
    }
    if (run->undone_ms) {
        return Error{
            ErrorCode::AlreadyExists, "import " + id.text() + " was undone already", {}, {}};
    }
    const ActionId action = ActionId::make(store_->clock().wall_ms(), store_->entropy());
    UndoReport total;
    total.id = id;
    RecordId after;
    std::int64_t done = 0;
    std::int64_t batch = kUndoBatch;
    auto told = std::chrono::steady_clock::now();
    while (true) {
        BALIE_ASSIGN(const auto records, imported_after(store_->writer(), id, after, batch));
        if (records.empty()) break;
        UndoReport part;
        Outcome written = take_back_all(*store_, user_, action, records, part);
        if (!written.ok() && written.error().code == ErrorCode::LimitExceeded && batch > 1) {
            batch = std::max<std::int64_t>(1, batch / 4);  // long notes: fewer at a time
            continue;
        }
        BALIE_TRY(std::move(written));
        add(total, part);
        after = records.back().id;
        done += static_cast<std::int64_t>(records.size());
        const auto now = std::chrono::steady_clock::now();
        if (progress && now - told >= std::chrono::milliseconds(250)) {
            told = now;
            // What was taken back stays so; the same command goes on.
            if (!progress({.phase = ImportProgress::Phase::Undoing, .done = done, .total = 0})) {
                return Error{ErrorCode::Cancelled,
                             "the undo was stopped half-way",
                             {},
                             "The same command goes on"};
            }
        }
    }
    run->undone_ms = store_->clock().wall_ms();
    BALIE_TRY(runs.save(*run));
    return total;
}

}  // namespace balie::app
