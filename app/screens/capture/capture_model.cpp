#include "app/screens/capture/capture_model.h"

#include "app/model/when.h"
#include "storage/domain/schema.h"
#include "storage/text/phone.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kCaptureActions{
    Action{"visit.save", Text::ActionVisitSave, "Save", "Ctrl+Enter", ScreenId::Capture,
           Listed::Keys},
    Action{"visit.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::Capture, Listed::Keys},
};

constexpr std::size_t kNoteBytesMax = static_cast<std::size_t>(domain::kTextBytesMax);
constexpr auto kLearntBytesMax = static_cast<std::size_t>(domain::kFactBytesMax);
constexpr int kHitsShown = 6;

struct KeptVisitField {
    std::string_view name;
    std::string CaptureForm::*member;
};
constexpr std::array kKeptVisitFields{
    KeptVisitField{"query", &CaptureForm::query},
    KeptVisitField{"channel", &CaptureForm::channel},
    KeptVisitField{"outcome", &CaptureForm::outcome},
    KeptVisitField{"reason", &CaptureForm::reason},
    KeptVisitField{"note", &CaptureForm::note},
    KeptVisitField{"next", &CaptureForm::next},
    KeptVisitField{"subject", &CaptureForm::next_subject},
    KeptVisitField{"why", &CaptureForm::why},
    KeptVisitField{"fact", &CaptureForm::fact},
};

bool knows_who(const CaptureState& state) {
    return state.walk_in || !state.customer.is_nil();
}

void ask(CaptureState& state, Effects& effects) {
    state.waiting.ticket = effects.ask(SearchQuery{state.form.query, kHitsShown});
}

void ask_wishes(CaptureState& state, Effects& effects) {
    state.contact_wishes = {};
    state.waiting_wishes = {};
    if (state.customer.is_nil()) return;
    state.waiting_wishes.ticket = effects.ask(WishesQuery{state.customer});
}

/// What the customer has against the channel that is chosen.
repo::ChannelWish objection_of(const CaptureState& state, const ScreenContext& context) {
    const repo::Code* channel = context.app.code("channel", state.form.channel);
    if (channel == nullptr || state.customer.is_nil()) return repo::ChannelWish::None;
    return repo::channel_wish(state.contact_wishes, channel->kind);
}

/// A prohibition is passed over for a reason of its own, a preference for any that was noted.
bool says_why(const CaptureState& state, repo::ChannelWish wish) {
    if (wish == repo::ChannelWish::Forbidden) return !state.form.why.empty();
    return wish == repo::ChannelWish::None || !state.form.note.empty() ||
           !state.form.reason.empty();
}

void choose(CaptureState& state, const RecordId& id, const std::string& name, Effects& effects) {
    state.customer = id;
    ask_wishes(state, effects);
    state.customer_name = name;
    state.walk_in = id.is_nil();
    state.errors.erase("visit.customer");
    effects.focus("visit.channel");
}

void choose_hit(CaptureState& state, int row, Effects& effects) {
    if (state.waiting.ticket != 0) {
        state.choose_first = true;  // Enter came before the answer
        return;
    }
    if (row < 0 || row >= static_cast<int>(state.hits.size())) return;
    const repo::SearchHit& hit = state.hits[static_cast<std::size_t>(row)];
    choose(state, hit.id, hit.display_name, effects);
}

std::string note_too_long(const CaptureState& state, const Texts& texts) {
    const auto over = static_cast<std::int64_t>(state.form.note.size() - kNoteBytesMax);
    return texts(Text::ErrorNoteTooLong, {{"over", texts.formats().number(over)}});
}

void check(CaptureState& state, const ScreenContext& context) {
    const Texts& texts = context.texts;
    state.errors.clear();
    if (!knows_who(state)) state.errors["visit.customer"] = texts(Text::ErrorCustomerMissing);
    const auto check_code = [&](const std::string& code, std::string_view list, const char* field,
                                Text missing) {
        if (code.empty()) {
            state.errors[field] = texts(missing);
        } else if (context.app.code(list, code) == nullptr) {
            state.errors[field] = texts(Text::ErrorUnknownCode, {{"code", code}});
        }
    };
    check_code(state.form.channel, "channel", "visit.channel", Text::ErrorChannelMissing);
    check_code(state.form.outcome, "outcome", "visit.outcome", Text::ErrorOutcomeMissing);
    const repo::ChannelWish wish = objection_of(state, context);
    if (!says_why(state, wish)) {
        const bool forbidden = wish == repo::ChannelWish::Forbidden;
        state.errors[forbidden ? "visit.why" : "visit.note"] =
            texts(forbidden ? Text::ErrorOverrideMissing : Text::CaptureUnwantedHelp);
    }
    if (state.form.note.size() > kNoteBytesMax) {
        state.errors["visit.note"] = note_too_long(state, texts);
    }
    if (!state.form.next.empty() && !parse_when(state.form.next, context.today)) {
        state.errors["visit.next"] = texts(Text::ErrorDate);
    }
    if (state.form.fact.size() > kLearntBytesMax) {
        state.errors["visit.fact"] = texts(Text::ErrorTooLong);
    }
}

repo::NewInteraction interaction_of(const CaptureState& state, const ScreenContext& context) {
    repo::NewInteraction out;
    if (!state.walk_in) out.customer = state.customer;
    out.channel = state.form.channel;
    out.outcome = state.form.outcome;
    out.reason = state.form.reason;
    out.note = state.form.note;
    if (!state.form.why.empty() && objection_of(state, context) == repo::ChannelWish::Forbidden) {
        out.override = context.texts(Text::CaptureOverrideLine, {{"why", state.form.why}});
    }
    if (!state.walk_in) out.fact = state.form.fact;
    if (!state.form.next.empty()) {
        repo::NewTask next;
        next.due = parse_when(state.form.next, context.today).value_or("");
        next.subject = state.form.next_subject.empty()
                           ? context.app.label("channel", state.form.channel)
                           : state.form.next_subject;
        out.next = std::move(next);
    }
    return out;
}

std::string who(const CaptureState& state, const ScreenContext& context) {
    return state.walk_in ? std::string{context.texts(Text::WalkIn)} : state.customer_name;
}

void save(CaptureState& state, const ScreenContext& context, Effects& effects) {
    check(state, context);
    state.problem = {};
    if (!state.errors.empty()) {
        // In the order of the form, not of the alphabet.
        for (const char* field : {"visit.customer", "visit.channel", "visit.outcome", "visit.why",
                                  "visit.note", "visit.next", "visit.fact"}) {
            if (state.errors.count(field) > 0) {
                effects.focus(field);
                break;
            }
        }
        return;
    }
    Completion completion;
    completion.done = context.texts(Text::ToastVisitSaved, {{"name", who(state, context)}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* made = std::get_if<repo::SavedInteraction>(&saved);
        if (made == nullptr) return std::nullopt;
        return UndoSave{*made};
    };
    completion.undo_text = context.texts(Text::UndoVisit, {{"name", who(state, context)}});
    completion.form_shows_error = true;
    state.saving =
        effects.send(SaveInteraction{interaction_of(state, context)}, std::move(completion));
    // What is being saved is kept as well: if the save fails and the power goes, it is still there.
    effects.send(KeepDraft{draft_of(state)});
    state.draft_due_ms = 0;
}

void on_typing(CaptureState& state, const std::string& field, const ScreenContext& context,
               Effects& effects) {
    state.touched = true;
    if (state.draft_due_ms == 0) state.draft_due_ms = context.now_ms + kDraftDelayMs;
    if (field == "visit.customer") {
        state.form.hit = 0;
        state.choose_first = false;
        ask(state, effects);
    }
    const bool too_long = state.form.note.size() > kNoteBytesMax;
    if (!state.errors.empty()) {
        check(state, context);
    } else if (too_long) {
        state.errors["visit.note"] = note_too_long(state, context.texts);
    }
}

std::string standard_channel(const ScreenContext& context) {
    const auto channels = context.app.codes("channel");
    for (const repo::Code* code : channels) {
        // A teller's contacts are at the counter, a representative's on the road.
        const bool teller = context.app.user.role == "teller";
        if (code->kind == (teller ? "counter" : "visit")) return code->code;
    }
    return channels.empty() ? std::string{} : channels.front()->code;
}

}  // namespace

std::string_view CaptureView::error(std::string_view field) const {
    const auto found = errors.find(field);
    return found == errors.end() ? std::string_view{} : std::string_view{found->second};
}

std::span<const Action> capture_actions() {
    return kCaptureActions;
}

Draft draft_of(const CaptureState& state) {
    Draft draft{std::string{kCaptureDraft}, {}};
    for (const KeptVisitField& kept : kKeptVisitFields) {
        const std::string& text = state.form.*kept.member;
        if (!text.empty()) draft.fields.emplace(kept.name, Value{text});
    }
    if (!state.customer.is_nil()) {
        draft.fields.emplace("customer", Value{state.customer.text()});
        draft.fields.emplace("customer_name", Value{state.customer_name});
    }
    if (state.walk_in) draft.fields.emplace("walk_in", Value{std::int64_t{1}});
    return draft;
}

OpenOverlay from_draft(const Draft& draft) {
    OpenOverlay out{ScreenId::Capture, {}, {}, draft.fields};
    if (const auto id = draft.fields.find("customer"); id != draft.fields.end()) {
        auto parsed = RecordId::parse(value_text(id->second));
        if (parsed.ok()) out.customer = *parsed;
    }
    if (const auto name = draft.fields.find("customer_name"); name != draft.fields.end()) {
        out.customer_name = value_text(name->second);
    }
    return out;
}

void start(CaptureState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects) {
    for (const KeptVisitField& kept : kKeptVisitFields) {
        const auto found = with.fields.find(kept.name);
        if (found != with.fields.end()) state.form.*kept.member = value_text(found->second);
    }
    state.restored = !with.fields.empty();
    state.touched = state.restored;
    state.walk_in = with.fields.count("walk_in") > 0;
    if (state.form.channel.empty()) state.form.channel = standard_channel(context);
    if (with.customer.is_nil() && !state.walk_in) {
        ask(state, effects);
        effects.focus("visit.customer");
    } else {
        state.customer = with.customer;
        state.customer_name = with.customer_name;
        ask_wishes(state, effects);
        effects.focus("visit.channel");
    }
}

void update(CaptureState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* result = answer_in<repo::SearchResult>(event, state.waiting)) {
        state.hits = result->hits;
        state.form.hit = 0;
        if (state.choose_first) choose_hit(state, 0, effects);
        state.choose_first = false;
    } else if (const auto* wishes = answer_in<repo::ContactWishes>(event, state.waiting_wishes)) {
        state.contact_wishes = *wishes;
    } else if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.send(DropDraft{std::string{kCaptureDraft}});
        effects.close_overlay();
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
        effects.focus(error->where == repo::kOverrideField ? "visit.why" : "visit.note");
    }
}

void update(CaptureState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    if (const auto* changed = std::get_if<FormChanged>(&intent)) {
        on_typing(state, changed->field, context, effects);
    } else if (const auto* row = std::get_if<RowChosen>(&intent)) {
        if (row->open) choose_hit(state, row->row, effects);
    } else if (const auto* run = std::get_if<RunAction>(&intent)) {
        if (run->id == "visit.save") {
            save(state, context, effects);
        } else if (run->id == "visit.walk_in") {
            choose(state, {}, {}, effects);
        } else if (run->id == "visit.other_customer") {
            state.customer = {};
            ask_wishes(state, effects);
            state.walk_in = false;
            ask(state, effects);
            effects.focus("visit.customer");
        }
    }
}

void tick(CaptureState& state, const ScreenContext& context, Effects& effects) {
    if (state.draft_due_ms == 0 || context.now_ms < state.draft_due_ms) return;
    state.draft_due_ms = 0;
    effects.send(KeepDraft{draft_of(state)});
}

bool may_close(const CaptureState& state) {
    return state.saving == 0;
}

void closed(CaptureState& state, Effects& effects) {
    if (state.touched) effects.send(DropDraft{std::string{kCaptureDraft}});
}

bool enabled(const CaptureState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

namespace {

void fill_wishes(const CaptureState& state, const ScreenContext& context, CaptureView& out) {
    const Texts& texts = context.texts;
    const repo::ContactWishes& wishes = state.contact_wishes;
    const repo::ChannelWish wish = objection_of(state, context);
    out.forbidden = wish == repo::ChannelWish::Forbidden;
    if (out.forbidden) {
        out.objection = texts(Text::CaptureForbidden, {{"name", state.customer_name}});
        out.objection_help = texts(Text::CaptureForbiddenHelp);
    } else if (wish == repo::ChannelWish::Unwanted) {
        out.objection =
            texts(Text::CaptureUnwanted,
                  {{"name", state.customer_name},
                   {"channel", context.app.label("channel", wishes.preferred_channel)}});
        out.objection_help = texts(Text::CaptureUnwantedHelp);
    }
    if (!wishes.preferred_time.empty()) {
        out.wishes = texts(Text::CaptureWishTime, {{"time", wishes.preferred_time}});
    }
    const bool foreign = !wishes.language.empty() && wishes.language != context.app.look.language;
    const auto language = Texts::find("language." + wishes.language);
    if (foreign && language) {
        out.wishes +=
            (out.wishes.empty() ? "" : " · ") +
            texts(Text::CaptureWishLanguage, {{"language", std::string{texts(*language)}}});
    }
}

}  // namespace

CaptureView view(const CaptureState& state, const ScreenContext& context) {
    CaptureView out;
    const Texts& texts = context.texts;
    out.has_customer = knows_who(state);
    out.customer = who(state, context);
    out.title = out.has_customer ? texts(Text::CaptureTitleWith, {{"name", out.customer}})
                                 : std::string{texts(Text::CaptureTitle)};
    out.searching = state.waiting.ticket != 0;
    for (const repo::SearchHit& hit : state.hits) {
        std::string detail = hit.number;
        for (const std::string& part : {hit.city, text::format_phone(hit.phone)}) {
            if (!part.empty()) detail += (detail.empty() ? "" : " · ") + part;
        }
        out.hits.push_back({hit.id.text(), hit.display_name, detail, hit.flag_level});
    }
    out.no_hits = !out.searching && state.hits.empty();
    out.channels = code_choices(context, "channel");
    for (ChoiceView& choice : code_choices(context, "outcome")) {
        const repo::Code* code = context.app.code("outcome", choice.code);
        // Taking a contact back is an act of its own, not something that came of it.
        if (code->kind != "withdrawn") out.outcomes.push_back(std::move(choice));
    }
    out.reasons = code_choices(context, "reason");
    out.no_codes = context.app.reference_known && (out.channels.empty() || out.outcomes.empty());
    fill_wishes(state, context, out);
    out.may_learn = !state.customer.is_nil();
    out.fact_max = kLearntBytesMax;
    out.has_next = !state.form.next.empty();
    if (const auto date = parse_when(state.form.next, context.today)) {
        out.next_understood = texts.formats().weekday_and_day(*date);
    }
    out.note_max = kNoteBytesMax;
    out.errors = state.errors;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    out.restored = state.restored;
    out.save = action_view(context, "visit.save", !out.busy);
    return out;
}

}  // namespace balie::app
