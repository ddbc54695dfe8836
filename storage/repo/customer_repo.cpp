#include "storage/repo/customer_repo.h"

#include "storage/repo/customer_search.h"
#include "storage/repo/rows.h"
#include "storage/text/fold.h"

namespace balie::repo {

namespace {

/// How many candidates an error names before it says "and others".
constexpr int kCandidatesShown = 8;

const std::string& customer_columns() {
    static const std::string kColumns =
        "id, kind, number, name, name_prefix, given_name, salutation, birthday,"
        " company_register_no, vat_no, customer_group, priority_class, lifecycle_stage,"
        " preferred_channel, preferred_time, language, do_not_call, owner, branch, territory,"
        " note, deleted_at";
    return kColumns;
}

Customer read_customer(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .kind = text_at(row, 1),
            .number = text_at(row, 2),
            .name = text_at(row, 3),
            .name_prefix = text_at(row, 4),
            .given_name = text_at(row, 5),
            .salutation = text_at(row, 6),
            .birthday = text_at(row, 7),
            .company_register_no = text_at(row, 8),
            .vat_no = text_at(row, 9),
            .customer_group = text_at(row, 10),
            .priority_class = text_at(row, 11),
            .lifecycle_stage = text_at(row, 12),
            .preferred_channel = text_at(row, 13),
            .preferred_time = text_at(row, 14),
            .language = text_at(row, 15),
            .do_not_call = row.integer(16) != 0,
            .owner = text_at(row, 17),
            .branch = text_at(row, 18),
            .territory = text_at(row, 19),
            .note = text_at(row, 20),
            .deleted_at = integer_at(row, 21)};
}

ContactPoint read_contact_point(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .customer = reference_at(row, 1).value_or(RecordId{}),
            .kind = text_at(row, 2),
            .label = text_at(row, 3),
            .value = text_at(row, 4),
            .address = {.street = text_at(row, 5),
                        .number = text_at(row, 6),
                        .postal_code = text_at(row, 7),
                        .city = text_at(row, 8),
                        .country = text_at(row, 9)},
            .preferred = row.integer(10) != 0};
}

constexpr std::string_view kContactPointColumns =
    "SELECT id, customer_id, kind, label, value, json_extract(address,'$.street'),"
    " json_extract(address,'$.number'), json_extract(address,'$.postal_code'),"
    " json_extract(address,'$.city'), json_extract(address,'$.country'), preferred"
    " FROM contact_points WHERE ";

void append_json_member(std::string& out, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out += out.size() == 1 ? "\"" : ",\"";
    out.append(name).append("\":\"");
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.append(1, '\\').append(1, c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            const auto code = static_cast<unsigned char>(c);
            out.append("\\u00").append(1, kDigits[code >> 4U]).append(1, kDigits[code & 0xFU]);
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_part(std::string& out, std::string_view between, std::string_view part) {
    if (part.empty()) return;
    if (!out.empty()) out += between;
    out += part;
}

Error ambiguous(std::string_view text, const std::vector<std::string>& candidates, bool more) {
    std::string list;
    for (const std::string& each : candidates) append_part(list, "; ", each);
    if (more) list += "; and others";
    return {ErrorCode::InvalidInput,
            "several customers fit '" + std::string(text) + "': " + list,
            {},
            "Give the customer's number or id"};
}

std::string describe(const Customer& customer) {
    std::string out = customer.display_name();
    if (!customer.number.empty()) out += " (" + customer.number + ")";
    return out + " " + customer.id.text();
}

}  // namespace

bool Address::empty() const {
    return street.empty() && number.empty() && postal_code.empty() && city.empty() &&
           country.empty();
}

std::string Address::one_line() const {
    std::string first = street;
    append_part(first, " ", number);
    std::string second = postal_code;
    append_part(second, " ", city);
    append_part(first, ", ", second);
    append_part(first, ", ", country);
    return first;
}

std::string Address::json() const {
    std::string out = "{";
    append_json_member(out, "street", street);
    append_json_member(out, "number", number);
    append_json_member(out, "postal_code", postal_code);
    append_json_member(out, "city", city);
    append_json_member(out, "country", country);
    return out + "}";
}

std::string ContactPoint::text() const {
    return kind == "address" ? address.one_line() : value;
}

std::string display_name(std::string_view given_name, std::string_view prefix,
                         std::string_view name) {
    std::string out(given_name);
    append_part(out, " ", prefix);
    append_part(out, " ", name);
    return out;
}

std::string sort_name(std::string_view given_name, std::string_view prefix, std::string_view name) {
    std::string after(given_name);
    append_part(after, " ", prefix);
    std::string out(name);
    append_part(out, ", ", after);
    return out;
}

std::string Customer::display_name() const {
    return repo::display_name(given_name, name_prefix, name);
}
std::string Customer::sort_name() const {
    return repo::sort_name(given_name, name_prefix, name);
}

Result<std::optional<Customer>> CustomerRepo::find(const RecordId& id) {
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT " + customer_columns() + " FROM customers WHERE id=?"));
    return read_row<Customer>(select->bind(1, id.bytes), read_customer);
}

Result<Customer> CustomerRepo::get(const RecordId& id) {
    BALIE_ASSIGN(auto found, find(id));
    if (!found) {
        return Error{ErrorCode::NotFound,
                     "there is no customer " + id.text(),
                     {},
                     "Search for it: balie customer search …"};
    }
    return *std::move(found);
}

Result<std::optional<Customer>> CustomerRepo::find_by_number(std::string_view number) {
    BALIE_ASSIGN(auto* select, database_->cached("SELECT " + customer_columns() +
                                                 " FROM customers WHERE number=?"
                                                 " AND deleted_at IS NULL ORDER BY id LIMIT ?"));
    select->bind(1, number).bind(2, std::int64_t{kCandidatesShown});
    BALIE_ASSIGN(auto found, read_rows<Customer>(*select, read_customer));
    if (found.size() > 1) {
        std::vector<std::string> candidates;
        candidates.reserve(found.size());
        for (const Customer& each : found) candidates.push_back(describe(each));
        return ambiguous(number, candidates, found.size() == kCandidatesShown);
    }
    if (found.empty()) return std::optional<Customer>{};
    return std::optional(std::move(found.front()));
}

Result<RecordId> CustomerRepo::resolve(std::string_view text) {
    if (auto id = RecordId::parse(text); id.ok()) {
        BALIE_ASSIGN(const Customer customer, get(*id));
        return customer.id;
    }
    BALIE_ASSIGN(const auto by_number, find_by_number(text));
    if (by_number) return by_number->id;
    BALIE_ASSIGN(const SearchResult found, CustomerSearch(*database_).search(text));
    if (text::fold_for_search(text).empty() || found.hits.empty()) {
        return Error{ErrorCode::NotFound,
                     "no customer has the id, number or name '" + std::string(text) + "'",
                     {},
                     "Search for it: balie customer search …"};
    }
    if (found.hits.size() == 1) return found.hits.front().id;
    // Among several hits a name that is written in full counts, if it is the only such one.
    std::vector<const SearchHit*> exact;
    const std::string wanted = text::fold_for_search(text);
    std::vector<std::string> candidates;
    for (const SearchHit& hit : found.hits) {
        if (text::fold_for_search(hit.display_name) == wanted) exact.push_back(&hit);
        if (candidates.size() < kCandidatesShown) {
            candidates.push_back(hit.display_name +
                                 (hit.number.empty() ? "" : " (" + hit.number + ")") + " " +
                                 hit.id.text());
        }
    }
    if (exact.size() == 1 && !found.more) return exact.front()->id;
    return ambiguous(text, candidates, found.more || found.hits.size() > candidates.size());
}

Result<CustomerPage> CustomerRepo::list(const std::optional<CustomerCursor>& after, int limit) {
    const int rows = clamp_rows(limit, kPageRowsMax);
    static const std::string kSelect =
        "SELECT c.id, c.number, c.name, c.name_prefix, c.given_name, c.priority_class,"
        " (SELECT json_extract(p.address,'$.city') FROM contact_points p WHERE p.customer_id=" +
        spelled_id("c.id") +
        " AND p.kind='address' AND p.deleted_at IS NULL ORDER BY p.preferred DESC LIMIT 1)"
        " FROM customers c WHERE c.deleted_at IS NULL AND (c.name, c.id) > (?1, ?2)"
        " ORDER BY c.name, c.id LIMIT ?3";
    BALIE_ASSIGN(auto* select, database_->cached(kSelect));
    const CustomerCursor from = after ? *after : CustomerCursor{};
    select->bind(1, from.name).bind(2, from.id.bytes).bind(3, std::int64_t{rows} + 1);
    CustomerPage page;
    std::vector<std::string> names;
    BALIE_ASSIGN(page.rows, read_rows<CustomerRow>(*select, [&](const sqlite::Statement& row) {
                     names.push_back(text_at(row, 2));
                     return CustomerRow{
                         .id = id_at(row, 0),
                         .number = text_at(row, 1),
                         .display_name = repo::display_name(row.text(4), row.text(3), row.text(2)),
                         .priority_class = text_at(row, 5),
                         .city = text_at(row, 6)};
                 }));
    if (page.rows.size() > static_cast<std::size_t>(rows)) {
        page.rows.pop_back();
        page.next = CustomerCursor{names[page.rows.size() - 1], page.rows.back().id};
    }
    return page;
}

Result<std::int64_t> CustomerRepo::count() {
    BALIE_ASSIGN(const Value count,
                 database_->scalar("SELECT count(*) FROM customers WHERE deleted_at IS NULL"));
    return value_integer(count);
}

Result<std::vector<ContactPoint>> CustomerRepo::contact_points(const RecordId& customer) {
    BALIE_ASSIGN(auto* select,
                 database_->cached(std::string(kContactPointColumns) +
                                   "customer_id=? AND deleted_at IS NULL"
                                   " ORDER BY coalesce(preferred,0) DESC, id LIMIT ?"));
    select->bind(1, customer.text()).bind(2, std::int64_t{kPageRowsMax});
    return read_rows<ContactPoint>(*select, read_contact_point);
}

Result<std::optional<ContactPoint>> CustomerRepo::find_contact_point(const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kContactPointColumns) +
                                                 "id=? AND deleted_at IS NULL"));
    return read_row<ContactPoint>(select->bind(1, id.bytes), read_contact_point);
}

}  // namespace balie::repo
