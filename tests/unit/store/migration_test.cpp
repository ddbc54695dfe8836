// Files of earlier formats, as they were stored when those were made.
#include "storage/store/migrations.h"
#include "storage/store/store.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace balie::test {

namespace {

const Bytes kKey(32, 7);

std::filesystem::path stored(int format) {
    return std::filesystem::path(BALIE_SOURCE_DIR) / "tests/data/databases" /
           ("format-" + std::to_string(format) + ".db");
}

Value scalar(sqlite::Database& database, const std::string& sql) {
    return must(database.scalar(sql));
}

}  // namespace

TEST_CASE("A database of any earlier version opens with everything that was in it", "[store]") {
    for (int format = 1; format < store::newest_migration(); ++format) {
        INFO("format " << format);
        REQUIRE(std::filesystem::exists(stored(format)));
        const TempFolder folder;
        const auto file = folder / "balie.db";
        std::filesystem::copy_file(stored(format), file);
        SystemClock clock;
        SeededEntropy entropy;
        auto opened = must(store::Store::open(file.string(), kKey, clock, entropy));
        auto& database = opened->writer();
        REQUIRE(must(store::migration_of(database)) == store::newest_migration());
        REQUIRE(scalar(database, "SELECT name FROM customers") == Value{std::string("Jansen")});
        REQUIRE(scalar(database, "SELECT note FROM interactions") ==
                Value{std::string("Kept from an earlier version")});
        REQUIRE(scalar(database, "PRAGMA integrity_check") == Value{std::string("ok")});
    }
}

TEST_CASE("Several processes that open an older database at once all get it", "[store]") {
    const TempFolder folder;
    const auto file = folder / "balie.db";
    std::filesystem::copy_file(stored(1), file);
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            SystemClock clock;
            SeededEntropy entropy;
            ::_exit(store::Store::open(file.string(), kKey, clock, entropy).ok() ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    auto opened = must(sqlite::Database::open(file.string(), kKey));
    CHECK(must(store::migration_of(opened)) == store::newest_migration());
    CHECK(scalar(opened, "SELECT name FROM customers") == Value{std::string("Jansen")});
}

TEST_CASE("A database of a newer version is refused and left as it is", "[store]") {
    const TempFolder folder;
    const auto file = (folder / "balie.db").string();
    SystemClock clock;
    SeededEntropy entropy;
    store::StoreOptions create;
    create.create = true;
    const int newer = store::newest_migration() + 1;
    {
        auto made = must(store::Store::open(file, kKey, clock, entropy, create));
        REQUIRE_OK(made->writer().execute("PRAGMA user_version=" + std::to_string(newer)));
    }
    const Error refusal = must_fail(store::Store::open(file, kKey, clock, entropy));
    REQUIRE(refusal.code == ErrorCode::NewerVersion);
    REQUIRE_FALSE(refusal.mend.empty());
    auto untouched = must(sqlite::Database::open(file, kKey));
    REQUIRE(must(store::migration_of(untouched)) == newer);
}

}  // namespace balie::test
