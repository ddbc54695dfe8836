#include "app/cli/program.h"

#include "app/cli/context.h"
#include "app/cli/window.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>

namespace balie::app {

int run_program(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    Context context;
    CLI::App program{"Balie: the service counter that works without a network", "balie"};
    program.set_version_flag("--version", std::string(kProgram));
    program.add_option("--profile", context.profile, "Profile folder (or BALIE_PROFILE)");
    program.add_flag("--json", context.json, "Answer with one JSON document");
    program.fallthrough();
    program.require_subcommand(0, 1);
    program.footer(
        "BALIE_USER and BALIE_PASSWORD open the profile.\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 offline, 4 needs attention.");
    add_window_command(program, context);
    add_device_commands(program, context);
    add_sync_commands(program, context);
    add_link_command(program, context);
    add_departure_command(program, context);
    add_bundle_commands(program, context);
    add_customer_commands(program, context);
    add_interaction_commands(program, context);
    add_task_commands(program, context);
    add_document_commands(program, context);
    add_fact_commands(program, context);
    add_relation_commands(program, context);
    add_timeline_command(program, context);
    add_priority_commands(program, context);
    add_list_commands(program, context);
    add_conflict_commands(program, context);
    add_set_aside_commands(program, context);
    add_proposal_commands(program, context);
    add_fetch_commands(program, context);
    add_receipt_command(program, context);
    add_import_commands(program, context);
    add_export_commands(program, context);
    add_care_commands(program, context);
    try {
        program.parse(argc, argv);
        if (program.get_subcommands().empty()) {
            context.run([&] { return open_window(context, {}); });
        }
    } catch (const CLI::ParseError& error) {
        const int code = program.exit(error);
        return code == 0 ? kExitDone : kExitUsage;
    } catch (const std::exception& error) {
        std::cerr << "balie: " << error.what() << '\n';
        return kExitFailed;
    }
    // An answer that nobody got is no success.
    if (!std::cout.flush() && context.exit_code == kExitDone) {
        std::cerr << "balie: the answer could not be written to standard output (is the disk full, "
                     "or the reader gone?). What was asked for is done\n";
        return kExitFailed;
    }
    return context.exit_code;
}

}  // namespace balie::app
