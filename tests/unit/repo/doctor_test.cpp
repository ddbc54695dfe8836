#include "storage/store/doctor.h"

#include "storage/store/backup.h"
#include "tests/unit/repo/repo_world.h"

#include <fstream>

using balie::ErrorCode;
using balie::test::must;
using balie::test::must_fail;
using balie::test::RepoWorld;
namespace store = balie::store;
namespace fs = std::filesystem;

namespace {

const store::Finding& finding(const store::DoctorReport& report, const std::string& check) {
    for (const auto& each : report.findings) {
        if (each.check == check) return each;
    }
    FAIL("no finding " << check);
    return report.findings.front();
}

void damage(const std::string& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.write("XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", 32);
}

}  // namespace

TEST_CASE("The doctor finds a healthy database healthy, at every depth", "[store][doctor]") {
    RepoWorld world;
    world.visit(world.customer("Anna", "", "Smit"));
    CHECK(must(store::examine(world.db(), store::DoctorDepth::Quick)).worst() ==
          store::Severity::Fine);
    CHECK(must(store::examine(world.db(), store::DoctorDepth::Full)).worst() ==
          store::Severity::Fine);
}

TEST_CASE("The doctor sees a customer that cannot be searched, and mends it", "[store][doctor]") {
    RepoWorld world;
    world.customer("Anna", "", "Smit");
    must(world.db().execute("DELETE FROM customer_text"));
    auto report = must(store::examine(world.db(), store::DoctorDepth::Quick));
    CHECK(finding(report, "full_text").severity == store::Severity::Repairable);
    CHECK(finding(report, "full_text").count == 1);
    REQUIRE_OK(store::repair(world.db()));
    report = must(store::examine(world.db(), store::DoctorDepth::Full));
    CHECK(report.worst() == store::Severity::Fine);
    CHECK(world.found("smit").size() == 1);
}

TEST_CASE("The doctor tells of rows whose customer is not here, without touching them",
          "[store][doctor]") {
    RepoWorld world;
    const auto id = world.customer("Anna", "", "Smit");
    world.visit(id);
    must(world.db().execute("DELETE FROM customers"));
    const auto report = must(store::examine(world.db(), store::DoctorDepth::Quick));
    CHECK(finding(report, "orphans.interactions").count == 1);
    CHECK(finding(report, "orphans.interactions").severity == store::Severity::Notice);
    CHECK(world.count("SELECT count(*) FROM interactions") == 1);
}

TEST_CASE("A check of the log's chain can be added to the doctor's", "[store][doctor]") {
    RepoWorld world;
    const store::DoctorCheck chain = [](balie::sqlite::Database&) -> balie::Result<store::Finding> {
        return store::Finding{"chain", store::Severity::Broken, "the chain breaks at 3", 1};
    };
    const auto report = must(store::examine(world.db(), store::DoctorDepth::Quick, {chain}));
    CHECK(report.worst() == store::Severity::Broken);
    CHECK(finding(report, "chain").text == "the chain breaks at 3");
}

TEST_CASE("A damaged page is found, and nothing is written to the file", "[store][doctor]") {
    RepoWorld world;
    for (int i = 0; i < 200; ++i) world.customer("Anna", "", "Smit " + std::to_string(i));
    world.store.reset();
    damage(world.path(), static_cast<std::streamoff>(fs::file_size(world.path()) - 4096 * 20));
    const auto before = fs::file_size(world.path());
    balie::sqlite::OpenOptions options;
    options.mode = balie::sqlite::OpenMode::ReadOnly;
    auto database = must(balie::sqlite::Database::open(world.path(), world.key(), options));
    const auto report = must(store::examine(database, store::DoctorDepth::Full));
    CHECK(report.worst() == store::Severity::Broken);
    CHECK(fs::file_size(world.path()) == before);
}

TEST_CASE("A backup holds what was saved, is encrypted, and is restored to a fresh file",
          "[store][backup]") {
    RepoWorld world;
    world.customer("Anna", "van den", "Berg");
    const fs::path folder = world.folder / "backups";
    const auto file =
        must(store::rotate_backup(world.db(), world.key(), folder, world.clock.now_ms));
    const std::string bytes = balie::test::file_text(file);
    CHECK(bytes.substr(0, 6) != "SQLite");
    CHECK(bytes.find("Berg") == std::string::npos);

    world.customer("Later", "", "Comer");
    const fs::path restored = world.folder / "restored.db";
    must(store::restore_backup(file, world.key(), restored));
    auto database = must(balie::sqlite::Database::open(restored.string(), world.key()));
    CHECK(balie::value_integer(must(database.scalar("SELECT count(*) FROM customers"))) == 1);
    REQUIRE_ERROR(store::restore_backup(file, world.key(), restored), ErrorCode::AlreadyExists);
    REQUIRE_ERROR(store::restore_backup(file, balie::Bytes(32, 9), world.folder / "other.db"),
                  ErrorCode::Corrupt);
    CHECK_FALSE(fs::exists(world.folder / "other.db"));
}

TEST_CASE("Only so many backups are kept, the newest ones", "[store][backup]") {
    RepoWorld world;
    const fs::path folder = world.folder / "backups";
    fs::path newest;
    for (int i = 0; i < 5; ++i) {
        world.clock.now_ms += 60'000;
        newest = must(store::rotate_backup(world.db(), world.key(), folder, world.clock.now_ms, 3));
    }
    const auto files = must(store::list_backups(folder));
    REQUIRE(files.size() == 3);
    CHECK(files.front() == newest);
    CHECK(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 3);
}

TEST_CASE("A damaged backup is not restored", "[store][backup]") {
    RepoWorld world;
    for (int i = 0; i < 50; ++i) world.customer("Anna", "", "Smit " + std::to_string(i));
    const auto file =
        must(store::rotate_backup(world.db(), world.key(), world.folder / "b", world.clock.now_ms));
    damage(file.string(), static_cast<std::streamoff>(fs::file_size(file) / 2));
    const auto refused = store::restore_backup(file, world.key(), world.folder / "restored.db");
    REQUIRE_ERROR(refused, ErrorCode::Corrupt);
    CHECK_FALSE(fs::exists(world.folder / "restored.db"));
}
