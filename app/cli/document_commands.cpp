// attach, documents: files that hang on customers and interactions.
#include "app/cli/context.h"
#include "app/cli/sync_once.h"
#include "storage/attach/documents.h"
#include "storage/repo/customer_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

namespace balie::app {

namespace {

using attach::BytesAt;
using attach::Document;
using attach::DocumentRepo;

constexpr double kMegabyteBytes = 1'000'000;

struct DocumentOptions {
    std::string file;
    std::string id;
    std::string customer;
    std::string interaction;
    std::string kind;
    std::string note;
    std::string out;
    double up_to_mb{-1};
};

/// In words, with what is in the way.
std::string place_text(const Document& document) {
    std::string text;
    switch (document.at) {
        case BytesAt::Here:
            text = "here and at the office";
            break;
        case BytesAt::ToSend:
            text = "here, to be sent to the office";
            break;
        case BytesAt::Asked:
            text = "at the office, comes at the next sync";
            break;
        case BytesAt::Away:
            text = "at the office";
            break;
    }
    if (document.trouble == "not_here") return "not at the office yet";
    if (!document.trouble.empty()) text += " (" + document.trouble + ")";
    return text;
}

Json document_json(const Clock& clock, const Document& document) {
    return Json::object(
        {{"id", document.id.text()},
         {"customer", document.customer ? Json(document.customer->text()) : Json()},
         {"interaction", document.interaction ? Json(document.interaction->text()) : Json()},
         {"kind", document.kind},
         {"name", document.name},
         {"media_type", document.media_type},
         {"bytes", document.bytes},
         {"blob", document.blob},
         {"author", document.author},
         {"added_at", optional_moment(clock, document.added_at)},
         {"note", document.note},
         {"state", to_string(document.at)},
         {"trouble", document.trouble}});
}

Result<RecordId> record_id(const std::string& text, std::string_view what) {
    auto parsed = RecordId::parse(text);
    if (parsed.ok()) return *parsed;
    return Error{ErrorCode::InvalidInput, "'" + text.substr(0, 60) + "' is no id",
                 std::string(what), "Copy the id from the list"};
}

Result<int> attach_file(Context& context, Profile& profile, const DocumentOptions& options) {
    attach::NewDocument wanted;
    wanted.kind = options.kind;
    wanted.note = options.note;
    if (!options.customer.empty()) {
        BALIE_ASSIGN(wanted.customer,
                     repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
    }
    if (!options.interaction.empty()) {
        BALIE_ASSIGN(wanted.interaction, record_id(options.interaction, "--interaction"));
    }
    BALIE_ASSIGN(const attach::TakenIn taken,
                 attach::take_in(profile.blobs(), profile.entropy(), options.file));
    attach::DocumentActions actions(profile.store(), profile.blobs(), profile.user());
    BALIE_ASSIGN(const RecordId id, actions.attach(wanted, taken));
    context.print(
        Json::object({{"id", id.text()}, {"bytes", taken.bytes}, {"blob", taken.blob}}),
        fmt::format("Attached: {} ({} bytes), document {}", taken.name, taken.bytes, id.text()));
    return kExitDone;
}

Result<int> list_documents(Context& context, Profile& profile, const DocumentOptions& options) {
    DocumentRepo repository(profile.store().writer());
    std::vector<Document> found;
    if (!options.interaction.empty()) {
        BALIE_ASSIGN(const RecordId id, record_id(options.interaction, "--interaction"));
        BALIE_ASSIGN(found, repository.of_interaction(id));
    } else {
        BALIE_ASSIGN(const RecordId customer,
                     repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
        BALIE_ASSIGN(found, repository.of_customer(customer));
    }
    Json items = Json::array();
    std::string text;
    for (const Document& document : found) {
        items.push(document_json(profile.clock(), document));
        text += fmt::format("{}  {}  {:10} {:>9}  {}  {}\n", document.id.text(),
                            moment_text(profile.clock(), document.added_at), document.kind,
                            document.bytes, document.name, place_text(document));
    }
    if (found.empty()) text = "No documents. Add one: balie attach FILE --customer ID\n";
    context.print(Json::object({{"documents", items}}), text);
    return kExitDone;
}

/// Why bytes that were asked for did not come although the office was reached.
Error not_come(const Document& document) {
    if (document.trouble == "not_here") {
        return {ErrorCode::NotFound,
                "the office does not have the bytes of " + document.name +
                    " yet: whoever added it has not sent them",
                "document " + document.id.text(),
                "Ask " + document.author + " to synchronise, then try again"};
    }
    if (document.trouble == "hash" || document.trouble == "damaged") {
        return {ErrorCode::Corrupt,
                "what the office sent of " + document.name +
                    " is not what was attached; it was thrown away",
                "document " + document.id.text(), "Tell head office, or attach the file again"};
    }
    return {ErrorCode::Busy, "the bytes of " + document.name + " did not come",
            "document " + document.id.text() +
                (document.trouble.empty() ? std::string() : ", " + document.trouble),
            "A metered line may hold them back: balie sync --anyway, then try again"};
}

/// The bytes come here now, if they can.
Outcome fetch_now(Profile& profile, const Document& document) {
    BALIE_TRY(
        attach::DocumentActions(profile.store(), profile.blobs(), profile.user()).ask(document.id));
    auto exchanged = exchange_now(profile);
    if (!exchanged.ok() && exchanged.error().code == ErrorCode::Offline) {
        Error error = std::move(exchanged).error();
        error.what = "the bytes of " + document.name +
                     " are not on this terminal, and the office cannot be asked: " + error.what;
        error.mend = "They come at the next synchronisation; then save it again";
        return error;
    }
    BALIE_TRY(std::move(exchanged));
    BALIE_ASSIGN(const Document now, DocumentRepo(profile.store().writer()).get(document.id));
    if (now.at == BytesAt::Asked || now.at == BytesAt::Away) return not_come(now);
    return {};
}

bool is_here(const Document& document) {
    return document.at == BytesAt::Here || document.at == BytesAt::ToSend;
}

Result<int> save_document(Context& context, Profile& profile, const DocumentOptions& options) {
    BALIE_ASSIGN(const RecordId id, record_id(options.id, "ID"));
    BALIE_ASSIGN(const Document document, DocumentRepo(profile.store().writer()).get(id));
    std::filesystem::path out = options.out;
    if (std::error_code ignored; std::filesystem::is_directory(out, ignored)) {
        out /= std::filesystem::path(document.name).filename();
    }
    if (!is_here(document)) {
        BALIE_TRY(fetch_now(profile, document));
    }
    attach::Attachments attachments(profile.store().writer(), profile.blobs());
    BALIE_TRY(attachments.save_copy(document.blob, out));
    context.print(
        Json::object({{"id", id.text()},
                      {"file", out.string()},
                      {"bytes", document.bytes},
                      {"media_type", document.media_type}}),
        fmt::format("Saved {} as {} ({} bytes).", document.name, out.string(), document.bytes));
    return kExitDone;
}

Result<int> fetch_document(Context& context, Profile& profile, const DocumentOptions& options) {
    BALIE_ASSIGN(const RecordId id, record_id(options.id, "ID"));
    BALIE_ASSIGN(const Document document, DocumentRepo(profile.store().writer()).get(id));
    if (!is_here(document)) {
        BALIE_TRY(fetch_now(profile, document));
    }
    context.print(Json::object({{"id", id.text()}, {"bytes", document.bytes}}),
                  document.name + " is on this terminal.");
    return kExitDone;
}

Result<int> remove_document(Context& context, Profile& profile, const DocumentOptions& options,
                            bool back) {
    BALIE_ASSIGN(const RecordId id, record_id(options.id, "ID"));
    attach::DocumentActions actions(profile.store(), profile.blobs(), profile.user());
    BALIE_TRY(back ? actions.restore(id) : actions.remove(id));
    context.print(Json::object({{"id", id.text()}, {"removed", !back}}),
                  back ? "The document is back."
                       : "Removed. Take it back: balie documents restore " + id.text());
    return kExitDone;
}

Result<int> policy(Context& context, Profile& profile, const DocumentOptions& options) {
    auto book = profile.replica().attachments();
    if (options.up_to_mb >= 0) {
        BALIE_TRY(book->set_fetch_bytes_max(std::llround(options.up_to_mb * kMegabyteBytes)));
    }
    BALIE_ASSIGN(const std::int64_t bytes, book->fetch_bytes_max());
    context.print(Json::object({{"up_to_bytes", bytes}}),
                  bytes == 0 ? std::string("No file comes by itself; ask for it: balie documents "
                                           "fetch ID")
                             : fmt::format("Files of up to {:.1f} MB come by themselves; larger "
                                           "ones when asked for: balie documents fetch ID",
                                           static_cast<double>(bytes) / kMegabyteBytes));
    return kExitDone;
}

void add_place_options(CLI::App& command, DocumentOptions& options) {
    CLI::Option* customer =
        command.add_option("--customer", options.customer, "Id, number or part of a name");
    CLI::Option* interaction =
        command.add_option("--interaction", options.interaction, "Id of a line of the timeline");
    customer->excludes(interaction);
}

}  // namespace

void add_document_commands(CLI::App& app, Context& context) {
    auto options = std::make_shared<DocumentOptions>();
    const auto run = [&context, options](auto function) {
        return [&context, options, function] {
            context.with_profile(
                [&](Profile& profile) { return function(context, profile, *options); });
        };
    };
    CLI::App* attach_command = app.add_subcommand("attach", "Attach a file, offline too");
    attach_command->add_option("file", options->file, "At most 16 MiB")->required();
    add_place_options(*attach_command, *options);
    attach_command->add_option("--kind", options->kind,
                               "A code of list document_kind; else by the file's name");
    attach_command->add_option("--note", options->note, "In your words");
    attach_command->callback([options, attach = run(attach_file)] {
        if (options->customer.empty() && options->interaction.empty()) {
            throw CLI::RequiredError("--customer or --interaction");
        }
        attach();
    });

    CLI::App* documents = app.add_subcommand("documents", "Files of customers and interactions");
    documents->require_subcommand(1);
    CLI::App* list = documents->add_subcommand("list", "What there is, and where its bytes are");
    add_place_options(*list, *options);
    list->require_option(1);
    list->callback(run(list_documents));
    CLI::App* save = documents->add_subcommand(
        "save", "A copy as a file; fetches it from the office when it is not here");
    save->add_option("id", options->id, "Document")->required();
    save->add_option("--out", options->out, "A file that does not exist yet, or a folder")
        ->required();
    save->callback(run(save_document));
    CLI::App* fetch = documents->add_subcommand("fetch", "Bring its bytes to this terminal");
    fetch->add_option("id", options->id, "Document")->required();
    fetch->callback(run(fetch_document));
    CLI::App* policy_command =
        documents->add_subcommand("policy", "Which files come to this terminal by themselves");
    policy_command->add_option("--up-to", options->up_to_mb, "Megabytes (1,000,000 bytes); 0: none")
        ->check(CLI::Range(0.0, 1000.0));
    policy_command->callback(run(policy));
    CLI::App* remove = documents->add_subcommand("remove", "Take it off the customer");
    remove->add_option("id", options->id, "Document")->required();
    remove->callback(run([](Context& at, Profile& profile, const DocumentOptions& given) {
        return remove_document(at, profile, given, false);
    }));
    CLI::App* restore = documents->add_subcommand("restore", "Undo a removal");
    restore->add_option("id", options->id, "Document")->required();
    restore->callback(run([](Context& at, Profile& profile, const DocumentOptions& given) {
        return remove_document(at, profile, given, true);
    }));
}

}  // namespace balie::app
