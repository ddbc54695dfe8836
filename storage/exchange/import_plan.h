// The plan of an import: a map checked against a header, the record types and the custom fields;
// then records out of lines. No database here.
// Invariant: a plan exists only when everything named in the map exists, so nothing is written by a
// map that is wrong; the same file and map give the same records with the same ids, anywhere.
// Lines go through apply() in the order of the file, from the first: years that roll depend on it;
// a resumed import applies the lines that are in already, and does not write them again.
// Thread: one at a time for an object. Owns its map.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/crypto/hash.h"
#include "storage/domain/schema.h"
#include "storage/exchange/columns.h"
#include "storage/exchange/csv_reader.h"
#include "storage/exchange/import_map.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace balie::exchange {

/// The same bytes, line and place in the line give the same id.
[[nodiscard]] RecordId derive_record_id(const crypto::Digest32& file, std::uint64_t line,
                                        std::size_t index, domain::RecordType type);

struct PlannedRecord {
    domain::RecordType type{};
    RecordId id;
    bool id_given{false};  ///< by an id column: the record may be there already
    /// Nulls are left out. References to records of the same line hold their ids.
    FieldValues values;
    std::optional<std::size_t> parent;  ///< index of the record of this line that it refers to

    bool operator==(const PlannedRecord&) const = default;
};

struct PlannedLine {
    std::vector<PlannedRecord> records;  ///< parents before children; empty when there are errors
    std::vector<LineError> errors;
};

class ImportPlan {
  public:
    /// `custom`: the definitions this profile knows. Errors: InvalidInput, naming all of: unknown
    /// record types, fields, custom fields and columns; required fields that get no source;
    /// references to what is not in the line. `problems` gets them one by one.
    [[nodiscard]] static Result<ImportPlan> make(ImportMap map,
                                                 std::span<const domain::CustomField> custom,
                                                 const std::vector<std::string>& header,
                                                 const crypto::Digest32& file,
                                                 std::vector<std::string>* problems = nullptr);

    /// Every record of the line, or everything that is wrong with it. Values are validated: as a
    /// new record, or as an edit where an id is given (whoever writes it then knows whether it is
    /// there, and validates again what is not).
    [[nodiscard]] PlannedLine apply(const CsvRecord& line);
    [[nodiscard]] const ImportMap& map() const { return map_; }
    /// Types it makes, each once, in the order of the map.
    [[nodiscard]] std::vector<domain::RecordType> types() const;

  private:
    ImportPlan(ImportMap map, std::vector<domain::CustomField> custom, crypto::Digest32 file);
    friend class PlanBuilder;
    friend class LineReader;

    struct Roll {
        int year{};
        int month{};
    };

    ImportMap map_;
    std::vector<domain::CustomField> custom_;
    crypto::Digest32 file_{};
    std::map<std::string, std::size_t, std::less<>> column_at_;
    std::vector<const domain::RecordSpec*> specs_;    // a record of the map each
    std::vector<std::vector<Column>> targets_;        // a field of it each
    std::map<std::string, Roll, std::less<>> rolls_;  // by the place of the source
};

}  // namespace balie::exchange
