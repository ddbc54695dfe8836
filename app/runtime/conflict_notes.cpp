#include "app/runtime/conflict_notes.h"

#include "app/runtime/aside_notes.h"
#include "app/runtime/asked.h"
#include "storage/repo/customer_repo.h"
#include "storage/store/record_tables.h"

namespace balie::app {

Result<ConflictNote> ConflictNotes::of(const sync::ConflictEntry& entry) {
    ConflictNote note;
    BALIE_ASSIGN(AboutCustomer about, customer_about(*database_, entry.type, entry.record));
    note.customer = std::move(about.name);
    note.customer_id = about.id;
    const domain::RecordSpec* record = domain::find_record(entry.type);
    const domain::Field* field = record == nullptr ? nullptr : record->find(entry.field);
    const bool address = field != nullptr && field->kind == domain::FieldKind::Address;
    for (const sync::Head& head : entry.heads) {
        BALIE_ASSIGN(auto author, author_of(head));
        note.authors.push_back(std::move(author));
        if (!address) continue;
        BALIE_ASSIGN(auto line, line_of(head.value));
        note.lines.push_back(std::move(line));
    }
    if (address && entry.former) {
        BALIE_ASSIGN(note.former_line, line_of(*entry.former));
    }
    BALIE_ASSIGN(note.asked, who_was_asked(*database_, task_of_conflict(entry.conflict)));
    return note;
}

Result<std::string> ConflictNotes::author_of(const sync::Head& head) {
    // Devices are known where the whole office is; elsewhere only that it was another terminal.
    BALIE_ASSIGN(auto* select, database_->cached("SELECT user FROM devices WHERE id=?"));
    BALIE_ASSIGN(const bool known, select->bind(1, head.version.id.origin.device.bytes).step());
    if (!known) return std::string{};
    std::string login(select->text(0));
    select->reset();
    return login;
}

Result<std::string> ConflictNotes::line_of(const Value& address) {
    if (value_text(address).empty()) return std::string{};
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT json_extract(?1,'$.street'),json_extract(?1,'$.number'),"
                                   "json_extract(?1,'$.postal_code'),json_extract(?1,'$.city'),"
                                   "json_extract(?1,'$.country')"));
    BALIE_ASSIGN(const bool read, select->bind(1, address).step());
    if (!read) return std::string{};
    const auto part = [select](int column) { return std::string(select->text(column)); };
    const repo::Address parts{part(0), part(1), part(2), part(3), part(4)};
    select->reset();
    return parts.one_line();
}

}  // namespace balie::app
