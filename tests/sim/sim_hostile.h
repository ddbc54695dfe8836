// Whoever means harm: bytes without sense, messages of others bent a little, and a device that is
// enrolled, signs correctly and then sends what no honest terminal would (I19). Thread: one at a
// time.
#pragma once

#include "storage/crypto/signing.h"
#include "sync/protocol/message.h"
#include "tests/sim/sim_hub.h"
#include "tests/sim/sim_net.h"

#include <set>

namespace balie::sim {

class Mallory {
  public:
    Mallory(SimNet& net, SimHub& hub, SimRandom& random, DeviceId device, crypto::KeyPair key);

    /// Opens a connection now and then; sends something on one of the open ones.
    void act(const std::string& overheard);
    /// Asks for customers of others, well and badly.
    void ask_for(const RecordId& customer);
    void received(SimNet::ConnectionId id, const std::string& bytes);
    void closed(SimNet::ConnectionId id) { open_.erase(id); }
    [[nodiscard]] bool has(SimNet::ConnectionId id) const { return open_.contains(id); }
    void stop();
    [[nodiscard]] const sync::Origin& origin() const { return origin_; }

  private:
    enum class Manner : std::uint8_t { Garbage, Signed };
    [[nodiscard]] std::string bent(std::string bytes);
    [[nodiscard]] std::string rubbish();
    void push(SimNet::ConnectionId id);
    [[nodiscard]] sync::Change change(std::int64_t seq, const sync::Hash& previous);
    [[nodiscard]] std::string bad_payload();
    void out_of_place(SimNet::ConnectionId id);

    SimNet* net_;
    SimHub* hub_;
    SimRandom* random_;
    crypto::KeyPair key_;
    sync::Origin origin_;
    std::map<SimNet::ConnectionId, Manner> open_;
    std::set<SimNet::ConnectionId> welcomed_;
    std::int64_t seq_{0};
    sync::Hash hash_{};
};

}  // namespace balie::sim
