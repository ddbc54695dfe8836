#include "storage/repo/customer_search.h"

#include "storage/repo/customer_repo.h"
#include "storage/repo/rows.h"
#include "storage/text/search.h"

#include <algorithm>
#include <unordered_set>

namespace balie::repo {

namespace {

/// Candidates of the trigram index that are looked at for one query. They are nearly always hits;
/// only letters that all occur but never together could make the search long.
constexpr std::int64_t kCandidatesMax = 20'000;
/// Hits of "any part" that are gathered before the best are taken.
constexpr std::size_t kPartHitsMax = 400;

/// As a string of the index's query language.
std::string quoted_term(std::string_view term) {
    std::string out = "\"";
    for (const char c : term) out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
}

std::string join_and(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& each : parts) {
        if (!out.empty()) out += " AND ";
        out += each;
    }
    return out;
}

bool begins_code_point(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// Every run of three code points of `term`.
std::vector<std::string> trigrams(std::string_view term) {
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < term.size(); ++i) {
        if (begins_code_point(term[i])) begins.push_back(i);
    }
    begins.push_back(term.size());
    std::vector<std::string> out;
    for (std::size_t i = 0; i + 3 < begins.size(); ++i) {
        std::string gram(term.substr(begins[i], begins[i + 3] - begins[i]));
        if (std::find(out.begin(), out.end(), gram) == out.end()) out.push_back(std::move(gram));
    }
    return out;
}

/// Rows found so far, each once, in the order of the rank.
class Found {
  public:
    explicit Found(std::size_t limit) : limit_(limit) {}
    void add(std::int64_t rowid) {
        if (seen_.insert(rowid).second) rowids_.push_back(rowid);
    }
    [[nodiscard]] bool full() const { return rowids_.size() >= limit_; }
    [[nodiscard]] std::size_t limit() const { return limit_; }
    [[nodiscard]] const std::vector<std::int64_t>& rowids() const { return rowids_; }

  private:
    std::size_t limit_;
    std::vector<std::int64_t> rowids_;
    std::unordered_set<std::int64_t> seen_;
};

/// By the words index, in its prepared order.
Outcome find_words(sqlite::Database& database, const std::string& query, Found& found) {
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT (SELECT t.rowid FROM customer_text t"
                                 " WHERE t.doc=w.rowid) FROM customer_words w"
                                 " WHERE customer_words MATCH ? ORDER BY w.rowid LIMIT ?"));
    // What an earlier, better rank found comes again.
    const auto rows = static_cast<std::int64_t>(found.limit() + found.rowids().size());
    select->bind(1, query).bind(2, rows);
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return {};
        found.add(select->integer(0));
    }
}

/// By any part, priority customers first and then by name.
Outcome find_parts(sqlite::Database& database, const text::QueryTerms& terms, Found& found) {
    std::vector<std::string> grams;
    for (const std::string& term : terms.substrings) {
        for (const std::string& gram : trigrams(term)) grams.push_back(quoted_term(gram));
    }
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT t.rowid, t.doc, t.text, t.words FROM customer_grams g"
                                 " JOIN customer_text t ON t.rowid=g.rowid"
                                 " WHERE customer_grams MATCH ? ORDER BY g.rowid LIMIT ?"));
    select->bind(1, join_and(grams)).bind(2, kCandidatesMax);
    std::vector<std::pair<std::int64_t, std::int64_t>> hits;
    while (hits.size() < kPartHitsMax) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        const text::SearchText document{text_at(*select, 2), text_at(*select, 3)};
        if (text::matches(document, terms))
            hits.emplace_back(select->integer(1), select->integer(0));
    }
    select->reset();
    std::sort(hits.begin(), hits.end());
    for (const auto& [doc, rowid] : hits) found.add(rowid);
    return {};
}

/// Letters and digits only: what the words index can hold. "anna@ex" is found by its parts alone.
bool is_word(std::string_view term) {
    return std::all_of(term.begin(), term.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0x80U) != 0 || (c >= '0' && c <= '9') ||
               (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

Outcome find_ranked(sqlite::Database& database, const text::QueryTerms& terms, Found& found) {
    std::vector<std::string> whole;
    std::vector<std::string> beginnings;
    for (const auto* list : {&terms.substrings, &terms.prefixes}) {
        for (const std::string& term : *list) {
            whole.push_back(quoted_term(term));
            beginnings.push_back(quoted_term(term) + " *");
        }
    }
    // Nothing to rank by: any word that begins so, in the prepared order.
    if (terms.substrings.empty()) return find_words(database, join_and(beginnings), found);
    const bool words = std::all_of(terms.substrings.begin(), terms.substrings.end(), is_word);
    if (words) {
        BALIE_TRY(find_words(database, join_and(whole), found));
    }
    if (words && !found.full()) {
        BALIE_TRY(find_words(database, join_and(beginnings), found));
    }
    if (!found.full()) {
        BALIE_TRY(find_parts(database, terms, found));
    }
    return {};
}

const std::string& hit_sql() {
    static const std::string kHitSql = [] {
        const std::string id = spelled_id("c.id");
        const std::string point =
            "(SELECT p.value FROM contact_points p WHERE p.customer_id=" + id +
            " AND p.deleted_at IS NULL AND p.kind=";
        const std::string best = " ORDER BY coalesce(p.preferred,0) DESC, p.id LIMIT 1)";
        return "SELECT c.id, c.number, c.name, c.name_prefix, c.given_name, c.priority_class,"
               " (SELECT min(f.level) FROM priority_flags f WHERE f.customer_id=" +
               id +
               " AND f.state='approved'),"
               " (SELECT json_extract(p.address,'$.city') FROM contact_points p"
               " WHERE p.customer_id=" +
               id + " AND p.deleted_at IS NULL AND p.kind='address'" + best + ", " + point +
               "'phone'" + best + ", " + point + "'email'" + best +
               ", (SELECT max(i.occurred_at) FROM interactions i WHERE i.customer_id=" + id +
               ") FROM customers c WHERE c.deleted_at IS NULL AND ";
    }();
    return kHitSql;
}

SearchHit read_hit(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .number = text_at(row, 1),
            .display_name = display_name(row.text(4), row.text(3), row.text(2)),
            .priority_class = text_at(row, 5),
            .flag_level = text_at(row, 6),
            .city = text_at(row, 7),
            .phone = text_at(row, 8),
            .email = text_at(row, 9),
            .last_contact_ms = integer_at(row, 10)};
}

}  // namespace

Result<SearchResult> CustomerSearch::search(std::string_view query, int limit) {
    const text::QueryTerms terms = text::query_terms(query);
    if (terms.empty()) return recent(limit);
    const int rows = clamp_rows(limit, kSearchHitsMax);
    Found found(static_cast<std::size_t>(rows) + 1);
    BALIE_TRY(find_ranked(*database_, terms, found));
    return read_hits(found.rowids(), rows);
}

Result<SearchResult> CustomerSearch::read_hits(const std::vector<std::int64_t>& rowids, int rows) {
    SearchResult result;
    for (const std::int64_t rowid : rowids) {
        if (result.hits.size() == static_cast<std::size_t>(rows)) {
            result.more = true;
            break;
        }
        BALIE_ASSIGN(auto* select, database_->cached(hit_sql() + "c.rowid=?"));
        BALIE_ASSIGN(auto hit, read_row<SearchHit>(select->bind(1, rowid), read_hit));
        if (hit) result.hits.push_back(*std::move(hit));
    }
    return result;
}

Result<SearchResult> CustomerSearch::recent(int limit) {
    const int rows = clamp_rows(limit, kSearchHitsMax);
    // The latest lines name customers more than once: look at more lines than customers wanted.
    constexpr std::int64_t kLinesPerHit = 10;
    BALIE_ASSIGN(auto* lines, database_->cached("SELECT customer_id FROM interactions"
                                                " ORDER BY occurred_at DESC LIMIT ?"));
    lines->bind(1, rows * kLinesPerHit);
    std::vector<RecordId> ids;
    std::unordered_set<RecordId> seen;
    while (true) {
        BALIE_ASSIGN(const bool more, lines->step());
        if (!more) break;
        const auto id = reference_at(*lines, 0);
        if (id && seen.insert(*id).second) ids.push_back(*id);
    }
    SearchResult result;
    for (const RecordId& id : ids) {
        if (result.hits.size() == static_cast<std::size_t>(rows)) {
            result.more = true;
            break;
        }
        BALIE_ASSIGN(auto* select, database_->cached(hit_sql() + "c.id=?"));
        BALIE_ASSIGN(auto hit, read_row<SearchHit>(select->bind(1, id.bytes), read_hit));
        if (hit) result.hits.push_back(*std::move(hit));
    }
    if (!result.hits.empty()) return result;
    // Nobody was contacted yet: the beginning of the list, priority customers first.
    BALIE_ASSIGN(auto* first, database_->cached("SELECT rowid FROM customer_text ORDER BY doc"
                                                " LIMIT ?"));
    first->bind(1, std::int64_t{rows} + 1);
    BALIE_ASSIGN(const auto rowids,
                 read_rows<std::int64_t>(*first, [](const auto& row) { return row.integer(0); }));
    return read_hits(rowids, rows);
}

}  // namespace balie::repo
