#include "app/screens/customer/customer_timeline.h"

#include "app/model/when.h"
#include "storage/base/date.h"

#include <utility>

namespace balie::app {

namespace {

std::optional<std::string> chosen_day(const CustomerState& state, const ScreenContext& context) {
    return parse_when_back(state.form.day, context.today);
}

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

void add_part(std::string& words, const std::string& part) {
    if (!part.empty()) words += (words.empty() ? "" : " · ") + part;
}

void fill_contact(TimelineRow& row, const repo::TimelineEntry& entry,
                  const ScreenContext& context) {
    row.icon = channel_icon(context, entry.contact.channel);
    row.what = context.app.label("channel", entry.contact.channel) + " · " +
               context.app.label("outcome", entry.contact.outcome);
    if (!entry.contact.reason.empty()) {
        row.what += " · " + context.app.label("reason", entry.contact.reason);
    }
    row.note = one_line(entry.text);
    row.amended = entry.contact.is_amendment();
}

void fill_flag_entry(TimelineRow& row, const repo::TimelineEntry& entry,
                     const ScreenContext& context) {
    row.icon = entry.ended ? "StarOutline" : "Star";
    row.what = level_text(context, entry.code);
    if (entry.ended) row.what += " · " + std::string{context.texts(Text::TimelineEnded)};
    row.note = context.app.label("flag_reason", entry.reason);
    if (!entry.until.empty()) {
        add_part(row.note,
                 context.texts(Text::FlagUntil,
                               {{"date", context.texts.formats().date_short(entry.until)}}));
    }
    add_part(row.note, one_line(entry.text));
}

TimelineRow timeline_row(const CustomerState& state, const repo::TimelineEntry& entry,
                         const ScreenContext& context) {
    TimelineRow row;
    row.key = entry.id.text();
    row.when = moment_text(context, entry.at);
    row.who = context.app.user_name(entry.who);
    row.pending = contains(state.pending, entry.id);
    switch (entry.kind) {
        case repo::EntryKind::Contact:
            fill_contact(row, entry, context);
            break;
        case repo::EntryKind::Task:
            row.icon = "CheckCircle";
            row.what = context.texts(Text::TimelineTaskDone);
            row.note = one_line(entry.text);
            break;
        case repo::EntryKind::Flag:
            fill_flag_entry(row, entry, context);
            break;
        case repo::EntryKind::Fact:
            row.icon = "Idea";
            row.what = context.app.label("fact_kind", entry.code);
            row.note = one_line(entry.text);
            break;
    }
    return row;
}

const repo::TimelineEntry* find_entry(const CustomerState& state, const RecordId& id) {
    const auto found = std::find_if(state.entries.begin(), state.entries.end(),
                                    [&id](const auto& each) { return each.id == id; });
    return found == state.entries.end() ? nullptr : &*found;
}

void ask_page(CustomerState& state, int limit, const ScreenContext& context, Effects& effects) {
    state.appends = false;
    state.waiting_timeline.ticket = effects.ask(
        TimelineQuery{state.id, timeline_filter(state), timeline_from(state, context), limit});
}

/// From its beginning: what it is kept to is another. What was there stays until the answer comes.
void ask_anew(CustomerState& state, const ScreenContext& context, Effects& effects) {
    state.form.line = -1;
    ask_page(state, kTimelinePage, context, effects);
}

void step_type(CustomerState& state, int step, const ScreenContext& context, Effects& effects) {
    const auto count = static_cast<int>(kTimelineTabs.size());
    const int tab = (static_cast<int>(timeline_tab(state)) + step + count) % count;
    state.form.tab = std::to_string(tab + 1);
    ask_anew(state, context, effects);
}

void clear_filter(CustomerState& state, const ScreenContext& context, Effects& effects) {
    const CustomerForm360 none;
    state.form.tab = none.tab;
    state.form.text = none.text;
    state.form.channel = none.channel;
    state.form.who = none.who;
    state.form.day = none.day;
    ask_anew(state, context, effects);
}

Text tab_text(const std::optional<repo::EntryKind>& kind) {
    if (!kind) return Text::FilterAll;
    switch (*kind) {
        case repo::EntryKind::Contact:
            return Text::TypeInteraction;
        case repo::EntryKind::Task:
            return Text::TypeTask;
        case repo::EntryKind::Flag:
            return Text::TimelineFlags;
        case repo::EntryKind::Fact:
            return Text::TypeFact;
    }
    return Text::FilterAll;
}

std::string filter_words(const CustomerState& state, const ScreenContext& context) {
    const repo::TimelineFilter filter = timeline_filter(state);
    std::string words;
    if (filter.kind) add_part(words, std::string{context.texts(tab_text(filter.kind))});
    if (!filter.channel.empty()) add_part(words, context.app.label("channel", filter.channel));
    if (!filter.who.empty()) add_part(words, context.app.user_name(filter.who));
    if (!filter.text.empty()) add_part(words, "“" + filter.text + "”");
    if (const auto day = chosen_day(state, context)) {
        add_part(words, context.texts(Text::TimelineUntil,
                                      {{"date", context.texts.formats().date_long(*day)}}));
    }
    return words;
}

void fill_choices(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    const std::string any{kAny};
    out.channels.push_back({any, std::string{context.texts(Text::FilterAll)}, {}});
    for (const std::string& channel : state.data.channels) {
        out.channels.push_back(
            {channel, context.app.label("channel", channel), channel_icon(context, channel)});
    }
    out.people.push_back({any, std::string{context.texts(Text::FilterAll)}, {}});
    for (const repo::User& user : context.app.reference.users) {
        out.people.push_back({user.login, user.name, {}});
    }
}

}  // namespace

std::size_t timeline_tab(const CustomerState& state) {
    for (std::size_t i = 0; i < kTimelineTabs.size(); ++i) {
        if (state.form.tab == std::to_string(i + 1)) return i;
    }
    return 0;
}

repo::TimelineFilter timeline_filter(const CustomerState& state) {
    repo::TimelineFilter filter;
    filter.kind = kTimelineTabs[timeline_tab(state)];
    if (state.form.channel != kAny) filter.channel = state.form.channel;
    if (state.form.who != kAny) filter.who = state.form.who;
    filter.text = state.form.text;
    return filter;
}

std::optional<repo::TimelineCursor> timeline_from(const CustomerState& state,
                                                  const ScreenContext& context) {
    const auto day = chosen_day(state, context);
    if (!day) return std::nullopt;
    const auto next = add_days(*day, 1);
    if (!next.ok()) return std::nullopt;
    const auto midnight = start_of_day_ms(*next, context.zone_offset_min);
    if (!midnight.ok()) return std::nullopt;
    return repo::TimelineCursor{*midnight, {}};
}

bool is_filtered(const CustomerState& state) {
    return !timeline_filter(state).empty() || !state.form.day.empty();
}

void ask_timeline(CustomerState& state, const ScreenContext& context, Effects& effects) {
    ask_page(state, std::max(kTimelinePage, static_cast<int>(state.entries.size())), context,
             effects);
}

void take_page(CustomerState& state, const TimelineData& page) {
    if (!state.appends) {
        state.entries.clear();
        state.pending.clear();
        state.receipts.clear();
        state.made = {};
    }
    state.entries.insert(state.entries.end(), page.page.entries.begin(), page.page.entries.end());
    state.pending.insert(state.pending.end(), page.pending.begin(), page.pending.end());
    state.receipts.insert(page.receipts.begin(), page.receipts.end());
    state.next = page.page.next;
}

void filter_changed(CustomerState& state, const std::string& field, const ScreenContext& context,
                    Effects& effects) {
    ask_anew(state, context, effects);
    // What was chosen is chosen; letters are keys again.
    const bool typed = field == "customer.find_text" || field == "customer.day";
    if (!typed) effects.focus("customer.timeline");
}

void run_timeline(CustomerState& state, const std::string& action, const ScreenContext& context,
                  Effects& effects) {
    if (action == "customer.filter_next" || action == "customer.filter_before") {
        step_type(state, action == "customer.filter_next" ? 1 : -1, context, effects);
    } else if (action == "customer.filter_clear") {
        if (is_filtered(state)) clear_filter(state, context, effects);
        effects.focus("customer.timeline");
    } else if (action == "customer.find") {
        effects.focus("customer.find_text");
    } else if (action == "customer.find_channel") {
        effects.focus("customer.find_in");
    } else if (action == "customer.find_person") {
        effects.focus("customer.find_by");
    } else if (action == "customer.jump") {
        effects.focus("customer.day");
    } else if (action == "customer.older" && state.waiting_timeline.ticket == 0) {
        state.appends = true;
        state.waiting_timeline.ticket =
            effects.ask(TimelineQuery{state.id, timeline_filter(state), state.next, kTimelinePage});
    }
}

void read_entry(CustomerState& state, int row) {
    if (row < 0 || row >= static_cast<int>(state.entries.size())) return;
    state.reading = state.entries[static_cast<std::size_t>(row)].id;
}

MadeRows make_rows(const CustomerState& state, const ScreenContext& context) {
    MadeRows out{context.app.look.language, context.today, context.app.reference_count,
                 state.made.rows};
    const bool same_words = out.language == state.made.language && out.today == state.made.today &&
                            out.reference == state.made.reference && out.rows != nullptr;
    const std::size_t made = same_words ? out.rows->size() : 0;
    if (same_words && made == state.entries.size()) return out;
    auto rows = std::make_shared<std::vector<TimelineRow>>();
    rows->reserve(state.entries.size());
    if (made > 0 && made < state.entries.size()) *rows = *out.rows;
    for (std::size_t i = rows->size(); i < state.entries.size(); ++i) {
        rows->push_back(timeline_row(state, state.entries[i], context));
    }
    out.rows = std::move(rows);
    return out;
}

void fill_timeline(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    for (std::size_t i = 0; i < kTimelineTabs.size(); ++i) {
        out.filters.push_back(
            {std::to_string(i + 1), std::string{context.texts(tab_text(kTimelineTabs[i]))}, {}});
    }
    fill_choices(state, context, out);
    if (const auto day = chosen_day(state, context)) {
        out.day_understood = context.texts.formats().date_short(*day);
    } else if (!state.form.day.empty()) {
        out.day_error = context.texts(Text::ErrorDateBack);
    }
    out.filter_words = filter_words(state, context);
    out.clear = action_view(context, "customer.filter_clear", is_filtered(state));
    out.timeline = make_rows(state, context).rows;
    out.more = state.next.has_value() && state.waiting_timeline.ticket == 0;
    out.timeline_empty =
        state.waiting_timeline.known && out.timeline->empty() && state.waiting_timeline.ticket == 0;
    out.timeline_trailing =
        context.texts.plural(Text::TimelineCount, state.data.card.counts.contacts);
}

void fill_reading(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    const repo::TimelineEntry* entry =
        state.reading.is_nil() ? nullptr : find_entry(state, state.reading);
    if (entry == nullptr) return;
    const TimelineRow row = timeline_row(state, *entry, context);
    ReadingView& reading = out.reading;
    reading.open = true;
    reading.title = row.what;
    reading.icon = row.icon;
    reading.note = entry->text;
    const auto add = [&reading, &context](Text label, std::string value, const char* icon) {
        if (value.empty()) return;
        reading.facts.push_back({std::string{context.texts(label)}, std::move(value), icon});
    };
    add(Text::ReadingWhen, row.when, "Clock");
    add(Text::ReadingWho, row.who, "Person");
    std::string where{context.texts(row.pending ? Text::StatePending : Text::StateReceived)};
    const auto receipt = state.receipts.find(entry->id);
    if (!row.pending && receipt != state.receipts.end()) {
        where =
            context.texts(Text::StateReceipt,
                          {{"when", moment_text(context, receipt->second.hub_ms)},
                           {"reference", context.texts.formats().number(receipt->second.hub_seq)}});
    }
    if (row.amended) where += " · " + std::string{context.texts(Text::StateAmended)};
    add(Text::ReadingState, std::move(where), row.pending ? "CloudUpload" : "CloudDone");
}

}  // namespace balie::app
