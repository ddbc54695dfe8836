// What a planned line has to pass against the database: codes, people and places that are known,
// references that lead somewhere; and what a record gets when the file says nothing of it.
// Invariant: looks, never writes. Thread: store only. Owns nothing but what it read.
#pragma once

#include "storage/base/result.h"
#include "storage/domain/schema.h"
#include "storage/exchange/import_plan.h"
#include "storage/store/store.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace balie::app {

class ImportCheck {
  public:
    /// `mapped`: the fields of each type that the map fills; defaults are only for others.
    [[nodiscard]] static Result<ImportCheck> make(store::Store& store, const std::string& user,
                                                  const exchange::ImportMap& map,
                                                  std::vector<domain::CustomField> custom);

    /// Fills in what is by default the importer's own: owner, branch, territory, author.
    void add_defaults(exchange::PlannedRecord& record) const;
    /// The first thing that is wrong with the line; nothing when it may be written. Remembers the
    /// ids it makes, so that later lines may refer to them.
    [[nodiscard]] Result<std::optional<std::string>> problem(
        const std::vector<exchange::PlannedRecord>& records);

  private:
    using Known = std::set<std::string, std::less<>>;

    explicit ImportCheck(store::Store& store) : store_(&store) {}
    [[nodiscard]] std::string unknown_key(const domain::Field& field, const std::string& key) const;
    [[nodiscard]] std::string unknown_code(std::string_view field, std::string_view list,
                                           const std::string& code) const;
    [[nodiscard]] Result<std::string> wrong_value(const exchange::PlannedRecord& record,
                                                  const std::string& name, const Value& value);
    [[nodiscard]] Result<bool> leads_somewhere(std::string_view type, const std::string& text);

    store::Store* store_;
    std::vector<domain::CustomField> custom_;
    std::map<std::string, Known, std::less<>> codes_;  ///< list → active codes
    std::map<std::string, Known, std::less<>> keys_;   ///< user, branch, territory → keys
    std::map<domain::RecordType, FieldValues> defaults_;
    std::unordered_set<RecordId> made_;
};

}  // namespace balie::app
