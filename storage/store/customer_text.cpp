#include "storage/store/customer_text.h"

#include "storage/text/fold.h"
#include "storage/text/search.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace balie::store {

namespace {

using domain::RecordType;

// The layout of doc: band, then the beginning of the name, then a number that tells equal ones
// apart. Reading by doc gives priority customers first and names in order, with no sorting.
constexpr int kSequenceBits = 24;
constexpr int kNameKeyBits = 32;
constexpr int kNameKeyLetters = 6;
constexpr std::int64_t kNameKeyBase = 37;
constexpr std::int64_t kBandOthers = 3;

std::int64_t name_key(std::string_view folded) {
    std::int64_t key = 0;
    for (std::size_t i = 0; i < kNameKeyLetters; ++i) {
        std::int64_t letter = 0;
        if (i < folded.size()) {
            const char c = folded[i];
            if (c >= '0' && c <= '9') letter = c - '0' + 1;
            if (c >= 'a' && c <= 'z') letter = c - 'a' + 11;
            // What is beyond the Latin letters comes after them.
            if ((static_cast<unsigned char>(c) & 0x80U) != 0) letter = kNameKeyBase - 1;
        }
        key = key * kNameKeyBase + letter;
    }
    return key;
}

std::int64_t band_of(std::string_view level) {
    if (level == "A") return 0;
    if (level == "B") return 1;
    if (level == "C") return 2;
    return kBandOthers;
}

std::int64_t doc_base(std::int64_t band, std::string_view folded_name) {
    const std::int64_t key = (band << kNameKeyBits) | name_key(folded_name);
    return key << kSequenceBits;
}

/// The texts must outlive what is made of them.
struct Parts {
    std::vector<std::pair<text::SearchKind, std::string>> texts;

    void add(text::SearchKind kind, std::string_view text) {
        if (!text.empty()) texts.emplace_back(kind, text);
    }
    [[nodiscard]] text::SearchText fold() const {
        std::vector<text::SearchField> fields;
        fields.reserve(texts.size());
        for (const auto& [kind, text] : texts) fields.push_back({kind, text});
        return text::search_text(fields);
    }
};

}  // namespace

struct CustomerText::Row {
    std::int64_t doc_base{};
    text::SearchText found_by;
};

namespace {

Outcome add_contact_points(sqlite::Database& database, const RecordId& customer, Parts& parts) {
    BALIE_ASSIGN(auto* points,
                 database.cached("SELECT kind, value, json_extract(address,'$.street'),"
                                 " json_extract(address,'$.number'),"
                                 " json_extract(address,'$.postal_code'),"
                                 " json_extract(address,'$.city')"
                                 " FROM contact_points WHERE customer_id=? AND deleted_at IS NULL"
                                 " ORDER BY id LIMIT 200"));
    points->bind(1, customer.text());
    while (true) {
        BALIE_ASSIGN(const bool row, points->step());
        if (!row) return {};
        const std::string_view kind = points->text(0);
        parts.add(kind == "phone" ? text::SearchKind::Phone : text::SearchKind::Code,
                  points->text(1));
        std::string street(points->text(2));
        const std::string number(points->text(3));
        if (!number.empty()) street.append(" ").append(number);
        parts.add(text::SearchKind::Plain, street);
        parts.add(text::SearchKind::Code, points->text(4));
        parts.add(text::SearchKind::Plain, points->text(5));
    }
}

/// The best of the customer's class and its approved flags.
Result<std::int64_t> priority_band(sqlite::Database& database, const RecordId& customer,
                                   std::string_view priority_class) {
    BALIE_ASSIGN(auto* flags, database.cached("SELECT min(level) FROM priority_flags"
                                              " WHERE customer_id=? AND state='approved'"));
    BALIE_ASSIGN(const bool row, flags->bind(1, customer.text()).step());
    const std::int64_t flagged = row ? band_of(flags->text(0)) : kBandOthers;
    flags->reset();
    return std::min(flagged, band_of(priority_class));
}

/// The customers whose records a transaction wrote, by the bytes of their ids.
Outcome refresh_noted(sqlite::Database& database, const std::set<std::string>& keys) {
    std::vector<RecordId> customers;
    customers.reserve(keys.size());
    for (const std::string& key : keys) {
        RecordId& customer = customers.emplace_back();
        std::copy_n(key.begin(), std::min(key.size(), customer.bytes.size()),
                    customer.bytes.begin());
    }
    return CustomerText(database).refresh_all(customers);
}

}  // namespace

bool CustomerText::concerns(RecordType type, const FieldValues& values) {
    const auto any = [&values](std::initializer_list<std::string_view> fields) {
        return std::any_of(fields.begin(), fields.end(), [&values](std::string_view field) {
            return values.find(field) != values.end();
        });
    };
    switch (type) {
        case RecordType::Customer:
            return any({"deleted_at", "number", "name", "name_prefix", "given_name",
                        "company_register_no", "vat_no", "priority_class"});
        case RecordType::ContactPoint:
            return any({"customer_id", "kind", "value", "address", "deleted_at"});
        case RecordType::PriorityFlag:
            return any({"customer_id", "level", "state"});
        default:
            return false;
    }
}

Result<std::optional<RecordId>> CustomerText::customer_of(RecordType type, const RecordId& id) {
    if (type == RecordType::Customer) return std::optional(id);
    const bool point = type == RecordType::ContactPoint;
    if (!point && type != RecordType::PriorityFlag) return std::optional<RecordId>{};
    BALIE_ASSIGN(auto* select,
                 database_->cached(point ? "SELECT customer_id FROM contact_points WHERE id=?"
                                         : "SELECT customer_id FROM priority_flags WHERE id=?"));
    BALIE_ASSIGN(const bool row, select->bind(1, id.bytes).step());
    const std::string owner = row ? std::string(select->text(0)) : std::string();
    select->reset();
    auto parsed = RecordId::parse(owner);
    return parsed.ok() ? std::optional(*parsed) : std::nullopt;
}

Outcome CustomerText::changed(RecordType type, const RecordId& id, bool deferred) {
    BALIE_ASSIGN(const auto customer, customer_of(type, id));
    if (!customer) return {};
    if (deferred) {
        BALIE_ASSIGN(auto* there, database_->cached("SELECT 1 FROM customer_text WHERE rowid="
                                                    "(SELECT rowid FROM customers WHERE id=?)"));
        BALIE_ASSIGN(const bool row, there->bind(1, customer->bytes).step());
        there->reset();
        if (!row) return {};
    }
    return note(*customer);
}

Outcome CustomerText::leaves(RecordType type, const RecordId& id) {
    if (type == RecordType::Customer) return remove(id);
    BALIE_ASSIGN(const auto customer, customer_of(type, id));
    return customer ? note(*customer) : Outcome{};
}

Outcome CustomerText::note(const RecordId& customer) {
    return database_->at_commit(refresh_noted,
                                std::string(customer.bytes.begin(), customer.bytes.end()));
}

Outcome CustomerText::refresh(const RecordId& customer) {
    BALIE_ASSIGN(
        auto* select,
        database_->cached("SELECT rowid, deleted_at, number, name, name_prefix, given_name,"
                          " company_register_no, vat_no, priority_class"
                          " FROM customers WHERE id=?"));
    BALIE_ASSIGN(const bool row, select->bind(1, customer.bytes).step());
    if (!row) return {};
    const std::int64_t rowid = select->integer(0);
    if (!select->is_null(1)) {
        select->reset();
        return erase(rowid);
    }
    Parts parts;
    const std::string name(select->text(3));
    const std::string prefix(select->text(4));
    const std::string given(select->text(5));
    const std::string priority_class(select->text(8));
    parts.add(text::SearchKind::Plain, prefix.empty() ? name : prefix + " " + name);
    parts.add(text::SearchKind::Plain, given);
    parts.add(text::SearchKind::Code, select->text(2));
    parts.add(text::SearchKind::Code, select->text(6));
    parts.add(text::SearchKind::Code, select->text(7));
    select->reset();
    BALIE_TRY(add_contact_points(*database_, customer, parts));
    BALIE_ASSIGN(const std::int64_t band, priority_band(*database_, customer, priority_class));
    const std::string sorted(text::strip_name_prefix(name));
    return write(rowid, {.doc_base = doc_base(band, text::fold_for_search(sorted + given)),
                         .found_by = parts.fold()});
}

Outcome CustomerText::remove(const RecordId& customer) {
    BALIE_ASSIGN(auto* select, database_->cached("SELECT rowid FROM customers WHERE id=?"));
    BALIE_ASSIGN(const bool row, select->bind(1, customer.bytes).step());
    if (!row) return {};
    const std::int64_t rowid = select->integer(0);
    select->reset();
    return erase(rowid);
}

Outcome CustomerText::erase(std::int64_t rowid) {
    BALIE_ASSIGN(auto* old, database_->cached("SELECT doc, text, words FROM customer_text"
                                              " WHERE rowid=?"));
    BALIE_ASSIGN(const bool there, old->bind(1, rowid).step());
    if (!there) return {};
    const std::int64_t doc = old->integer(0);
    const std::string text(old->text(1));
    const std::string words(old->text(2));
    old->reset();
    // The indexes have to be told exactly what they were given; in one row, for a statement that
    // may write several makes them put everything they hold to disk before it.
    BALIE_ASSIGN(auto* from_words,
                 database_->cached("INSERT INTO customer_words(customer_words, rowid, words)"
                                   " VALUES('delete',?,?)"));
    BALIE_TRY(from_words->bind(1, doc).bind(2, words).run());
    BALIE_ASSIGN(auto* from_grams,
                 database_->cached("INSERT INTO customer_grams(customer_grams, rowid, text)"
                                   " VALUES('delete',?,?)"));
    BALIE_TRY(from_grams->bind(1, rowid).bind(2, text).run());
    BALIE_ASSIGN(auto* row, database_->cached("DELETE FROM customer_text WHERE rowid=?"));
    return row->bind(1, rowid).run();
}

Outcome CustomerText::write(std::int64_t rowid, const Row& row) {
    BALIE_ASSIGN(auto* old, database_->cached("SELECT doc, text, words FROM customer_text"
                                              " WHERE rowid=?"));
    BALIE_ASSIGN(const bool there, old->bind(1, rowid).step());
    std::optional<std::int64_t> doc;
    if (there) {
        if ((old->integer(0) >> kSequenceBits) == (row.doc_base >> kSequenceBits)) {
            doc = old->integer(0);
        }
        const bool same =
            doc && old->text(1) == row.found_by.text && old->text(2) == row.found_by.words;
        old->reset();
        if (same) return {};
        BALIE_TRY(erase(rowid));
    }
    if (!doc) {
        BALIE_ASSIGN(auto* last, database_->cached("SELECT max(doc) FROM customer_text"
                                                   " WHERE doc BETWEEN ? AND ?"));
        const std::int64_t end = row.doc_base + (std::int64_t{1} << kSequenceBits) - 1;
        BALIE_ASSIGN(const bool any, last->bind(1, row.doc_base).bind(2, end).step());
        doc = any && !last->is_null(0) ? last->integer(0) + 1 : row.doc_base;
        last->reset();
    }
    BALIE_ASSIGN(auto* insert,
                 database_->cached("INSERT INTO customer_text(rowid, doc, text, words)"
                                   " VALUES(?,?,?,?)"));
    insert->bind(1, rowid).bind(2, *doc).bind(3, row.found_by.text).bind(4, row.found_by.words);
    BALIE_TRY(insert->run());
    if (words_later_ != nullptr) {
        words_later_->emplace_back(*doc, row.found_by.words);
    } else {
        BALIE_TRY(index_words(*doc, row.found_by.words));
    }
    BALIE_ASSIGN(auto* grams, database_->cached("INSERT INTO customer_grams(rowid, text)"
                                                " VALUES(?,?)"));
    return grams->bind(1, rowid).bind(2, row.found_by.text).run();
}

Outcome CustomerText::index_words(std::int64_t doc, const std::string& words) {
    BALIE_ASSIGN(auto* insert, database_->cached("INSERT INTO customer_words(rowid, words)"
                                                 " VALUES(?,?)"));
    return insert->bind(1, doc).bind(2, words).run();
}

Outcome CustomerText::refresh_all(const std::vector<RecordId>& customers) {
    // The index writes a segment whenever a row comes that is before the last one: in the order of
    // doc there is one to a batch.
    std::vector<std::pair<std::int64_t, std::string>> words;
    words_later_ = &words;
    Outcome made;
    for (const RecordId& id : customers) {
        made = refresh(id);
        if (!made.ok()) break;
    }
    words_later_ = nullptr;
    BALIE_TRY(std::move(made));
    std::sort(words.begin(), words.end());
    for (const auto& [doc, text] : words) {
        BALIE_TRY(index_words(doc, text));
    }
    return {};
}

Result<std::int64_t> CustomerText::refresh_missing(std::int64_t limit) {
    std::vector<std::pair<std::int64_t, RecordId>> missing;
    {
        BALIE_ASSIGN(auto* select,
                     database_->cached("SELECT c.rowid, c.id FROM customers c WHERE c.rowid > ?"
                                       " AND c.deleted_at IS NULL AND NOT EXISTS"
                                       " (SELECT 1 FROM customer_text t WHERE t.rowid=c.rowid)"
                                       " ORDER BY c.rowid LIMIT ?"));
        select->bind(1, scanned_to_).bind(2, limit);
        while (true) {
            BALIE_ASSIGN(const bool row, select->step());
            if (!row) break;
            missing.emplace_back(select->integer(0), RecordId{select->id(1)});
        }
    }
    std::vector<RecordId> customers;
    customers.reserve(missing.size());
    for (const auto& [rowid, id] : missing) customers.push_back(id);
    BALIE_TRY(refresh_all(customers));
    if (!missing.empty()) scanned_to_ = missing.back().first;
    return static_cast<std::int64_t>(missing.size());
}

Result<std::int64_t> CustomerText::refresh_after(std::int64_t& after, std::int64_t limit) {
    std::vector<std::pair<std::int64_t, RecordId>> rows;
    BALIE_ASSIGN(auto* select, database_->cached("SELECT rowid, id FROM customers WHERE rowid > ?"
                                                 " AND deleted_at IS NULL ORDER BY rowid LIMIT ?"));
    select->bind(1, after).bind(2, limit);
    while (true) {
        BALIE_ASSIGN(const bool row, select->step());
        if (!row) break;
        rows.emplace_back(select->integer(0), RecordId{select->id(1)});
    }
    for (const auto& [rowid, id] : rows) {
        BALIE_TRY(refresh(id));
        after = rowid;
    }
    return static_cast<std::int64_t>(rows.size());
}

Result<std::int64_t> CustomerText::erase_strays() {
    std::vector<std::int64_t> rows;
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT t.rowid FROM customer_text t WHERE NOT EXISTS"
                                   " (SELECT 1 FROM customers c WHERE c.rowid=t.rowid"
                                   " AND c.deleted_at IS NULL)"));
    while (true) {
        BALIE_ASSIGN(const bool row, select->step());
        if (!row) break;
        rows.push_back(select->integer(0));
    }
    for (const std::int64_t rowid : rows) {
        BALIE_TRY(erase(rowid));
    }
    return static_cast<std::int64_t>(rows.size());
}

Result<std::int64_t> CustomerText::count_missing() {
    BALIE_ASSIGN(const Value count,
                 database_->scalar("SELECT count(*) FROM customers c WHERE c.deleted_at IS NULL AND"
                                   " NOT EXISTS (SELECT 1 FROM customer_text t"
                                   " WHERE t.rowid=c.rowid)"));
    return value_integer(count);
}

}  // namespace balie::store
