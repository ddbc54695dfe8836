// What goes wrong with a hub's own files: a clear error, and the files are left as they are.
#include "storage/sqlite/database.h"
#include "storage/vault/key_file.h"
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

namespace balie::test {
namespace {

std::filesystem::path database(const HubProgram& hub) {
    return hub.data() / "hub.db";
}

/// Both of what reads and what serves.
void require_refused(const HubProgram& hub, const std::vector<std::string>& words) {
    require_clear_error(hub.command({"serve", "--listen", "127.0.0.1:0"}), 1, words);
    require_clear_error(hub.command({"status"}), 1, words);
}

TEST_CASE("A hub's database of a newer version is left alone") {
    Office office;
    const HubProgram& hub = office.hub();
    {
        const auto key = must(vault::load_key_file(hub.data() / "hub.db.key"));
        auto opened = must(sqlite::Database::open(database(hub).string(), key.view()));
        must(opened.execute("PRAGMA user_version=9999"));
    }
    const std::string before = read_text(database(hub));
    require_refused(hub, {"newer version", "hub.db"});
    CHECK(read_text(database(hub)) == before);
}

TEST_CASE("A hub's database with damaged bytes is told, and left as it is") {
    Office office;
    const HubProgram& hub = office.hub();
    std::string bytes = read_text(database(hub));
    for (std::size_t i = 0; i < bytes.size() / 2; ++i) {
        bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
    }
    write_text(database(hub), bytes);
    require_refused(hub, {"damaged", "hub.db", "restore"});
    CHECK(read_text(database(hub)) == bytes);
}

TEST_CASE("A hub whose key is gone or another's makes no new one over its data") {
    Office office;
    const HubProgram& hub = office.hub();
    const auto file = hub.data() / "hub.db.key";
    const std::string key = read_text(file);
    const std::string before = read_text(database(hub));
    std::filesystem::remove(file);
    require_refused(hub, {"hub.db.key"});
    require_clear_error(hub.command({"init"}), 1, {});
    CHECK_FALSE(std::filesystem::exists(file));

    HubProgram other(office.file("other"));
    other.set_up();
    std::filesystem::copy_file(other.data() / "hub.db.key", file);
    require_refused(hub, {"hub.db", "key"});
    CHECK(read_text(database(hub)) == before);
    write_text(file, key);
    office.start_hub();
    (void)office.terminal().ask({"sync"});
    CHECK(hub.exported("csv").interactions.size() == kOfficeRows + 1);
}

}  // namespace
}  // namespace balie::test
