// What the window asks of head office: questions go to whoever holds the connection, answers come
// back as events. A fetch is done when the customer is here, not when it was granted.
// Invariant: every ticket is answered once; nothing is asked twice. Thread: store only, but
// expects(). Ownership: clock and mailbox outlive it.
#pragma once

#include "app/runtime/events.h"
#include "app/runtime/mailbox.h"
#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/store/store.h"
#include "sync/protocol/asks.h"

#include <atomic>
#include <functional>
#include <vector>

namespace balie::app {

/// Calls the taker once, on the store thread, with an answer or the refusal `offline`.
using AskHub = std::function<void(const sync::HubQuestion& question,
                                  std::function<void(const sync::HubAnswer&)> taker)>;

class HubDesk {
  public:
    HubDesk(Clock& clock, Mailbox& mailbox, AskHub ask)
        : clock_(&clock), mailbox_(&mailbox), ask_(std::move(ask)) {}

    void find(Ticket ticket, const HubSearchQuery& query, Entropy& entropy);
    void fetch(Ticket ticket, const FetchCustomer& command, store::Store& store);
    /// Rows changed, or time passed: has somebody arrived?
    void look(store::Store& store);
    /// Somebody is to arrive: look() is worth calling. Thread: any.
    [[nodiscard]] bool expects() const { return expects_; }

  private:
    struct Arrival {
        Ticket ticket{};
        RecordId customer;
        std::int64_t until_ms{};  ///< steady
    };
    void ask(const sync::HubQuestion& question, std::function<void(const sync::HubAnswer&)> taker);

    Clock* clock_;
    Mailbox* mailbox_;
    AskHub ask_;
    std::vector<Arrival> arrivals_;
    std::atomic<bool> expects_{false};
};

}  // namespace balie::app
