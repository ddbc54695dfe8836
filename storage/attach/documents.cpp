#include "storage/attach/documents.h"

#include "storage/repo/action_steps.h"
#include "storage/repo/code_repo.h"
#include "storage/repo/interaction_repo.h"
#include "storage/repo/rows.h"

#include <array>
#include <utility>

namespace balie::attach {

namespace {

using domain::RecordType;

constexpr std::string_view kSelect =
    "SELECT d.id,d.customer_id,d.interaction_id,d.kind,d.name,d.media_type,d.bytes,d.blob,d.author,"
    "d.added_at,d.note,d.deleted_at,a.whole,a.at_hub,a.asked,a.trouble FROM documents d "
    "LEFT JOIN attachment a ON a.blob=d.blob WHERE ";

BytesAt bytes_at(const sqlite::Statement& row) {
    if (row.integer(12) != 0) return row.integer(13) != 0 ? BytesAt::Here : BytesAt::ToSend;
    return row.integer(14) != 0 ? BytesAt::Asked : BytesAt::Away;
}

Document read_document(const sqlite::Statement& row) {
    return {.id = repo::id_at(row, 0),
            .customer = repo::reference_at(row, 1),
            .interaction = repo::reference_at(row, 2),
            .kind = repo::text_at(row, 3),
            .name = repo::text_at(row, 4),
            .media_type = repo::text_at(row, 5),
            .bytes = row.integer(6),
            .blob = repo::text_at(row, 7),
            .author = repo::text_at(row, 8),
            .added_at = row.integer(9),
            .note = repo::text_at(row, 10),
            .deleted_at = repo::integer_at(row, 11),
            .at = bytes_at(row),
            .trouble = repo::text_at(row, 15)};
}

Result<std::vector<Document>> hanging_on(sqlite::Database& database, std::string_view field,
                                         const RecordId& id, int limit) {
    BALIE_ASSIGN(auto* select, database.cached(std::string(kSelect) + std::string(field) +
                                               "=?1 AND d.deleted_at IS NULL "
                                               "ORDER BY d.added_at DESC,d.id DESC LIMIT ?2"));
    select->bind(1, id.text());
    select->bind(2, std::int64_t{repo::clamp_rows(limit, kDocumentRowsMax)});
    return repo::read_rows<Document>(*select, read_document);
}

std::string kind_of(const NewDocument& document, const TakenIn& taken) {
    if (!document.kind.empty()) return document.kind;
    return std::string(taken.media_type.rfind("image/", 0) == 0 ? kPhoto : kDocument);
}

/// An office whose hub is older than documents has no such list yet; what is attached meanwhile
/// waits there until it is brought up to date.
Outcome check_kind(sqlite::Database& database, const std::string& kind) {
    repo::CodeRepo codes(database);
    BALIE_ASSIGN(const auto known, codes.list("document_kind", repo::Codes::All));
    if (known.empty()) return {};
    return codes.check("kind", "document_kind", kind);
}

/// The customer it belongs to, and that it may hang there.
Result<std::optional<RecordId>> customer_for(repo::ActionSteps& steps,
                                             const NewDocument& document) {
    std::optional<RecordId> customer = document.customer;
    if (document.interaction) {
        BALIE_ASSIGN(const repo::Interaction interaction,
                     repo::InteractionRepo(steps.database()).get(*document.interaction));
        customer = interaction.customer;
    } else if (!customer) {
        return Error{ErrorCode::InvalidInput, "a document belongs to a customer or an interaction",
                     "", "Choose one of them first"};
    }
    if (customer) {
        BALIE_TRY(steps.living_customer(*customer));
    }
    return customer;
}

Result<RecordId> save(repo::ActionSteps& steps, const NewDocument& document, const TakenIn& taken) {
    BALIE_ASSIGN(const auto customer, customer_for(steps, document));
    const std::string kind = kind_of(document, taken);
    BALIE_TRY(check_kind(steps.database(), kind));
    FieldValues values{{"kind", kind},
                       {"name", taken.name},
                       {"media_type", repo::text_value(taken.media_type)},
                       {"bytes", taken.bytes},
                       {"blob", taken.blob},
                       {"author", steps.user()},
                       {"added_at", steps.now_ms()},
                       {"note", repo::text_value(document.note)}};
    if (customer) values.emplace("customer_id", customer->text());
    if (document.interaction) values.emplace("interaction_id", document.interaction->text());
    return steps.create_unchecked(RecordType::Document, std::move(values));
}

}  // namespace

std::string_view to_string(BytesAt at) {
    constexpr std::array<std::string_view, 4> kNames{"here", "to_send", "asked", "away"};
    return kNames[static_cast<std::size_t>(at)];
}

Result<std::vector<Document>> DocumentRepo::of_customer(const RecordId& customer, int limit) {
    return hanging_on(*database_, "d.customer_id", customer, limit);
}

Result<std::vector<Document>> DocumentRepo::of_interaction(const RecordId& interaction, int limit) {
    return hanging_on(*database_, "d.interaction_id", interaction, limit);
}

Result<Document> DocumentRepo::get(const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kSelect) + "d.id=?"));
    select->bind(1, id.bytes);
    BALIE_ASSIGN(auto found, repo::read_row<Document>(*select, read_document));
    if (found) return *std::move(found);
    return Error{ErrorCode::NotFound, "there is no such document here", "document " + id.text(),
                 "See them with: balie documents list --customer ID"};
}

Result<RecordId> DocumentActions::attach(const NewDocument& document, const TakenIn& taken) {
    std::optional<std::string> spare;
    auto saved =
        repo::in_one_unit(*store_, user_, [&](repo::ActionSteps& steps) -> Result<RecordId> {
            BALIE_ASSIGN(const RecordId id, save(steps, document, taken));
            BALIE_ASSIGN(spare, Attachments(steps.database(), *files_).keep(taken, steps.now_ms()));
            return id;
        });
    if (!saved.ok()) spare = taken.file;
    if (spare) ignore(files_->remove(*spare), "the next start removes what no row names");
    return saved;
}

Outcome DocumentActions::remove(const RecordId& id) {
    return repo::in_one_unit(*store_, user_, [&](repo::ActionSteps& steps) -> Outcome {
        BALIE_ASSIGN(const Document document, DocumentRepo(steps.database()).get(id));
        if (document.deleted_at) {
            return Error{ErrorCode::NotFound, document.name + " is removed already", "",
                         "Nothing was changed"};
        }
        return steps.edit(RecordType::Document, id, {{"deleted_at", steps.now_ms()}});
    });
}

Outcome DocumentActions::restore(const RecordId& id) {
    return repo::in_one_unit(*store_, user_, [&](repo::ActionSteps& steps) -> Outcome {
        BALIE_TRY(DocumentRepo(steps.database()).get(id));
        return steps.edit(RecordType::Document, id, {{"deleted_at", Value{}}});
    });
}

Outcome DocumentActions::ask(const RecordId& id) {
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(store_->writer()));
    BALIE_ASSIGN(const Document document, DocumentRepo(store_->writer()).get(id));
    BALIE_TRY(
        Attachments(store_->writer(), *files_)
            .ask(document.blob, document.bytes, store_->entropy(), store_->clock().wall_ms()));
    return transaction.commit();
}

}  // namespace balie::attach
