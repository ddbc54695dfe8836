// The customers' full text: what each is found by, folded, in two indexes (words for beginnings,
// trigrams for any part), and the order in which short queries list them.
// Invariant: a customer that is not deleted has exactly one row in customer_text, equal to what its
// fields, contact points and flags give when a transaction ends: within one it may lag behind, for
// a customer that is written several times is indexed once. The indexes hold exactly these rows
// (external content: the old text is always handed over when a row changes). While deferred, new
// customers may lack theirs; refresh_missing() mends it. Thread: store only, inside a write
// transaction. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace balie::store {

class CustomerText {
  public:
    explicit CustomerText(sqlite::Database& database) : database_(&database) {}

    /// Whether a customer's text or place may change with any of these fields.
    [[nodiscard]] static bool concerns(domain::RecordType type, const FieldValues& values);
    /// A record was written: notes the customer whose text it is part of, if it is, for the end of
    /// the transaction. `deferred`: a customer that has no text yet is left for refresh_missing().
    [[nodiscard]] Outcome changed(domain::RecordType type, const RecordId& id, bool deferred);
    /// A record is about to be taken away, or handed to another customer (its row still says whose
    /// it is).
    [[nodiscard]] Outcome leaves(domain::RecordType type, const RecordId& id);

    /// Makes the text anew; does nothing when it is the same. Without such a customer, or when it
    /// is deleted: takes it away.
    [[nodiscard]] Outcome refresh(const RecordId& customer);
    [[nodiscard]] Outcome remove(const RecordId& customer);

    /// Of many at once: refresh() of each, with the words indexed in their order.
    [[nodiscard]] Outcome refresh_all(const std::vector<RecordId>& customers);
    /// Customers without text: makes at most `limit`, answers how many it made.
    [[nodiscard]] Result<std::int64_t> refresh_missing(std::int64_t limit);
    [[nodiscard]] Result<std::int64_t> count_missing();
    /// Goes through the customers after row `after`, which it moves on: answers how many.
    [[nodiscard]] Result<std::int64_t> refresh_after(std::int64_t& after, std::int64_t limit);
    /// Takes text away whose customer is gone or deleted. Answers how many.
    [[nodiscard]] Result<std::int64_t> erase_strays();

  private:
    struct Row;
    [[nodiscard]] Result<std::optional<RecordId>> customer_of(domain::RecordType type,
                                                              const RecordId& id);
    [[nodiscard]] Outcome note(const RecordId& customer);
    [[nodiscard]] Outcome write(std::int64_t rowid, const Row& row);
    [[nodiscard]] Outcome index_words(std::int64_t doc, const std::string& words);
    [[nodiscard]] Outcome erase(std::int64_t rowid);

    sqlite::Database* database_;
    /// While set: words are collected here and indexed in the order of doc afterwards.
    std::vector<std::pair<std::int64_t, std::string>>* words_later_{nullptr};
    std::int64_t scanned_to_{0};  ///< refresh_missing: rows before have their text
};

}  // namespace balie::store
