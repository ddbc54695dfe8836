// The wires of a simulated world: in order within a connection as TCP is, delayed, and cut at any
// point, on both ends or on one. Invariant: a byte is delivered to an end at most once and never
// after that end was told of the close. Thread: one at a time.
#pragma once

#include "tests/sim/sim_base.h"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace balie::sim {

enum class End : std::uint8_t { Terminal, Hub };

struct Faults {
    int cut_percent{0};        ///< a connection is cut at a delivery, before or after it
    int half_open_percent{0};  ///< of the cuts, one end learns nothing of it
    int delay_max_ms{120};
};

class SimNet {
  public:
    using ConnectionId = int;
    struct Handler {
        std::function<void(ConnectionId, std::string bytes)> received;
        std::function<void(ConnectionId)> closed;
    };

    SimNet(SimTime& time, SimRandom& random) : time_(&time), random_(&random) {}

    void set_handlers(Handler terminal, Handler hub) {
        handlers_[0] = std::move(terminal);
        handlers_[1] = std::move(hub);
    }

    ConnectionId connect();
    /// From that end to the other. Lost when the connection is gone.
    void send(ConnectionId id, End from, std::string bytes);
    /// That end closes; the other is told later, unless `silent`.
    void close(ConnectionId id, End from, bool silent = false);
    void cut(ConnectionId id);

    [[nodiscard]] std::optional<std::int64_t> next_due() const;
    /// Delivers what is due first. Call when next_due() is not later than now.
    void deliver_one();
    [[nodiscard]] std::size_t in_flight() const;

    Faults faults;
    std::int64_t delivered{0};

  private:
    struct Packet {
        std::int64_t due_ms{};
        std::string bytes;
        bool close{false};
    };
    struct Direction {
        std::deque<Packet> packets;  ///< on the way to this end
        bool open{true};             ///< this end has not been told of a close
        bool deaf{false};            ///< what is sent to this end is lost
    };
    struct Connection {
        std::array<Direction, 2> ends;
    };

    void push(Connection& connection, End to, Packet packet);
    static std::size_t index(End end) { return end == End::Terminal ? 0 : 1; }
    static End other(End end) { return end == End::Terminal ? End::Hub : End::Terminal; }

    SimTime* time_;
    SimRandom* random_;
    std::array<Handler, 2> handlers_;
    std::map<ConnectionId, Connection> connections_;
    ConnectionId next_{1};
};

}  // namespace balie::sim
