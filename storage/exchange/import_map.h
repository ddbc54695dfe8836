// The map of an import: what each column of a file means. README.md gives the format with an
// example. Invariant: parsing is strict: a member that is not known is an error with its place, so
// that a typing error is never taken for "not asked for". Thread: any. Owns what it holds.
#pragma once

#include "storage/base/result.h"
#include "storage/domain/schema.h"
#include "storage/exchange/csv_reader.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::exchange {

inline constexpr int kMapVersion = 1;

/// What becomes of a text that a translate table does not have.
enum class Otherwise : std::uint8_t { Error, Keep, Constant };

struct Translate {
    std::map<std::string, std::optional<std::string>, std::less<>> table;  ///< null: no value
    Otherwise otherwise{Otherwise::Error};
    std::optional<std::string> constant;
};

struct NumberFormat {
    char decimal{'.'};
    std::string group;  ///< taken out: "." or "," or " "; may be empty
};

enum class DurationFormat : std::uint8_t { Seconds, Minutes, Hours, Clock };

/// A year: a column, a number, or one that begins at `start` and goes up by one whenever the month
/// is before that of the line above (a file in order of date that has no year).
struct YearRule {
    std::string column;
    int fixed{0};
    int rolls_from{0};
};

struct DateParts {
    YearRule year;
    std::string month_column;
    std::string day_column;
    std::map<std::string, int, std::less<>> months;  ///< lower case; numbers count too
    std::string time_column;                         ///< HH:MM or HH:MM:SS; may be empty
    std::string time;                                ///< the same for all lines; may be empty
};

/// What is done with the text of a column, in this order.
struct Changes {
    bool trim{true};
    std::vector<std::string> nulls;  ///< besides those of the whole map
    std::optional<Translate> translate;
    std::optional<NumberFormat> number;
    std::map<std::string, bool, std::less<>> booleans;  ///< words; may be empty
    std::string date_pattern;                           ///< of Y M D, h m s and what stands between
    std::optional<DurationFormat> duration;
    std::string phone_region;              ///< not empty: to E.164
    std::optional<std::string> otherwise;  ///< for no value: this one
};

enum class SourceKind : std::uint8_t {
    Column,    ///< the text of `column`
    Constant,  ///< `text`, for every line
    Template,  ///< `text` with {column}s, {line} and {row}; no value when all of its columns have
               ///< none
    Date,      ///< put together from `date`
    Record,    ///< the id of another record of this line, `text`
    Object     ///< an address from `parts`
};

struct Source {
    SourceKind kind{SourceKind::Column};
    std::string name;   ///< of a part: street
    std::string place;  ///< in the map, for errors: records[0].fields.x.age
    std::string column;
    std::string text;
    Changes changes;
    DateParts date;
    std::vector<Source> parts;
};

/// Makes the record only for lines where `column` has a value, or one of `values`.
struct Condition {
    std::string column;
    std::vector<std::string> values;
};

struct RecordMap {
    std::string name;  ///< by which others of the same line refer to it; the type's when not given
    std::string type;  ///< singular
    std::optional<Condition> only_if;
    std::vector<std::pair<std::string, Source>> fields;  ///< "id" gives the record its id
};

struct ImportMap {
    std::optional<char> delimiter;
    std::optional<text::Encoding> encoding;
    bool header{true};
    std::vector<std::string> columns;
    int zone_offset_min{0};  ///< for moments without a zone
    std::vector<std::string> nulls{""};
    bool unprotect{true};  ///< takes the apostrophe off that an export put there
    std::vector<domain::CustomField> custom;
    std::vector<RecordMap> records;

    [[nodiscard]] CsvOptions csv_options() const;
};

/// Errors: InvalidInput with every problem found, each with its place; NewerVersion.
[[nodiscard]] Result<ImportMap> parse_import_map(std::string_view json);
/// Columns carry field names, as our own exports do; columns that are no field are errors later.
[[nodiscard]] ImportMap automatic_map(const domain::RecordSpec& record,
                                      const std::vector<std::string>& header);

}  // namespace balie::exchange
