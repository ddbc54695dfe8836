#include "tests/sim/sim_hub.h"

#include "sync/hub/blob_desk.h"
#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <limits>

namespace balie::sim {

namespace {

constexpr std::int64_t kGroupDelayMs = 20;
/// What a group commit makes the hub write at most, or thereabouts.
constexpr std::int64_t kWritesMax = 120;

}  // namespace

SimHub::SimHub(SimNet& net, SimTime& time, SimRandom& random, std::string folder_file)
    : net_(&net),
      time_(&time),
      random_(&random),
      clock_(time),
      folder_file_(std::move(folder_file)) {}

void SimHub::create() {
    path_ = folder_file_ + ".0.db";
    store_ = must(sync::HubStore::create(path_, raw_key(), clock_, *random_, disk::options()),
                  "create the hub");
    // What compaction puts away, for the oracle, who reads the log from its beginning.
    must(store_->store().writer().execute(
             "CREATE TABLE kept_log AS SELECT * FROM hub_log WHERE 0;"
             "CREATE VIEW whole_log AS SELECT * FROM kept_log UNION ALL SELECT * FROM hub_log "
             "WHERE hub_seq NOT IN (SELECT hub_seq FROM kept_log)"),
         "make room for what is put away");
}

void SimHub::open(const std::string& path) {
    path_ = path;
    store_ = must(sync::HubStore::open(path_, raw_key(), clock_, *random_, disk::options()),
                  "open the hub");
    use_blobs();
    told_seq_ = must(store_->hub_seq(), "read hub_seq");
    look_at_fetches();
}

void SimHub::open_restored(const std::string& path) {
    path_ = path;
    store_ =
        must(sync::HubStore::open_restored(path_, raw_key(), clock_, *random_, disk::options()),
             "open the restored hub");
    use_blobs();
    told_seq_ = must(store_->hub_seq(), "read hub_seq");
    look_at_fetches();
}

void SimHub::use_blobs() {
    if (!blobs) return;
    store_->use_blobs(blobs);
    (void)must(must(store_->blobs(), "attachments")->look_over(true), "look files over");
}

void SimHub::fetch_for(std::int64_t ms) {
    fetch_for_ms_ = ms;
    look_at_fetches();
}

void SimHub::look_at_fetches() {
    if (fetch_for_ms_ == 0) return;
    store_->set_fetch_for(fetch_for_ms_);
    const Value next =
        must(store_->store().writer().scalar("SELECT min(until_ms) FROM hub_fetch"), "fetches");
    fetch_end_ms_ = is_null(next) ? kNoFetch : value_integer(next) - kSimStartMs;
}

std::string SimHub::next_file() {
    return folder_file_ + "." + std::to_string(++generation_) + ".db";
}

void SimHub::let_go() {
    disk::stop(path_);
    for (const auto& [id, peer] : peers_) net_->cut(id);
    peers_.clear();
    batches_.clear();
    store_.reset();
}

std::string SimHub::replaced_by(const std::string& from) {
    std::string next = next_file();
    disk::copy_database(from, next);
    let_go();
    return next;
}

void SimHub::lose_power() {
    ++crashes;
    const std::string next = next_file();
    disk::copy_after_power_cut(path_, next, power->chance);
    let_go();
    open(next);
}

void SimHub::crash() {
    ++crashes;
    open(replaced_by(path_));
}

void SimHub::back_up() {
    const auto extent = must(store_->extent(), "look how far the backup reaches");
    disk::copy_database(path_, folder_file_ + ".backup.db");
    if (blobs) files_of_backup_ = blobs->files;
    must(store_->note_backup(extent), "note the backup");
}

void SimHub::restore() {
    ++restores;
    // The folder of the backup, or the one that was there, or none.
    if (blobs && random_->chance(60)) {
        blobs->files = random_->chance(60) ? files_of_backup_ : std::map<std::string, Bytes>{};
    }
    open_restored(replaced_by(folder_file_ + ".backup.db"));
}

void SimHub::shut_down() {
    peers_.clear();
    store_.reset();
}

void SimHub::accept(SimNet::ConnectionId id) {
    Peer& peer = peers_[id];
    sync::HubLinkCallbacks callbacks;
    callbacks.send = [this, id](std::string bytes) {
        net_->send(id, End::Hub, std::move(bytes));
        return true;
    };
    callbacks.ingest = [this, id](sync::IngestRequest request) {
        if (batches_.empty()) commit_at_ = time_->now_ms + random_->below(kGroupDelayMs);
        batches_.push_back({id, std::move(request)});
    };
    callbacks.disconnect = [this, id](const std::string& /*reason*/) {
        net_->close(id, End::Hub);
        peers_[id].told_to_close = true;
    };
    callbacks.on_blob = [this](const std::string& blob, std::int64_t bytes) {
        for (auto& [each, other] : peers_) other.link->blob_arrived(blob, bytes);
    };
    peer.link = std::make_unique<sync::HubLink>(*store_, clock_, *random_, std::move(callbacks));
    peer.link->start();
}

void SimHub::received(SimNet::ConnectionId id, const std::string& bytes) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    found->second.link->received(bytes);
    tell_growth();
    drop_closed();
}

void SimHub::closed(SimNet::ConnectionId id) {
    peers_.erase(id);
}

std::int64_t SimHub::next_due() const {
    std::int64_t due = batches_.empty() ? std::numeric_limits<std::int64_t>::max() : commit_at_;
    for (const auto& [id, peer] : peers_) due = std::min(due, peer.link->wait_until_ms());
    return std::min(due, fetch_end_ms_);
}

void SimHub::work() {
    if (!batches_.empty() && commit_at_ <= time_->now_ms) commit_group();
    for (auto& [id, peer] : peers_) {
        if (peer.link->wait_until_ms() <= time_->now_ms) peer.link->tick();
    }
    if (fetch_end_ms_ <= time_->now_ms) {
        must(store_->end_fetches(), "end fetches");
        tell_growth();
        look_at_fetches();
    }
    drop_closed();
}

void SimHub::commit_group() {
    std::vector<sync::IngestRequest> requests;
    std::vector<SimNet::ConnectionId> ids;
    for (Batch& batch : batches_) {
        requests.push_back(std::move(batch.request));
        ids.push_back(batch.id);
    }
    batches_.clear();
    const bool cut = power != nullptr && power->chance.chance(power->percent);
    if (cut) disk::cut_power_after(path_, power->chance.below(kWritesMax));
    auto answers = store_->ingest(requests);
    if (cut && disk::disarm(path_)) {
        ++power->cuts;
        return lose_power();
    }
    if (!answers.ok()) {
        for (const auto id : ids) {
            if (auto found = peers_.find(id); found != peers_.end()) {
                found->second.link->ingested(answers.error());
            }
        }
        return;
    }
    if (random_->chance(faults.crash_after_commit_percent)) return crash();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto found = peers_.find(ids[i]);
        if ((*answers)[i].ack) {
            const std::int64_t acked = (*answers)[i].ack->acked_seq;
            for (auto& [id, peer] : peers_) {
                if (id != ids[i]) peer.link->own_log_grew(requests[i].origin, acked);
            }
        }
        if (found != peers_.end()) found->second.link->ingested(std::move((*answers)[i]));
    }
    if (random_->chance(faults.lose_acknowledged_percent)) {
        must(store_->store().writer().execute("DELETE FROM hub_log WHERE hub_seq=(SELECT "
                                              "max(hub_seq) FROM hub_log WHERE kind=0)"),
             "lose a change");
    }
    tell_growth();
}

void SimHub::tell_growth() {
    const std::int64_t seq = must(store_->hub_seq(), "read hub_seq");
    if (seq == told_seq_) return;
    told_seq_ = seq;
    look_at_fetches();
    for (auto& [id, peer] : peers_) peer.link->log_grew(seq);
}

void SimHub::drop_closed() {
    std::erase_if(peers_, [](const auto& each) {
        return each.second.told_to_close || each.second.link->closed();
    });
}

}  // namespace balie::sim
