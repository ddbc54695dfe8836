// balie: the terminal. The window by default; every action of it is a subcommand too.
#include "app/cli/context.h"
#include "app/cli/window.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    balie::app::Context context;
    CLI::App program{"Balie: the service counter that works without a network", "balie"};
    program.set_version_flag("--version", std::string(balie::app::kProgram));
    program.add_option("--profile", context.profile, "Profile folder (or BALIE_PROFILE)");
    program.add_flag("--json", context.json, "Answer with one JSON document");
    program.fallthrough();
    program.require_subcommand(0, 1);
    program.footer(
        "BALIE_USER and BALIE_PASSWORD open the profile.\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 offline, 4 needs attention.");
    balie::app::add_window_command(program, context);
    balie::app::add_device_commands(program, context);
    balie::app::add_sync_commands(program, context);
    balie::app::add_customer_commands(program, context);
    balie::app::add_interaction_commands(program, context);
    balie::app::add_task_commands(program, context);
    balie::app::add_priority_commands(program, context);
    balie::app::add_list_commands(program, context);
    balie::app::add_conflict_commands(program, context);
    balie::app::add_import_commands(program, context);
    balie::app::add_export_commands(program, context);
    balie::app::add_care_commands(program, context);
    try {
        program.parse(argc, argv);
        if (program.get_subcommands().empty()) {
            context.run([&] { return balie::app::open_window(context, {}); });
        }
    } catch (const CLI::ParseError& error) {
        const int code = program.exit(error);
        return code == 0 ? balie::app::kExitDone : balie::app::kExitUsage;
    } catch (const std::exception& error) {
        std::cerr << "balie: " << error.what() << '\n';
        return balie::app::kExitFailed;
    }
    // An answer that nobody got is no success.
    if (!std::cout.flush() && context.exit_code == balie::app::kExitDone) {
        std::cerr << "balie: the answer could not be written to standard output (is the disk full, "
                     "or the reader gone?). What was asked for is done\n";
        return balie::app::kExitFailed;
    }
    return context.exit_code;
}
