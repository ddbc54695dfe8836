#include "sync/hub/hub_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace balie::sync {

namespace {

prometheus::Counter& counter(prometheus::Registry& registry, const std::string& name,
                             const std::string& help, const prometheus::Labels& labels = {}) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const std::string& name,
                         const std::string& help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

/// A counter that is counted elsewhere: brought up to what it is there.
void bring_to(prometheus::Counter& counter, std::uint64_t value) {
    const auto wanted = static_cast<double>(value);
    if (wanted > counter.Value()) counter.Increment(wanted - counter.Value());
}

const prometheus::Histogram::BucketBoundaries kSecondsBuckets{
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5};
const prometheus::Histogram::BucketBoundaries kBatchBuckets{1, 2, 4, 8, 16, 32, 64};

}  // namespace

struct HubMetrics::Impl {
    Impl()
        : changes(prometheus::BuildCounter()
                      .Name("balie_hub_changes_total")
                      .Help("Changes taken from terminals, by verdict.")
                      .Register(registry)),
          applied(changes.Add({{"verdict", "applied"}})),
          superseded(changes.Add({{"verdict", "superseded"}})),
          conflict(changes.Add({{"verdict", "conflict"}})),
          set_aside(changes.Add({{"verdict", "set_aside"}})),
          refusals(prometheus::BuildCounter()
                       .Name("balie_hub_push_refusals_total")
                       .Help("Pushes refused as a whole, by code.")
                       .Register(registry)) {}

    prometheus::Registry registry;
    prometheus::TextSerializer serializer;
    std::function<WireCounts()> wire;

    prometheus::Family<prometheus::Counter>& changes;
    prometheus::Counter& applied;
    prometheus::Counter& superseded;
    prometheus::Counter& conflict;
    prometheus::Counter& set_aside;
    prometheus::Family<prometheus::Counter>& refusals;
    prometheus::Counter& pushes =
        counter(registry, "balie_hub_pushes_total", "Push batches taken from terminals.");
    prometheus::Counter& sent =
        counter(registry, "balie_hub_changes_sent_total", "Log entries sent to terminals.");
    prometheus::Counter& enrolments =
        counter(registry, "balie_hub_enrolments_total", "Terminals enrolled.");
    prometheus::Counter& wrong_codes = counter(registry, "balie_hub_wrong_codes_total",
                                               "Enrolments refused: wrong, used or expired code.");
    prometheus::Counter& garbage =
        counter(registry, "balie_hub_garbage_total", "Messages that were not understood.");
    prometheus::Counter& store_failures =
        counter(registry, "balie_hub_store_failures_total", "Writes that the store could not do.");
    prometheus::Histogram& commit_seconds =
        prometheus::BuildHistogram()
            .Name("balie_hub_commit_seconds")
            .Help("Time of one group commit, from its first batch to durable.")
            .Register(registry)
            .Add({}, kSecondsBuckets);
    prometheus::Histogram& commit_batches = prometheus::BuildHistogram()
                                                .Name("balie_hub_commit_batches")
                                                .Help("Push batches in one group commit.")
                                                .Register(registry)
                                                .Add({}, kBatchBuckets);
    prometheus::Gauge& floor =
        gauge(registry, "balie_hub_log_floor", "The entry up to which the log is compacted.");
    prometheus::Gauge& hub_seq =
        gauge(registry, "balie_hub_seq", "Sequence number of the last log entry.");
    prometheus::Gauge& inbox =
        gauge(registry, "balie_hub_inbox_bytes", "Bytes received and not yet worked on.");
    prometheus::Gauge& is_ready =
        gauge(registry, "balie_hub_ready", "1 when the store accepts writes.");
    prometheus::Gauge& connections =
        gauge(registry, "balie_hub_connections", "Terminals connected now.");
    prometheus::Gauge& queued =
        gauge(registry, "balie_hub_send_queue_bytes", "Bytes waiting to be written to terminals.");
    prometheus::Counter& bytes_in =
        counter(registry, "balie_hub_received_bytes_total", "Bytes of messages received.");
    prometheus::Counter& bytes_out =
        counter(registry, "balie_hub_sent_bytes_total", "Bytes of messages sent.");
    prometheus::Counter& messages_in =
        counter(registry, "balie_hub_received_messages_total", "Messages received.");
    prometheus::Counter& messages_out =
        counter(registry, "balie_hub_sent_messages_total", "Messages sent.");
    prometheus::Counter& opened =
        counter(registry, "balie_hub_connections_opened_total", "Connections opened.");
    prometheus::Counter& not_opened =
        counter(registry, "balie_hub_connections_refused_total",
                "Connections that never opened: no TLS, too slow, too many.");
};

HubMetrics::HubMetrics() : impl_(std::make_unique<Impl>()) {}
HubMetrics::~HubMetrics() = default;

void HubMetrics::count_wire_with(std::function<WireCounts()> counts) {
    impl_->wire = std::move(counts);
}

void HubMetrics::committed(std::size_t batches, double seconds) {
    impl_->commit_batches.Observe(static_cast<double>(batches));
    impl_->commit_seconds.Observe(seconds);
}

void HubMetrics::acknowledged(const Ack& ack) {
    impl_->pushes.Increment();
    for (const auto& verdict : ack.verdicts) {
        const auto changes = static_cast<double>(verdict.last - verdict.first + 1);
        switch (verdict.kind) {
            case VerdictKind::Applied:
                impl_->applied.Increment(changes);
                break;
            case VerdictKind::Superseded:
                impl_->superseded.Increment(changes);
                break;
            case VerdictKind::Conflict:
                impl_->conflict.Increment(changes);
                break;
            case VerdictKind::SetAside:
                impl_->set_aside.Increment(changes);
                break;
        }
    }
}

void HubMetrics::refused_push(std::string_view code) {
    impl_->refusals.Add({{"code", std::string(code)}}).Increment();
}

void HubMetrics::sent_changes(std::size_t entries) {
    impl_->sent.Increment(static_cast<double>(entries));
}

void HubMetrics::enrolled() {
    impl_->enrolments.Increment();
}
void HubMetrics::wrong_code() {
    impl_->wrong_codes.Increment();
}
void HubMetrics::garbage() {
    impl_->garbage.Increment();
}
void HubMetrics::store_failed() {
    impl_->store_failures.Increment();
}

void HubMetrics::at_hub_seq(std::int64_t hub_seq) {
    impl_->hub_seq.Set(static_cast<double>(hub_seq));
}
void HubMetrics::compacted_to(std::int64_t floor) {
    impl_->floor.Set(static_cast<double>(floor));
}
void HubMetrics::inbox_holds(std::size_t bytes) {
    impl_->inbox.Set(static_cast<double>(bytes));
}
void HubMetrics::ready(bool ready) {
    impl_->is_ready.Set(ready ? 1 : 0);
}

std::string HubMetrics::text() {
    if (impl_->wire) {
        const auto wire = impl_->wire();
        impl_->connections.Set(static_cast<double>(wire.connections));
        impl_->queued.Set(static_cast<double>(wire.queued_bytes));
        bring_to(impl_->bytes_in, wire.bytes_in);
        bring_to(impl_->bytes_out, wire.bytes_out);
        bring_to(impl_->messages_in, wire.messages_in);
        bring_to(impl_->messages_out, wire.messages_out);
        bring_to(impl_->opened, wire.opened);
        bring_to(impl_->not_opened, wire.refused);
    }
    return impl_->serializer.Serialize(impl_->registry.Collect());
}

}  // namespace balie::sync
