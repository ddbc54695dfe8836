// The hub's counters, and their text for Prometheus (exposition format 0.0.4).
// Invariant: counters only grow; nothing in them names a person, a device or a record.
// Thread: any. Owns its registry.
#pragma once

#include "sync/protocol/message.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace balie::sync {

/// What the sockets count; read when the text is made.
struct WireCounts {
    std::uint64_t connections{};
    std::uint64_t bytes_in{};
    std::uint64_t bytes_out{};
    std::uint64_t messages_in{};
    std::uint64_t messages_out{};
    std::uint64_t opened{};
    std::uint64_t refused{};
    std::uint64_t queued_bytes{};
};

class HubMetrics {
  public:
    HubMetrics();
    HubMetrics(const HubMetrics&) = delete;
    HubMetrics& operator=(const HubMetrics&) = delete;
    ~HubMetrics();

    /// Before the first text(); called on the thread that asks for it.
    void count_wire_with(std::function<WireCounts()> counts);

    /// One group commit: `batches` pushes in `seconds`.
    void committed(std::size_t batches, double seconds);
    void acknowledged(const Ack& ack);
    void refused_push(std::string_view code);
    void sent_changes(std::size_t entries);
    void enrolled();
    void wrong_code();
    void garbage();
    void store_failed();
    void at_hub_seq(std::int64_t hub_seq);
    void compacted_to(std::int64_t floor);
    void inbox_holds(std::size_t bytes);
    void ready(bool ready);

    [[nodiscard]] std::string text();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace balie::sync
