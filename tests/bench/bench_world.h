// A terminal's database at the size of the budgets: 100,000 customers with a phone number and
// 1,000,000 interactions, on a real encrypted file; and a plain database under the same key for the
// floors. BALIE_BENCH_CUSTOMERS makes it smaller for a quick look. Thread: one.
#pragma once

#include "storage/base/clock.h"
#include "storage/store/store.h"
#include "sync/log/change_log.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace balie::test {

class BenchWorld {
  public:
    /// An empty, enrolled database with the code lists that the benchmarks use.
    BenchWorld();

    /// Customers with a phone, interactions spread over them; the first has 2,000.
    void fill(std::int64_t customers, std::int64_t interactions);

    [[nodiscard]] store::Store& store() { return *store_; }
    [[nodiscard]] sqlite::Database& db() { return store_->writer(); }
    [[nodiscard]] const std::vector<RecordId>& customers() const { return customers_; }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return folder_ / name;
    }
    /// A plain database of its own with the same key and pragmas.
    [[nodiscard]] sqlite::Database plain(const std::string& name) const;

    [[nodiscard]] static std::int64_t customers_wanted();

  private:
    void code(const std::string& list, const std::string& code, const std::string& kind);
    void fill_customers(std::int64_t count);
    void fill_interactions(std::int64_t count);

    TempFolder folder_;
    SystemClock clock_;
    SeededEntropy entropy_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<sync::ChangeLog> log_;
    std::vector<RecordId> customers_;
};

inline constexpr double kMsPerSecond = 1000;

/// Seconds since the process's first call.
[[nodiscard]] double now_s();

/// Of a list of durations in milliseconds.
struct Spread {
    double p50{};
    double p99{};
    double max{};
};
[[nodiscard]] Spread spread_of(std::vector<double> durations_ms);

}  // namespace balie::test
