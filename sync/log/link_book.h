// What a line costs and what may go over it: whether it is metered, the budget, what was used of it
// day by day, and what follows from that for one connection (LinkRules). All of it lies in table
// `setting`, so that a window, a subcommand and the next start know the same.
// The rules: on a line that is not metered everything goes. On a metered one own changes go first,
// nothing large is asked for without a person's word, and when the budget is used up only flags and
// visits go, with what stands before them in this device's log, if that is little (the log is a
// chain: its order is not ours to change). allow_all() is that word, until everything is exchanged.
// Invariant: nothing here is believed to be in memory only. Thread: store only. Ownership: none.
#pragma once

#include "storage/base/result.h"
#include "storage/store/store.h"
#include "sync/client/client_session.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::sync {

enum class Metered : std::uint8_t {
    Off,
    On,
    Ask  ///< each network is taken for metered until a person says what it is
};
enum class BudgetPer : std::uint8_t { Day, Month };

struct LinkSettings {
    Metered metered{Metered::Off};
    std::int64_t budget_bytes{0};  ///< up and down together; 0: none
    BudgetPer per{BudgetPer::Day};

    bool operator==(const LinkSettings&) const = default;
};

/// "off", "on", "ask"; "day", "month".
[[nodiscard]] std::string_view to_string(Metered metered);
[[nodiscard]] std::string_view to_string(BudgetPer per);
[[nodiscard]] std::optional<Metered> parse_metered(std::string_view text);
[[nodiscard]] std::optional<BudgetPer> parse_budget_per(std::string_view text);

/// Bytes as TLS wrote and read them: without the headers of TCP and IP, about 3 % more.
struct LinkUse {
    std::int64_t up{};
    std::int64_t down{};

    [[nodiscard]] std::int64_t total() const { return up + down; }
    bool operator==(const LinkUse&) const = default;
};

struct LinkState {
    LinkSettings settings;
    bool metered{false};    ///< here and now
    bool asks{false};       ///< nobody said yet what this network is
    bool allowed{false};    ///< a person let everything go
    LinkUse used;           ///< in this day or month
    bool exhausted{false};  ///< the budget is used up
    std::int64_t pending{};
    std::int64_t held{};      ///< of them: not to go over this line now
    std::int64_t behind{};    ///< entries of the office's log that are not here, as far as is known
    bool pull_held{false};    ///< they are not asked for
    bool long_silent{false};  ///< no word of the office for a day
    LinkRules rules;

    [[nodiscard]] bool holds_back() const { return held > 0 || pull_held; }
    /// Of no use until something is saved or changes: not one byte is spent on it. Once a day a
    /// terminal is heard of all the same: it may have been revoked.
    [[nodiscard]] bool pointless() const {
        return exhausted && !allowed && held == pending && !long_silent;
    }
    bool operator==(const LinkState&) const = default;
};

/// How files stand among the parts of an estimate.
inline constexpr std::string_view kAttachmentPart = "attachment";

/// What a synchronisation would move. Computed here, nothing is sent or asked.
struct LinkEstimate {
    struct Part {
        std::string type;  ///< of record, as on the wire; or kAttachmentPart: their bytes
        std::int64_t changes{};
        std::int64_t bytes{};
        bool operator==(const Part&) const = default;
    };
    std::vector<Part> up;  ///< by type; bytes without the frame around them
    std::int64_t up_changes{};
    std::int64_t up_bytes{};
    std::int64_t down_changes{};  ///< at most: some of them may not be for this terminal
    /// Nothing: this terminal has received too little yet to know how much a change is.
    std::optional<std::int64_t> down_bytes;
    bool first_load{false};                        ///< or reading anew: everything there is comes
    std::optional<std::int64_t> bytes_per_second;  ///< as last measured
    std::optional<std::int64_t> seconds;

    [[nodiscard]] std::int64_t bytes() const { return up_bytes + down_bytes.value_or(0); }
    bool operator==(const LinkEstimate&) const = default;
};

class LinkBook {
  public:
    explicit LinkBook(store::Store& store) : store_(&store) {}

    [[nodiscard]] Result<LinkSettings> settings();
    [[nodiscard]] Outcome set(const LinkSettings& settings);
    /// What a person said of the network one is on (Metered::Ask); it holds for that network.
    [[nodiscard]] Outcome say(std::string_view network, bool metered);
    /// Everything may go, large or not, until all is exchanged, and for an hour at most.
    [[nodiscard]] Outcome allow_all();
    [[nodiscard]] Outcome end_allowance();

    [[nodiscard]] Result<LinkUse> used(BudgetPer per);
    [[nodiscard]] Outcome count(const LinkUse& more);
    /// So many bytes came, and brought so many entries of the office's log.
    [[nodiscard]] Outcome note_received(std::int64_t bytes, std::int64_t entries);
    [[nodiscard]] Outcome note_speed(std::int64_t bytes, std::int64_t ms);

    /// `network`: whatever tells one network from another; empty: not known.
    [[nodiscard]] Result<LinkState> state(std::string_view network);
    [[nodiscard]] Result<LinkEstimate> estimate();

  private:
    [[nodiscard]] Result<std::string> text(std::string_view key);
    [[nodiscard]] Result<std::int64_t> number(std::string_view key);
    [[nodiscard]] Result<std::optional<double>> entry_bytes();
    [[nodiscard]] std::string today();
    [[nodiscard]] Outcome hold_back(LinkState& state);

    store::Store* store_;
};

}  // namespace balie::sync
