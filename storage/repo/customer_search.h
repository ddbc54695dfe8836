// Customers as a person types: any part of a name, number, city, street or e-mail address, a phone
// number in any spelling; accents and Dutch name prefixes do not matter.
// Invariant: what text::matches() finds in a customer's text is found, up to the limit; one or two
// letters come in a prepared order (priority customers, then by name), from three on the better
// match comes first and priority customers first among equals.
// Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

inline constexpr int kSearchHitsMax = 50;

struct SearchHit {
    RecordId id;
    std::string number;
    std::string display_name;
    std::string priority_class;  ///< of the customer: A, B, C or ""
    std::string flag_level;      ///< of its approved flag: A, B, C or ""
    std::string city;
    std::string phone;
    std::string email;
    std::optional<std::int64_t> last_contact_ms;
};

struct SearchResult {
    std::vector<SearchHit> hits;
    bool more{false};  ///< there are others that did not fit
};

class CustomerSearch {
  public:
    explicit CustomerSearch(sqlite::Database& database) : database_(&database) {}

    /// An empty query gives the customers with the latest contacts.
    [[nodiscard]] Result<SearchResult> search(std::string_view query, int limit = kSearchHitsMax);
    [[nodiscard]] Result<SearchResult> recent(int limit = kSearchHitsMax);

  private:
    [[nodiscard]] Result<SearchResult> read_hits(const std::vector<std::int64_t>& rowids, int rows);
    sqlite::Database* database_;
};

}  // namespace balie::repo
