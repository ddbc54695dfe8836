// A real hub with one enrolled terminal, and what people put in there; for the benchmarks that run
// the real programs. Thread: one.
#pragma once

#include "app/runtime/profile.h"
#include "tests/bench/bench_world.h"
#include "tests/e2e/proxy.h"
#include "tests/e2e/world.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace balie::test {

struct Office {
    enum class Line { Direct, Counted };
    explicit Office(Line kind = Line::Direct);
    /// A terminal's, or a hub's, empty tables for a floor.
    [[nodiscard]] sqlite::Database plain_terminal(const std::string& name);
    [[nodiscard]] sqlite::Database plain_hub(const std::string& name);
    /// What terminals connect to: the hub, or the line to it that counts bytes.
    [[nodiscard]] std::string address() const;

    TempFolder folder;
    SystemClock clock;
    SeededEntropy entropy{5};
    Bytes key = Bytes(32, 7);
    HubProgram hub;
    std::unique_ptr<Proxy> line;
    TerminalProgram writer;
};

[[nodiscard]] std::unique_ptr<app::Profile> open_profile(const TerminalProgram& terminal);
[[nodiscard]] std::int64_t count_of(sqlite::Database& database, const std::string& sql);

/// Persons with a phone number, each a transaction; many share one durable commit, since their
/// capture is not what is measured.
[[nodiscard]] std::vector<RecordId> capture_customers(app::Profile& profile, std::int64_t count);
/// Visits to them in turn, likewise.
void capture_visits(app::Profile& profile, const std::vector<RecordId>& customers,
                    std::int64_t count);
/// One visit, durable.
void save_visit(app::Profile& profile, const RecordId& id, const RecordId& customer,
                std::int64_t number);

}  // namespace balie::test
