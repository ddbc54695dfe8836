// What an administrator does with a hub's files: founding it, copying it, putting it back; killed
// at any moment of it.
#include "tests/e2e/kill_points.h"
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <csignal>
#include <iterator>

namespace balie::test {
namespace {

namespace fs = std::filesystem;

Command hub_command(const fs::path& data, Words words, const fs::path& files) {
    words.insert(words.begin(), {"--data", data.string()});
    return {.program = "balie-hub",
            .arguments = std::move(words),
            .environment = {},
            .files = files,
            .file_bytes_max = {}};
}

/// 1, 2, 3 … at first, as most steps are there, then some of the many writes of one transaction.
int next_point(int nth) {
    constexpr int kEach = 40;
    constexpr int kStride = 9;
    return nth < kEach ? nth + 1 : nth + kStride;
}

TEST_CASE("A hub whose making was killed at any moment is made by the next init") {
    int points = 0;
    bool last = false;
    for (int nth = 1; !last; nth = next_point(nth)) {
        const TempFolder folder;
        const HubProgram hub(folder / "hub");
        const auto point = kill_at(hub_command(hub.data(), {"init"}, folder.path()), nth);
        if (!point) SKIP("issue 3, 2026-11-22: this system does not let one process watch another");
        last = !point->reached;
        ++points;
        INFO("killed at change " << nth);
        if (last) {
            CHECK(point->code == 0);
            break;
        }
        const bool whole = fs::exists(hub.data() / "hub.db");
        const Ended again = hub.command({"init"});
        INFO(again.text());
        CHECK(again.code == (whole ? 1 : 0));
        const Ended verified = hub.command({"verify"});
        INFO(verified.text());
        REQUIRE(verified.code == 0);
        for (const char* left : {"init.unfinished", "init.ready"}) {
            CHECK_FALSE(fs::exists(hub.data() / left));
        }
    }
    CHECK(points > 20);
}

TEST_CASE("What was begun of a hub is finished with the certificate that was made for it") {
    // At every rename on the way in: the same hub, not a second one.
    const TempFolder folder;
    const HubProgram hub(folder / "hub");
    (void)hub.ask({"init"});
    const std::string certificate = read_text(hub.data() / "hub.crt");
    fs::create_directories(hub.data() / "init.ready");
    fs::rename(hub.data() / "hub.db", hub.data() / "init.ready" / "hub.db");
    fs::rename(hub.data() / "hub.db.key", hub.data() / "init.ready" / "hub.db.key");
    require_clear_error(hub.command({"status"}), 1, {"no hub here", "balie-hub init"});
    (void)hub.ask({"init"});
    CHECK(read_text(hub.data() / "hub.crt") == certificate);
    (void)hub.ask({"verify"});
    require_clear_error(hub.command({"init"}), 1, {"there is a hub here already"});
}

/// What a backup needs beside it.
void copy_keys(const fs::path& from, const fs::path& to) {
    fs::create_directories(to);
    for (const char* name : {"hub.db.key", "hub.crt", "hub.key"}) fs::copy(from / name, to / name);
}

TEST_CASE("A backup made while terminals write is one moment of the hub, and can be restored") {
    Office office;
    HubProgram& hub = office.hub();
    office.start_hub();
    const BankTable table = make_bank_table(3, 6000);
    write_text(office.file("more.csv"), table.csv());
    (void)office.terminal().ask({"import", office.file("more.csv").string(), "--as", "interactions",
                                 "--map", bank_map(), "--on-error", "skip"});
    Process process(office.terminal().command({"sync"}));
    // Over and over until everything is sent; those that hold no more than the one before go again.
    std::vector<fs::path> kept;
    std::int64_t last = 0;
    for (bool running = true; running;) {
        running = process.running();
        const auto file = office.file("backup-" + std::to_string(kept.size()));
        const auto to = number_of(hub.ask({"backup", file.string()}), "hub_seq");
        if (to == last) {
            fs::remove(file);
        } else {
            kept.push_back(file);
        }
        last = to;
    }
    const Ended synced = process.wait(Milliseconds(240'000));
    INFO(synced.text());
    CHECK(synced.code == 0);
    CHECK(kept.size() > 2);  // the first, the last, and one in the midst of it
    for (std::size_t i = 0; i < kept.size(); i += 1 + kept.size() / 5) {
        HubProgram restored(office.file("restored-" + std::to_string(i)));
        copy_keys(hub.data(), restored.data());
        (void)restored.ask({"restore", kept[i].string()});
        (void)restored.ask({"verify"});
        CHECK(text_of(restored.ask({"status"}), "hub") == text_of(hub.ask({"status"}), "hub"));
        CHECK(text_of(restored.ask({"status"}), "epoch") != text_of(hub.ask({"status"}), "epoch"));
    }
}

TEST_CASE("A restore refuses what is no backup of this hub, and a hub that is there or at work") {
    const TempFolder folder;
    HubProgram hub(folder / "hub");
    hub.set_up();
    const std::string backup = (folder / "backup").string();
    (void)hub.ask({"backup", backup});
    require_clear_error(hub.command({"backup", backup}), 1, {"there is a file already"});
    require_clear_error(hub.command({"restore", backup}), 1, {"there is a hub here", "--replace"});
    const auto replacing = [&](const fs::path& file) {
        return hub.command({"restore", file.string(), "--replace"});
    };
    require_clear_error(replacing(folder / "nothing"), 1, {"no backup here"});
    require_clear_error(replacing(folder.path()), 1, {"a folder, not a backup"});
    write_text(folder / "text", "Dear hub,\n");
    require_clear_error(replacing(folder / "text"), 1, {"hub.db.key"});
    write_text(folder / "empty", "");
    CHECK(replacing(folder / "empty").code == 1);
    std::string bent = read_text(backup);
    bent[bent.size() / 2] = static_cast<char>(bent[bent.size() / 2] ^ 0x10);
    write_text(folder / "bent", bent);
    require_clear_error(replacing(folder / "bent"), 1, {"damaged"});
    write_text(folder / "short", bent.substr(0, bent.size() / 3));
    CHECK(replacing(folder / "short").code == 1);
    HubProgram other(folder / "other");
    other.set_up();
    (void)other.ask({"backup", (folder / "of-other").string()});
    require_clear_error(replacing(folder / "of-other"), 1, {"hub.db.key"});

    HubProgram bare(folder / "bare");
    fs::create_directories(bare.data());
    require_clear_error(bare.command({"restore", backup}), 1, {"hub.db.key"});

    hub.start();
    require_clear_error(replacing(backup), 1, {"another balie-hub works", "Stop the hub"});
    hub.stop();
    (void)hub.ask({"verify"});  // none of it touched the hub
    const Json done = hub.ask({"restore", backup, "--replace"});
    CHECK(fs::exists(fs::path(text_of(done, "replaced")) / "hub.db"));
    (void)hub.ask({"verify"});
}

TEST_CASE("A restore that was killed at any moment is finished or begun anew by the next") {
    const TempFolder folder;
    const HubProgram original(folder / "original");
    (void)original.ask({"init"});
    const std::string backup = (folder / "backup").string();
    (void)original.ask({"backup", backup});
    (void)original.ask({"user", "add", "--login", "later", "--name", "Later", "--role", "teller"});
    const std::string before = text_of(original.ask({"status"}), "epoch");
    bool last = false;
    for (int nth = 1; !last; nth = next_point(nth)) {
        const TempFolder place;
        const HubProgram hub(place / "hub");
        fs::copy(original.data(), hub.data(), fs::copy_options::recursive);
        const auto point =
            kill_at(hub_command(hub.data(), {"restore", backup, "--replace"}, place.path()), nth);
        if (!point) SKIP("issue 3, 2026-11-22: this system does not let one process watch another");
        last = !point->reached;
        INFO("killed at change " << nth);
        const bool moving = fs::exists(hub.data() / "restore.ready");
        const Ended now = hub.command({"verify"});
        INFO(now.text());
        if (moving) require_clear_error(now, 1, {"restore", "Run it again"});
        if (!moving) CHECK(now.code == 0);
        const Ended again = hub.command({"restore", backup, "--replace"});
        INFO(again.text());
        REQUIRE(again.code == 0);
        (void)hub.ask({"verify"});
        CHECK(text_of(hub.ask({"status"}), "epoch") != before);
        CHECK_FALSE(fs::exists(hub.data() / "restore.ready"));
    }
}

/// Waits until it has more than one thread: how many; fewer when it never has.
std::size_t threads_once_begun(Process& process) {
    const std::filesystem::path tasks = "/proc/" + std::to_string(process.id()) + "/task";
    std::size_t count = 0;
    for (int looks = 0; count < 2 && looks < 30'000; ++looks) {
        if (process.ends_within(Milliseconds(1))) return 0;
        const std::filesystem::directory_iterator all(tasks);
        count = static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    return count;
}

TEST_CASE("A hub that is told to stop while it starts still stops in good order") {
    const TempFolder folder;
    const HubProgram hub(folder / "hub");
    (void)hub.ask({"init"});
    for (int round = 0; round < 5; ++round) {
        Process process(
            {.program = "balie-hub",
             .arguments = {"--data", hub.data().string(), "serve", "--listen", "127.0.0.1:0"},
             .environment = {},
             .files = folder.path(),
             .file_bytes_max = {}});
        REQUIRE(threads_once_begun(process) >= 2);
        process.signal(SIGTERM);
        const Ended ended = process.wait(Milliseconds(60'000));
        INFO(ended.text());
        REQUIRE(ended.signal == 0);
        REQUIRE(ended.code == 0);
    }
}

}  // namespace
}  // namespace balie::test
