// check-departure: green to go offline?
#include "app/cli/context.h"
#include "app/cli/link_texts.h"
#include "app/runtime/departure.h"
#include "sync/net/network_watch.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

constexpr int kDaysMax = 60;

std::string span_text(std::int64_t seconds) {
    constexpr std::int64_t kMinute = 60;
    constexpr std::int64_t kHour = 3600;
    constexpr std::int64_t kDay = 24 * kHour;
    if (seconds < 2 * kMinute) return fmt::format("{} s", seconds);
    if (seconds < 2 * kHour) return fmt::format("{} minutes", seconds / kMinute);
    if (seconds < 2 * kDay) return fmt::format("{} hours", seconds / kHour);
    return fmt::format("{} days", seconds / kDay);
}

/// What is so, and what to do about it.
struct Words {
    std::string text;
    std::string mend;
};

Words sent_words(const DepartureLine& line) {
    if (line.count == 0) return {"everything saved here is with the office", ""};
    return {fmt::format("{} changes are not with the office yet, the oldest for {}", line.count,
                        span_text(line.seconds)),
            line.state == "held" ? "balie sync --anyway (the line's budget holds them back)"
                                 : "balie sync"};
}

Words contact_words(const DepartureLine& line) {
    if (line.count == 0) return {"never in contact with the office", "balie sync"};
    return {fmt::format("last contact with the office {} ago", span_text(line.seconds)),
            line.light == Light::Green ? "" : "balie sync"};
}

Words copy_words(const DepartureLine& line) {
    if (line.state == "first_load") return {"nothing of the office is here yet", "balie sync"};
    if (line.state == "rereading") {
        return {"the copy here is not complete: it is being loaded", "balie sync"};
    }
    if (line.state == "differs") {
        return {"the copy here differs from the office's", "balie doctor, then tell head office"};
    }
    if (line.state == "behind") {
        return {fmt::format("up to {} changes of the office are not here yet", line.count),
                "balie sync"};
    }
    return {"the copy here is complete", ""};
}

std::string within(int days) {
    if (days == 0) return "today";
    return days == 1 ? "within 1 day" : fmt::format("within {} days", days);
}

Words customers_words(const DepartureLine& line, int days) {
    if (line.count == 0) {
        return {fmt::format("no customer has a task that is due {}", within(days)), ""};
    }
    if (line.missing == 0) {
        return {
            fmt::format("all customers with a task due {} are here: {}", within(days), line.count),
            ""};
    }
    return {fmt::format("{} of {} customers with tasks due {} are not here", line.missing,
                        line.count, within(days)),
            "balie sync; ask the office when they are not yours any more"};
}

Words attention_words(const DepartureLine& line) {
    if (line.light == Light::Green) return {"nothing is set aside, nothing in conflict", ""};
    return {fmt::format("{} set aside, {} in conflict", line.count, line.missing),
            "balie set-aside; balie conflicts list"};
}

Words clock_words(const DepartureLine& line) {
    if (line.count == 0) return {"the clock was never compared with the office's", "balie sync"};
    if (line.light == Light::Green) return {"the clock is right", ""};
    return {fmt::format("the clock is {} {}", span_text(std::abs(line.seconds)),
                        line.seconds > 0 ? "slow" : "fast"),
            "set the clock of this machine right"};
}

Words disk_words(const DepartureLine& line) {
    if (line.count == 0) return {"how much disk is free could not be seen", "look at the disk"};
    return {bytes_text(line.bytes) + " of disk free",
            line.light == Light::Green ? "" : "make room on the disk"};
}

Words backup_words(const DepartureLine& line) {
    if (line.count == 0) return {"there is no backup of this profile", "balie backup"};
    return {fmt::format("the newest backup is {} old", span_text(line.seconds)),
            line.light == Light::Green ? "" : "balie backup"};
}

Words files_words(const DepartureLine& line) {
    if (line.light == Light::Green) return {"the files of documents are where they should be", ""};
    return {fmt::format("files of documents: {} to send, {} to fetch", line.count, line.missing),
            "balie sync"};
}

Words words_of(const DepartureLine& line, int days) {
    switch (line.check) {
        case DepartureCheck::Sent:
            return sent_words(line);
        case DepartureCheck::Contact:
            return contact_words(line);
        case DepartureCheck::Copy:
            return copy_words(line);
        case DepartureCheck::Customers:
            return customers_words(line, days);
        case DepartureCheck::Attention:
            return attention_words(line);
        case DepartureCheck::Clock:
            return clock_words(line);
        case DepartureCheck::Disk:
            return disk_words(line);
        case DepartureCheck::Backup:
            return backup_words(line);
        case DepartureCheck::Files:
            return files_words(line);
    }
    return {};
}

Result<int> check_departure(Context& context, Profile& profile, int days) {
    BALIE_ASSIGN(const DepartureReport report,
                 read_departure(profile.store(), profile.dir(), profile.user(),
                                sync::network_now().networks, days));
    Json lines = Json::array();
    std::string text;
    for (const DepartureLine& line : report.lines) {
        const Words words = words_of(line, days);
        text += fmt::format("{:6} {:10} {}{}\n", to_string(line.light), to_string(line.check),
                            words.text, words.mend.empty() ? "" : ": " + words.mend);
        lines.push(Json::object({{"check", to_string(line.check)},
                                 {"light", to_string(line.light)},
                                 {"text", words.text},
                                 {"mend", words.mend},
                                 {"count", line.count},
                                 {"missing", line.missing},
                                 {"seconds", line.seconds},
                                 {"bytes", line.bytes},
                                 {"state", line.state}}));
    }
    const Light worst = report.worst();
    text += worst == Light::Green   ? "Green to go offline.\n"
            : worst == Light::Amber ? "You can go, knowing what is amber.\n"
                                    : "Not ready to go: mend what is red first.\n";
    context.print(Json::object({{"light", to_string(worst)},
                                {"ready", worst == Light::Green},
                                {"days", std::int64_t{days}},
                                {"lines", lines}}),
                  text);
    return worst == Light::Green ? kExitDone : kExitAttention;
}

}  // namespace

void add_departure_command(CLI::App& app, Context& context) {
    auto days = std::make_shared<int>(kDepartureDays);
    CLI::App* command = app.add_subcommand(
        "check-departure", "Green to go offline? What is sent, here, fresh, safe; sends nothing");
    command->add_option("--days", *days, "How far ahead tasks are looked at")
        ->check(CLI::Range(0, kDaysMax));
    command->callback([&context, days] {
        context.with_profile(
            [&](Profile& profile) { return check_departure(context, profile, *days); });
    });
}

}  // namespace balie::app
