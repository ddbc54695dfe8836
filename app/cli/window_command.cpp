// gui: the window, or one screen of it as a picture.
#include "app/cli/context.h"
#include "app/cli/window.h"

#include <CLI/CLI.hpp>

namespace balie::app {

void add_window_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<WindowOptions>();
    CLI::App* command = app.add_subcommand("gui", "Open the window (the default)");
    CLI::Option* shot =
        command->add_option("--screenshot", options->screen, "Draw this screen to a file and end");
    command->add_option("--out", options->out, "PNG file")->needs(shot);
    command->add_option("--size", options->size, "Width x height: 1366x768");
    command->add_option("--scale", options->scale_percent, "100 to 200")
        ->check(CLI::Range(100, 200));
    command->add_option("--theme", options->theme, "light, dark or contrast")
        ->check(CLI::IsMember({"light", "dark", "contrast"}));
    command->add_option("--lang", options->language, "en or nl")
        ->check(CLI::IsMember({"en", "nl"}));
    command->callback(
        [&context, options] { context.run([&] { return open_window(context, *options); }); });
}

}  // namespace balie::app
