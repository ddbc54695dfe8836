#include "tests/e2e/storm_account.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace balie::test {

namespace {

constexpr std::size_t kSentencesMax = 10;

class Collected {
  public:
    void add(const std::string& sentence) {
        if (list_.size() < kSentencesMax) list_.push_back(sentence);
    }
    [[nodiscard]] Sentences take() { return std::move(list_); }

  private:
    Sentences list_;
};

std::string value_of(const ExportedRow& row, const std::string& field) {
    const auto found = row.find(field);
    return found == row.end() ? std::string() : found->second;
}

/// The field that begins with the token, and what ends it there.
std::string token_of(const std::string& type, const ExportedRow& row) {
    static const std::map<std::string, std::string> kFields{{"customers", "number"},
                                                            {"contact_points", "value"},
                                                            {"interactions", "note"},
                                                            {"tasks", "subject"},
                                                            {"priority_flags", "note"}};
    const std::string text = value_of(row, kFields.at(type));
    return text.substr(0, text.find_first_of(" @"));
}

/// Rows of an export by what they are known by.
class Found {
  public:
    explicit Found(const Tables& exported) {
        for (const auto& [type, rows] : exported) {
            for (const ExportedRow& row : rows) rows_[{type, token_of(type, row)}].push_back(&row);
        }
    }
    [[nodiscard]] const std::vector<const ExportedRow*>& of(const ExpectedRecord& record) const {
        static const std::vector<const ExportedRow*> kNowhere;
        const auto found = rows_.find({record.type, record.token});
        return found == rows_.end() ? kNowhere : found->second;
    }
    [[nodiscard]] const auto& all() const { return rows_; }

  private:
    std::map<std::pair<std::string, std::string>, std::vector<const ExportedRow*>> rows_;
};

void compare(Collected& out, const ExpectedRecord& expected, const ExportedRow& row) {
    const std::string name = expected.type + " " + expected.token;
    if (!expected.id.empty() && value_of(row, "id") != expected.id) {
        out.add(name + " has the id " + value_of(row, "id") + ", saved was " + expected.id);
    }
    for (const auto& [field, value] : expected.values) {
        const std::string found = value_of(row, field);
        if (value == kAnything ? !found.empty() : found == value) continue;
        out.add(name + ": " + field + " is '" + found.substr(0, 80) + "', saved was '" +
                value.substr(0, 80) + "'");
    }
}

void compare(Collected& out, const Deed& deed, const Found& found) {
    std::size_t there = 0;
    for (const ExpectedRecord& each : deed.records) {
        const auto& rows = found.of(each);
        if (!rows.empty()) ++there;
        if (rows.size() > 1) {
            out.add(each.type + " " + each.token + " is there " + std::to_string(rows.size()) +
                    " times");
        }
        if (rows.empty() && deed.saved) {
            out.add(each.type + " " + each.token + " (" + each.id + ") was saved and is lost");
        }
        for (const ExportedRow* row : rows) compare(out, each, *row);
    }
    if (!deed.saved && there != 0 && there != deed.records.size()) {
        out.add("of what " + deed.records.front().token + " was to save only " +
                std::to_string(there) + " of " + std::to_string(deed.records.size()) +
                " records are there");
    }
}

using FieldKey = std::pair<std::string, std::string>;  ///< customer, field

/// What each terminal may have left in a field: its last saved edit, and those after it of which
/// nobody knows whether they were saved.
struct LastEdits {
    std::set<std::string> values;
    int terminals{0};
    bool saved{false};  ///< somebody's edit is surely there
};

std::map<FieldKey, LastEdits> last_edits(const std::vector<Account>& accounts) {
    std::map<FieldKey, LastEdits> all;
    for (const Account& account : accounts) {
        std::map<FieldKey, LastEdits> own;
        for (const Edit& edit : account.edits) {
            LastEdits& last = own[{edit.customer, edit.field}];
            if (edit.saved) last = {};
            last.values.insert(edit.value);
            last.saved = last.saved || edit.saved;
        }
        for (const auto& [key, last] : own) {
            LastEdits& sum = all[key];
            sum.values.insert(last.values.begin(), last.values.end());
            sum.saved = sum.saved || last.saved;
            ++sum.terminals;
        }
    }
    return all;
}

void compare(Collected& out, const FieldKey& key, const LastEdits& last, const ExportedRow& row,
             const ListedConflict* conflict) {
    const auto& [customer, field] = key;
    const std::string name = "customer " + customer + ": " + field;
    const std::string shown = value_of(row, field);
    // Nothing at all is right only where nobody was told that it is saved.
    const bool untouched = shown.empty() && !last.saved;
    if (!untouched && !last.values.contains(shown)) {
        out.add(name + " is '" + shown + "', which is nobody's last edit");
    }
    if (conflict == nullptr) return;
    if (last.terminals == 1) out.add(name + " is in conflict, though one terminal alone edits it");
    for (const std::string& value : conflict->values) {
        if (value.empty() || last.values.contains(value)) continue;
        out.add(name + " has a version '" + value + "' in conflict that is nobody's last edit");
    }
}

std::set<ExportedRow> sorted(const ExportedTable& table) {
    return {table.begin(), table.end()};
}

std::string in_words(const ExportedRow& row) {
    std::string text;
    for (const auto& [field, value] : row) text += " " + field + "=" + value.substr(0, 40);
    return text;
}

}  // namespace

Sentences record_differences(const std::vector<Account>& accounts, const Tables& exported) {
    Collected out;
    const Found found(exported);
    std::set<std::pair<std::string, std::string>> known;
    for (const Account& account : accounts) {
        for (const Deed& deed : account.deeds) {
            compare(out, deed, found);
            for (const ExpectedRecord& each : deed.records) known.insert({each.type, each.token});
        }
    }
    for (const auto& [key, rows] : found.all()) {
        if (known.contains(key)) continue;
        out.add(key.first + " '" + key.second + "' (" + value_of(*rows.front(), "id") +
                ") is there, and nobody saved it");
    }
    for (const auto& [type, rows] : exported) {
        std::set<std::string> ids;
        for (const ExportedRow& row : rows) {
            if (!ids.insert(value_of(row, "id")).second) {
                out.add(type + ": the id " + value_of(row, "id") + " is there twice");
            }
        }
    }
    return out.take();
}

Sentences edit_differences(const std::vector<Account>& accounts, const Tables& exported,
                           const std::vector<ListedConflict>& conflicts) {
    Collected out;
    std::map<std::string, const ExportedRow*> customers;
    for (const ExportedRow& row : exported.at("customers")) customers[value_of(row, "id")] = &row;
    for (const auto& [edited, last] : last_edits(accounts)) {
        const auto& key = edited;  // clang 14 captures no structured binding
        const auto customer = customers.find(key.first);
        if (customer == customers.end()) {
            out.add("customer " + key.first + " is lost");
            continue;
        }
        const auto conflict =
            std::find_if(conflicts.begin(), conflicts.end(), [&key](const ListedConflict& each) {
                return each.record == key.first && each.field == key.second;
            });
        compare(out, key, last, *customer->second,
                conflict == conflicts.end() ? nullptr : &*conflict);
    }
    return out.take();
}

Sentences table_differences(const Tables& one, const Tables& other) {
    Collected out;
    for (const auto& [type, rows] : one) {
        const auto here = sorted(rows);
        const auto there = sorted(other.at(type));
        if (rows.size() != other.at(type).size()) {
            out.add(type + ": " + std::to_string(rows.size()) + " here, " +
                    std::to_string(other.at(type).size()) + " there");
        }
        for (const ExportedRow& row : here) {
            if (!there.contains(row)) out.add(type + ", only here:" + in_words(row));
        }
        for (const ExportedRow& row : there) {
            if (!here.contains(row)) out.add(type + ", only there:" + in_words(row));
        }
    }
    return out.take();
}

}  // namespace balie::test
