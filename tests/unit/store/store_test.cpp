// What "saved" means: rows and change log together, durably, or nothing.
#include "storage/store/store.h"

#include "sync/log/chain_check.h"
#include "sync/log/change_log.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <filesystem>
#include <fstream>

namespace balie::test {

namespace {

using domain::RecordType;

const Bytes kStoreKey(32, 7);

/// An enrolled terminal's database.
struct Terminal {
    Terminal() : log(clock, entropy) { open(); }

    void open() {
        store.reset();
        store::StoreOptions options;
        options.create = true;
        store = must(
            store::Store::open((folder / "balie.db").string(), kStoreKey, clock, entropy, options));
        store->set_sink(&log);
        if (must(store->setting(sync::setting::kDevice))) return;
        REQUIRE_OK(store->set_setting(sync::setting::kDevice, DeviceId::random(entropy).text()));
        REQUIRE_OK(
            store->set_setting(sync::setting::kIncarnation, Incarnation::random(entropy).text()));
    }
    [[nodiscard]] std::int64_t count(const std::string& table) {
        return value_integer(must(store->writer().scalar("SELECT count(*) FROM " + table)));
    }
    RecordId save_customer(const std::string& name) {
        auto unit = must(store::UnitOfWork::begin(*store, "anna"));
        const RecordId id =
            must(unit.create(RecordType::Customer, {{"kind", "person"}, {"name", name}}));
        REQUIRE_OK(unit.commit());
        return id;
    }

    TempFolder folder;
    SystemClock clock;
    SeededEntropy entropy;
    sync::ChangeLog log;
    std::unique_ptr<store::Store> store;
};

}  // namespace

TEST_CASE("A saved customer and its change are there after the program is gone", "[store]") {
    Terminal terminal;
    const RecordId id = terminal.save_customer("Jansen");
    terminal.open();
    const auto read =
        must(store::RecordTables(terminal.store->writer()).read(RecordType::Customer, id));
    REQUIRE(read.has_value());
    REQUIRE(read->at("name") == Value{std::string("Jansen")});
    REQUIRE(terminal.count("change_log") == 1);
}

TEST_CASE("What was not committed leaves neither row nor change", "[store]") {
    Terminal terminal;
    {
        auto unit = must(store::UnitOfWork::begin(*terminal.store, "anna"));
        REQUIRE(unit.create(RecordType::Customer, {{"kind", "person"}, {"name", "Jansen"}}).ok());
    }
    REQUIRE(terminal.count("customers") == 0);
    REQUIRE(terminal.count("change_log") == 0);
    terminal.save_customer("Bakker");
    REQUIRE(must(sync::check_own_chain(terminal.store->writer())).fault.empty());
}

TEST_CASE("Nothing is saved in a database that has no change log", "[store]") {
    Terminal terminal;
    terminal.store->set_sink(nullptr);
    REQUIRE_FALSE(store::UnitOfWork::begin(*terminal.store, "anna").ok());
}

TEST_CASE("Saving what is there already is no change", "[store]") {
    Terminal terminal;
    const RecordId id = terminal.save_customer("Jansen");
    auto unit = must(store::UnitOfWork::begin(*terminal.store, "anna"));
    REQUIRE_FALSE(must(unit.edit(RecordType::Customer, id, {{"name", "Jansen"}})));
    REQUIRE(must(unit.edit(RecordType::Customer, id, {{"name", "Janssen"}})));
    REQUIRE_OK(unit.commit());
    REQUIRE(terminal.count("change_log") == 2);
}

TEST_CASE("An interaction is never overwritten", "[store]") {
    Terminal terminal;
    auto unit = must(store::UnitOfWork::begin(*terminal.store, "anna"));
    const RecordId visit = must(
        unit.create(RecordType::Interaction,
                    {{"channel", "visit"}, {"outcome", "held"}, {"occurred_at", std::int64_t{1}}}));
    const Error refusal =
        must_fail(unit.edit(RecordType::Interaction, visit, {{"outcome", "no_show"}}));
    REQUIRE(refusal.code == ErrorCode::Denied);
}

TEST_CASE("Two programs on one profile write one log without a gap", "[store]") {
    Terminal terminal;
    sync::ChangeLog other_log(terminal.clock, terminal.entropy);
    auto other = must(
        store::Store::open(terminal.store->path(), kStoreKey, terminal.clock, terminal.entropy));
    other->set_sink(&other_log);
    for (int i = 0; i < 5; ++i) {
        terminal.save_customer("Window " + std::to_string(i));
        auto unit = must(store::UnitOfWork::begin(*other, "anna"));
        REQUIRE(
            unit.create(RecordType::Customer, {{"kind", "person"}, {"name", "Subcommand"}}).ok());
        REQUIRE_OK(unit.commit());
    }
    const auto chain = must(sync::check_own_chain(terminal.store->writer()));
    REQUIRE(chain.changes == 10);
    REQUIRE(chain.fault.empty());
}

TEST_CASE("A change altered behind the program's back is found", "[store]") {
    Terminal terminal;
    terminal.save_customer("Jansen");
    terminal.save_customer("Bakker");
    REQUIRE_OK(terminal.store->writer().execute(
        "UPDATE change_log SET payload=replace(payload,'Jansen','Janssen')"));
    REQUIRE_FALSE(must(sync::check_own_chain(terminal.store->writer())).fault.empty());
}

TEST_CASE("Nothing that was saved can be read from the files without the key", "[store]") {
    Terminal terminal;
    terminal.save_customer("Geheimschrijver");
    const auto holds = [&](const std::filesystem::path& file, const std::string& text) {
        return file_text(file).find(text) != std::string::npos;
    };
    const auto control = terminal.folder / "control.txt";
    std::ofstream(control) << "x Geheimschrijver y";
    REQUIRE(holds(control, "Geheimschrijver"));
    for (const std::string name : {"balie.db", "balie.db-wal"}) {
        const auto file = terminal.folder / name;
        REQUIRE(std::filesystem::exists(file));
        REQUIRE_FALSE(holds(file, "Geheimschrijver"));
    }
    REQUIRE(must_fail(sqlite::Database::open((terminal.folder / "balie.db").string(), Bytes(32, 8)))
                .code == ErrorCode::Corrupt);
}

TEST_CASE("A transaction that would not fit in a message is refused before it is saved",
          "[store]") {
    Terminal terminal;
    auto unit = must(store::UnitOfWork::begin(*terminal.store, "anna"));
    const std::string note(15'000, 'x');
    Outcome refused;
    for (int i = 0; i < 20 && refused.ok(); ++i) {
        const auto made = unit.create(RecordType::Customer,
                                      {{"kind", "person"}, {"name", "Jansen"}, {"note", note}});
        if (!made.ok()) refused = made.error();
    }
    REQUIRE_FALSE(refused.ok());
    REQUIRE(refused.error().code == ErrorCode::LimitExceeded);
}

}  // namespace balie::test
