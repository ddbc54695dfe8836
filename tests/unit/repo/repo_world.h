// A terminal's database on a real encrypted file, enrolled as Anna's, with the code lists of an
// office, and a clock that goes only when it is told to. Thread: one.
#pragma once

#include "storage/repo/actions.h"
#include "storage/repo/customer_search.h"
#include "storage/store/store.h"
#include "sync/log/change_log.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <memory>
#include <string>
#include <vector>

namespace balie::test {

class HandClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t wall_ms() const override { return now_ms; }
    [[nodiscard]] std::int64_t steady_ms() const override { return now_ms; }
    [[nodiscard]] int zone_offset_min(std::int64_t /*wall_ms*/) const override { return 60; }
    std::int64_t now_ms{1'773'478'800'000};  ///< 2026-03-14T10:00:00+01:00
};

struct RepoWorld {
    RepoWorld();

    void reopen();
    [[nodiscard]] sqlite::Database& db() { return store->writer(); }
    [[nodiscard]] repo::Actions actions() { return {*store, "anna"}; }
    [[nodiscard]] Bytes key() const { return Bytes(32, 7); }
    [[nodiscard]] std::string path() const { return (folder / "balie.db").string(); }

    /// As if it came from the office.
    void code(const std::string& list, const std::string& code, const std::string& kind,
              bool active = true);
    void custom_field(const std::string& type, const std::string& name, const std::string& datatype,
                      const std::string& code_list = {});

    RecordId customer(const std::string& given, const std::string& prefix, const std::string& name,
                      const std::string& number = {}, const std::string& priority_class = {});
    RecordId phone(const RecordId& customer, const std::string& number);
    RecordId email(const RecordId& customer, const std::string& address);
    RecordId lives_in(const RecordId& customer, const std::string& street, const std::string& city);
    repo::SavedInteraction visit(const RecordId& customer, const std::string& note = {});

    /// Names found, in order.
    [[nodiscard]] std::vector<std::string> found(const std::string& query);
    [[nodiscard]] std::int64_t count(const std::string& sql);
    [[nodiscard]] std::int64_t changes() { return count("SELECT count(*) FROM change_log"); }

    TempFolder folder;
    HandClock clock;
    SeededEntropy entropy;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<sync::ChangeLog> log;
};

}  // namespace balie::test
