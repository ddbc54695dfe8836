#include "sync/log/receipts.h"

#include "storage/crypto/encoding.h"
#include "storage/crypto/signing.h"
#include "sync/log/origins.h"

#include <sstream>

namespace balie::sync {

namespace {

Result<std::optional<Receipt>> one(sqlite::Statement& select) {
    BALIE_ASSIGN(const bool there, select.step());
    std::optional<Receipt> found;
    if (there) found = Receipt{select.integer(0), select.integer(1)};
    select.reset();
    return found;
}

/// A line of the receipt has the transaction and the numbers of its first and last change.
bool names(const std::string& text, const TransactionId& transaction, std::int64_t seq) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(transaction.text() + " ")) continue;
        std::istringstream parts(line);
        std::string id;
        std::int64_t first = 0;
        std::int64_t last = 0;
        if (parts >> id >> first >> last && first <= seq && seq <= last) return true;
    }
    return false;
}

Result<Bytes> hub_key(sqlite::Database& database) {
    BALIE_ASSIGN(auto* select, database.cached("SELECT value FROM setting WHERE key=?"));
    BALIE_ASSIGN(const bool there, select->bind(1, setting::kHubKey).step());
    const std::string hex(there ? select->text(0) : std::string_view{});
    select->reset();
    return from_hex(hex);
}

}  // namespace

Result<std::optional<Receipt>> receipt_of_creation(sqlite::Database& database,
                                                   domain::RecordType type, const RecordId& id) {
    const std::string table(domain::spec(type).plural);
    BALIE_ASSIGN(auto* confirmed,
                 database.cached("SELECT r.hub_ms,l.hub_seq FROM " + table +
                                 " t JOIN change_log l ON l.origin=t.birth_origin AND "
                                 "l.seq=t.birth_seq JOIN receipt r ON r.number=l.receipt "
                                 "WHERE t.id=?"));
    confirmed->bind(1, id.bytes);
    BALIE_ASSIGN(const auto found, one(*confirmed));
    if (found) return found;
    // Acknowledged, and not back in the hub's order yet.
    BALIE_ASSIGN(auto* waiting,
                 database.cached("SELECT r.hub_ms,l.hub_seq FROM change_log l JOIN receipt r ON "
                                 "r.number=l.receipt WHERE l.record_id=? AND l.state<2 AND "
                                 "l.state=1 ORDER BY l.seq LIMIT 1"));
    waiting->bind(1, id.bytes);
    return one(*waiting);
}

Result<std::vector<ReceiptedChange>> receipts_of(sqlite::Database& database, const RecordId& id) {
    BALIE_ASSIGN(const Bytes key, hub_key(database));
    Origins origins(database);
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT l.origin,l.seq,l.state,l.saved_ms,l.hub_seq,r.hub_ms,"
                                 "r.text,r.signature,l.transaction_id FROM change_log l LEFT JOIN "
                                 "receipt r ON r.number=l.receipt WHERE l.record_id=? "
                                 "ORDER BY l.saved_ms,l.origin,l.seq"));
    select->bind(1, id.bytes);
    std::vector<ReceiptedChange> changes;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return changes;
        ReceiptedChange change;
        BALIE_ASSIGN(change.id.origin, origins.origin_of(select->integer(0)));
        change.id.seq = select->integer(1);
        change.state = static_cast<LogState>(select->integer(2));
        change.saved_ms = select->integer(3);
        if (!select->is_null(5)) {
            change.receipt = Receipt{select->integer(5), select->integer(4)};
            change.text = select->text(6);
            const BytesView signature = select->blob(7);
            change.signature = crypto::base64url_encode(signature);
            change.names_it = names(change.text, TransactionId{select->id(8)}, change.id.seq);
            change.signature_ok = crypto::verify(key, as_bytes(change.text), signature);
        }
        changes.push_back(std::move(change));
    }
}

}  // namespace balie::sync
