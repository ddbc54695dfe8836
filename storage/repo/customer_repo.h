// Customers and their contact points as structs: one by one, by number, by what a person typed, and
// page by page. Invariant: a deleted customer is found by its id alone; every list has a limit.
// Thread: that of the Database it was given (a reader's or the writer's). Owns nothing.
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

inline constexpr int kPageRowsMax = 200;

/// One field of a contact point, kept as a JSON object: its parts only make sense together.
struct Address {
    std::string street;
    std::string number;
    std::string postal_code;
    std::string city;
    std::string country;

    [[nodiscard]] bool empty() const;
    /// "Dorpsstraat 12, 1234 AB Utrecht".
    [[nodiscard]] std::string one_line() const;
    /// What is stored: {"street":…} with the parts that are not empty.
    [[nodiscard]] std::string json() const;
};

struct ContactPoint {
    RecordId id;
    RecordId customer;
    std::string kind;   ///< phone, email, address or web
    std::string label;  ///< code of list contact_label
    std::string value;  ///< all but addresses
    Address address;
    bool preferred{false};

    /// The value, or the address in one line.
    [[nodiscard]] std::string text() const;
};

struct Customer {
    RecordId id;
    std::string kind;  ///< person or organisation
    std::string number;
    std::string name;
    std::string name_prefix;
    std::string given_name;
    std::string salutation;
    std::string birthday;
    std::string company_register_no;
    std::string vat_no;
    std::string customer_group;
    std::string priority_class;
    std::string lifecycle_stage;
    std::string preferred_channel;
    std::string preferred_time;
    std::string language;
    bool do_not_call{false};
    std::string owner;
    std::string branch;
    std::string territory;
    std::string note;
    std::optional<std::int64_t> deleted_at;

    /// "Anna van den Berg".
    [[nodiscard]] std::string display_name() const;
    /// "Berg, Anna van den".
    [[nodiscard]] std::string sort_name() const;
};

[[nodiscard]] std::string display_name(std::string_view given_name, std::string_view prefix,
                                       std::string_view name);
[[nodiscard]] std::string sort_name(std::string_view given_name, std::string_view prefix,
                                    std::string_view name);

struct CustomerRow {
    RecordId id;
    std::string number;
    std::string display_name;
    std::string priority_class;
    std::string city;
};

/// Where a page of the list begins: after this row, in the order of (name, id).
struct CustomerCursor {
    std::string name;
    RecordId id;
};

struct CustomerPage {
    std::vector<CustomerRow> rows;
    std::optional<CustomerCursor> next;  ///< nothing: that was the last page
};

class CustomerRepo {
  public:
    explicit CustomerRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::optional<Customer>> find(const RecordId& id);
    /// Errors: NotFound.
    [[nodiscard]] Result<Customer> get(const RecordId& id);
    /// Errors: InvalidInput when several have that number.
    [[nodiscard]] Result<std::optional<Customer>> find_by_number(std::string_view number);
    /// What a person typed for a customer: an id, a customer number, or a name that only one has.
    /// Errors: NotFound; InvalidInput naming the candidates when there are several.
    [[nodiscard]] Result<RecordId> resolve(std::string_view text);
    /// By name. At most kPageRowsMax rows.
    [[nodiscard]] Result<CustomerPage> list(const std::optional<CustomerCursor>& after = {},
                                            int limit = kPageRowsMax);
    [[nodiscard]] Result<std::int64_t> count();

    /// The preferred ones first. At most kPageRowsMax.
    [[nodiscard]] Result<std::vector<ContactPoint>> contact_points(const RecordId& customer);
    [[nodiscard]] Result<std::optional<ContactPoint>> find_contact_point(const RecordId& id);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo
