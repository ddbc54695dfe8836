#include "storage/exchange/import_plan.h"

#include "storage/exchange/import_source.h"
#include "storage/exchange/line_reader.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace balie::exchange {

RecordId derive_record_id(const crypto::Digest32& file, std::uint64_t line, std::size_t index,
                          domain::RecordType type) {
    std::array<std::uint8_t, 17> place{};
    for (std::size_t i = 0; i < 8; ++i) {
        place.at(i) = static_cast<std::uint8_t>((line >> (8 * i)) & 0xFFU);
        place.at(8 + i) = static_cast<std::uint8_t>((std::uint64_t{index} >> (8 * i)) & 0xFFU);
    }
    place[16] = static_cast<std::uint8_t>(type);
    crypto::Digest32 digest = crypto::blake2b_256({as_bytes("balie import 1"), file, place});
    // In the order of the lines: ids at random places would touch a page of every index for each
    // record. Ten random bytes are left to tell imports apart.
    digest[0] = file[0];
    digest[1] = file[1];
    for (std::size_t i = 0; i < 4; ++i) {
        digest.at(2 + i) = static_cast<std::uint8_t>((line >> (8 * (3 - i))) & 0xFFU);
    }
    return RecordId::derive(digest);
}

ImportPlan::ImportPlan(ImportMap map, std::vector<domain::CustomField> custom,
                       crypto::Digest32 file)
    : map_(std::move(map)), custom_(std::move(custom)), file_(file) {}

class PlanBuilder {
  public:
    PlanBuilder(ImportPlan& plan, const std::vector<std::string>& header, Problems& problems)
        : plan_(plan), problems_(problems) {
        for (std::size_t i = 0; i < header.size(); ++i) {
            if (!plan_.column_at_.emplace(header[i], i).second) twins_.insert(header[i]);
        }
    }

    void build() {
        check_definitions();
        for (std::size_t i = 0; i < plan_.map_.records.size(); ++i) check_record(i);
    }

  private:
    void problem(const std::string& place, const std::string& what) {
        problems_.push_back(place.empty() ? what : place + ": " + what);
    }

    void check_definitions() {
        for (const domain::CustomField& wanted : plan_.map_.custom) {
            const auto* known = find_custom(wanted.type, wanted.name);
            const std::string place =
                "custom." + std::string(domain::spec(wanted.type).name) + "." + wanted.name;
            if (known == nullptr) {
                problem(place,
                        "the custom field is not defined here; define it at the hub with "
                        "balie-hub field load MAP.json");
            } else if (known->kind != wanted.kind) {
                problem(place, "the custom field is " +
                                   std::string(domain::datatype_name(known->kind)) +
                                   " here, the map says " +
                                   std::string(domain::datatype_name(wanted.kind)));
            }
        }
    }

    [[nodiscard]] const domain::CustomField* find_custom(domain::RecordType type,
                                                         std::string_view name) const {
        const auto found =
            std::find_if(plan_.custom_.begin(), plan_.custom_.end(),
                         [&](const auto& each) { return each.type == type && each.name == name; });
        return found == plan_.custom_.end() ? nullptr : &*found;
    }

    void check_column(const std::string& place, const std::string& column) {
        if (!plan_.column_at_.contains(column)) {
            problem(place, "the file has no column '" + column + "'");
        } else if (twins_.contains(column)) {
            problem(place, "the file has two columns '" + column + "'");
        }
    }

    void check_record(std::size_t index) {
        const RecordMap& record = plan_.map_.records[index];
        const std::string place = "record " + record.name;
        const domain::RecordSpec* spec = domain::find_record(record.type);
        plan_.specs_.push_back(spec);
        plan_.targets_.emplace_back();
        if (spec == nullptr) {
            problem(place, "there is no record type '" + record.type + "'");
            return;
        }
        if (record.only_if) check_column(place + ", if", record.only_if->column);
        bool has_id = false;
        for (const auto& [field, source] : record.fields) {
            has_id = has_id || field == kIdColumn;
            check_field(index, *spec, field, source);
        }
        // What has an id may be there already, with everything it must have.
        if (!has_id) check_required(place, *spec, record);
    }

    void check_required(const std::string& place, const domain::RecordSpec& spec,
                        const RecordMap& record) {
        for (const domain::Field& field : spec.fields) {
            const bool given =
                std::any_of(record.fields.begin(), record.fields.end(),
                            [&](const auto& each) { return each.first == field.name; });
            if (field.required && !given) {
                problem(place, "the map gives nothing for " + std::string(field.name) +
                                   ", which must be filled in");
            }
        }
    }

    void check_field(std::size_t index, const domain::RecordSpec& spec, const std::string& field,
                     const Source& source) {
        const Column target = column_of(spec, field, plan_.custom_);
        plan_.targets_[index].push_back(target);
        const domain::Field* known = spec.find(field);
        if (is_custom(field)) {
            const std::string name = field.substr(kCustomPrefix.size());
            if (find_custom(spec.type, name) == nullptr && !named_in_map(spec.type, name)) {
                problem(source.place, "no custom field " + field + " is defined for " +
                                          std::string(spec.plural) +
                                          "; define it at the hub with balie-hub field load "
                                          "MAP.json");
            }
        } else if (known == nullptr && field != kIdColumn) {
            problem(source.place, std::string(spec.plural) + " have no field '" + field + "'");
        }
        for (const std::string& column : columns_of(source)) check_column(source.place, column);
        if (source.kind == SourceKind::Record) check_link(index, known, source);
        if (source.kind == SourceKind::Constant) check_constant(target, known, source);
        if (source.kind == SourceKind::Object && target.kind != domain::FieldKind::Address) {
            problem(source.place, field + " is no address");
        }
    }

    /// Then check_definitions has said it already.
    [[nodiscard]] bool named_in_map(domain::RecordType type, std::string_view name) const {
        return std::any_of(
            plan_.map_.custom.begin(), plan_.map_.custom.end(),
            [&](const auto& each) { return each.type == type && each.name == name; });
    }

    void check_link(std::size_t index, const domain::Field* field, const Source& source) {
        const auto& records = plan_.map_.records;
        const auto end = records.begin() + static_cast<std::ptrdiff_t>(index);
        const auto found = std::find_if(
            records.begin(), end, [&](const RecordMap& each) { return each.name == source.text; });
        if (found == end) {
            problem(source.place,
                    "no record '" + source.text + "' stands before this one in the map");
        } else if (field == nullptr || field->kind != domain::FieldKind::Reference ||
                   field->refers_to != found->type) {
            problem(source.place, "this field does not refer to a " + found->type);
        }
    }

    void check_constant(const Column& target, const domain::Field* field, const Source& source) {
        auto value = parse_cell(target.kind, source.text, plan_.map_.zone_offset_min);
        const Outcome checked =
            !value.ok()
                ? Outcome(value.error())
                : domain::validate_value(
                      target.name, target.kind, field != nullptr ? field->bytes_max : 0,
                      field != nullptr ? field->choices : std::span<const std::string_view>{},
                      *value);
        if (!checked.ok()) problem(source.place, checked.error().what);
    }

    ImportPlan& plan_;
    Problems& problems_;
    std::set<std::string, std::less<>> twins_;
};

Result<ImportPlan> ImportPlan::make(ImportMap map, std::span<const domain::CustomField> custom,
                                    const std::vector<std::string>& header,
                                    const crypto::Digest32& file,
                                    std::vector<std::string>* problems) {
    ImportPlan plan(std::move(map), {custom.begin(), custom.end()}, file);
    Problems found;
    PlanBuilder(plan, header, found).build();
    if (problems != nullptr) *problems = found;
    if (found.empty()) return plan;
    std::string all;
    for (const std::string& each : found) all += (all.empty() ? "" : "; ") + each;
    return Error{ErrorCode::InvalidInput, "the map does not fit: " + all, "",
                 "Nothing was written; mend the map, or the file's header"};
}

PlannedLine ImportPlan::apply(const CsvRecord& line) {
    return LineReader(*this, line).read();
}

std::vector<domain::RecordType> ImportPlan::types() const {
    std::vector<domain::RecordType> out;
    for (const auto* spec : specs_) {
        if (std::find(out.begin(), out.end(), spec->type) == out.end()) out.push_back(spec->type);
    }
    return out;
}

}  // namespace balie::exchange
