// link: whether the line is metered, its budget and what was used of it.
#include "app/cli/context.h"
#include "app/cli/link_texts.h"
#include "sync/net/network_watch.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>

namespace balie::app {

namespace {

constexpr double kMegabyte = 1'000'000;
/// A month of the fastest line; more is a slip of the finger.
constexpr double kBudgetMbMax = 10'000'000;

struct LinkOptions {
    std::string metered;
    double budget_mb{-1};
    std::string per;
    bool paid{false};
    bool free{false};
};

std::string use_text(const sync::LinkState& link) {
    const char* const period = link.settings.per == sync::BudgetPer::Day ? "Today" : "This month";
    std::string text = fmt::format("{}: {} up, {} down", period, bytes_text(link.used.up),
                                   bytes_text(link.used.down));
    if (link.settings.budget_bytes > 0) {
        text += fmt::format(", of a budget of {} a {}", bytes_text(link.settings.budget_bytes),
                            sync::to_string(link.settings.per));
    }
    return text + ".\n";
}

std::string metered_text(const sync::LinkState& link) {
    using sync::Metered;
    if (link.settings.metered == Metered::Off)
        return "The line is not metered: all goes by itself.\n";
    if (link.settings.metered == Metered::On) return "The line is metered.\n";
    if (link.asks) {
        return "What this network costs is not known: it is taken for metered. Say it with: balie "
               "link --free, or balie link --paid\n";
    }
    return link.metered ? "This network is metered, as you said.\n"
                        : "This network costs nothing, as you said.\n";
}

Result<int> link(Context& context, Profile& profile, const LinkOptions& options) {
    sync::LinkBook book = profile.replica().link();
    const std::string network = sync::network_now().networks;
    BALIE_ASSIGN(sync::LinkSettings settings, book.settings());
    if (!options.metered.empty()) {
        settings.metered = sync::parse_metered(options.metered).value_or(settings.metered);
    }
    if (!options.per.empty()) {
        settings.per = sync::parse_budget_per(options.per).value_or(settings.per);
    }
    if (options.budget_mb >= 0) {
        settings.budget_bytes = std::llround(options.budget_mb * kMegabyte);
    }
    if ((options.paid || options.free) && settings.metered != sync::Metered::Ask) {
        return Error{ErrorCode::InvalidInput,
                     "what a network costs is only asked with --metered ask",
                     {},
                     "Set it: balie link --metered ask"};
    }
    BALIE_TRY(book.set(settings));
    if (options.paid || options.free) {
        BALIE_TRY(book.say(network, options.paid));
    }
    BALIE_ASSIGN(const auto state, book.state(network));
    BALIE_ASSIGN(const auto estimate, book.estimate());
    std::string text = metered_text(state) + use_text(state);
    if (settings.metered == sync::Metered::Off && settings.budget_bytes > 0) {
        text += "The budget counts on metered lines only.\n";
    }
    context.print(link_json(state), text + held_text(state, estimate));
    return kExitDone;
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
    constexpr std::int64_t kKilo = 1'000;
    constexpr std::int64_t kMega = 1'000'000;
    if (bytes < kKilo) return fmt::format("{} bytes", bytes);
    const std::int64_t unit = bytes < kMega ? kKilo : kMega;
    const double value = static_cast<double>(bytes) / static_cast<double>(unit);
    return fmt::format("{:.{}f} {}", value, value < 10 ? 1 : 0, bytes < kMega ? "kB" : "MB");
}

Json link_json(const sync::LinkState& link) {
    return Json::object({{"metered", sync::to_string(link.settings.metered)},
                         {"metered_now", link.metered},
                         {"asks", link.asks},
                         {"budget_bytes", link.settings.budget_bytes},
                         {"budget_per", sync::to_string(link.settings.per)},
                         {"used_up", link.used.up},
                         {"used_down", link.used.down},
                         {"exhausted", link.exhausted},
                         {"allowed", link.allowed},
                         {"held", link.held},
                         {"pull_held", link.pull_held}});
}

Json estimate_json(const sync::LinkEstimate& estimate) {
    Json types = Json::object();
    for (const auto& part : estimate.up) {
        types.set(part.type, Json::object({{"changes", part.changes}, {"bytes", part.bytes}}));
    }
    const auto known = [](const std::optional<std::int64_t>& value) {
        return value ? Json(*value) : Json();
    };
    return Json::object({{"up_changes", estimate.up_changes},
                         {"up_bytes", estimate.up_bytes},
                         {"up_by_type", types},
                         {"down_changes_at_most", estimate.down_changes},
                         {"down_bytes", known(estimate.down_bytes)},
                         {"first_load", estimate.first_load},
                         {"bytes_per_second", known(estimate.bytes_per_second)},
                         {"seconds", known(estimate.seconds)}});
}

std::string estimate_text(const sync::LinkEstimate& estimate) {
    std::string text = fmt::format("To send: {} changes, {}.\n", estimate.up_changes,
                                   bytes_text(estimate.up_bytes));
    for (const auto& part : estimate.up) {
        text += fmt::format("  {}: {}, {}\n", part.type, part.changes, bytes_text(part.bytes));
    }
    text += fmt::format("To receive: at most {} changes that the office had at the last contact, ",
                        estimate.down_changes);
    text += estimate.down_bytes ? bytes_text(*estimate.down_bytes)
                                : std::string("how many bytes is not known yet");
    text += ", and what came there since.\n";
    if (estimate.first_load) text += "All that the office has for this terminal is to be loaded.\n";
    if (estimate.seconds) {
        text += fmt::format("At {} a second, as last measured: about {} s.\n",
                            bytes_text(*estimate.bytes_per_second), *estimate.seconds);
    }
    return text;
}

std::string held_text(const sync::LinkState& link, const sync::LinkEstimate& estimate) {
    if (!link.holds_back()) return {};
    std::string text;
    if (link.held > 0) {
        text +=
            fmt::format("{} waiting: held back by your budget of {} a {}.\n", link.held,
                        bytes_text(link.settings.budget_bytes), sync::to_string(link.settings.per));
    }
    if (link.pull_held && link.behind > 0) {
        text += fmt::format(
            "Not asked for on this metered line: up to {} changes of the office{}.\n", link.behind,
            estimate.down_bytes ? ", about " + bytes_text(*estimate.down_bytes) : std::string());
    } else if (link.pull_held) {
        text += "The budget is used up: the office is not asked for what is new there.\n";
    }
    return text + "To exchange it now all the same: balie sync --anyway\n";
}

void add_link_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<LinkOptions>();
    CLI::App* command =
        app.add_subcommand("link", "What the line costs: metered or not, budget, what was used");
    command->add_option("--metered", options->metered, "off, on, or ask at each network")
        ->check(CLI::IsMember({"off", "on", "ask"}));
    command->add_option("--budget", options->budget_mb, "Megabytes (1,000,000 bytes); 0: none")
        ->check(CLI::Range(0.0, kBudgetMbMax));
    command->add_option("--per", options->per, "The budget is for a day or a month")
        ->check(CLI::IsMember({"day", "month"}));
    CLI::Option* paid = command->add_flag("--paid", options->paid, "This network is metered");
    command->add_flag("--free", options->free, "This network costs nothing")->excludes(paid);
    command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return link(context, profile, *options); });
    });
}

}  // namespace balie::app
