// One line of a file under a plan: its records, or everything that is wrong with it.
// Invariant: a line gives all of its records or none. Thread: one at a time. Refers to a plan and a
// line that outlive it; only the years that roll change in the plan.
#pragma once

#include "storage/exchange/import_plan.h"

#include <optional>
#include <string>
#include <vector>

namespace balie::exchange {

class LineReader {
  public:
    LineReader(ImportPlan& plan, const CsvRecord& line) : plan_(plan), line_(line) {}

    [[nodiscard]] PlannedLine read();

  private:
    using Text = std::optional<std::string>;

    void read_record(std::size_t index);
    [[nodiscard]] bool is_wanted(const RecordMap& record) const;
    void read_field(std::size_t index, std::size_t field, PlannedRecord& record);
    void put_value(const Column& target, const std::string& text, std::size_t index,
                   PlannedRecord& record);
    [[nodiscard]] Result<Text> text_of(const Source& source, PlannedRecord& record);
    [[nodiscard]] Text raw_cell(const std::string& column, bool trim) const;
    [[nodiscard]] Result<Text> template_text(const Source& source) const;
    [[nodiscard]] Result<Text> date_text(const Source& source);
    [[nodiscard]] Result<int> year_of(const Source& source, int month);
    [[nodiscard]] Result<Text> address_text(const Source& source, PlannedRecord& record);
    [[nodiscard]] Text link_text(const std::string& name, PlannedRecord& record) const;
    void wrong(std::size_t index, const std::string& field, const std::string& reason);

    ImportPlan& plan_;
    const CsvRecord& line_;
    PlannedLine out_;
    std::vector<std::optional<std::size_t>> made_;  // where each record of the map went
};

}  // namespace balie::exchange
