// import FILE, imports list, import-undo ID
#include "app/cli/context.h"
#include "app/runtime/importer.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace balie::app {

namespace {

struct ImportOptions {
    std::string file;
    std::string as;
    std::string map;
    std::string format;
    std::string on_error{"stop"};
    std::string resume;
    std::string id;
    bool dry_run{false};
    bool again{false};
};

/// `shown` becomes true when a line of progress was begun that has to be ended.
ImportCallback progress_line(const Context& context, const std::shared_ptr<bool>& shown) {
    if (context.json) return {};
    return [shown](const ImportProgress& progress) {
        *shown = true;
        constexpr std::array<std::string_view, 4> kPhases{"checking", "writing", "indexing",
                                                          "undoing"};
        std::cerr << fmt::format(
                         "\r{} {}{}   ", kPhases[static_cast<std::size_t>(progress.phase)],
                         progress.done,
                         progress.total > 0 ? fmt::format(" of {}", progress.total) : std::string())
                  << std::flush;
        return true;
    };
}

int exit_code_of(const ImportReport& report) {
    if (report.stopped || report.cancelled) return kExitFailed;
    if (report.imported == 0 && report.read > 0 && report.skipped > 0) return kExitFailed;
    return report.skipped > 0 ? kExitAttention : kExitDone;
}

std::string report_text(const ImportReport& report) {
    std::string text = fmt::format("{} lines read, {} imported, {} skipped.\n", report.read,
                                   report.imported, report.skipped);
    if (report.dry_run) text = "Tried only, nothing was written: " + text;
    if (report.resumed) text += "It went on where an earlier run was broken off.\n";
    if (report.already_imported) text += "This file is in already: nothing was written.\n";
    if (report.stopped)
        text +=
            "Nothing was written because of the lines below. Mend them, or use --on-error skip.\n";
    if (!report.note.empty()) text += report.note + "\n";
    for (const LineError& error : report.errors)
        text += fmt::format("  line {}: {}\n", error.line, error.reason);
    if (!report.dry_run && report.imported > 0)
        text += "Take it back: balie import-undo " + report.id.text() + "\n";
    return text;
}

Result<int> import_file(Context& context, Profile& profile, const ImportOptions& options) {
    ImportRequest request;
    request.file = options.file;
    request.as = options.as;
    if (!options.map.empty()) request.map = options.map;
    if (!options.format.empty()) {
        BALIE_ASSIGN(request.format, exchange::parse_row_format(options.format));
    }
    request.on_error = options.on_error == "skip" ? OnError::Skip : OnError::Stop;
    request.dry_run = options.dry_run;
    request.again = options.again;
    if (!options.resume.empty()) {
        BALIE_ASSIGN(request.resume, ImportId::parse(options.resume));
    }
    const std::int64_t begun = profile.clock().steady_ms();
    const auto shown = std::make_shared<bool>(false);
    auto report =
        Importer(profile.store(), profile.user()).run(request, progress_line(context, shown));
    if (*shown) std::cerr << '\n';
    if (!report.ok()) return report.error();
    Json errors = Json::array();
    for (const LineError& error : report->errors) {
        errors.push(Json::object({{"line", error.line}, {"reason", error.reason}}));
    }
    const double seconds = static_cast<double>(profile.clock().steady_ms() - begun) / 1000.0;
    context.print(Json::object({{"import", report->id.text()},
                                {"read", report->read},
                                {"imported", report->imported},
                                {"skipped", report->skipped},
                                {"created", report->created},
                                {"updated", report->updated},
                                {"dry_run", report->dry_run},
                                {"resumed", report->resumed},
                                {"already_imported", report->already_imported},
                                {"stopped", report->stopped},
                                {"note", report->note},
                                {"seconds", seconds},
                                {"errors", errors}}),
                  report_text(*report));
    return exit_code_of(*report);
}

Result<int> undo(Context& context, Profile& profile, const ImportOptions& options) {
    BALIE_ASSIGN(const ImportId id, ImportId::parse(options.id));
    const auto shown = std::make_shared<bool>(false);
    const auto report =
        Importer(profile.store(), profile.user()).undo(id, progress_line(context, shown));
    if (*shown) std::cerr << '\n';
    if (!report.ok()) return report.error();
    context.print(
        Json::object({{"import", id.text()},
                      {"deleted", report->deleted},
                      {"withdrawn", report->withdrawn},
                      {"restored", report->restored},
                      {"kept", report->kept}}),
        fmt::format(
            "Taken back: {} deleted, {} withdrawn, {} restored; {} fields kept because they were "
            "changed since.\n",
            report->deleted, report->withdrawn, report->restored, report->kept));
    return kExitDone;
}

Result<int> list_imports(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto runs, Importer(profile.store(), profile.user()).runs());
    Json items = Json::array();
    std::string text;
    for (const ImportRun& run : runs) {
        Json item = Json::object({{"import", run.id.text()},
                                  {"file", run.file_name},
                                  {"started", moment_text(profile.clock(), run.started_ms)},
                                  {"imported", run.imported},
                                  {"skipped", run.skipped},
                                  {"finished", run.finished_ms.has_value()},
                                  {"undone", run.undone_ms.has_value()}});
        items.push(item);
        text += fmt::format("{}  {}  {} imported{}{}\n", run.id.text(), run.file_name, run.imported,
                            run.finished_ms ? "" : "  (broken off: import the file again to go on)",
                            run.undone_ms ? "  (undone)" : "");
    }
    if (runs.empty()) text = "Nothing was imported yet.\n";
    context.print(Json::object({{"imports", items}}), text);
    return kExitDone;
}

}  // namespace

void add_import_commands(CLI::App& app, Context& context) {
    auto options = std::make_shared<ImportOptions>();
    CLI::App* command = app.add_subcommand("import", "Import a table (CSV or NDJSON) as records");
    command->add_option("file", options->file, "The file")->required();
    command->add_option("--as", options->as, "customers, interactions, tasks…")->required();
    command->add_option("--map", options->map,
                        "Which column becomes which field (without: columns are named as fields)");
    command
        ->add_option("--format", options->format,
                     "csv or ndjson (without: NDJSON when the name ends in .ndjson or .jsonl)")
        ->check(CLI::IsMember({"csv", "ndjson"}));
    command->add_flag("--dry-run", options->dry_run,
                      "Try it: say what would happen, write nothing");
    command
        ->add_option("--on-error", options->on_error,
                     "stop (nothing is written) or skip (bad lines are left out)")
        ->check(CLI::IsMember({"stop", "skip"}));
    command->add_option("--resume", options->resume, "Go on with this import id");
    command->add_flag("--again", options->again, "Import a file that is in already");
    command->callback([&context, options] {
        context.with_profile(
            [&](Profile& profile) { return import_file(context, profile, *options); });
    });
    CLI::App* undo_command = app.add_subcommand("import-undo", "Take an import back");
    undo_command->add_option("id", options->id, "Import id")->required();
    undo_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return undo(context, profile, *options); });
    });
    CLI::App* list_command = app.add_subcommand("imports", "What was imported");
    list_command->callback([&context] {
        context.with_profile([&](Profile& profile) { return list_imports(context, profile); });
    });
}

}  // namespace balie::app
