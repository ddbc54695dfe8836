#include "sync/hub/log_outline.h"

#include "sync/hub/hub_log.h"
#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

namespace {

/// 32 bytes each; whoever has been away for longer reads the log itself.
constexpr std::size_t kLinesMax = 262'144;
/// Taken in when the hub starts: about a tenth of a second.
constexpr std::int64_t kLinesAtStart = 65'536;
/// As much for others between two transactions costs less to read than another query.
constexpr std::size_t kGapMax = 16;
/// A stretch ends here at the latest, so that one call does not read for ever.
constexpr std::int64_t kStretchMax = 2000;

}  // namespace

void LogOutline::forget() {
    lines_.clear();
    numbers_.clear();
    sets_.clear();
    first_tx_ = 0;
}

Outcome LogOutline::extend(sqlite::Database& database) {
    BALIE_ASSIGN(const std::int64_t last, stored_hub_seq(database));
    if (last < end()) forget();  // the log was damaged: never promise what is not there
    if (!lines_.empty()) return last == end() ? Outcome{} : add_from(database, end());
    BALIE_TRY(add_from(database, std::max<std::int64_t>(last - kLinesAtStart, 0)));
    if (lines_.empty() || lines_.front().hub_seq == lines_.front().tx_first) return {};
    // The first transaction may have begun before: without it, what is left is whole.
    const std::int64_t cut = lines_.front().tx_first;
    std::erase_if(lines_, [cut](const Line& line) { return line.tx_first == cut; });
    if (!lines_.empty()) first_tx_ = lines_.front().tx_first;
    return {};
}

Outcome LogOutline::add_from(sqlite::Database& database, std::int64_t after) {
    BALIE_TRY(each_row(
        database,
        "SELECT hub_seq, tx_first, kind, scope_set, origin FROM hub_log WHERE hub_seq > ? ORDER BY "
        "hub_seq",
        [&](const sqlite::Statement& row) -> Outcome {
            const bool change = row.integer(2) == static_cast<std::int64_t>(LogKind::Change);
            lines_.push_back({row.integer(0), row.integer(1), row.integer(3),
                              change ? row.integer(4) : std::int64_t{0}});
            return {};
        },
        after));
    if (lines_.size() > kLinesMax) shorten();
    if (!lines_.empty()) first_tx_ = lines_.front().tx_first;
    return {};
}

/// By half, so that it is not done for every commit.
void LogOutline::shorten() {
    const std::size_t cut = behind(lines_.size() / 2);
    lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(cut));
}

std::size_t LogOutline::behind(std::size_t line) const {
    const std::int64_t transaction = lines_[line].tx_first;
    while (line < lines_.size() && lines_[line].tx_first == transaction) ++line;
    return line;
}

LogOutline::NameNumber LogOutline::number_of(const std::string& name) {
    return numbers_.try_emplace(name, static_cast<NameNumber>(numbers_.size())).first->second;
}

Result<const LogOutline::Names*> LogOutline::names_in(ScopeNumber set) {
    const auto found = sets_.find(set);
    if (found != sets_.end()) return &found->second;
    BALIE_ASSIGN(const ScopeSet* members, scopes_->set_of(set));
    Names names;
    names.reserve(members->size());
    for (const std::string& member : *members) names.push_back(number_of(member));
    return &sets_.emplace(set, std::move(names)).first->second;
}

Result<LogOutline::Stretch> LogOutline::next(const Sight& sight, std::int64_t own_origin,
                                             std::int64_t cursor) {
    auto line = static_cast<std::size_t>(
        std::upper_bound(lines_.begin(), lines_.end(), cursor,
                         [](std::int64_t at, const Line& each) { return at < each.hub_seq; }) -
        lines_.begin());
    Stretch stretch{end(), end()};
    const NameNumber own = number_of(sight.scope);
    const NameNumber fetched = number_of(sight.fetched);
    const NameNumber everyone = number_of(std::string(kScopeEveryone));
    std::size_t hidden = 0;  // in a row, since the last that is for it
    ScopeNumber last_set = -1;
    bool last_seen = false;
    for (bool any = false; line < lines_.size(); ++line) {
        if (lines_[line].scopes != last_set) {
            last_set = lines_[line].scopes;
            BALIE_ASSIGN(const Names* names, names_in(last_set));
            last_seen = std::any_of(names->begin(), names->end(), [&](NameNumber each) {
                return each == own || each == everyone || each == fetched;
            });
        }
        if (!last_seen && lines_[line].origin != own_origin) {
            if (any && ++hidden > kGapMax) break;
            continue;
        }
        if (!any) stretch.after = lines_[line].tx_first - 1;
        any = true;
        hidden = 0;
        const std::size_t past = behind(line);
        stretch.to = lines_[past - 1].hub_seq;
        if (stretch.to - stretch.after > kStretchMax) break;
        line = past - 1;
    }
    return stretch;
}

}  // namespace balie::sync
