// One terminal in a storm: it captures and synchronises all the time, by its own hand and by
// `balie sync --follow`, and keeps account of what commands said was saved.
// Invariant: every process it starts is ended by it, at the latest by stop(). What it finds wrong
// is kept as sentences and rung for; nothing here ends a test. Thread: its own between start() and
// stop(); what says so may be called from another meanwhile, the rest only before and after.
#pragma once

#include "tests/e2e/storm_account.h"
#include "tests/e2e/world.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

namespace balie::test {

/// Rung once, when somebody found what must not be. Thread: any.
class Bell {
  public:
    void ring();
    /// True as soon as it was rung, false after this time.
    [[nodiscard]] bool rings_within(Milliseconds time);

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    bool rung_{false};
};

class StormTerminal {
  public:
    StormTerminal(int number, TerminalProgram program, std::filesystem::path prints,
                  Words customers, std::uint64_t seed, Bell& bell);
    StormTerminal(const StormTerminal&) = delete;
    StormTerminal& operator=(const StormTerminal&) = delete;
    ~StormTerminal();

    void start();
    /// Lets the command under way come to its end, ends what follows, and its thread.
    void stop();

    /// From another thread: to the process that follows, when there is one.
    void signal_follower(int number);
    /// From another thread: while this holds, saving may fail (a full disk, a process that was
    /// stopped within its transaction). A command that overlaps with it is excused.
    void excuse(bool on);

    [[nodiscard]] const TerminalProgram& program() const { return program_; }
    [[nodiscard]] const Account& account() const { return account_; }
    [[nodiscard]] const std::map<std::string, int>& counts() const { return counts_; }
    [[nodiscard]] const Sentences& problems() const { return problems_; }

  private:
    /// How a command went.
    struct Ran {
        Ended ended;
        bool killed{false};
        bool excused{false};
        std::optional<Json> answer;
        [[nodiscard]] bool done() const { return ended.code == 0 && answer.has_value(); }
        [[nodiscard]] std::string id(const std::string& name = "id") const;
    };

    void live();
    void act();
    void log();
    void import_contacts();
    void amend();
    void add_customer();
    void edit();
    void flag();
    void add_task();
    void finish_task();
    void settle();
    void sync();
    void look();

    void tend_follower();
    void end_follower();
    void judge_follower(const Ended& ended, bool excused);

    [[nodiscard]] Ran run(const std::string& kind, Words words, const Words& may_fail = {},
                          std::optional<Milliseconds> patience = {});
    void judge(const std::string& kind, const Ran& ran, const Words& may_fail);
    void wait_badly(Process& process, Ran& ran, std::optional<Milliseconds> patience);
    [[nodiscard]] Milliseconds moment();
    void problem(const std::string& sentence);
    [[nodiscard]] Command command(Words words) const;

    [[nodiscard]] std::uint64_t below(std::uint64_t end) { return random_() % end; }
    [[nodiscard]] std::string token();
    [[nodiscard]] std::string text_after(const std::string& token);
    [[nodiscard]] std::string any(const std::vector<std::string>& list);

    int number_;
    TerminalProgram program_;
    std::filesystem::path prints_;
    Words customers_;  ///< ids of those that all terminals work on
    std::mt19937_64 random_;
    Bell* bell_;

    Account account_;
    std::map<std::string, int> counts_;
    Sentences problems_;
    std::vector<std::string> interactions_;          ///< ids that were saved here
    std::map<std::string, std::size_t> open_tasks_;  ///< id to its place in account_.deeds
    std::filesystem::path unfinished_;               ///< import that was broken off; empty: none
    std::size_t first_unfinished_{0};                ///< its first line's place in account_.deeds
    int tokens_{0};
    std::uint64_t typical_ms_{0};  ///< what the last command took that saved; 0: none did yet
    int until_follower_{0};        ///< commands before the next one is started

    std::atomic<bool> stopping_{false};
    std::atomic<int> excuses_open_{0};
    std::atomic<int> excuses_begun_{0};
    std::mutex follower_mutex_;
    std::unique_ptr<Process> follower_;  ///< under follower_mutex_
    int follower_excuses_{0};            ///< excuses_begun_ when it was started
    std::thread thread_;
};

}  // namespace balie::test
