// A hub and three terminals that work and synchronise all the time, while a seed lets everything
// happen to them that happens: killed, stopped, full disks, and lines that are bad in every way.
// Afterwards everything that was said to be saved is everywhere, once, and nothing else is.
// BALIE_SEED=N repeats a run, BALIE_STORM_SECONDS=N makes it that long.
#include "storage/sqlite/database.h"
#include "storage/vault/vault.h"
#include "tests/e2e/faulty_proxy.h"
#include "tests/e2e/small_disk.h"
#include "tests/e2e/storm_terminal.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <iostream>

namespace balie::test {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kTerminals = 3;
constexpr int kCustomers = 4;
constexpr std::size_t kStoppedLong = 1;  ///< the terminal that is sometimes stopped for long
constexpr std::size_t kOnSmallDisk = 2;  ///< the terminal whose disk may be full
constexpr std::uintmax_t kTerminalDisk = 96UL * 1024 * 1024;
constexpr std::uintmax_t kHubDisk = 192UL * 1024 * 1024;
constexpr Milliseconds kTurn{50};
constexpr std::uint64_t kMinute = 60;
constexpr std::array kTypes{"customers", "contact_points", "interactions", "tasks",
                            "priority_flags"};
const Sentences kNone;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

/// Something that is wrong for a while, and how it is put right.
struct Fault {
    std::string name;
    Milliseconds lasts{};
    std::function<void()> heal;
};

/// What faults happen to, one at a time: a line, a process, a disk.
class Victim {
  public:
    using Begin = std::function<Fault()>;

    explicit Victim(std::vector<Begin> faults) : faults_(std::move(faults)) {}

    /// Every fault comes once before any comes again, in an order by chance.
    void take_turn(std::mt19937_64& random, std::map<std::string, int>& counts) {
        if (SteadyClock::now() < until_) return;
        heal();
        if (deck_.empty()) {
            for (std::size_t i = 0; i < faults_.size(); ++i) deck_.push_back(i);
            std::shuffle(deck_.begin(), deck_.end(), random);
        }
        present_ = faults_[deck_.back()]();
        deck_.pop_back();
        until_ = SteadyClock::now() + present_.lasts;
        if (!present_.name.empty()) ++counts[present_.name];
    }
    void heal() {
        if (const auto heal = std::exchange(present_, {}).heal; heal) heal();
    }

  private:
    std::vector<Begin> faults_;
    std::vector<std::size_t> deck_;
    Fault present_;
    SteadyClock::time_point until_{};
};

class Storm {
  public:
    Storm(std::uint64_t seed, std::uint64_t seconds)
        : seconds_(seconds),
          random_(seed),
          hub_disk_(folder_ / "hub-disk", kHubDisk),
          terminal_disk_(folder_ / "terminal-disk", kTerminalDisk),
          hub_(folder_ / "hub", hub_disk_.path() / "data") {
        std::cout << "storm: seed " << seed << ", " << seconds << " s" << std::endl;
        if (!terminal_disk_.made()) {
            std::cout << "storm: left out: full disks (issue 3, 2026-11-22: only root may mount a "
                         "small disk here)"
                      << std::endl;
        }
        hub_.set_up();
        hub_.start();
        for (int number = 0; number < kTerminals; ++number) enrol(number, seed);
    }

    void rage() {
        make_victims();
        for (const auto& terminal : terminals_) terminal->start();
        const auto until = SteadyClock::now() + std::chrono::seconds(seconds_);
        while (SteadyClock::now() < until && !bell_.rings_within(kTurn)) {
            for (Victim& each : victims_) each.take_turn(random_, faults_);
            if (hub_runs_ && !hub_.process().running()) {
                FAIL("the hub ended by itself: " << hub_.process().kill_now().text());
            }
        }
        for (Victim& each : victims_) each.heal();
        for (const auto& terminal : terminals_) terminal->stop();
    }

    /// What everybody did, for people; and what was found on the way.
    void report() const {
        std::cout << "storm: faults";
        for (const auto& [name, count] : faults_) std::cout << ", " << count << " " << name;
        std::int64_t bytes = 0;
        std::int64_t cuts = 0;
        std::int64_t portals = 0;
        for (const auto& line : lines_) {
            bytes += line->bytes();
            cuts += line->cuts();
            portals += line->portal_answers();
        }
        std::cout << "\nstorm: lines carried " << bytes / 1024 << " KiB, cut " << cuts
                  << " connections, a portal answered " << portals << "\n";
        std::map<std::string, int> all;
        for (const auto& terminal : terminals_) {
            for (const auto& [name, count] : terminal->counts()) all[name] += count;
        }
        for (const auto& [name, count] : all) {
            std::cout << "storm: " << count << " " << name << "\n";
        }
        std::cout << std::flush;
        for (const auto& terminal : terminals_) {
            for (const std::string& each : terminal->problems()) FAIL_CHECK(each);
        }
    }

    /// Twice round: what the last one sent the first one has not seen.
    void settle() const {
        for (int round = 0; round < 2; ++round) {
            for (const auto& terminal : terminals_) {
                const Ended ended = terminal->program().run({"sync", "--json"});
                INFO(ended.text());
                REQUIRE((ended.code == 0 || ended.code == 4));
                CHECK(number_of(one_document(ended), "pending") == 0);
            }
        }
    }

    void require_whole() const {
        const Json office = status_of_hub();
        const Tables at_hub = exported_by_hub();
        const std::vector<Account> accounts = all_accounts();
        CHECK(record_differences(accounts, at_hub) == kNone);
        const std::vector<ListedConflict> conflicts = conflicts_of(*terminals_.front());
        CHECK(edit_differences(accounts, at_hub, conflicts) == kNone);
        CHECK(number_of(office, "conflicts") == static_cast<std::int64_t>(conflicts.size()));
        CHECK(number_of(office, "set_aside") == 0);
        (void)hub_.ask({"verify"});
        for (std::size_t i = 0; i < terminals_.size(); ++i) {
            INFO("terminal " << i);
            require_in_step(*terminals_[i], office, incarnations_[i]);
            const Tables here = exported_by(*terminals_[i]);
            CHECK(record_differences(accounts, here) == kNone);
            CHECK(table_differences(at_hub, here) == kNone);
            CHECK(texts(conflicts_of(*terminals_[i])) == texts(conflicts));
            CHECK(digest_of(*terminals_[i]) == digest_of(*terminals_.front()));
        }
        std::size_t records = 0;
        for (const auto& [type, rows] : at_hub) records += rows.size();
        std::cout << "storm: " << records << " records everywhere, " << number_of(office, "hub_seq")
                  << " entries in the hub's log, " << conflicts.size() << " conflicts" << std::endl;
        // It was a storm, and work was done in it.
        if (seconds_ < kMinute) return;
        CHECK(records > static_cast<std::size_t>(kCustomers));
        CHECK(faults_.size() > 10);
    }

  private:
    void enrol(int number, std::uint64_t seed) {
        const auto index = static_cast<std::size_t>(number);
        const std::string name = "t" + std::to_string(number);
        lines_.push_back(std::make_unique<FaultyProxy>(hub_.port()));
        const auto at = index == kOnSmallDisk ? terminal_disk_.path() : folder_ / name;
        const TerminalProgram program(at, name);
        program.enrol(lines_.back()->address(), hub_.code());
        if (number == 0) add_customers(program);
        incarnations_.push_back(text_of(program.ask({"status"}), "incarnation"));
        (void)program.ask({"sync"});
        terminals_.push_back(std::make_unique<StormTerminal>(
            number, program, folder_ / (name + "-prints"), customers_, seed * 1000 + index, bell_));
    }

    void add_customers(const TerminalProgram& program) {
        for (int i = 0; i < kCustomers; ++i) {
            const std::string number = "K-" + std::to_string(i);
            const std::string id = text_of(
                program.ask({"customer", "add", "--name", "Everybody's", "--number", number}),
                "id");
            customers_.push_back(id);
            ExpectedRecord record{"customers", number, id, {{"name", "Everybody's"}}};
            first_.deeds.push_back({true, {std::move(record)}});
        }
        (void)program.ask({"sync"});
    }

    [[nodiscard]] std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        return least + random_() % (most - least + 1);
    }
    [[nodiscard]] Milliseconds time(std::uint64_t least, std::uint64_t most) {
        return Milliseconds(between(least, most));
    }
    [[nodiscard]] Victim::Begin calm() {
        return [this] { return Fault{{}, time(1000, 5000), {}}; };
    }

    void make_victims() {
        for (const auto& line : lines_) victims_.emplace_back(line_faults(*line));
        for (const auto& terminal : terminals_) victims_.emplace_back(process_faults(*terminal));
        victims_.emplace_back(hub_faults());
        if (terminal_disk_.made()) victims_.emplace_back(disk_faults(*terminals_[kOnSmallDisk]));
    }

    // --- lines --------------------------------------------------------------------------------

    [[nodiscard]] std::vector<Victim::Begin> line_faults(FaultyProxy& line) {
        std::vector<Victim::Begin> all(9, calm());
        const auto add = [this, &line, &all](std::uint64_t least, std::uint64_t most,
                                             const std::function<Line()>& make) {
            all.emplace_back([this, &line, least, most, make] {
                const Line bad = make();
                line.set(bad);
                // A connection that has nothing to do would never come to the byte.
                if (bad.fault == LineFault::Cut) line.drop();
                return Fault{name_of(bad.fault), time(least, most), [this, &line] {
                                 line.set({});
                                 // Some connections survive it, some do not.
                                 if (between(0, 1) == 0) line.drop();
                             }};
            });
        };
        for (const LineFault plain :
             {LineFault::BlackHole, LineFault::OnlyUp, LineFault::OnlyDown, LineFault::PortalPage,
              LineFault::PortalMoved, LineFault::Refused}) {
            add(300, 5000, [plain] { return Line{.fault = plain}; });
        }
        // Early, where sessions begin; and anywhere.
        add(1000, 4000, [this] {
            return Line{.fault = LineFault::Cut,
                        .bytes = static_cast<std::int64_t>(between(1, 200ULL << between(0, 7)))};
        });
        add(1000, 5000, [this] {
            return Line{.fault = LineFault::Slow,
                        .bytes = static_cast<std::int64_t>(between(1, 100ULL << between(0, 8)))};
        });
        add(1000, 5000, [this] { return Line{.fault = LineFault::Delay, .by = time(20, 1500)}; });
        // Longer than anybody listens to silence.
        if (seconds_ > 5 * kMinute) {
            add(50'000, 70'000, [] { return Line{.fault = LineFault::BlackHole}; });
        }
        return all;
    }

    // --- processes and disks --------------------------------------------------------------------

    [[nodiscard]] std::vector<Victim::Begin> process_faults(StormTerminal& terminal) {
        std::vector<Victim::Begin> all(4, calm());
        const auto killed = [this, &terminal] {
            terminal.signal_follower(SIGKILL);
            return Fault{"terminal killed", time(100, 2500), {}};
        };
        const auto stopped = [this, &terminal] {
            terminal.signal_follower(SIGSTOP);
            return Fault{"terminal stopped", time(200, 3000),
                         [&terminal] { terminal.signal_follower(SIGCONT); }};
        };
        all.insert(all.end(), {killed, stopped});
        if (&terminal != terminals_[kStoppedLong].get()) return all;
        // Longer than a command waits for one that was stopped within its transaction.
        all.emplace_back([this, &terminal] {
            terminal.excuse(true);
            terminal.signal_follower(SIGSTOP);
            return Fault{"terminal stopped for long", time(9000, 12'000), [&terminal] {
                             terminal.signal_follower(SIGCONT);
                             terminal.excuse(false);
                         }};
        });
        return all;
    }

    [[nodiscard]] std::vector<Victim::Begin> disk_faults(StormTerminal& terminal) {
        std::vector<Victim::Begin> all(5, calm());
        const auto full = [this, &terminal](bool killed) {
            terminal.excuse(true);
            terminal_disk_.fill();
            return Fault{killed ? "terminal killed on its full disk" : "terminal's disk full",
                         time(500, 3000), [this, &terminal, killed] {
                             if (killed) terminal.signal_follower(SIGKILL);
                             terminal_disk_.make_room();
                             terminal.excuse(false);
                         }};
        };
        all.emplace_back([full] { return full(false); });
        all.emplace_back([full] { return full(true); });
        return all;
    }

    [[nodiscard]] std::vector<Victim::Begin> hub_faults() {
        std::vector<Victim::Begin> all(4, calm());
        const auto killed = [this] {
            hub_.kill_now();
            hub_runs_ = false;
            return Fault{"hub killed", time(1, 1500), [this] { start_hub(); }};
        };
        all.insert(all.end(),
                   {killed, killed, [this] { return stopped_hub(); },
                    [this] { return restarted_hub(); }, [this] { return backed_up_hub(); }});
        if (!hub_disk_.made()) return all;
        all.emplace_back([this] {
            hub_disk_.fill();
            return Fault{"hub's disk full", time(300, 3000), [this] { hub_disk_.make_room(); }};
        });
        all.emplace_back([this] {
            hub_disk_.fill();
            return Fault{"hub killed on its full disk", time(300, 2000), [this] {
                             hub_.kill_now();
                             hub_disk_.make_room();
                             start_hub();
                         }};
        });
        return all;
    }
    void start_hub() {
        hub_.start();
        hub_runs_ = true;
    }
    [[nodiscard]] Fault stopped_hub() {
        hub_.process().signal(SIGSTOP);
        return {"hub stopped", time(300, 5000), [this] { hub_.process().signal(SIGCONT); }};
    }
    [[nodiscard]] Fault restarted_hub() {
        hub_.stop();
        start_hub();
        return {"hub restarted", time(100, 1000), {}};
    }
    [[nodiscard]] Fault backed_up_hub() {
        const auto file = folder_ / "hub-backup.db";
        std::filesystem::remove(file);
        const auto room = std::filesystem::space(hub_disk_.path()).available;
        INFO("free on the hub's disk before: " << room);
        (void)hub_.ask({"backup", file.string()});
        return {"hub backed up", time(100, 1000), {}};
    }

    // --- what is there at the end
    // -----------------------------------------------------------------

    [[nodiscard]] std::vector<Account> all_accounts() const {
        std::vector<Account> all{first_};
        for (const auto& terminal : terminals_) all.push_back(terminal->account());
        return all;
    }

    /// Its exit code says too that conflicts wait for somebody.
    [[nodiscard]] Json status_of_hub() const {
        const Ended ended = hub_.command({"status", "--json"});
        INFO(ended.text());
        REQUIRE((ended.code == 0 || ended.code == 4));
        return one_document(ended);
    }

    [[nodiscard]] Tables exported_by_hub() const {
        Tables all;
        for (const std::string type : kTypes) {
            const auto file = folder_ / ("hub-" + type);
            (void)hub_.ask(
                {"export", type, "--history", "--format", "ndjson", "--out", file.string()});
            all[type] = read_ndjson_export(file);
        }
        return all;
    }
    [[nodiscard]] Tables exported_by(const StormTerminal& terminal) const {
        Tables all;
        for (const std::string type : kTypes) {
            const auto file = folder_ / ("terminal-" + type);
            (void)terminal.program().ask(
                {"export", type, "--history", "--format", "ndjson", "--out", file.string()});
            all[type] = read_ndjson_export(file);
        }
        return all;
    }

    [[nodiscard]] static std::vector<ListedConflict> conflicts_of(const StormTerminal& terminal) {
        std::vector<ListedConflict> all;
        const Json list = terminal.program().ask({"conflicts", "list"});
        for (const Json& row : *list.find("conflicts")->items()) {
            ListedConflict each{
                text_of(row, "type"), text_of(row, "record"), text_of(row, "field"), {}, {}};
            each.text = text_of(row, "id") + " " + each.type + " " + each.record + " " + each.field;
            for (const Json& version : *row.find("versions")->items()) {
                each.values.push_back(text_of(version, "value"));
                each.text += "; " + each.values.back() + " of " + text_of(version, "device") +
                             " at " + text_of(version, "at");
            }
            all.push_back(std::move(each));
        }
        return all;
    }
    [[nodiscard]] static std::set<std::string> texts(const std::vector<ListedConflict>& conflicts) {
        std::set<std::string> all;
        for (const ListedConflict& each : conflicts) all.insert(each.text);
        return all;
    }

    static void require_in_step(const StormTerminal& terminal, const Json& office,
                                const std::string& incarnation) {
        const Ended doctor = terminal.program().run({"doctor"});
        INFO(doctor.text());
        CHECK(doctor.code == 0);
        const Ended ended = terminal.program().run({"status", "--json"});
        INFO(ended.text());
        const Json status = one_document(ended);
        CHECK(number_of(status, "pending") == 0);
        CHECK(number_of(status, "set_aside") == 0);
        CHECK(number_of(status, "cursor") == number_of(office, "hub_seq"));
        CHECK(number_of(status, "conflicts") == number_of(office, "conflicts"));
        CHECK_FALSE(*status.find("digest_differs")->boolean());
        CHECK_FALSE(*status.find("rereading")->boolean());
        // Nothing of this is a copy or a restore: it must not be taken for one.
        CHECK(status.find("separated")->is_null());
        CHECK(status.find("hub_restored")->is_null());
        CHECK(text_of(status, "incarnation") == incarnation);
    }

    [[nodiscard]] static std::string digest_of(const StormTerminal& terminal) {
        const auto& profile = terminal.program().profile();
        const auto users = must(vault::list_users(profile));
        const auto keys = must(vault::unlock(profile, users.front(), kPassword));
        auto database = must(sqlite::Database::open(terminal.program().database().string(),
                                                    keys.database_key.view()));
        const Value value =
            must(database.scalar("SELECT value FROM setting WHERE key='sync.digest'"));
        CHECK_FALSE(is_null(value));
        return value_text(value);
    }

    std::uint64_t seconds_;
    std::mt19937_64 random_;
    TempFolder folder_;
    SmallDisk hub_disk_;
    SmallDisk terminal_disk_;
    HubProgram hub_;
    bool hub_runs_{true};
    Bell bell_;
    std::vector<std::unique_ptr<FaultyProxy>> lines_;
    std::vector<std::unique_ptr<StormTerminal>> terminals_;
    std::vector<std::string> incarnations_;
    Words customers_;  ///< ids of those that everybody works on
    Account first_;    ///< what was saved before the storm
    std::deque<Victim> victims_;
    std::map<std::string, int> faults_;
};

void weather(std::uint64_t seconds) {
    Storm storm(number_from("BALIE_SEED", 1), number_from("BALIE_STORM_SECONDS", seconds));
    storm.rage();
    storm.report();
    storm.settle();
    storm.require_whole();
}

TEST_CASE("Through a storm of a minute nothing is lost, nothing comes twice, all are equal") {
    weather(kMinute);
}

// By name, for its length.
TEST_CASE("Through a storm of ten minutes nothing is lost, nothing comes twice, all are equal",
          "[.][whole]") {
    weather(10 * kMinute);
}

}  // namespace
}  // namespace balie::test
