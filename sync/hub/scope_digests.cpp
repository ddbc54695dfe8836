#include "sync/hub/scope_digests.h"

#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

Outcome RecordDeltas::changed(domain::RecordType type, const RecordId& id, const Digest& minus,
                              const Digest& plus) {
    Delta& delta = deltas_[id];
    delta.type = type;
    delta.sum -= minus;
    delta.sum += plus;
    return {};
}

Digest RecordDeltas::of(const RecordId& id) const {
    const auto found = deltas_.find(id);
    return found == deltas_.end() ? Digest{} : found->second.sum;
}

Result<ScopeDigests::Entry*> ScopeDigests::entry(const std::string& scope) {
    const auto found = kept_.find(scope);
    if (found != kept_.end()) return &found->second;
    BALIE_ASSIGN(const Digest value, stored(scope));
    return &kept_.emplace(scope, Entry{value, false}).first->second;
}

Outcome ScopeDigests::add(const ScopeSet& set, const Digest& delta) {
    for (const std::string& scope : set) {
        BALIE_ASSIGN(Entry * kept, entry(scope));
        kept->value += delta;
        kept->dirty = true;
    }
    return {};
}

Outcome ScopeDigests::subtract(const ScopeSet& set, const Digest& delta) {
    for (const std::string& scope : set) {
        BALIE_ASSIGN(Entry * kept, entry(scope));
        kept->value -= delta;
        kept->dirty = true;
    }
    return {};
}

Outcome ScopeDigests::save() {
    for (auto& [scope, kept] : kept_) {
        if (!kept.dirty) continue;
        BALIE_TRY(run_sql(*database_,
                          "INSERT INTO scope_digest (scope, digest) VALUES (?1, ?2) "
                          "ON CONFLICT (scope) DO UPDATE SET digest = ?2",
                          scope, BytesView(kept.value.bytes)));
        kept.dirty = false;
    }
    return {};
}

Result<Digest> ScopeDigests::stored(std::string_view scope) {
    Digest digest;
    BALIE_TRY(each_row(
        *database_, "SELECT digest FROM scope_digest WHERE scope = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            digest.bytes = row.id(0);
            return {};
        },
        scope));
    return digest;
}

}  // namespace balie::sync
