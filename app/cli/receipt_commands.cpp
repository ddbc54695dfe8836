// receipt ID: what head office signed for a record.
#include "app/cli/context.h"
#include "sync/log/receipts.h"
#include "sync/log/set_aside.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace balie::app {

namespace {

std::string_view state_name(sync::LogState state) {
    switch (state) {
        case sync::LogState::Pending:
            return "pending";
        case sync::LogState::SetAside:
            return "set_aside";
        default:
            return "received";
    }
}

Result<int> receipts(Context& context, Profile& profile, const std::string& id_text) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(id_text));
    BALIE_ASSIGN(const auto changes, sync::receipts_of(profile.store().writer(), id));
    if (changes.empty()) {
        return Error{ErrorCode::NotFound,
                     "nothing was saved on this terminal under " + id_text,
                     {},
                     "A receipt belongs to the terminal that saved; ids are in log, customer show "
                     "and exports"};
    }
    Json items = Json::array();
    std::string text;
    bool all_good = true;
    for (const sync::ReceiptedChange& change : changes) {
        const bool good = change.receipt && change.names_it && change.signature_ok;
        all_good = all_good && (good || !change.receipt);
        Json item = Json::object({{"change", sync::change_id_text(change.id)},
                                  {"saved_at", moment_text(profile.clock(), change.saved_ms)},
                                  {"state", state_name(change.state)},
                                  {"received_at", nullptr},
                                  {"reference", nullptr}});
        std::string line =
            fmt::format("saved {}, {}", moment_text(profile.clock(), change.saved_ms),
                        change.receipt ? "" : "no receipt yet");
        if (change.receipt) {
            const std::string at = moment_text(profile.clock(), change.receipt->hub_ms);
            item.set("received_at", at);
            item.set("reference", change.receipt->hub_seq);
            item.set("verified", good);
            item.set("receipt", change.text);
            item.set("signature", change.signature);
            line += change.state == sync::LogState::SetAside
                        ? "received and set aside by head office " + at
                        : fmt::format("received by head office {}, ref {}", at,
                                      change.receipt->hub_seq);
            line += good ? " (signature verified)" : " (THE SIGNATURE DOES NOT FIT)";
        }
        items.push(std::move(item));
        text += line + "\n";
    }
    context.print(Json::object({{"record", id_text}, {"changes", items}}), text);
    return all_good ? kExitDone : kExitFailed;
}

}  // namespace

void add_receipt_command(CLI::App& app, Context& context) {
    auto id = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("receipt", "What head office signed for a record");
    command->add_option("id", *id, "Record")->required();
    command->callback([&context, id] {
        context.with_profile([&](Profile& profile) { return receipts(context, profile, *id); });
    });
}

}  // namespace balie::app
