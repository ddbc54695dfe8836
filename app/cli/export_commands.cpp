// export TYPE
#include "app/cli/context.h"
#include "app/runtime/exporter.h"
#include "storage/base/date.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>

namespace balie::app {

namespace {

struct ExportOptions {
    std::string type;
    std::string format{"csv"};
    std::string out;
    std::string since;
    bool history{false};
};

Result<int> export_type(Context& context, Profile& profile, const ExportOptions& options) {
    ExportRequest request;
    request.type = options.type;
    BALIE_ASSIGN(request.format, parse_export_format(options.format));
    request.out = options.out;
    request.history = options.history;
    if (!options.since.empty()) {
        const int zone = profile.clock().zone_offset_min(profile.clock().wall_ms());
        BALIE_ASSIGN(const Moment since, parse_moment(options.since, zone));
        request.since_ms = since.wall_ms;
    }
    BALIE_ASSIGN(sqlite::Database reader, profile.open_reader());
    BALIE_ASSIGN(const ExportReport report, export_records(reader, request));
    const std::string text =
        fmt::format("{} {} written to {}.", report.records, options.type, options.out);
    if (options.out == "-") {
        Context::say(text);
    } else {
        context.print(
            Json::object(
                {{"records", report.records}, {"bytes", report.bytes}, {"out", options.out}}),
            text);
    }
    return kExitDone;
}

}  // namespace

void add_export_commands(CLI::App& app, Context& context) {
    auto options = std::make_shared<ExportOptions>();
    CLI::App* command = app.add_subcommand("export", "Write records to a file");
    command->add_option("type", options->type, "customers, interactions, tasks, priority_flags…")
        ->required();
    command->add_option("--format", options->format, "csv or ndjson");
    command->add_option("--out", options->out, "File; - is standard output")->required();
    command->add_option("--since", options->since, "Only what the hub received since this moment");
    command->add_flag("--history", options->history, "Amended, withdrawn and deleted lines too");
    command->callback([&context, options] {
        context.with_profile(
            [&](Profile& profile) { return export_type(context, profile, *options); });
    });
}

}  // namespace balie::app
