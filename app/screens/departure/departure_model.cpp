#include "app/screens/departure/departure_model.h"

#include <array>
#include <cstdlib>

namespace balie::app {

namespace {

constexpr std::array kDepartureActions{
    Action{"departure.again", Text::ActionDepartureAgain, "CheckAll", "r", ScreenId::Departure},
    Action{"departure.sync", Text::ActionSyncNow, "Refresh", "y", ScreenId::Departure},
};

constexpr std::array kLookAhead{0, 1, 3, 7, 14};

void ask(DepartureState& state, Effects& effects) {
    const int days = static_cast<int>(std::strtol(state.form.days.c_str(), nullptr, 10));
    state.waiting.ticket = effects.ask(DepartureQuery{days});
}

/// How it stands, and what to do about it.
struct DepartureWords {
    std::string text;
    std::string mend;
};

DepartureWords words_of_sent(const DepartureLine& line, const Texts& texts) {
    if (line.count == 0) return {std::string{texts(Text::DepartureSentAll)}, {}};
    return {texts.plural(Text::DepartureSentSome, line.count, {{"age", texts.age(line.seconds)}}),
            std::string{
                texts(line.state == "held" ? Text::DepartureMendHeld : Text::DepartureMendSync)}};
}

DepartureWords words_of_contact(const DepartureLine& line, const Texts& texts) {
    DepartureWords words;
    words.text = line.count == 0
                     ? std::string{texts(Text::DepartureContactNever)}
                     : texts(Text::DepartureContact, {{"age", texts.age(line.seconds)}});
    if (line.light != Light::Green) words.mend = texts(Text::DepartureMendSync);
    return words;
}

DepartureWords words_of_copy(const DepartureLine& line, const Texts& texts) {
    if (line.state.empty()) return {std::string{texts(Text::DepartureCopyWhole)}, {}};
    if (line.state == "behind") {
        return {texts.plural(Text::DepartureCopyBehind, line.count),
                std::string{texts(Text::DepartureMendSync)}};
    }
    if (line.state == "differs") {
        return {std::string{texts(Text::DepartureCopyDiffers)},
                std::string{texts(Text::DepartureMendDoctor)}};
    }
    return {std::string{texts(line.state == "first_load" ? Text::DepartureCopyNone
                                                         : Text::DepartureCopyLoading)},
            std::string{texts(Text::DepartureMendLoad)}};
}

std::string within(int days, const Texts& texts) {
    if (days == 0) return std::string{texts(Text::DepartureToday)};
    return texts.plural(Text::DepartureDays, days);
}

DepartureWords words_of_customers(const DepartureLine& line, int days, const Texts& texts) {
    const std::string ahead = within(days, texts);
    if (line.count == 0) return {texts(Text::DepartureCustomersNone, {{"within", ahead}}), {}};
    if (line.missing == 0) {
        return {texts.plural(Text::DepartureCustomersHere, line.count, {{"within", ahead}}), {}};
    }
    return {texts.plural(Text::DepartureCustomersMissing, line.missing,
                         {{"all", texts.formats().number(line.count)}, {"within", ahead}}),
            std::string{texts(Text::DepartureMendCustomers)}};
}

DepartureWords words_of_attention(const DepartureLine& line, const Texts& texts) {
    if (line.light == Light::Green) return {std::string{texts(Text::DepartureAttentionNone)}, {}};
    return {texts(Text::DepartureAttention, {{"aside", texts.formats().number(line.count)},
                                             {"conflicts", texts.formats().number(line.missing)}}),
            std::string{texts(Text::DepartureMendAttention)}};
}

DepartureWords words_of_clock(const DepartureLine& line, const Texts& texts) {
    if (line.count == 0) {
        return {std::string{texts(Text::DepartureClockUnknown)},
                std::string{texts(Text::DepartureMendSync)}};
    }
    if (line.light == Light::Green) return {std::string{texts(Text::DepartureClockRight)}, {}};
    const std::int64_t off = line.seconds < 0 ? -line.seconds : line.seconds;
    return {texts(line.seconds > 0 ? Text::DepartureClockSlow : Text::DepartureClockFast,
                  {{"age", texts.age(off)}}),
            std::string{texts(Text::DepartureMendClock)}};
}

DepartureWords words_of_disk(const DepartureLine& line, const Texts& texts) {
    DepartureWords words;
    words.text = line.count == 0 ? std::string{texts(Text::DepartureDiskUnknown)}
                                 : texts(Text::DepartureDisk, {{"size", texts.bytes(line.bytes)}});
    if (line.light != Light::Green) words.mend = texts(Text::DepartureMendDisk);
    return words;
}

DepartureWords words_of_backup(const DepartureLine& line, const Texts& texts) {
    DepartureWords words;
    words.text = line.count == 0 ? std::string{texts(Text::DepartureBackupNone)}
                                 : texts(Text::DepartureBackup, {{"age", texts.age(line.seconds)}});
    if (line.light != Light::Green) words.mend = texts(Text::DepartureMendBackup);
    return words;
}

DepartureWords words_of_files(const DepartureLine& line, const Texts& texts) {
    if (line.light == Light::Green) return {std::string{texts(Text::DepartureFilesAll)}, {}};
    return {texts(Text::DepartureFiles, {{"send", texts.formats().number(line.count)},
                                         {"fetch", texts.formats().number(line.missing)}}),
            std::string{texts(Text::DepartureMendSync)}};
}

DepartureWords departure_words(const DepartureLine& line, int days, const Texts& texts) {
    switch (line.check) {
        case DepartureCheck::Sent:
            return words_of_sent(line, texts);
        case DepartureCheck::Contact:
            return words_of_contact(line, texts);
        case DepartureCheck::Copy:
            return words_of_copy(line, texts);
        case DepartureCheck::Customers:
            return words_of_customers(line, days, texts);
        case DepartureCheck::Attention:
            return words_of_attention(line, texts);
        case DepartureCheck::Clock:
            return words_of_clock(line, texts);
        case DepartureCheck::Disk:
            return words_of_disk(line, texts);
        case DepartureCheck::Backup:
            return words_of_backup(line, texts);
        case DepartureCheck::Files:
            return words_of_files(line, texts);
    }
    return {};
}

Text verdict_text(Light light) {
    if (light == Light::Green) return Text::DepartureGreen;
    return light == Light::Amber ? Text::DepartureAmber : Text::DepartureRed;
}

Text light_text(Light light) {
    if (light == Light::Green) return Text::LightGreen;
    return light == Light::Amber ? Text::LightAmber : Text::LightRed;
}

}  // namespace

std::span<const Action> departure_actions() {
    return kDepartureActions;
}

void enter(DepartureState& state, const Place& /*place*/, const ScreenContext& /*context*/,
           Effects& effects) {
    if (state.form.days.empty()) state.form.days = std::to_string(kDepartureDays);
    ask(state, effects);
}

void update(DepartureState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* report = answer_in<DepartureReport>(event, state.waiting)) {
        state.report = *report;
        state.problem = {};
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
        state.waiting.ticket = 0;
    } else if (is_stale(event) || std::holds_alternative<SyncChanged>(event)) {
        if (state.waiting.ticket == 0) ask(state, effects);
    }
}

void update(DepartureState& state, const Intent& intent, const ScreenContext& /*context*/,
            Effects& effects) {
    if (is_action(intent, "departure.sync")) {
        effects.run("sync.now");
    } else if (is_action(intent, "departure.again") ||
               std::holds_alternative<FormChanged>(intent)) {
        ask(state, effects);
    }
}

bool enabled(const DepartureState& /*state*/, std::string_view /*action*/) {
    return true;
}

DepartureView view(const DepartureState& state, const ScreenContext& context) {
    DepartureView out;
    const Texts& texts = context.texts;
    out.known = state.waiting.known;
    out.light = state.report.worst();
    if (out.known) out.verdict = texts(verdict_text(out.light));
    out.lines.reserve(state.report.lines.size());
    for (const DepartureLine& line : state.report.lines) {
        DepartureWords words = departure_words(line, state.report.days, texts);
        out.lines.push_back(
            {"departure." + std::string{to_string(line.check)}, line.light,
             texts(Text::DepartureLine,
                   {{"light", std::string{texts(light_text(line.light))}}, {"what", words.text}}),
             std::move(words.mend)});
    }
    for (const int days : kLookAhead) {
        out.days.push_back({std::to_string(days), within(days, texts), {}});
    }
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.again = action_view(context, "departure.again");
    out.now = action_view(context, "departure.sync");
    return out;
}

}  // namespace balie::app
