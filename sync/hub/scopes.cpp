#include "sync/hub/scopes.h"

#include "sync/hub/sql.h"

#include <algorithm>
#include <array>

namespace balie::sync {

namespace {

using domain::RecordType;

constexpr std::array<std::string_view, 3> kKinds{"branch", "territory", "portfolio"};
/// Sets of as many customers are kept in memory; a batch seldom touches more.
constexpr std::size_t kCustomersKept = 50'000;
/// No scope's name holds it, so a set can be written as one text.
constexpr char kSeparator = '\n';

bool plain(std::string_view code) {
    return !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    });
}

std::string join(const ScopeSet& set) {
    std::string text;
    for (const std::string& scope : set) {
        if (!text.empty()) text += kSeparator;
        text += scope;
    }
    return text;
}

ScopeSet split(std::string_view text) {
    ScopeSet set;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(kSeparator), text.size());
        set.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return set;
}

ScopeSet tidy(ScopeSet set) {
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
}

std::string customer_query(const domain::RecordSpec& record) {
    return "SELECT customer_id FROM " + std::string(record.plural) + " WHERE id = ?";
}

std::string children_query(const domain::RecordSpec& record) {
    return "SELECT id FROM " + std::string(record.plural) + " WHERE customer_id = ?";
}

}  // namespace

std::optional<std::string> scope_name(std::string_view kind, std::string_view code) {
    if (!plain(code)) return std::nullopt;
    return std::string(kind) + ":" + std::string(code);
}

std::string fetched_scope(const DeviceId& device) {
    return "device:" + device.text();
}

std::string scope_code(std::string_view scope, std::string_view kind) {
    if (scope.size() <= kind.size() || scope.substr(0, kind.size()) != kind ||
        scope[kind.size()] != ':') {
        return {};
    }
    return std::string(scope.substr(kind.size() + 1));
}

Outcome check_scope(std::string_view scope) {
    if (scope == kScopeAll) return {};
    for (const std::string_view kind : kKinds) {
        const std::string code = scope_code(scope, kind);
        if (plain(code) && code.size() <= static_cast<std::size_t>(domain::kCodeBytesMax))
            return {};
    }
    return Error{ErrorCode::InvalidInput, "'" + std::string(scope.substr(0, 60)) + "' is no scope",
                 "scope", "Write all, branch:12, territory:north or portfolio:anna"};
}

ScopeSet customer_scopes(std::string_view branch, std::string_view territory,
                         std::string_view owner) {
    ScopeSet set{std::string(kScopeAll)};
    if (auto name = scope_name("branch", branch)) set.push_back(*name);
    if (auto name = scope_name("territory", territory)) set.push_back(*name);
    if (auto name = scope_name("portfolio", owner)) set.push_back(*name);
    return tidy(std::move(set));
}

bool decides_scope(RecordType type, std::string_view field) {
    switch (domain::spec(type).scope) {
        case domain::ScopeRule::Customer:
            return field == "branch" || field == "territory" || field == "owner";
        case domain::ScopeRule::ViaCustomer:
            return field == "customer_id";
        default:
            return false;
    }
}

Result<ScopeNumber> ScopeBook::number_of(const ScopeSet& set) {
    if (const auto found = numbers_.find(set); found != numbers_.end()) return found->second;
    const std::string members = join(set);
    // Looked for first: readers come here too, and must not write.
    constexpr std::string_view kFind = "SELECT number FROM scope_set WHERE members = ?";
    BALIE_ASSIGN(auto number, one_integer(*database_, kFind, members));
    if (!number) {
        BALIE_TRY(run_sql(*database_, "INSERT INTO scope_set (members) VALUES (?)", members));
        number = database_->last_insert_rowid();
    }
    numbers_[set] = *number;
    sets_[*number] = set;
    return *number;
}

Result<const ScopeSet*> ScopeBook::set_of(ScopeNumber number) {
    if (const auto found = sets_.find(number); found != sets_.end()) return &found->second;
    std::optional<ScopeSet> set;
    BALIE_TRY(each_row(
        *database_, "SELECT members FROM scope_set WHERE number = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            set = split(row.text(0));
            return {};
        },
        number));
    if (!set) {
        return Error{ErrorCode::Corrupt, "scope set " + std::to_string(number) + " is missing",
                     "scope_set", "Restore the hub from its last backup"};
    }
    return &(sets_[number] = std::move(*set));
}

Result<bool> ScopeBook::seen_by(ScopeNumber number, const std::string& scope) {
    BALIE_ASSIGN(const ScopeSet* set, set_of(number));
    return std::any_of(set->begin(), set->end(), [&](const std::string& each) {
        return each == scope || each == kScopeEveryone;
    });
}

Result<bool> ScopeBook::seen_by(ScopeNumber number, const Sight& sight) {
    BALIE_ASSIGN(const ScopeSet* set, set_of(number));
    return std::any_of(set->begin(), set->end(), [&](const std::string& each) {
        return each == sight.scope || each == kScopeEveryone || each == sight.fetched;
    });
}

Result<ScopeNumber> ScopeBook::both(ScopeNumber a, ScopeNumber b) {
    if (a == b) return a;
    BALIE_ASSIGN(const ScopeSet* left, set_of(a));
    BALIE_ASSIGN(const ScopeSet* right, set_of(b));
    ScopeSet common;
    std::set_intersection(left->begin(), left->end(), right->begin(), right->end(),
                          std::back_inserter(common));
    return number_of(common);
}

Result<std::optional<ScopeNumber>> ScopeBook::of_customer(const RecordId& customer) {
    if (const auto found = customers_.find(customer); found != customers_.end()) {
        return std::optional(found->second);
    }
    std::optional<ScopeSet> set;
    BALIE_TRY(each_row(
        *database_, "SELECT branch, territory, owner FROM customers WHERE id = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            set = customer_scopes(row.text(0), row.text(1), row.text(2));
            return {};
        },
        customer.bytes));
    if (!set) return std::optional<ScopeNumber>{};
    const ScopeSet by_itself = *set;
    BALIE_TRY(each_row(
        *database_, "SELECT device, scope FROM hub_fetch WHERE customer = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            const std::string scope(row.text(1));
            if (std::find(by_itself.begin(), by_itself.end(), scope) == by_itself.end()) {
                set->push_back(fetched_scope(DeviceId{row.id(0)}));
            }
            return {};
        },
        customer.bytes));
    BALIE_ASSIGN(const ScopeNumber number, number_of(tidy(std::move(*set))));
    if (customers_.size() >= kCustomersKept) customers_.clear();
    customers_[customer] = number;
    return std::optional(number);
}

Result<std::optional<RecordId>> ScopeBook::customer_of(RecordType type, const RecordId& id) {
    std::optional<RecordId> customer;
    BALIE_TRY(each_row(
        *database_, customer_query(domain::spec(type)),
        [&](const sqlite::Statement& row) -> Outcome {
            if (row.is_null(0)) return {};
            BALIE_ASSIGN(customer, RecordId::parse(row.text(0)));
            return {};
        },
        id.bytes));
    return customer;
}

Result<std::optional<ScopeNumber>> ScopeBook::of_record(RecordType type, const RecordId& id) {
    switch (domain::spec(type).scope) {
        case domain::ScopeRule::Everyone: {
            BALIE_ASSIGN(const ScopeNumber number, number_of({std::string(kScopeEveryone)}));
            return std::optional(number);
        }
        case domain::ScopeRule::Office: {
            BALIE_ASSIGN(const ScopeNumber number, number_of({std::string(kScopeAll)}));
            return std::optional(number);
        }
        case domain::ScopeRule::Customer:
            return of_customer(id);
        case domain::ScopeRule::ViaCustomer:
            break;
    }
    BALIE_ASSIGN(const auto customer, customer_of(type, id));
    if (customer) return of_customer(*customer);
    return of_orphan(id);
}

Result<std::optional<ScopeNumber>> ScopeBook::of_orphan(const RecordId& id) {
    return one_integer(*database_, "SELECT scope_set FROM orphan_scope WHERE record_id = ?",
                       id.bytes);
}

Result<ScopeNumber> ScopeBook::of_author(const std::string& login,
                                         const std::string& device_scope) {
    ScopeSet set = customer_scopes({}, {}, login);
    BALIE_TRY(each_row(
        *database_, "SELECT branch, territory FROM users WHERE login = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            set = customer_scopes(row.text(0), row.text(1), login);
            return {};
        },
        login));
    // The device that made it keeps it, whatever its user's places are.
    if (!device_scope.empty()) set.push_back(device_scope);
    return number_of(tidy(std::move(set)));
}

Outcome ScopeBook::note_orphan(const RecordId& id, ScopeNumber set) {
    return run_sql(*database_,
                   "INSERT INTO orphan_scope (record_id, scope_set) VALUES (?1, ?2) "
                   "ON CONFLICT (record_id) DO UPDATE SET scope_set = ?2",
                   id.bytes, set);
}

Result<std::vector<ScopeBook::Member>> ScopeBook::children(const RecordId& customer) {
    std::vector<Member> members;
    for (const domain::RecordSpec& record : domain::all_records()) {
        if (record.scope != domain::ScopeRule::ViaCustomer) continue;
        BALIE_TRY(each_row(
            *database_, children_query(record),
            [&](const sqlite::Statement& row) -> Outcome {
                members.push_back({record.type, RecordId{row.id(0)}});
                return {};
            },
            customer.text()));
    }
    return members;
}

void ScopeBook::forget() {
    numbers_.clear();
    sets_.clear();
    customers_.clear();
}

}  // namespace balie::sync
