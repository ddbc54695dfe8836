// proposals list | show | accept | decline: what others saved on customers that are one's own now.
#include "app/cli/context.h"
#include "app/runtime/proposals.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

Result<Json> note_json(Profile& profile, const ProposalNote& note) {
    Json parts = Json::array();
    for (const ProposalNote::Part& part : note.parts) {
        Json fields = Json::array();
        for (const ProposalNote::Field& field : part.fields) {
            fields.push(Json::object(
                {{"field", field.name}, {"now", field.now_text}, {"proposed", field.text}}));
        }
        parts.push(
            Json::object({{"type", part.type}, {"new_record", part.creates}, {"fields", fields}}));
    }
    const repo::Proposal& proposal = note.proposal;
    return Json::object({{"id", proposal.id.text()},
                         {"customer", note.customer},
                         {"customer_id", proposal.customer.text()},
                         {"author", proposal.author},
                         {"at", moment_text(profile.clock(), proposal.proposed_at)},
                         {"state", proposal.state},
                         {"decided_by", proposal.decided_by},
                         {"changes", parts}});
}

std::string note_text(const ProposalNote& note, bool whole) {
    std::string text = fmt::format("{}\n    {} proposes for {}", note.proposal.id.text(),
                                   note.proposal.author, note.customer);
    for (const ProposalNote::Part& part : note.parts) {
        text += fmt::format("\n    {}{}:", part.creates ? "a new " : "", part.type);
        for (const ProposalNote::Field& field : part.fields) {
            text += whole ? fmt::format("\n        {:<22} {} (now: {})", field.name, field.text,
                                        field.now_text.empty() ? "nothing" : field.now_text)
                          : " " + field.name;
        }
    }
    return text + "\n";
}

Result<int> list(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto open, repo::ProposalRepo(profile.store().writer()).open());
    Json items = Json::array();
    std::string text;
    for (const repo::Proposal& proposal : open) {
        BALIE_ASSIGN(const ProposalNote note,
                     read_proposal(profile.store().writer(), profile.clock(), proposal));
        BALIE_ASSIGN(Json item, note_json(profile, note));
        items.push(std::move(item));
        text += note_text(note, false);
    }
    if (open.empty()) text = "No proposals.\n";
    context.print(Json::object({{"proposals", items}}), text);
    return kExitDone;
}

Result<int> show(Context& context, Profile& profile, const std::string& id_text) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(id_text));
    BALIE_ASSIGN(const auto found, repo::ProposalRepo(profile.store().writer()).find(id));
    if (!found) {
        return Error{
            ErrorCode::NotFound, "there is no proposal " + id_text, {}, "See balie proposals list"};
    }
    BALIE_ASSIGN(const ProposalNote note,
                 read_proposal(profile.store().writer(), profile.clock(), *found));
    BALIE_ASSIGN(const Json item, note_json(profile, note));
    context.print(item, note_text(note, true));
    return kExitDone;
}

using Decide = Outcome (*)(store::Store&, const std::string&, const RecordId&);

Result<int> decide(Context& context, Profile& profile, const std::string& id_text, Decide how,
                   const std::string& text) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(id_text));
    BALIE_TRY(how(profile.store(), profile.user(), id));
    BALIE_ASSIGN(const auto found, repo::ProposalRepo(profile.store().writer()).find(id));
    context.print(Json::object({{"id", id_text}, {"state", found->state}}), text);
    return kExitDone;
}

}  // namespace

void add_proposal_commands(CLI::App& app, Context& context) {
    CLI::App* noun = app.add_subcommand(
        "proposals", "What others saved on customers that are not theirs any more");
    noun->require_subcommand(1);
    auto id = std::make_shared<std::string>();
    const auto with_id = [&](const char* name, const char* help) {
        CLI::App* command = noun->add_subcommand(name, help);
        command->add_option("id", *id, "Proposal")->required();
        return command;
    };
    noun->add_subcommand("list", "Those nobody decided on yet")->callback([&context] {
        context.with_profile([&](Profile& profile) { return list(context, profile); });
    });
    with_id("show", "Each field, as it is and as it would be")->callback([&context, id] {
        context.with_profile([&](Profile& profile) { return show(context, profile, *id); });
    });
    with_id("accept", "Write it as your own change")->callback([&context, id] {
        context.with_profile([&](Profile& profile) {
            return decide(context, profile, *id, accept_proposal, "Saved here, as your change.");
        });
    });
    with_id("decline", "Nothing is written; it stays on record")->callback([&context, id] {
        context.with_profile([&](Profile& profile) {
            return decide(context, profile, *id, decline_proposal, "Declined.");
        });
    });
}

}  // namespace balie::app
