#include "app/screens/customer/customer_known.h"

#include <utility>

namespace balie::app {

namespace {

template <typename Row>
const Row* row_at(const std::vector<Row>& rows, int row) {
    if (row < 0 || row >= static_cast<int>(rows.size())) return nullptr;
    return &rows[static_cast<std::size_t>(row)];
}

const repo::Fact* chosen_fact(const CustomerState& state) {
    return row_at(state.data.card.facts, state.form.fact);
}

const repo::RelationRow* chosen_relation(const CustomerState& state) {
    return row_at(state.data.card.relations, state.form.relation);
}

std::string related_name(const repo::RelationRow& row, const ScreenContext& context) {
    return row.outside() ? std::string{context.texts(Text::RelationOutside)} : row.other_name;
}

/// What the one at the other end is; where nobody named the reverse, that it is the reverse.
std::string kind_words(const repo::RelationRow& row, const ScreenContext& context) {
    std::string label = context.app.label("relation_kind", row.kind);
    if (row.kind_known) return label;
    return context.texts(Text::RelationBackwards, {{"kind", label}});
}

/// "2019 – 2024", in short dates.
std::string span_words(const repo::Relation& relation, const ScreenContext& context) {
    const auto day = [&context](const std::string& date) {
        return date.empty() ? date : context.texts.formats().date_short(date);
    };
    if (relation.until.empty()) return day(relation.since);
    return day(relation.since) + " – " + day(relation.until);
}

std::string fact_icon(const ScreenContext& context, const std::string& kind) {
    const repo::Code* code = context.app.code("fact_kind", kind);
    const std::string known = code == nullptr ? kind : code->kind;
    if (known == "likes") return "Heart";
    if (known == "family") return "Home";
    if (known == "hobby") return "Trophy";
    if (known == "need") return "Question";
    if (known == "promise") return "Clipboard";
    if (known == "date") return "Gift";
    return "Idea";
}

void change_relation(const CustomerState& state, Effects& effects) {
    const repo::RelationRow* row = chosen_relation(state);
    if (row == nullptr) return;
    effects.open({ScreenId::RelationForm,
                  state.id,
                  state.data.card.customer.display_name(),
                  {{"edit", Value{row->relation.id.text()}},
                   {"other_name", Value{row->other_name}},
                   {"since", Value{row->relation.since}},
                   {"until", Value{row->relation.until}},
                   {"note", Value{row->relation.note}}}});
}

void remove_fact(const repo::Fact& fact, const ScreenContext& context, Effects& effects) {
    const RecordId id = fact.id;
    effects.send(RemoveFact{id},
                 {.done = context.texts(Text::ToastFactRemoved, {{"text", fact.text}}),
                  .undo = [id](const Saved&) -> std::optional<Command> { return RestoreFact{id}; },
                  .undo_text = fact.text});
}

void remove_relation(const repo::RelationRow& row, const ScreenContext& context, Effects& effects) {
    const RecordId id = row.relation.id;
    const std::string name = related_name(row, context);
    effects.send(
        RemoveRelation{id},
        {.done = context.texts(Text::ToastRelationRemoved, {{"name", name}}),
         .undo = [id](const Saved&) -> std::optional<Command> { return RestoreRelation{id}; },
         .undo_text = context.texts(Text::UndoRelation, {{"name", name}})});
}

}  // namespace

bool has_known(const CustomerState& state) {
    if (state.form.keyboard == KnownList::Facts) return chosen_fact(state) != nullptr;
    if (state.form.keyboard == KnownList::Relations) return chosen_relation(state) != nullptr;
    return false;
}

void change_fact(const CustomerState& state, Effects& effects) {
    const repo::Fact* fact = chosen_fact(state);
    if (fact == nullptr) return;
    effects.open({ScreenId::FactForm,
                  state.id,
                  state.data.card.customer.display_name(),
                  {{"edit", Value{fact->id.text()}},
                   {"kind", Value{fact->kind}},
                   {"text", Value{fact->text}},
                   {"on", Value{fact->on}}}});
}

void change_known(const CustomerState& state, Effects& effects) {
    if (state.form.keyboard == KnownList::Facts) {
        change_fact(state, effects);
    } else {
        change_relation(state, effects);
    }
}

void remove_known(const CustomerState& state, const ScreenContext& context, Effects& effects) {
    const repo::Fact* fact = chosen_fact(state);
    const repo::RelationRow* row = chosen_relation(state);
    if (state.form.keyboard == KnownList::Facts && fact != nullptr) {
        remove_fact(*fact, context, effects);
    } else if (state.form.keyboard == KnownList::Relations && row != nullptr) {
        remove_relation(*row, context, effects);
    }
}

void go_to_related(const CustomerState& state, const ScreenContext& context, Effects& effects) {
    const repo::RelationRow* row = chosen_relation(state);
    if (row == nullptr) return;
    if (!row->outside()) {
        effects.go({ScreenId::Customer, row->other});
        return;
    }
    effects.notify(
        {"relation.outside", std::string{context.texts(Text::RelationOutsideHelp)}, Tone::Notice});
}

void fill_known(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    const auto& pending = state.data.pending;
    for (const repo::Fact& fact : state.data.card.facts) {
        KnownRow row;
        row.key = fact.id.text();
        row.text = fact.text;
        std::replace(row.text.begin(), row.text.end(), '\n', ' ');
        row.detail = context.app.label("fact_kind", fact.kind);
        if (!fact.on.empty()) {
            row.detail += " · " + context.texts.formats().date_long(fact.on);
        }
        row.icon = fact_icon(context, fact.kind);
        row.pending = contains(pending, fact.id);
        out.known_facts.push_back(std::move(row));
    }
    for (const repo::RelationRow& each : state.data.card.relations) {
        KnownRow row;
        row.key = each.relation.id.text();
        row.text = related_name(each, context);
        row.detail = kind_words(each, context);
        const std::string span = span_words(each.relation, context);
        if (!span.empty()) row.detail += " · " + span;
        if (!each.relation.note.empty()) row.detail += " · " + each.relation.note;
        std::replace(row.detail.begin(), row.detail.end(), '\n', ' ');
        row.icon = each.outside()                      ? "EyeOff"
                   : each.other_kind == "organisation" ? "Organisation"
                                                       : "Person";
        row.pending = contains(pending, each.relation.id);
        row.muted = each.outside() || each.is_over(context.today);
        out.relations.push_back(std::move(row));
    }
    out.fact = action_view(context, "customer.fact", out.known);
    out.relation = action_view(context, "customer.relation", out.known);
    out.change = action_view(context, "customer.change", has_known(state));
    out.remove = action_view(context, "customer.remove", has_known(state));
}

}  // namespace balie::app
