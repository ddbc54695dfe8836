#include "sync/core/merge.h"

#include <algorithm>

namespace balie::sync {

namespace {

bool includes(const Base& base, const ChangeId& id) {
    const auto found = base.find(id.origin);
    return found != base.end() && id.seq <= found->second;
}

void raise(Base& base, const Origin& origin, std::int64_t seq) {
    auto& known = base[origin];
    known = std::max(known, seq);
}

bool shown_before(const Head& a, const Head& b) {
    return a.version > b.version;
}

}  // namespace

FieldState::FieldState(std::vector<Head> heads, Base context)
    : heads_(std::move(heads)), context_(std::move(context)) {
    std::sort(heads_.begin(), heads_.end(), shown_before);
}

FieldState FieldState::born(const Version& birth, Value value) {
    FieldState state;
    state.context_[birth.id.origin] = birth.id.seq;
    state.heads_.push_back({birth, std::move(value)});
    return state;
}

bool FieldState::covers(const ChangeId& id) const {
    return includes(context_, id);
}

bool FieldState::apply(const Version& version, const Value& value, const Base& base) {
    const bool known = covers(version.id);
    // An author's own earlier version is always part of what it saw, named or not.
    const auto replaced = [&](const Head& head) {
        const ChangeId& id = head.version.id;
        return includes(base, id) || (id.origin == version.id.origin && id.seq < version.id.seq);
    };
    // Only a lie can replace what replaced it.
    if (known && std::all_of(heads_.begin(), heads_.end(), replaced)) return false;
    const std::size_t heads_before = heads_.size();
    const Base context_before = known ? context_ : Base{};
    std::erase_if(heads_, replaced);
    for (const auto& [origin, seq] : base) raise(context_, origin, seq);
    // Replaced before it came: what it had replaced is so all the same.
    if (known) return heads_.size() != heads_before || context_ != context_before;
    raise(context_, version.id.origin, version.id.seq);
    heads_.push_back({version, value});
    std::sort(heads_.begin(), heads_.end(), shown_before);
    return true;
}

bool FieldState::in_conflict() const {
    return std::any_of(heads_.begin(), heads_.end(),
                       [&](const Head& head) { return head.value != heads_.front().value; });
}

bool deletion_in_doubt(const FieldState& deleted, std::span<const NamedState> edited) {
    const auto& heads = deleted.heads();
    const auto brought_back = std::count_if(heads.begin(), heads.end(),
                                            [](const Head& head) { return is_null(head.value); });
    if (brought_back > 0) return std::cmp_less(brought_back, heads.size());
    return std::any_of(edited.begin(), edited.end(), [&](const NamedState& field) {
        const auto& others = field.second.heads();
        return field.first != kDeletedAt &&
               std::any_of(others.begin(), others.end(),
                           [&](const Head& head) { return !deleted.covers(head.version.id); });
    });
}

}  // namespace balie::sync
