#include "sync/hub/hub_transaction.h"

#include "sync/core/limits.h"
#include "sync/protocol/codec.h"

#include <algorithm>

namespace balie::sync {

namespace {

using domain::RecordSpec;
using domain::RecordType;
using domain::ScopeRule;
using domain::WriteRule;

AsideReason reason(std::string code, std::string detail, std::optional<RecordId> needs = {}) {
    return {std::move(code), std::move(detail), needs};
}

std::optional<std::string> text_field(const ChangeBody& body, std::string_view name) {
    const auto found = body.fields.find(name);
    if (found == body.fields.end()) return std::nullopt;
    return value_text(found->second.value);
}

/// The customer that the body names; nullopt when it names none (or clears it).
std::optional<RecordId> named_customer(const ChangeBody& body) {
    const auto text = text_field(body, "customer_id");
    if (!text) return std::nullopt;
    auto parsed = RecordId::parse(*text);
    if (!parsed.ok()) return std::nullopt;  // empty, or validation says so
    return *parsed;
}

/// What the hub made is decided on by others, and not rewritten.
bool only_decides(const ChangeBody& body) {
    if (body.operation == Operation::Create) return false;
    return std::all_of(body.fields.begin(), body.fields.end(), [](const auto& each) {
        return each.first == "state" || each.first == "decided_by" || each.first == "decided_at";
    });
}

/// Takes a record out of the hands of whoever has it.
bool gives_away(const RecordSpec& spec, const ChangeBody& body) {
    return std::any_of(body.fields.begin(), body.fields.end(), [&](const auto& each) {
        return each.first == kDeletedAt || decides_scope(spec.type, each.first);
    });
}

Result<ScopeSet> difference(ScopeBook& book, ScopeNumber from, ScopeNumber without) {
    BALIE_ASSIGN(const ScopeSet* left, book.set_of(from));
    BALIE_ASSIGN(const ScopeSet* right, book.set_of(without));
    ScopeSet rest;
    std::set_difference(left->begin(), left->end(), right->begin(), right->end(),
                        std::back_inserter(rest));
    return rest;
}

std::string why_moved(std::string_view scope) {
    if (!scope_code(scope, "device").empty()) return "fetched";
    return scope_code(scope, "portfolio").empty() ? "moved" : "assigned";
}

AsideReason reason_of(const ApplyAnswer& answer) {
    switch (answer.kind) {
        case ApplyKind::Needs:
            return reason("needs", answer.detail, answer.needs);
        case ApplyKind::Unknown:
            return reason("unknown", answer.detail);
        default:
            return reason("invalid", answer.detail);
    }
}

VerdictKind verdict_of(ApplyKind kind) {
    switch (kind) {
        case ApplyKind::Superseded:
            return VerdictKind::Superseded;
        case ApplyKind::Conflict:
            return VerdictKind::Conflict;
        default:
            return VerdictKind::Applied;
    }
}

}  // namespace

HubTransaction::HubTransaction(HubCore& core, Author author)
    : core_(&core), author_(std::move(author)) {
    core_->deltas.clear();
}

Result<bool> HubTransaction::sees_record(const RecordId& id, ScopeNumber now, const Sight& by) {
    BALIE_ASSIGN(const bool seen, core_->scopes.seen_by(now, by));
    if (seen) return true;
    // Earlier in this transaction it may have been handed over to somebody else.
    const auto found = touched_.find(id);
    if (found == touched_.end()) return false;
    if (!found->second.before) return true;
    return core_->scopes.seen_by(*found->second.before, by);
}

Result<HubTransaction::Reason> HubTransaction::authorise_parent(const ChangeBody& body) {
    const auto customer = named_customer(body);
    if (!customer) return Reason{};
    BALIE_ASSIGN(const auto set, core_->scopes.of_customer(*customer));
    if (!set) return Reason{};  // not here yet: applying it says so
    BALIE_ASSIGN(const bool seen, sees_record(*customer, *set, author_.sight));
    if (seen) return Reason{};
    return Reason{reason(
        "scope", "customer " + customer->text() + " is not in scope " + author_.sight.scope)};
}

Result<HubTransaction::Reason> HubTransaction::authorise_office(const RecordSpec& spec,
                                                                const ChangeBody& body) {
    if (spec.write == WriteRule::HubAlone) {
        return Reason{
            reason("denied", std::string(spec.plural) + " are written by the hub, by nobody else")};
    }
    if (author_.role != "administrator") {
        return Reason{
            reason("denied", "a " + author_.role + " may not write " + std::string(spec.plural))};
    }
    if (spec.scope == ScopeRule::Office && author_.sight.scope != kScopeAll) {
        return Reason{reason("scope", std::string(spec.name) + " " + body.id.text() +
                                          " is not in scope " + author_.sight.scope)};
    }
    if (spec.type == RecordType::Device &&
        (body.operation == Operation::Create || body.fields.contains("scope") ||
         body.fields.contains("user"))) {
        return Reason{reason("denied", "a device gets its user and scope by being enrolled")};
    }
    return Reason{};
}

Result<HubTransaction::Reason> HubTransaction::authorise_known(const RecordSpec& spec,
                                                               const ChangeBody& body) {
    BALIE_ASSIGN(const auto set, core_->scopes.of_record(spec.type, body.id));
    if (!set) return Reason{};
    const std::string what = std::string(spec.name) + " " + body.id.text();
    BALIE_ASSIGN(const bool seen, sees_record(body.id, *set, author_.sight));
    if (!seen) return Reason{reason("scope", what + " is not in scope " + author_.sight.scope)};
    if (!gives_away(spec, body)) return Reason{};
    BALIE_ASSIGN(const bool own, sees_record(body.id, *set, Sight{author_.sight.scope}));
    if (own) return Reason{};
    // With this code it becomes a proposal to whoever has the customer.
    return Reason{reason("scope", what + " was fetched for a while: it is worked with here, and " +
                                      "neither handed over nor deleted")};
}

Result<HubTransaction::Reason> HubTransaction::authorise(const RecordSpec& spec,
                                                         const ChangeBody& body, bool exists) {
    if (author_.hub) return Reason{};
    if (spec.write == WriteRule::HubOnly || spec.write == WriteRule::HubAlone) {
        return authorise_office(spec, body);
    }
    if (spec.write == WriteRule::HubMakes && !only_decides(body)) {
        return Reason{reason("denied", std::string(spec.plural) +
                                           " are made by the hub: only the decision is written")};
    }
    if (exists) {
        BALIE_ASSIGN(auto refused, authorise_known(spec, body));
        if (refused) return refused;
    } else if (spec.scope == ScopeRule::Customer && body.operation == Operation::Create) {
        const ScopeSet set = customer_scopes(text_field(body, "branch").value_or(""),
                                             text_field(body, "territory").value_or(""),
                                             text_field(body, "owner").value_or(""));
        if (std::find(set.begin(), set.end(), author_.sight.scope) == set.end()) {
            return Reason{reason("scope", "the new " + std::string(spec.name) + " " +
                                              body.id.text() + " would not be in scope " +
                                              author_.sight.scope)};
        }
    }
    if (spec.scope == ScopeRule::ViaCustomer) return authorise_parent(body);
    return Reason{};
}

Outcome HubTransaction::touch(const RecordSpec& spec, const ChangeBody& body, bool exists) {
    if (touched_.contains(body.id)) return {};
    Touched touched;
    touched.type = spec.type;
    if (exists) {
        if (spec.scope == ScopeRule::ViaCustomer) {
            BALIE_ASSIGN(touched.customer, core_->scopes.customer_of(spec.type, body.id));
        }
        BALIE_ASSIGN(touched.before, core_->scopes.of_record(spec.type, body.id));
        // A child of a customer handed over earlier in this transaction was in the old scopes.
        if (touched.customer) {
            const auto parent = touched_.find(*touched.customer);
            if (parent != touched_.end() && parent->second.before) {
                touched.before = parent->second.before;
            }
        }
    } else {
        // What only speaks of a customer, as the audit does, is not where the customer is.
        if (spec.scope == ScopeRule::ViaCustomer) touched.customer = named_customer(body);
        created_.push_back(body.id);
        if (spec.scope == ScopeRule::Customer) {
            // It may be handed over further on in this transaction, and then leaves its maker.
            BALIE_ASSIGN(touched.before, core_->scopes.number_of(customer_scopes(
                                             text_field(body, "branch").value_or(""),
                                             text_field(body, "territory").value_or(""),
                                             text_field(body, "owner").value_or(""))));
        }
    }
    touched_.emplace(body.id, touched);
    order_.push_back(body.id);
    return {};
}

Outcome HubTransaction::note_move(const RecordSpec& spec, const ChangeBody& body) {
    Touched& touched = touched_.at(body.id);
    if (spec.scope == ScopeRule::Customer) {
        if (!touched.before || body.operation == Operation::Create) {
            core_->scopes.changed(body.id);
            return {};
        }
        for (const std::string_view field : {"branch", "territory", "owner"}) {
            if (body.fields.contains(field)) touched.may_move = true;
        }
        if (touched.may_move) core_->scopes.changed(body.id);
    } else if (spec.scope == ScopeRule::ViaCustomer && body.fields.contains("customer_id")) {
        BALIE_ASSIGN(touched.customer, core_->scopes.customer_of(spec.type, body.id));
    }
    if (spec.type == RecordType::FieldDefinition) core_->custom_fields_changed();
    return {};
}

Result<std::size_t> HubTransaction::size_of(domain::RecordType type, const RecordId& id) {
    BALIE_ASSIGN(LogEnter state, core_->confirmed.full_state(type, id));
    return encoded_bytes(LogEntry(std::move(state)));
}

Result<HubTransaction::Reason> HubTransaction::add(const Change& change, Stamp effective) {
    auto decoded = decode_payload(change.payload);
    if (!decoded.ok()) return Reason{reason("malformed", decoded.error().text())};
    const ChangeBody& body = *decoded;
    const RecordSpec* spec = domain::find_record(body.type);
    if (spec == nullptr || spec->name != body.type) {
        return Reason{reason(
            "unknown", "this hub does not know records of type '" + body.type.substr(0, 60) + "'")};
    }
    if (change.user != author_.login) {
        return Reason{reason("denied", "the change is by '" + change.user.substr(0, 60) +
                                           "', the device is " + author_.login + "'s")};
    }
    BALIE_ASSIGN(const bool exists, core_->tables.exists(spec->type, body.id));
    BALIE_ASSIGN(auto refused, authorise(*spec, body, exists));
    if (refused) return refused;
    BALIE_TRY(touch(*spec, body, exists));
    const bool large = exists && change.payload.size() >= kLargeEditBytes;
    std::size_t size_before = 0;
    if (large) {
        BALIE_ASSIGN(size_before, size_of(spec->type, body.id));
    }
    BALIE_ASSIGN(const auto* custom, core_->custom_fields());
    BALIE_ASSIGN(const ApplyAnswer answer,
                 core_->confirmed.apply(change.id, effective, body, *custom));
    if (answer.kind == ApplyKind::Needs || answer.kind == ApplyKind::Unknown ||
        answer.kind == ApplyKind::Invalid) {
        return Reason{reason_of(answer)};
    }
    if (large) {
        // Of several people who each kept within it: nobody could be sent such a record any more.
        BALIE_ASSIGN(const std::size_t size, size_of(spec->type, body.id));
        if (size > kRecordBytesMax && size > size_before) {
            return Error{ErrorCode::LimitExceeded,
                         "with this the record and its versions would be " + std::to_string(size) +
                             " bytes, at most " + std::to_string(kRecordBytesMax),
                         {},
                         {}};
        }
    }
    BALIE_TRY(note_move(*spec, body));
    rows_.push_back({change, effective, body.type, body.id, verdict_of(answer.kind), 0});
    return Reason{};
}

Outcome HubTransaction::add_own(const Change& change, const ChangeBody& body,
                                const FieldValues& before) {
    const RecordSpec& spec = *domain::find_record(body.type);
    const bool created = body.operation == Operation::Create;
    const bool first = !touched_.contains(body.id);
    if (first && !created && spec.scope == ScopeRule::Customer) {
        // The row holds the new values already; the old ones come with the edit.
        FieldValues old;
        for (const std::string_view field : {"branch", "territory", "owner"}) {
            const auto given = before.find(field);
            if (given != before.end()) {
                old[std::string(field)] = given->second;
            } else {
                BALIE_ASSIGN(old[std::string(field)],
                             core_->tables.read_field(spec.type, body.id, field));
            }
        }
        Touched touched;
        touched.type = spec.type;
        BALIE_ASSIGN(touched.before, core_->scopes.number_of(customer_scopes(
                                         value_text(old["branch"]), value_text(old["territory"]),
                                         value_text(old["owner"]))));
        touched_.emplace(body.id, touched);
        order_.push_back(body.id);
    }
    const auto old_customer = before.find("customer_id");
    BALIE_TRY(touch(spec, body, !created));
    if (first && !created && spec.scope == ScopeRule::ViaCustomer && old_customer != before.end()) {
        Touched& touched = touched_.at(body.id);
        if (auto parsed = RecordId::parse(value_text(old_customer->second)); parsed.ok()) {
            BALIE_ASSIGN(touched.before, core_->scopes.of_customer(*parsed));
        } else {
            BALIE_ASSIGN(touched.before, core_->scopes.of_orphan(body.id));
        }
    }
    BALIE_ASSIGN(const auto* custom, core_->custom_fields());
    BALIE_ASSIGN(const ApplyAnswer answer,
                 core_->confirmed.apply(change.id, change.raw, body, *custom, change.id.seq));
    if (answer.kind == ApplyKind::Needs || answer.kind == ApplyKind::Unknown ||
        answer.kind == ApplyKind::Invalid) {
        return Error{
            ErrorCode::InvalidInput, "the hub cannot take this: " + answer.detail, body.type, {}};
    }
    BALIE_TRY(note_move(spec, body));
    rows_.push_back({change, change.raw, body.type, body.id, verdict_of(answer.kind), 0});
    return {};
}

Result<ScopeNumber> HubTransaction::scopes_after(const RecordId& id, Touched& touched) {
    std::optional<ScopeNumber> set;
    if (touched.customer) {
        BALIE_ASSIGN(set, core_->scopes.of_customer(*touched.customer));
    } else {
        BALIE_ASSIGN(set, core_->scopes.of_record(touched.type, id));
    }
    if (set) return *set;
    BALIE_ASSIGN(const ScopeNumber orphan,
                 core_->scopes.of_author(author_.login, author_.sight.scope));
    BALIE_TRY(core_->scopes.note_orphan(id, orphan));
    return orphan;
}

Outcome HubTransaction::settle_scopes() {
    for (const RecordId& id : order_) {
        Touched& touched = touched_.at(id);
        BALIE_ASSIGN(touched.after, scopes_after(id, touched));
    }
    for (const RecordId& id : order_) {
        Touched& touched = touched_.at(id);
        if (touched.before) continue;
        touched.before = touched.after;
        // Made under a customer that this transaction hands over: like its older siblings.
        if (!touched.customer) continue;
        const auto parent = touched_.find(*touched.customer);
        if (parent != touched_.end() && parent->second.before)
            touched.before = parent->second.before;
    }
    for (LoggedChange& row : rows_) {
        const Touched& touched = touched_.at(row.record);
        BALIE_ASSIGN(row.scopes, core_->scopes.both(*touched.before, touched.after));
    }
    return {};
}

Result<std::vector<HubTransaction::Moved>> HubTransaction::moved() {
    std::vector<Moved> moved;
    for (const RecordId& id : order_) {
        const Touched& touched = touched_.at(id);
        if (*touched.before == touched.after) continue;
        moved.push_back({touched.type, id, *touched.before, touched.after});
        if (touched.type != RecordType::Customer) continue;
        BALIE_ASSIGN(const auto children, core_->scopes.children(id));
        for (const ScopeBook::Member& child : children) {
            if (touched_.contains(child.id)) continue;
            moved.push_back({child.type, child.id, *touched.before, touched.after});
        }
    }
    std::stable_partition(moved.begin(), moved.end(),
                          [](const Moved& each) { return each.type == RecordType::Customer; });
    return moved;
}

Outcome HubTransaction::settle_digests(const std::vector<Moved>& moved) {
    ScopeBook& scopes = core_->scopes;
    for (const RecordId& id : order_) {
        const Touched& touched = touched_.at(id);
        if (*touched.before != touched.after) continue;
        BALIE_ASSIGN(const ScopeSet* set, scopes.set_of(touched.after));
        BALIE_TRY(core_->digests.add(*set, core_->deltas.of(id)));
    }
    for (const Moved& each : moved) {
        const Digest delta = core_->deltas.of(each.id);
        BALIE_ASSIGN(const Digest now, core_->confirmed.contribution(each.type, each.id));
        Digest old = now;
        old -= delta;
        BALIE_ASSIGN(const ScopeNumber kept, scopes.both(each.before, each.after));
        BALIE_ASSIGN(const ScopeSet* kept_set, scopes.set_of(kept));
        BALIE_TRY(core_->digests.add(*kept_set, delta));
        BALIE_ASSIGN(const ScopeSet lost, difference(scopes, each.before, each.after));
        BALIE_TRY(core_->digests.subtract(lost, old));
        BALIE_ASSIGN(const ScopeSet gained, difference(scopes, each.after, each.before));
        BALIE_TRY(core_->digests.add(gained, now));
    }
    return {};
}

Outcome HubTransaction::log_move(LogKind kind, const Moved& each, std::int64_t received_ms) {
    const bool enter = kind == LogKind::Enter;
    BALIE_ASSIGN(const ScopeSet scopes, enter ? difference(core_->scopes, each.after, each.before)
                                              : difference(core_->scopes, each.before, each.after));
    for (const std::string& scope : scopes) {
        BALIE_ASSIGN(const ScopeNumber number, core_->scopes.number_of({scope}));
        BALIE_TRY(core_->log.append_move(kind, why_moved(scope), number, each.type, each.id,
                                         received_ms));
    }
    return {};
}

Outcome HubTransaction::log_moves(const std::vector<Moved>& moved, std::int64_t received_ms) {
    // What hangs on a customer goes before it and comes after it.
    for (auto each = moved.rbegin(); each != moved.rend(); ++each) {
        BALIE_TRY(log_move(LogKind::Leave, *each, received_ms));
    }
    for (const Moved& each : moved) {
        BALIE_TRY(log_move(LogKind::Enter, each, received_ms));
    }
    return {};
}

void HubTransaction::add_fetched(const RecordId& customer, ScopeNumber before) {
    core_->scopes.changed(customer);
    Touched touched;
    touched.type = RecordType::Customer;
    touched.before = before;
    if (touched_.emplace(customer, touched).second) order_.push_back(customer);
}

Outcome HubTransaction::finish(std::int64_t origin, std::int64_t received_ms) {
    BALIE_TRY(settle_scopes());
    BALIE_ASSIGN(const auto movers, moved());
    BALIE_TRY(settle_digests(movers));
    BALIE_ASSIGN(const std::int64_t first, core_->log.append(origin, rows_, received_ms));
    last_hub_seq_ = first + static_cast<std::int64_t>(rows_.size()) - 1;
    BALIE_TRY(log_moves(movers, received_ms));
    core_->deltas.clear();
    return {};
}

void HubTransaction::abandon(bool rolled_back) {
    core_->deltas.clear();
    if (!rolled_back) return;
    core_->origins.forget();
    core_->scopes.forget();
    core_->custom_fields_changed();
}

VerdictKind HubTransaction::verdict() const {
    const auto is = [](VerdictKind kind) {
        return [kind](const LoggedChange& row) { return row.verdict == kind; };
    };
    if (std::any_of(rows_.begin(), rows_.end(), is(VerdictKind::Conflict)))
        return VerdictKind::Conflict;
    if (std::all_of(rows_.begin(), rows_.end(), is(VerdictKind::Superseded))) {
        return VerdictKind::Superseded;
    }
    return VerdictKind::Applied;
}

std::vector<Stamp> HubTransaction::effective() const {
    std::vector<Stamp> stamps;
    stamps.reserve(rows_.size());
    for (const LoggedChange& row : rows_) stamps.push_back(row.effective);
    return stamps;
}

}  // namespace balie::sync
