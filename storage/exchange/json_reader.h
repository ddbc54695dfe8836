// Reads a JSON object member by member, and knows which were not asked for.
// Invariant: every problem is noted with its place ("records[0].fields.name"), and reading goes on,
// so that a person sees all of them at once. Thread: one at a time. Refers to a Json that outlives
// it.
#pragma once

#include "storage/exchange/json.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace balie::exchange {

using Problems = std::vector<std::string>;

class JsonReader {
  public:
    /// Notes a problem when `json` is no object.
    JsonReader(const Json& json, std::string place, Problems& problems);

    /// nullptr when it is not there.
    [[nodiscard]] const Json* take(std::string_view name);
    [[nodiscard]] std::optional<std::string> take_text(std::string_view name);
    [[nodiscard]] std::optional<std::int64_t> take_integer(std::string_view name);
    [[nodiscard]] std::optional<bool> take_boolean(std::string_view name);
    [[nodiscard]] std::vector<std::string> take_texts(std::string_view name);
    /// Notes a member that must be there and is not.
    [[nodiscard]] std::string require_text(std::string_view name);
    /// Notes every member that nobody took.
    void finish();

    void problem(std::string_view member, std::string_view what);
    [[nodiscard]] std::string place_of(std::string_view member) const;
    [[nodiscard]] bool has(std::string_view name) const { return json_->find(name) != nullptr; }

  private:
    void wrong_type(std::string_view name, std::string_view wanted, const Json& found);

    const Json* json_;
    std::string place_;
    Problems* problems_;
    std::set<std::string, std::less<>> taken_;
};

}  // namespace balie::exchange
