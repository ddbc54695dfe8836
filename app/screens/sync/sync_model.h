// The sync centre: what has not reached the office, since when, what was set aside and why, where
// two people changed the same, and what happened on the line.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct SyncForm {
    std::size_t tab{0};  ///< pending, set aside, conflicts, proposals, log
    int selected{0};
};

struct SyncTypeRow {
    std::string key;
    std::string label;
    std::string count;
};
struct SetAsideRow {
    std::string key;
    std::string what;
    std::string reason;
    std::string asked;  ///< who is to mend it
    std::string when;
};
struct ConflictRow {
    std::string key;
    std::string customer;
    std::string field;
    std::string values;
    std::string asked;    ///< who is to settle it
    bool settled{false};  ///< chosen here, and not with the office yet
};
struct SyncProposalRow {
    std::string key;
    std::string customer;
    std::string what;
    std::string author;
    std::string when;
};
struct SyncLogRow {
    std::string key;
    std::string when;
    std::string text;
};

struct SyncView {
    bool known{false};
    std::string pending;
    bool any_pending{false};
    std::string oldest;
    std::string receipt;
    std::string contact;
    std::string connection;
    std::string connection_detail;  ///< a refusal in words
    bool online{false};
    bool refused{false};
    std::vector<SyncTypeRow> types;
    std::vector<SetAsideRow> set_aside;
    std::vector<ConflictRow> conflicts;
    std::vector<SyncProposalRow> proposals;
    std::vector<SyncLogRow> log;
    std::vector<FactView> facts;
    std::string clock_warning;
    std::string digest_warning;
    std::string restored_notice;   ///< the office was restored from a backup, lately
    std::string separated_notice;  ///< this terminal's data was found to be a copy, lately
    std::string held_notice;       ///< what a metered line or its budget holds back
    std::string ask_notice;        ///< nobody said yet what this network costs
    std::string problem;
    std::string problem_detail;
    std::string set_aside_count;
    std::string conflict_count;
    std::string proposal_count;
    ActionView now;
    ActionView settle;
    ActionView mend;
    ActionView decide;
    ActionView line;
    ActionView anyway;
    ActionView network_free;
    ActionView network_paid;
    ActionView departure;
};

struct SyncState {
    using View = SyncView;
    using Form = SyncForm;
    static constexpr ScreenId kId = ScreenId::Sync;

    SyncForm form;
    Waiting waiting;
    SyncCentreData data;
    Problem problem;
};

[[nodiscard]] std::span<const Action> sync_actions();
void enter(SyncState& state, const Place& place, const ScreenContext& context, Effects& effects);
void update(SyncState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(SyncState& state, const Intent& intent, const ScreenContext& context, Effects& effects);
[[nodiscard]] bool enabled(const SyncState& state, std::string_view action);
[[nodiscard]] SyncView view(const SyncState& state, const ScreenContext& context);

}  // namespace balie::app
