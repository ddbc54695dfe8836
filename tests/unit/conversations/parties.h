// A hub and terminals for recording and replaying: the real stores and links, without a wire.
// Everything follows from seeds and a clock that is told the time. Thread: one at a time.
#pragma once

#include "storage/crypto/signing.h"
#include "storage/store/store.h"
#include "sync/hub/hub_link.h"
#include "sync/log/change_log.h"
#include "sync/log/terminal_link.h"
#include "tests/support/seeded_entropy.h"
#include "tests/unit/conversations/conversation.h"

#include <memory>
#include <optional>
#include <vector>

namespace balie::test {

class ToldClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t wall_ms() const override { return now_ms; }
    [[nodiscard]] std::int64_t steady_ms() const override { return now_ms; }
    [[nodiscard]] int zone_offset_min(std::int64_t /*wall_ms*/) const override { return 60; }

    std::int64_t now_ms{1'760'000'000'000};
};

/// What was so at the end: records, conflicts, what was set aside.
[[nodiscard]] Lines records_in_words(sqlite::Database& database);

class GoldenHub {
  public:
    /// With one person, and nothing else that a new hub does not have. Another `seed` is another
    /// hub: other ids, keys and nonces.
    GoldenHub(const std::filesystem::path& folder, ToldClock& clock, std::uint64_t seed);

    [[nodiscard]] std::string code(const std::string& scope);
    /// A connection; what the hub says on it goes to `send`.
    void accept(const std::string& connection, std::function<void(std::string)> send);
    void received(const std::string& connection, const std::string& text);
    [[nodiscard]] Lines end();
    [[nodiscard]] sync::HubStore& store() { return *store_; }

  private:
    void tell_growth();

    SeededEntropy entropy_;
    std::unique_ptr<sync::HubStore> store_;
    ToldClock* clock_;
    std::map<std::string, std::unique_ptr<sync::HubLink>> links_;
    std::int64_t told_{};
};

class GoldenTerminal {
  public:
    GoldenTerminal(const std::filesystem::path& folder, const std::string& name,
                   const std::string& key_seed, ToldClock& clock, std::uint64_t seed);
    ~GoldenTerminal();
    GoldenTerminal(const GoldenTerminal&) = delete;
    GoldenTerminal& operator=(const GoldenTerminal&) = delete;

    void enrol(const std::string& secret, std::function<void(std::string)> send);
    void connect(std::function<void(std::string)> send);
    void received(const std::string& text) { link_->received(text); }
    /// Goodbye, when everything was exchanged. Answers what went wrong; empty: nothing.
    [[nodiscard]] std::string finish();
    [[nodiscard]] const std::optional<sync::Disconnect>& closed() const { return closed_; }

    /// One transaction of a person. Rules are not looked at, so that a bad change can be made.
    void save(const std::vector<sync::ChangeBody>& bodies);
    /// The same, as an earlier version wrote it: with its ids, stamps, salts and hashes.
    void save_as(const std::vector<sync::Change>& changes);
    /// From now on of this incarnation.
    void live_as(const Incarnation& incarnation);
    [[nodiscard]] Lines end();

  private:
    [[nodiscard]] sync::LinkCallbacks callbacks(std::function<void(std::string)> send);

    SeededEntropy entropy_;
    crypto::KeyPair key_;
    ToldClock* clock_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<sync::ChangeLog> log_;
    std::unique_ptr<sync::TerminalReplica> replica_;
    std::unique_ptr<sync::TerminalLink> link_;
    std::optional<sync::Disconnect> closed_;
};

[[nodiscard]] Bytes signed_by(const std::string& key_seed, const std::string& text);

}  // namespace balie::test
