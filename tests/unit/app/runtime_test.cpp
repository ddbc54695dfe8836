// Mailbox, the two threads, drafts and the look of the window.
#include "app/runtime/drafts.h"
#include "app/runtime/look_file.h"
#include "app/runtime/mailbox.h"
#include "app/runtime/reader_worker.h"
#include "app/runtime/store_worker.h"
#include "storage/store/store.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <atomic>
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

namespace balie::test {

namespace {

struct StoreOnDisk {
    TempFolder folder;
    SystemClock clock;
    SeededEntropy entropy;
    std::unique_ptr<store::Store> store;

    StoreOnDisk() {
        store::StoreOptions options;
        options.create = true;
        store = must(store::Store::open((folder / "balie.db").string(), Bytes(32, 7), clock,
                                        entropy, options));
    }
};

app::SyncChanged pending(std::int64_t count) {
    app::SyncChanged event;
    event.status.pending = count;
    return event;
}

}  // namespace

TEST_CASE("Of two unread states the window sees the newer one", "[runtime]") {
    int wakes = 0;
    app::Mailbox mailbox([&wakes] { ++wakes; });
    mailbox.push(pending(3));
    mailbox.push(app::CommandDone{1, {}});
    mailbox.push(pending(2));
    const auto events = mailbox.drain();
    REQUIRE(events.size() == 2);
    REQUIRE(std::get<app::SyncChanged>(events[0]).status.pending == 2);
    REQUIRE(std::get<app::CommandDone>(events[1]).ticket == 1);
    REQUIRE(wakes == 3);
    REQUIRE(mailbox.empty());
}

TEST_CASE("News from the office is not hidden by news from here", "[runtime]") {
    app::Mailbox mailbox;
    mailbox.push(app::DataChanged{app::ChangedBy::Office});
    mailbox.push(app::DataChanged{app::ChangedBy::Here});
    const auto events = mailbox.drain();
    REQUIRE(events.size() == 1);
    REQUIRE(std::get<app::DataChanged>(events[0]).by == app::ChangedBy::Office);
}

TEST_CASE("A full mailbox drops old log lines and never an answer", "[runtime]") {
    app::Mailbox mailbox;
    for (std::size_t i = 0; i < app::kMailboxMax; ++i) {
        REQUIRE(mailbox.push(app::SyncLogged{static_cast<std::int64_t>(i), "line"}));
    }
    REQUIRE(mailbox.push(app::CommandDone{5, {}}));
    const auto events = mailbox.drain();
    REQUIRE(events.size() == app::kMailboxMax);
    REQUIRE(std::get<app::SyncLogged>(events.front()).at_ms == 1);
    REQUIRE(std::get<app::CommandDone>(events.back()).ticket == 5);
}

TEST_CASE("A save goes before the batches of the office that already wait", "[runtime]") {
    std::promise<void> go;
    std::vector<std::string> order;
    app::StoreWorker worker;
    auto gate = go.get_future().share();
    REQUIRE_OK(worker.post([gate] { gate.wait(); }));
    for (int i = 0; i < 3; ++i) REQUIRE_OK(worker.post([&order] { order.emplace_back("remote"); }));
    REQUIRE_OK(worker.post([&order] { order.emplace_back("save"); }, app::Lane::Local));
    go.set_value();
    worker.wait_idle();
    REQUIRE(order == std::vector<std::string>{"save", "remote", "remote", "remote"});
}

TEST_CASE("What was accepted is saved before the program ends", "[runtime]") {
    std::atomic<int> saved{0};
    {
        app::StoreWorker worker;
        for (int i = 0; i < 50; ++i) {
            REQUIRE_OK(worker.post([&saved] { ++saved; }, app::Lane::Local));
        }
    }
    REQUIRE(saved == 50);
}

TEST_CASE("Too many saves at once are refused with what to do, not lost in silence", "[runtime]") {
    std::promise<void> go;
    app::StoreWorker worker;
    auto gate = go.get_future().share();
    REQUIRE_OK(worker.post([gate] { gate.wait(); }, app::Lane::Local));
    Outcome last;
    for (std::size_t i = 0; i <= app::kLocalJobsMax && last.ok(); ++i) {
        last = worker.post([] {}, app::Lane::Local);
    }
    go.set_value();
    REQUIRE_ERROR(last, ErrorCode::Busy);
    REQUIRE_FALSE(last.error().mend.empty());
}

TEST_CASE("A job that throws ends alone and is told", "[runtime]") {
    std::string told;
    bool went_on = false;
    app::StoreWorker worker([&told](const std::string& what) { told = what; });
    REQUIRE_OK(worker.post([] { throw std::runtime_error("broken"); }));
    REQUIRE_OK(worker.post([&went_on] { went_on = true; }));
    worker.wait_idle();
    REQUIRE(told == "broken");
    REQUIRE(went_on);
}

TEST_CASE("Of searches that wait only the newest is asked", "[runtime]") {
    StoreOnDisk disk;
    std::vector<std::string> asked;
    std::vector<app::Ticket> answered;
    app::ReaderWorker reader(
        [&asked](const app::Query& query, sqlite::Database&) -> Result<app::QueryAnswer> {
            if (const auto* search = std::get_if<app::SearchQuery>(&query)) {
                asked.push_back(search->text);
            } else {
                asked.emplace_back("today");
            }
            return app::QueryAnswer{repo::SearchResult{}};
        },
        [&answered](app::Event event) {
            answered.push_back(std::get<app::QueryDone>(event).ticket);
        });
    // Nothing is answered before there is a database to read from.
    REQUIRE_OK(reader.ask(1, app::SearchQuery{"j"}));
    REQUIRE_OK(reader.ask(2, app::TodayQuery{}));
    REQUIRE_OK(reader.ask(3, app::SearchQuery{"ja"}));
    REQUIRE_OK(reader.ask(4, app::SearchQuery{"jan"}));
    reader.attach(std::make_unique<sqlite::Database>(must(disk.store->open_reader())));
    reader.wait_idle();
    REQUIRE(asked == std::vector<std::string>{"today", "jan"});
    REQUIRE(answered == std::vector<app::Ticket>{2, 4});
}

TEST_CASE("A draft comes back as it was, whatever was typed", "[runtime]") {
    StoreOnDisk disk;
    const app::Draft draft{
        "visit",
        {{"note", std::string("a:3:b#4\nwith lines ⟦and⟧ more")}, {"walk_in", std::int64_t{1}}}};
    REQUIRE_OK(app::keep_draft(*disk.store, "anna", draft));
    const auto back = must(app::load_drafts(*disk.store, "anna", {"visit", "other"}));
    REQUIRE(back.size() == 1);
    REQUIRE(back[0] == draft);
    // Who signs in after her on the same machine is not shown it.
    REQUIRE(must(app::load_drafts(*disk.store, "bram", {"visit"})).empty());
    REQUIRE_OK(app::drop_draft(*disk.store, "bram", "visit"));
    REQUIRE(must(app::load_drafts(*disk.store, "anna", {"visit"})).size() == 1);
    REQUIRE_OK(app::drop_draft(*disk.store, "anna", "visit"));
    REQUIRE(must(app::load_drafts(*disk.store, "anna", {"visit"})).empty());
}

TEST_CASE("A damaged draft is left out instead of guessed at", "[runtime]") {
    for (const char* text : {"note:9999:short", "note", "note:x:1", "n#3:abc", "note:-1:x", ":"}) {
        INFO(text);
        REQUIRE_FALSE(app::decode_fields(text));
    }
    REQUIRE(app::decode_fields("")->empty());
}

TEST_CASE("The look of the window is kept, and a damaged file gives the standard look",
          "[runtime]") {
    const TempFolder folder;
    REQUIRE(app::read_look(folder.path()) == app::Look{});
    REQUIRE_OK(app::write_look(folder.path(), {"nl", "dark", 150}));
    REQUIRE(app::read_look(folder.path()) == app::Look{"nl", "dark", 150});
    std::ofstream(folder / "window") << "language=xx\nscale=99999\nnonsense\n";
    REQUIRE(app::read_look(folder.path()) == app::Look{"en", "light", 200});
}

}  // namespace balie::test
