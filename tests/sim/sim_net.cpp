#include "tests/sim/sim_net.h"

namespace balie::sim {

SimNet::ConnectionId SimNet::connect() {
    connections_.emplace(next_, Connection{});
    return next_++;
}

void SimNet::push(Connection& connection, End to, Packet packet) {
    Direction& direction = connection.ends[index(to)];
    if (!direction.open || direction.deaf) return;
    const std::int64_t delay = 5 + random_->below(faults.delay_max_ms);
    packet.due_ms = time_->now_ms + delay;
    if (!direction.packets.empty()) {
        packet.due_ms = std::max(packet.due_ms, direction.packets.back().due_ms);
    }
    direction.packets.push_back(std::move(packet));
}

void SimNet::send(ConnectionId id, End from, std::string bytes) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    push(found->second, other(from), {0, std::move(bytes), false});
}

void SimNet::close(ConnectionId id, End from, bool silent) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    Direction& mine = found->second.ends[index(from)];
    mine.open = false;
    mine.packets.clear();
    if (silent) {
        found->second.ends[index(other(from))].deaf = true;
    } else {
        push(found->second, other(from), {0, {}, true});
    }
    if (!found->second.ends[index(other(from))].open) connections_.erase(found);
}

void SimNet::cut(ConnectionId id) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    const bool half = random_->chance(faults.half_open_percent);
    const End spared = random_->chance(50) ? End::Terminal : End::Hub;
    for (const End end : {End::Terminal, End::Hub}) {
        Direction& direction = found->second.ends[index(end)];
        if (!direction.open) continue;
        if (half && end == spared) {
            // What was on its way still arrives, and nothing after it.
            direction.deaf = true;
            continue;
        }
        direction.packets.clear();
        direction.packets.push_back({time_->now_ms, {}, true});
    }
}

std::optional<std::int64_t> SimNet::next_due() const {
    std::optional<std::int64_t> due;
    for (const auto& [id, connection] : connections_) {
        for (const Direction& direction : connection.ends) {
            if (direction.packets.empty()) continue;
            const std::int64_t at = direction.packets.front().due_ms;
            if (!due || at < *due) due = at;
        }
    }
    return due;
}

std::size_t SimNet::in_flight() const {
    std::size_t count = 0;
    for (const auto& [id, connection] : connections_) {
        count += connection.ends[0].packets.size() + connection.ends[1].packets.size();
    }
    return count;
}

void SimNet::deliver_one() {
    ConnectionId at = 0;
    std::size_t end = 0;
    std::optional<std::int64_t> due;
    for (const auto& [id, connection] : connections_) {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& packets = connection.ends[i].packets;
            if (packets.empty() || (due && packets.front().due_ms >= *due)) continue;
            due = packets.front().due_ms;
            at = id;
            end = i;
        }
    }
    if (!due) return;
    Connection& connection = connections_.at(at);
    Direction& direction = connection.ends[end];
    Packet packet = std::move(direction.packets.front());
    direction.packets.pop_front();
    if (packet.close) {
        direction.open = false;
        direction.packets.clear();
        if (!connection.ends[1 - end].open) connections_.erase(at);
        handlers_[end].closed(at);
        return;
    }
    const bool cut_now = random_->chance(faults.cut_percent);
    if (cut_now && random_->chance(50)) {
        cut(at);
        return;
    }
    ++delivered;
    handlers_[end].received(at, std::move(packet.bytes));
    if (cut_now) cut(at);
}

}  // namespace balie::sim
