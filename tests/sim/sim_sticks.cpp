// Files that somebody carries between terminals and the office: late, twice, in any order, spoilt,
// or never, beside the network.
#include "sync/hub/bundle_desk.h"
#include "sync/log/terminal_bundle.h"
#include "sync/protocol/codec.h"
#include "tests/sim/sim_world.h"

#include <algorithm>

namespace balie::sim {

namespace {

constexpr std::size_t kSticksMax = 12;
constexpr int kSpoiltPercent = 10;
constexpr int kLostPercent = 40;  ///< after it was used once; the others may be used again

/// A file in memory that is read from its beginning.
class Held {
  public:
    explicit Held(const Bytes& bytes) : bytes_(&bytes) {}
    [[nodiscard]] sync::BundleSource source() {
        return {[this](std::span<std::uint8_t> out) -> Result<std::size_t> {
                    const std::size_t count = std::min(out.size(), bytes_->size() - at_);
                    std::copy_n(bytes_->begin() + static_cast<std::ptrdiff_t>(at_), count,
                                out.begin());
                    at_ += count;
                    return count;
                },
                [this]() -> Outcome {
                    at_ = 0;
                    return {};
                }};
    }

  private:
    const Bytes* bytes_;
    std::size_t at_{0};
};

sync::BundleSink sink_to(Bytes& file) {
    return [&file](BytesView bytes) -> Outcome {
        file.insert(file.end(), bytes.begin(), bytes.end());
        return {};
    };
}

std::string origin_words(const sync::BundleHeader& header) {
    return header.device.text().substr(30) + " in its life " +
           (header.incarnation ? header.incarnation->text().substr(0, 4) : std::string("-"));
}

}  // namespace

void SimWorld::carry_sticks() {
    for (auto& terminal : terminals_) {
        if (!terminal->old_program && random_.chance(plan_.stick_percent)) write_stick(*terminal);
    }
    if (sticks_.empty() || !random_.chance(4 * plan_.stick_percent)) return;
    const auto at =
        static_cast<std::size_t>(random_.below(static_cast<std::int64_t>(sticks_.size())));
    Stick stick = sticks_[at];
    const bool lost = random_.chance(kLostPercent) || sticks_.size() > kSticksMax;
    if (lost) sticks_.erase(sticks_.begin() + static_cast<std::ptrdiff_t>(at));
    const bool spoilt = random_.chance(kSpoiltPercent);
    if (spoilt) {
        auto& byte = stick.file[static_cast<std::size_t>(
            random_.below(static_cast<std::int64_t>(stick.file.size())))];
        byte = static_cast<std::uint8_t>(byte ^ (1U << random_.below(8)));
    }
    if (stick.to_hub) {
        hand_in(stick, spoilt);
        return;
    }
    // Whoever is this device, copies too.
    std::vector<SimTerminal*> takers;
    takers.reserve(terminals_.size());
    for (auto& terminal : terminals_) {
        const auto tail = sync::ChangeLog::tail(terminal->store().writer());
        if (tail.ok() && tail->origin.device == stick.device) takers.push_back(terminal.get());
    }
    if (!takers.empty()) take_stick(*random_.pick(takers), stick, spoilt);
}

void SimWorld::carry_by_hand(SimTerminal& terminal) {
    sticks_.clear();
    write_stick(terminal);
    const Stick asked = sticks_.back();
    hand_in(asked, false);
    answer_stick(asked.device);
    const Stick answer = sticks_.back();
    take_stick(terminal, answer, false);
    sticks_.clear();
}

void SimWorld::write_stick(SimTerminal& terminal) {
    const auto tail = sync::ChangeLog::tail(terminal.store().writer());
    if (!tail.ok()) return;  // not enrolled yet
    Stick stick{true, tail->origin.device, {}};
    sync::TerminalBundle bundle(terminal.store(), terminal.key(), "sim");
    const auto written = must(bundle.write(sink_to(stick.file), {}), "write a bundle");
    note(terminal.person().user + " writes a bundle of " + origin_words(written.header) + ": " +
         std::to_string(written.changes) + " changes to " + std::to_string(written.last_seq) +
         ", from cursor " + std::to_string(written.cursor));
    sticks_.push_back(std::move(stick));
}

void SimWorld::hand_in(const Stick& stick, bool spoilt) {
    SimClock clock(time_);
    sync::BundleDesk desk(hub_->store(), clock, random_, "sim");
    Held held(stick.file);
    const std::int64_t before = must(hub_->store().hub_seq(), "read hub_seq");
    const auto received = desk.take(held.source(), {});
    if (spoilt) {
        require(!received.ok(), "I19", "a spoilt bundle was taken in by the hub");
        require(must(hub_->store().hub_seq(), "read hub_seq") == before, "I19",
                "a spoilt bundle changed the hub's log");
        return;
    }
    if (!received.ok()) throw Broken("I13", "the hub takes no bundle: " + received.error().text());
    note("the hub takes in a bundle of " + origin_words(received->header) + ": " +
         std::to_string(received->fresh) + " of " + std::to_string(received->changes) +
         " changes are new" + (received->separates ? ", it is a copy" : "") +
         (received->refusal ? ", refused: " + received->refusal->code : std::string()));
    carried_.first += received->fresh;
    if (random_.chance(plan_.crash_percent)) {
        note("the hub crashes");
        hub_->crash();
    }
    if (random_.chance(90)) answer_stick(stick.device);
}

void SimWorld::answer_stick(const DeviceId& device) {
    SimClock clock(time_);
    sync::BundleDesk desk(hub_->store(), clock, random_, "sim");
    Stick stick{false, device, {}};
    const auto told = must(desk.write(device, sink_to(stick.file), {}), "answer a bundle");
    note("the hub writes a bundle for " + origin_words(told.header) + ": " +
         std::to_string(told.verdicts) + " verdicts, log from " + std::to_string(told.from) +
         " to " + std::to_string(told.to) + (told.snapshot ? ", a snapshot" : "") +
         (told.only_state ? ", only how it stands" : ""));
    sticks_.push_back(std::move(stick));
}

void SimWorld::take_stick(SimTerminal& terminal, const Stick& stick, bool spoilt) {
    sync::TerminalBundle bundle(terminal.store(), terminal.key(), "sim");
    Held held(stick.file);
    const std::int64_t before = must(terminal.replica().cursor(), "read the cursor");
    const auto taken = bundle.take(held.source(), {});
    if (spoilt) {
        require(!taken.ok(), "I19", "a spoilt bundle was taken in by a terminal");
        require(must(terminal.replica().cursor(), "read the cursor") == before, "I19",
                "a spoilt bundle moved a cursor");
        return;
    }
    const std::string whose = terminal.person().user + "/" + std::to_string(terminal.number());
    if (!taken.ok()) {
        require(taken.error().code == ErrorCode::Expired, "I13",
                whose + " takes no bundle: " + taken.error().text());
        note(whose + " refuses a bundle: " + taken.error().what);
        return;
    }
    note(whose + " takes in a bundle" + (taken->again ? " again" : "") + ": " +
         std::to_string(taken->verdicts) + " verdicts, cursor " + std::to_string(before) + " and " +
         std::to_string(taken->received) + (taken->hub_restored ? ", the hub was restored" : "") +
         (taken->separated ? ", this is a copy" : "") + (taken->differs ? ", differs" : ""));
    carried_.second += taken->verdicts;
    if (taken->differs) ++terminal.repairs;
    // What it brings of records is of the moment at which it was written, as in a snapshot.
    const DeviceId& device = stick.device;
    ahead_[device] = std::max(ahead_until(device), must(hub_->store().hub_seq(), "read hub_seq"));
    if (random_.chance(plan_.crash_percent)) {
        note(whose + " crashes");
        terminal.crash();
    }
    terminal.saved();
}

}  // namespace balie::sim
