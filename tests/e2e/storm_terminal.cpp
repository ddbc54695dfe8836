#include "tests/e2e/storm_terminal.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <iterator>
#include <utility>

namespace balie::test {

namespace {

constexpr int kOffline = 3;
constexpr int kAttention = 4;
constexpr Milliseconds kPatience{240'000};
constexpr Milliseconds kFollowerEndsWithin{60'000};
/// Of a hundred commands so many are killed, and so many are stopped for a while.
constexpr std::uint64_t kKilled = 8;
constexpr std::uint64_t kStopped = 4;
constexpr std::uint64_t kFirstGuessMs = 400;
constexpr std::uint64_t kStoppedMs = 800;
constexpr int kImported = 40;

/// Short of these nothing may refuse a command that saves.
const Words& excused_errors() {
    static const Words kErrors{"busy", "disk_full", "io"};
    return kErrors;
}

/// What a bad line and a hub that is away may end a synchronisation with; a portal that answers in
/// place of the hub is called a sign-in page.
const Words& line_errors() {
    static const Words kErrors{"offline", "busy", "io", "disk_full", "untrusted", "sign_in_page"};
    return kErrors;
}

bool has(const Words& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<std::string> member(const Json& document, const std::string& name) {
    const Json* found = document.find(name);
    if (found == nullptr || found->string() == nullptr) return std::nullopt;
    return *found->string();
}

std::string padded(int number) {
    std::string text = std::to_string(number);
    return std::string(text.size() < 5 ? 5 - text.size() : 0, '0') + text;
}

}  // namespace

void Bell::ring() {
    {
        const std::lock_guard lock(mutex_);
        rung_ = true;
    }
    came_.notify_all();
}

bool Bell::rings_within(Milliseconds time) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, time, [this] { return rung_; });
}

std::string StormTerminal::Ran::id(const std::string& name) const {
    return answer ? member(*answer, name).value_or("") : "";
}

StormTerminal::StormTerminal(int number, TerminalProgram program, std::filesystem::path prints,
                             Words customers, std::uint64_t seed, Bell& bell)
    : number_(number),
      program_(std::move(program)),
      prints_(std::move(prints)),
      customers_(std::move(customers)),
      random_(seed),
      bell_(&bell) {
    std::filesystem::create_directories(prints_);
}

StormTerminal::~StormTerminal() {
    stop();
}

void StormTerminal::start() {
    thread_ = std::thread([this] { live(); });
}

void StormTerminal::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

void StormTerminal::signal_follower(int number) {
    const std::lock_guard lock(follower_mutex_);
    if (follower_) follower_->signal(number);
}

void StormTerminal::excuse(bool on) {
    if (on) ++excuses_begun_;
    excuses_open_ += on ? 1 : -1;
}

void StormTerminal::live() {
    try {
        while (!stopping_) {
            tend_follower();
            act();
        }
        end_follower();
    } catch (const std::exception& failed) {
        problem(std::string("the test itself: ") + failed.what());
    }
}

void StormTerminal::act() {
    struct Share {
        std::uint64_t of_hundred;
        void (StormTerminal::*what)();
    };
    constexpr std::array<Share, 11> kShares{{{24, &StormTerminal::log},
                                             {6, &StormTerminal::import_contacts},
                                             {4, &StormTerminal::amend},
                                             {8, &StormTerminal::add_customer},
                                             {24, &StormTerminal::edit},
                                             {6, &StormTerminal::flag},
                                             {6, &StormTerminal::add_task},
                                             {4, &StormTerminal::finish_task},
                                             {4, &StormTerminal::settle},
                                             {10, &StormTerminal::sync},
                                             {4, &StormTerminal::look}}};
    std::uint64_t drawn = below(100);
    for (const Share& each : kShares) {
        if (drawn < each.of_hundred) return (this->*each.what)();
        drawn -= each.of_hundred;
    }
}

// --- what a person does -----------------------------------------------------------------------

void StormTerminal::log() {
    const std::string token = this->token();
    ExpectedRecord contact{"interactions", token, {}, {}};
    contact.values = {{"customer_id", any(customers_)},
                      {"channel", any({"visit", "phone", "email", "counter"})},
                      {"outcome", any({"sale", "no_sale", "held", "call_back"})},
                      {"note", text_after(token)},
                      {"duration_s", std::to_string(below(4000))}};
    Words words{"log",
                "--customer",
                contact.values["customer_id"],
                "--channel",
                contact.values["channel"],
                "--outcome",
                contact.values["outcome"],
                "--note",
                contact.values["note"],
                "--duration",
                contact.values["duration_s"]};
    Deed deed;
    if (below(3) == 0) {
        ExpectedRecord task{"tasks", token + "-next", {}, {}};
        task.values = {{"subject", task.token + " follows"},
                       {"customer_id", contact.values["customer_id"]}};
        words.insert(words.end(), {"--next", "+7d", "--next-subject", task.values["subject"]});
        deed.records.push_back(std::move(task));
    }
    const Ran ran = run("log", std::move(words));
    deed.saved = ran.done();
    contact.id = ran.id();
    if (!deed.records.empty()) deed.records.front().id = ran.id("task");
    if (deed.saved) interactions_.push_back(contact.id);
    deed.records.push_back(std::move(contact));
    account_.deeds.push_back(std::move(deed));
}

/// Many at once, for something to send. One that was broken off goes on with the same file.
void StormTerminal::import_contacts() {
    if (unfinished_.empty()) {
        unfinished_ = prints_ / ("contacts-" + std::to_string(tokens_) + ".ndjson");
        first_unfinished_ = account_.deeds.size();
        std::string lines;
        for (int i = 0; i < kImported; ++i) {
            const std::string token = this->token();
            ExpectedRecord contact{"interactions", token, {}, {}};
            contact.values = {{"channel", "phone"},
                              {"outcome", any({"held", "no_answer"})},
                              {"note", text_after(token)}};
            lines += R"({"channel":"phone","outcome":")" + contact.values["outcome"] +
                     R"(","occurred_at":"2026-01-05T10:00:00Z","note":")" + contact.values["note"] +
                     "\"}\n";
            account_.deeds.push_back({false, {std::move(contact)}});
        }
        write_text(unfinished_, lines);
    }
    const Ran ran = run("import", {"import", unfinished_.string(), "--as", "interactions"});
    if (!ran.done()) return;
    for (std::size_t i = 0; i < static_cast<std::size_t>(kImported); ++i)
        account_.deeds[first_unfinished_ + i].saved = true;
    unfinished_.clear();
}

void StormTerminal::amend() {
    if (interactions_.empty()) return log();
    const std::string token = this->token();
    ExpectedRecord line{"interactions", token, {}, {}};
    line.values = {{"amends_id", any(interactions_)}, {"note", text_after(token)}};
    const Ran ran =
        run("amend", {"amend", line.values["amends_id"], "--note", line.values["note"]});
    line.id = ran.id();
    account_.deeds.push_back({ran.done(), {std::move(line)}});
}

void StormTerminal::add_customer() {
    const std::string token = this->token();
    ExpectedRecord customer{"customers", token, {}, {}};
    customer.values = {{"number", token}, {"name", "Storm " + token}};
    ExpectedRecord point{"contact_points", token, {}, {}};
    point.values = {{"value", token + "@storm.example"}};
    const Ran ran =
        run("customer add", {"customer", "add", "--number", token, "--name",
                             customer.values["name"], "--email", point.values["value"]});
    customer.id = ran.id();
    if (ran.done()) {
        point.values["customer_id"] = customer.id;
        const Json* points = ran.answer->find("contact_points");
        if (points != nullptr && points->items() != nullptr && points->items()->size() == 1 &&
            points->items()->front().string() != nullptr) {
            point.id = *points->items()->front().string();
        } else {
            problem("customer add does not say which contact point it saved");
        }
    }
    account_.deeds.push_back({ran.done(), {std::move(customer), std::move(point)}});
}

void StormTerminal::edit() {
    // One field is this terminal's alone, the others are everybody's.
    static const Words kOwn{"preferred_time", "salutation", "vat_no"};
    const std::string field = below(3) == 0 ? kOwn.at(static_cast<std::size_t>(number_))
                                            : any({"note", "given_name", "name_prefix"});
    Edit edit{any(customers_), field, token(), false};
    edit.saved =
        run("customer edit", {"customer", "edit", edit.customer, "--set", field + "=" + edit.value})
            .done();
    account_.edits.push_back(std::move(edit));
}

void StormTerminal::flag() {
    const std::string token = this->token();
    ExpectedRecord flag{"priority_flags", token, {}, {}};
    flag.values = {{"customer_id", any(customers_)},
                   {"level", any({"A", "B", "C"})},
                   {"reason", any({"at_risk", "revenue", "complaint"})},
                   {"note", text_after(token)}};
    // Whoever has that level already, by whomsoever, is not given it again.
    const Ran ran = run("flag",
                        {"flag", flag.values["customer_id"], "--level", flag.values["level"],
                         "--reason", flag.values["reason"], "--note", flag.values["note"]},
                        {"already_exists"});
    flag.id = ran.id();
    account_.deeds.push_back({ran.done(), {std::move(flag)}});
}

void StormTerminal::add_task() {
    const std::string token = this->token();
    ExpectedRecord task{"tasks", token, {}, {}};
    task.values = {{"subject", token + " to be done"}, {"customer_id", any(customers_)}};
    const Ran ran = run("task add", {"task", "add", "--subject", task.values["subject"],
                                     "--customer", task.values["customer_id"]});
    task.id = ran.id();
    if (ran.done()) open_tasks_[task.id] = account_.deeds.size();
    account_.deeds.push_back({ran.done(), {std::move(task)}});
}

void StormTerminal::finish_task() {
    if (open_tasks_.empty()) return add_task();
    const auto task =
        std::next(open_tasks_.begin(), static_cast<std::ptrdiff_t>(below(open_tasks_.size())));
    const Ran ran = run("task done", {"task", "done", task->first});
    // Nobody but this terminal touches it.
    if (ran.done()) account_.deeds[task->second].records.front().values["done_at"] = kAnything;
    open_tasks_.erase(task);
}

void StormTerminal::settle() {
    const Ran listed = run("conflicts list", {"conflicts", "list"});
    if (!listed.done()) return;
    const Json* rows = listed.answer->find("conflicts");
    if (rows == nullptr || rows->items() == nullptr) return problem("conflicts list has no list");
    if (rows->items()->empty()) return;
    const Json& row = (*rows->items())[below(rows->items()->size())];
    const std::string id = member(row, "id").value_or("");
    // It may have been settled elsewhere since it was listed.
    const Words may_fail{"not_found"};
    if (member(row, "type") != "customer") {
        (void)run("conflicts resolve", {"conflicts", "resolve", id, "--keep", "1"}, may_fail);
        return;
    }
    Edit edit{member(row, "record").value_or(""), member(row, "field").value_or(""), token(),
              false};
    edit.saved =
        run("conflicts resolve", {"conflicts", "resolve", id, "--value", edit.value}, may_fail)
            .done();
    account_.edits.push_back(std::move(edit));
}

void StormTerminal::sync() {
    // A person has so much patience with a bad line, then breaks it off.
    const Milliseconds patience(1000 + below(7000));
    const Ran ran = run("sync", {"sync"}, line_errors(), patience);
    if (!ran.answer) return;
    const Json* rereading = ran.answer->find("rereading");
    if (rereading != nullptr && rereading->boolean() != nullptr && *rereading->boolean()) {
        problem("the copy is being read anew:\n" + ran.ended.text());
    }
}

void StormTerminal::look() {
    const Ran ran = run("status", {"status"});
    if (!ran.answer) return;
    for (const char* never : {"rereading", "digest_differs"}) {
        const Json* found = ran.answer->find(never);
        if (found != nullptr && found->boolean() != nullptr && *found->boolean()) {
            problem(std::string("status has ") + never + ":\n" + ran.ended.text());
        }
    }
}

// --- the process that follows -----------------------------------------------------------------

void StormTerminal::tend_follower() {
    std::optional<Ended> ended;
    {
        const std::lock_guard lock(follower_mutex_);
        if (follower_ && follower_->running()) return;
        if (follower_) {
            ended = follower_->kill_now();
            follower_.reset();
        } else if (until_follower_-- <= 0) {
            follower_excuses_ = excuses_begun_ - excuses_open_;
            follower_ = std::make_unique<Process>(command({"sync", "--follow"}));
            ++counts_["sync --follow"];
        }
    }
    if (!ended) return;
    judge_follower(*ended, follower_excuses_ != excuses_begun_);
    until_follower_ = static_cast<int>(below(6));
}

void StormTerminal::judge_follower(const Ended& ended, bool excused) {
    if (ended.err.find("not equal") != std::string::npos) {
        problem("the copy had to be read anew:\n" + ended.text());
    }
    // One that had only just begun does not listen to being told to end yet.
    if (ended.signal == SIGKILL || ended.signal == SIGTERM || ended.code == 0 ||
        ended.code == kAttention)
        return;
    const auto answer = Json::parse(ended.out);
    const std::string error = answer.ok() ? member(*answer, "error").value_or("") : "";
    ++counts_["sync --follow refused: " + error];
    if (ended.code == 1 && excused && has(excused_errors(), error)) return;
    problem("sync --follow ended by itself:\n" + ended.text());
}

void StormTerminal::end_follower() {
    std::unique_ptr<Process> last;
    {
        const std::lock_guard lock(follower_mutex_);
        last = std::move(follower_);
    }
    if (!last) return;
    last->signal(SIGTERM);
    const Ended ended = last->wait(kFollowerEndsWithin);
    if (!ended.in_time) return problem("sync --follow does not end:\n" + ended.text());
    judge_follower(ended, follower_excuses_ != excuses_begun_);
}

// --- commands ---------------------------------------------------------------------------------

Command StormTerminal::command(Words words) const {
    words.emplace_back("--json");
    Command command = program_.command(std::move(words));
    command.files = prints_;  // not on a disk that may be full
    return command;
}

/// Half of the moments are chosen within the time that the last command took, the other half about
/// its end, where it saves.
Milliseconds StormTerminal::moment() {
    const std::uint64_t typical = typical_ms_ == 0 ? kFirstGuessMs : typical_ms_;
    return Milliseconds(below(2) == 0 ? below(typical) : typical * 6 / 10 + below(typical / 2 + 1));
}

void StormTerminal::wait_badly(Process& process, Ran& ran, std::optional<Milliseconds> patience) {
    const std::uint64_t fate = below(100);
    if (fate < kKilled) {
        ran.killed = !process.ends_within(moment());
    } else if (fate < kKilled + kStopped && !process.ends_within(moment())) {
        process.signal(SIGSTOP);
        (void)process.ends_within(Milliseconds(below(kStoppedMs)));
        process.signal(SIGCONT);
        ++counts_["commands stopped for a while"];
    }
    if (!ran.killed && patience) ran.killed = !process.ends_within(*patience);
    ran.ended = ran.killed ? process.kill_now() : process.wait(kPatience);
    ran.killed = ran.killed && ran.ended.signal == SIGKILL;
    if (ran.ended.code == 0 && !patience) {
        typical_ms_ = static_cast<std::uint64_t>(ran.ended.seconds * 1000);
    }
}

StormTerminal::Ran StormTerminal::run(const std::string& kind, Words words, const Words& may_fail,
                                      std::optional<Milliseconds> patience) {
    Ran ran;
    const int begun = excuses_begun_;
    const bool before = excuses_open_ > 0;
    Process process(command(std::move(words)));
    wait_badly(process, ran, patience);
    ran.excused = before || excuses_begun_ != begun;
    if (!ran.ended.out.empty()) {
        auto answer = Json::parse(ran.ended.out);
        if (answer.ok()) ran.answer = std::move(answer).value();
    }
    ++counts_["commands"];
    judge(kind, ran, may_fail);
    return ran;
}

void StormTerminal::judge(const std::string& kind, const Ran& ran, const Words& may_fail) {
    const Ended& ended = ran.ended;
    if (ended.err.find("not equal") != std::string::npos) {
        problem("the copy had to be read anew:\n" + ended.text());
    }
    if (ran.killed) {
        ++counts_["killed: " + kind];
        return;
    }
    const bool done =
        ended.code == 0 || (ended.code == kAttention && (kind == "sync" || kind == "status"));
    if (done && ran.answer) {
        ++counts_["done: " + kind];
        return;
    }
    const std::string error = ran.answer ? member(*ran.answer, "error").value_or("") : "";
    ++counts_["refused: " + kind + ", " + error];
    const bool failed = ended.in_time && (ended.code == 1 || ended.code == kOffline);
    if (failed && has(may_fail, error)) return;
    if (failed && ran.excused && has(excused_errors(), error)) return;
    problem(kind + " failed without a reason that this test gave it:\n" + ended.text());
}

void StormTerminal::problem(const std::string& sentence) {
    problems_.push_back("terminal " + std::to_string(number_) + ": " + sentence);
    bell_->ring();
}

std::string StormTerminal::token() {
    return "s" + std::to_string(number_) + "-" + padded(++tokens_);
}

std::string StormTerminal::text_after(const std::string& token) {
    const std::uint64_t size = below(8) == 0 ? below(6000) : below(200);
    return token + " " + std::string(size, static_cast<char>('a' + below(26))) + ".";
}

std::string StormTerminal::any(const std::vector<std::string>& list) {
    return list[below(list.size())];
}

}  // namespace balie::test
