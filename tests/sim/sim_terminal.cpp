#include "tests/sim/sim_terminal.h"

#include "sync/protocol/codec.h"
#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace balie::sim {

namespace {

constexpr std::size_t kInboxMax = 5;
constexpr std::int64_t kPagesMax = 1'000'000;
/// What one group of messages makes a terminal write at most, or thereabouts.
constexpr std::int64_t kWritesMax = 80;

}  // namespace

crypto::KeyPair key_of(int number) {
    SimRandom random(static_cast<std::uint64_t>(number) + 7'000);
    return crypto::KeyPair::make(random);
}

SimTerminal::SimTerminal(int number, Person person, SimNet& net, SimTime& time, SimRandom& random,
                         std::string folder_file)
    : number_(number),
      person_(std::move(person)),
      net_(&net),
      time_(&time),
      random_(&random),
      clock_(time),
      key_(key_of(number)),
      folder_file_(std::move(folder_file)) {}

void SimTerminal::create() {
    path_ = folder_file_ + ".0.db";
    store_ = must(store::Store::open(path_, raw_key(), clock_, *random_, disk::options(true)),
                  "create a terminal");
    log_ = std::make_unique<sync::ChangeLog>(clock_, *random_);
    store_->set_sink(log_.get());
    replica_ = std::make_unique<sync::TerminalReplica>(*store_);
    replica_->use_blobs(*blobs_);
}

void SimTerminal::open(const std::string& path) {
    path_ = path;
    store_ = must(store::Store::open(path_, raw_key(), clock_, *random_, disk::options()),
                  "open a terminal");
    log_ = std::make_unique<sync::ChangeLog>(clock_, *random_);
    store_->set_sink(log_.get());
    replica_ = std::make_unique<sync::TerminalReplica>(*store_);
    replica_->use_blobs(*blobs_);
    if (blobs_->files.empty()) return;
    (void)must(attach::Attachments(store_->writer(), *blobs_).look_over(true), "look over files");
}

std::string SimTerminal::next_file() {
    return folder_file_ + "." + std::to_string(++generation_) + ".db";
}

void SimTerminal::come_back(const std::string& from) {
    const std::string next = next_file();
    disk::copy_database(from, next);
    go_on_with(next);
}

void SimTerminal::lose_power() {
    ++crashes;
    const std::string next = next_file();
    disk::copy_after_power_cut(path_, next, power->chance);
    power_is_out_ = false;
    go_on_with(next);
}

void SimTerminal::go_on_with(const std::string& copied) {
    disk::stop(path_);
    for (const auto& [id, session] : sessions_) net_->cut(id);
    shut_down();
    open(copied);
    connect_at_ = time_->now_ms + random_->below(2'000);
}

void SimTerminal::crash() {
    ++crashes;
    come_back(path_);
}

void SimTerminal::back_up() {
    backup_ = folder_file_ + ".backup.db";
    disk::copy_database(path_, backup_);
}

void SimTerminal::restore() {
    come_back(backup_);
}

void SimTerminal::shut_down() {
    sessions_.clear();
    replica_.reset();
    if (store_) store_->set_sink(nullptr);
    log_.reset();
    store_.reset();
}

namespace {

/// A program that knows of no snapshots erases nothing of its own log either: it is from before.
std::string as_an_old_program_reads(const std::string& bytes) {
    if (bytes.rfind(R"({"type":"welcome")", 0) != 0) return bytes;
    auto welcome = std::get<sync::Welcome>(must(sync::decode(bytes), "read a WELCOME"));
    welcome.backed_up_hub_seq = 0;
    return sync::encode(welcome);
}

}  // namespace

sync::LinkCallbacks SimTerminal::callbacks(SimNet::ConnectionId id) {
    sync::LinkCallbacks made;
    made.send = [this, id](std::string bytes) {
        if (old_program && bytes.rfind(R"({"type":"pull")", 0) == 0) {
            auto pull = std::get<sync::Pull>(must(sync::decode(bytes), "read a PULL"));
            pull.snapshot.reset();
            bytes = sync::encode(pull);
        }
        net_->send(id, End::Terminal, std::move(bytes));
    };
    made.sign = [this](std::string_view text) -> Result<Bytes> {
        const auto signature = key_.sign(as_bytes(text));
        return Bytes(signature.begin(), signature.end());
    };
    made.disconnect = [this, id](const sync::Disconnect& end) {
        net_->close(id, End::Terminal);
        sessions_.at(id).ended = true;
        connect_at_ =
            time_->now_ms +
            (end.retry_ms >= 0
                 ? end.retry_ms
                 : backoff_.next_ms(static_cast<std::uint32_t>(random_->next() & 0xFFFFFFFFU)));
        if (end.error && end.error->code == ErrorCode::Corrupt) ++repairs;
        if (end.error && end.error->code != ErrorCode::Offline &&
            end.error->code != ErrorCode::Busy && end.error->code != ErrorCode::DiskFull) {
            troubles_.push_back(end.error->text());
        }
    };
    made.answered = [this](const sync::HubQuestion&, const sync::HubAnswer&) { ++answers; };
    made.progressed = [this, id] {
        backoff_.reset();
        sessions_.at(id).exchanging = true;
    };
    made.idle = [this, id](std::int64_t /*cursor*/, bool /*held*/) {
        ++idles;
        sessions_.at(id).exchanging = false;
    };
    return made;
}

SimNet::ConnectionId SimTerminal::connect() {
    const SimNet::ConnectionId id = net_->connect();
    auto link = must(sync::TerminalLink::for_device(*replica_, clock_, "balie sim", callbacks(id)),
                     "connect");
    sessions_[id].link = std::make_unique<sync::TerminalLink>(std::move(link));
    apply_rules();
    return id;
}

SimNet::ConnectionId SimTerminal::enrol(const std::string& secret) {
    const SimNet::ConnectionId id = net_->connect();
    const auto& key = key_.public_key();
    sync::EnrolRequest request{secret, Bytes(key.begin(), key.end()), person_.user + "'s terminal",
                               "balie sim"};
    sessions_[id].link = std::make_unique<sync::TerminalLink>(sync::TerminalLink::for_enrolment(
        *replica_, clock_, std::move(request), "wss://hub/sync", callbacks(id)));
    return id;
}

void SimTerminal::received(SimNet::ConnectionId id, const std::string& bytes) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    // A busy store takes several messages in at once.
    Session& session = found->second;
    session.inbox.push_back(old_program ? as_an_old_program_reads(bytes) : bytes);
    session.take_in_at = time_->now_ms + (random_->chance(70) ? 0 : random_->below(60));
    if (session.take_in_at <= time_->now_ms || session.inbox.size() >= kInboxMax) take_in(session);
    drop_ended();
}

void SimTerminal::take_in(Session& session) {
    const auto messages = std::exchange(session.inbox, {});
    if (messages.empty() || session.ended || power_is_out_) return;
    // No page more than there are.
    const bool full = random_->chance(full_disk_percent);
    if (full) limit_pages(1);
    const bool cut = power != nullptr && !full && power->chance.chance(power->percent);
    if (cut) disk::cut_power_after(path_, power->chance.below(kWritesMax));
    session.link->received_all(messages);
    if (cut) power_is_out_ = disk::disarm(path_);
    if (full) limit_pages(kPagesMax);
}

void SimTerminal::limit_pages(std::int64_t pages) {
    (void)must(store_->writer().scalar("PRAGMA max_page_count=" + std::to_string(pages)),
               "page limit");
}

void SimTerminal::closed(SimNet::ConnectionId id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    take_in(found->second);
    sessions_.erase(id);
    connect_at_ =
        time_->now_ms + backoff_.next_ms(static_cast<std::uint32_t>(random_->below(1 << 30)));
}

bool SimTerminal::exchanging() const {
    return std::any_of(sessions_.begin(), sessions_.end(),
                       [](const auto& each) { return each.second.exchanging; });
}

bool SimTerminal::connect_due() const {
    return online && sessions_.empty() && connect_at_ <= time_->now_ms;
}

void SimTerminal::network_changed() {
    backoff_.reset();
    connect_at_ = time_->now_ms;
}

void SimTerminal::meter(bool metered) {
    constexpr std::int64_t kBudgetMax = 60'000;
    sync::LinkBook book = replica_->link();
    sync::LinkSettings settings;
    if (metered) {
        settings.metered = sync::Metered::On;
        settings.budget_bytes = 1 + random_->below(kBudgetMax);
        must(book.count({random_->below(kBudgetMax / 2), 0}), "count bytes");
    }
    must(book.set(settings), "meter the line");
    apply_rules();
}

void SimTerminal::apply_rules() {
    const auto state = must(replica_->link().state(""), "the rules of the line");
    for (auto& [id, session] : sessions_) session.link->set_rules(state.rules);
    drop_ended();
}

void SimTerminal::new_addresses() {
    for (auto& [id, session] : sessions_) session.link->network_changed();
    drop_ended();
    network_changed();
}

bool SimTerminal::ask(sync::HubQuestion question) {
    if (sessions_.empty()) return false;
    sessions_.begin()->second.link->ask(std::move(question));
    drop_ended();
    return true;
}

void SimTerminal::hang_up() {
    for (const auto& [id, session] : sessions_) net_->cut(id);
}

std::int64_t SimTerminal::next_due() const {
    std::int64_t due = std::numeric_limits<std::int64_t>::max();
    if (online && sessions_.empty()) due = connect_at_;
    for (const auto& [id, session] : sessions_) {
        due = std::min(due, session.link->wait_until_ms());
        if (!session.inbox.empty()) due = std::min(due, session.take_in_at);
    }
    return due;
}

void SimTerminal::work() {
    for (auto& [id, session] : sessions_) {
        if (session.take_in_at <= time_->now_ms) take_in(session);
        if (power_is_out_) return;
        if (session.link->wait_until_ms() <= time_->now_ms) session.link->tick();
    }
    drop_ended();
}

void SimTerminal::saved() {
    apply_rules();
    for (auto& [id, session] : sessions_) session.link->local_changes_saved();
    drop_ended();
}

void SimTerminal::drop_ended() {
    std::erase_if(sessions_, [](const auto& each) { return each.second.ended; });
}

}  // namespace balie::sim
