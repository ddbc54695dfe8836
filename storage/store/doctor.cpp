#include "storage/store/doctor.h"

#include "storage/store/customer_text.h"
#include "storage/store/migrations.h"

#include <algorithm>

namespace balie::store {

namespace {

constexpr int kProblemsShown = 20;
constexpr std::int64_t kRepairBatch = 2000;

/// A pragma that answers one row a problem; `fine` is the row that is none.
Result<Finding> pragma_check(sqlite::Database& database, std::string name, const std::string& sql,
                             std::string_view fine, std::string good) {
    Finding finding{
        .check = std::move(name), .severity = Severity::Fine, .text = std::move(good), .count = 0};
    auto prepared = database.prepare(sql);
    if (!prepared.ok()) {
        if (prepared.error().code != ErrorCode::Corrupt) return std::move(prepared).error();
        finding.severity = Severity::Broken;
        finding.count = 1;
        finding.text = prepared.error().text();
        return finding;
    }
    std::string problems;
    while (true) {
        auto row = prepared->step();
        if (!row.ok() && row.error().code != ErrorCode::Corrupt) return std::move(row).error();
        if (row.ok() && !*row) break;
        const std::string problem = row.ok() ? std::string(prepared->text(0)) : row.error().text();
        if (row.ok() && problem == fine) continue;
        if (finding.count++ < kProblemsShown) problems += (problems.empty() ? "" : "; ") + problem;
        if (!row.ok()) break;
    }
    if (finding.count > 0) {
        finding.severity = Severity::Broken;
        finding.text = problems;
    }
    return finding;
}

/// A count that ought to be 0.
Result<Finding> count_check(sqlite::Database& database, std::string name, std::string_view sql,
                            Severity otherwise, std::string good, const std::string& bad) {
    BALIE_ASSIGN(const Value count, database.scalar(sql));
    Finding finding{.check = std::move(name),
                    .severity = Severity::Fine,
                    .text = std::move(good),
                    .count = value_integer(count)};
    if (finding.count > 0) {
        finding.severity = otherwise;
        finding.text = std::to_string(finding.count) + " " + bad;
    }
    return finding;
}

Result<Finding> format_check(sqlite::Database& database) {
    BALIE_ASSIGN(const int at, migration_of(database));
    Finding finding{.check = "format",
                    .severity = Severity::Fine,
                    .text = "format " + std::to_string(at),
                    .count = 0};
    if (at < newest_migration()) {
        finding.severity = Severity::Notice;
        finding.text +=
            ", is brought to " + std::to_string(newest_migration()) + " when it is opened";
    }
    return finding;
}

Result<Finding> cipher_check(sqlite::Database& database, DoctorDepth depth) {
    BALIE_ASSIGN(const Value version, database.scalar("PRAGMA cipher_version"));
    if (is_null(version)) {
        return Finding{.check = "cipher",
                       .severity = Severity::Broken,
                       .text = "the file is not encrypted",
                       .count = 1};
    }
    const std::string good = "encrypted, SQLCipher " + value_text(version);
    if (depth == DoctorDepth::Quick) {
        return Finding{.check = "cipher", .severity = Severity::Fine, .text = good, .count = 0};
    }
    return pragma_check(database, "cipher", "PRAGMA cipher_integrity_check", "ok",
                        good + ", every page is authentic");
}

Outcome add_orphans(sqlite::Database& database, DoctorReport& report) {
    // No foreign keys between synced rows: a child may come before its parent. It is no harm, but
    // when it lasts somebody should know.
    for (const std::string table :
         {"contact_points", "interactions", "tasks", "priority_flags", "relations", "facts"}) {
        const std::string sql = "SELECT count(*) FROM " + table +
                                " r WHERE r.customer_id IS NOT NULL AND NOT EXISTS"
                                " (SELECT 1 FROM customers c WHERE"
                                " c.id=unhex(replace(r.customer_id,'-','')))";
        BALIE_ASSIGN(Finding finding,
                     count_check(database, "orphans." + table, sql, Severity::Notice,
                                 "every row of " + table + " has its customer",
                                 "rows of " + table + " without their customer"));
        report.findings.push_back(std::move(finding));
    }
    return {};
}

}  // namespace

Severity DoctorReport::worst() const {
    Severity worst = Severity::Fine;
    for (const Finding& each : findings) worst = std::max(worst, each.severity);
    return worst;
}

Result<DoctorReport> examine(sqlite::Database& database, DoctorDepth depth,
                             const std::vector<DoctorCheck>& more) {
    DoctorReport report;
    const auto add = [&report](Result<Finding> finding) -> Outcome {
        if (!finding.ok()) return std::move(finding).error();
        report.findings.push_back(*std::move(finding));
        return {};
    };
    BALIE_TRY(add(cipher_check(database, depth)));
    const bool full = depth == DoctorDepth::Full;
    BALIE_TRY(add(pragma_check(database, "integrity",
                               full ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)", "ok",
                               full ? "every table and index is whole" : "every table is whole")));
    // What follows reads tables: of a file that is not whole it would say nothing true.
    if (report.worst() == Severity::Broken) return report;
    BALIE_TRY(add(format_check(database)));
    BALIE_TRY(add(count_check(database, "full_text",
                              "SELECT count(*) FROM customers c WHERE c.deleted_at IS NULL AND NOT"
                              " EXISTS (SELECT 1 FROM customer_text t WHERE t.rowid=c.rowid)",
                              Severity::Repairable, "every customer can be searched",
                              "customers cannot be searched yet")));
    BALIE_TRY(add(count_check(database, "full_text_rest",
                              "SELECT count(*) FROM customer_text t WHERE NOT EXISTS (SELECT 1 FROM"
                              " customers c WHERE c.rowid=t.rowid AND c.deleted_at IS NULL)",
                              Severity::Repairable, "nobody is found who is gone",
                              "customers that are gone are still in the search")));
    BALIE_TRY(add_orphans(database, report));
    BALIE_TRY(add(count_check(database, "conflicts",
                              "SELECT count(*) FROM conflict WHERE closed_ms IS NULL",
                              Severity::Notice, "no open conflict", "open conflicts")));
    BALIE_TRY(add(count_check(database, "set_aside",
                              "SELECT count(*) FROM set_aside WHERE settled IS NULL",
                              Severity::Notice, "nothing is set aside", "changes are set aside")));
    for (const DoctorCheck& check : more) {
        BALIE_TRY(add(check(database)));
    }
    return report;
}

Result<std::vector<Finding>> repair(sqlite::Database& database) {
    CustomerText text(database);
    std::int64_t gone = 0;
    std::int64_t looked_at = 0;
    {
        BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
        BALIE_ASSIGN(gone, text.erase_strays());
        BALIE_TRY(transaction.commit());
    }
    BALIE_ASSIGN(const std::int64_t missing, text.count_missing());
    std::int64_t after = 0;
    // In batches, so that a save in the window never waits long.
    while (true) {
        BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
        BALIE_ASSIGN(const std::int64_t done, text.refresh_after(after, kRepairBatch));
        BALIE_TRY(transaction.commit());
        if (done == 0) break;
        looked_at += done;
    }
    {
        BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
        BALIE_TRY(
            database.execute("INSERT INTO customer_words(customer_words) VALUES('rebuild');"
                             "INSERT INTO customer_grams(customer_grams) VALUES('rebuild')"));
        BALIE_TRY(transaction.commit());
    }
    return std::vector<Finding>{
        {"full_text", Severity::Fine,
         "the search index of " + std::to_string(looked_at) + " customers was made anew, " +
             std::to_string(missing) + " were missing",
         missing},
        {"full_text_rest", Severity::Fine,
         std::to_string(gone) + " customers that are gone were taken out of the search", gone}};
}

}  // namespace balie::store
