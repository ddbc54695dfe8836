// bundle write, bundle take: synchronising by a file that somebody carries, for a terminal that has
// no network.
#include "app/cli/context.h"
#include "storage/vault/stream_file.h"
#include "sync/log/terminal_bundle.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <unistd.h>

namespace balie::app {

namespace {

struct BundleOptions {
    std::string file;
    bool replace{false};
};

sync::TerminalBundle::Progress shown(const char* what) {
    if (::isatty(STDERR_FILENO) == 0) return {};
    return [what](std::int64_t done, std::int64_t all) {
        std::cerr << (all > 0 ? fmt::format("\r{} {} of {:<10}", what, done, all)
                              : fmt::format("\r{} {:<10}", what, done))
                  << std::flush;
    };
}

Result<crypto::KeyPair> device_key(Profile& profile) {
    auto seed = profile.keys().secret(vault::kDeviceKeySecret);
    if (!seed.ok()) {
        return Error{ErrorCode::Denied, "this profile holds no device key", profile.dir().string(),
                     "Enrol again in another folder"};
    }
    return crypto::KeyPair::from_seed(seed->view());
}

Result<int> write_bundle(Context& context, Profile& profile, const BundleOptions& options) {
    BALIE_ASSIGN(const crypto::KeyPair key, device_key(profile));
    BALIE_ASSIGN(auto file, vault::StreamWriter::create(options.file, options.replace
                                                                          ? vault::Existing::Replace
                                                                          : vault::Existing::Keep));
    sync::TerminalBundle bundle(profile.store(), key, std::string(kProgram));
    BALIE_ASSIGN(
        const auto written,
        bundle.write([&file](BytesView bytes) { return file.write(bytes); }, shown("written")));
    BALIE_TRY(file.finish());
    BALIE_TRY(bundle.note_written(written));
    context.print(Json::object({{"file", options.file},
                                {"bytes", file.bytes()},
                                {"bundle", written.header.id.text()},
                                {"device", written.header.device.text()},
                                {"changes", written.changes},
                                {"last_seq", written.last_seq},
                                {"cursor", written.cursor}}),
                  fmt::format("{} changes are in {} ({} bytes). Only the office can read it.\n"
                              "At the office: balie-hub bundle take {} --answer ANSWER\n"
                              "Back here: balie bundle take ANSWER\n",
                              written.changes, options.file, file.bytes(), options.file));
    return kExitDone;
}

Json taken_json(const sync::BundleTaken& taken) {
    return Json::object({{"bundle", taken.header.id.text()},
                         {"answers", taken.header.answers ? taken.header.answers->text() : ""},
                         {"again", taken.again},
                         {"verdicts", taken.verdicts},
                         {"set_aside", taken.set_aside},
                         {"received", taken.received},
                         {"loaded", taken.loaded},
                         {"hub_restored", taken.hub_restored},
                         {"separated", taken.separated},
                         {"does_not_follow", taken.does_not_follow},
                         {"read_anew", taken.read_anew},
                         {"differs", taken.differs}});
}

/// Something is left to do: another bundle has to be written here and answered.
bool needs_another(const sync::BundleTaken& taken) {
    return taken.hub_restored || taken.separated || taken.does_not_follow || taken.read_anew ||
           taken.differs;
}

std::string taken_text(const sync::BundleTaken& taken) {
    if (taken.again) return "This bundle was taken in before. Nothing was changed.\n";
    std::string text;
    if (taken.verdicts > 0) {
        text += fmt::format("{} changes made here are with the office.\n",
                            taken.verdicts - taken.set_aside);
    }
    if (taken.set_aside > 0) {
        text += fmt::format("{} set aside: balie set-aside\n", taken.set_aside);
    }
    if (taken.received > 0 || taken.loaded) {
        text += fmt::format("What is new at the office is here ({} entries of its log).\n",
                            taken.received);
    }
    if (taken.hub_restored) text += "The office was restored from a backup; nothing is lost.\n";
    if (taken.separated) {
        text +=
            "This terminal's data was restored or copied: it goes on under a new number, nothing "
            "is lost.\n";
    }
    if (taken.does_not_follow) {
        text += "It goes on from a place that this terminal has not reached.\n";
    }
    if (taken.read_anew) {
        text +=
            "The office has put its older changes away while this terminal was not there; the copy "
            "here is read anew, nothing is lost.\n";
    }
    if (taken.differs) text += "The copy here was not equal to the office's; it is read anew.\n";
    if (needs_another(taken)) {
        text += "Write another bundle (balie bundle write) and have the office answer it.\n";
    }
    if (text.empty()) text = "Everything in it was here already. Nothing was changed.\n";
    return text;
}

Result<int> take_bundle(Context& context, Profile& profile, const BundleOptions& options) {
    BALIE_ASSIGN(const crypto::KeyPair key, device_key(profile));
    BALIE_ASSIGN(auto file, vault::StreamReader::open(options.file));
    const sync::BundleSource source{[&file](std::span<std::uint8_t> out) { return file.read(out); },
                                    [&file] { return file.rewind(); }};
    sync::TerminalBundle bundle(profile.store(), key, std::string(kProgram));
    BALIE_ASSIGN(const auto taken, bundle.take(source, shown("taken in")));
    if (const auto removed = profile.remove_traces(); !removed.ok()) {
        Context::say("balie: what left this terminal is still in its backups: " +
                     removed.error().text());
    }
    context.print(taken_json(taken), taken_text(taken));
    return kExitDone;
}

}  // namespace

void add_bundle_commands(CLI::App& app, Context& context) {
    CLI::App* bundle = app.add_subcommand(
        "bundle", "Exchange with the office by a file that somebody carries, without a network");
    bundle->require_subcommand(1);
    auto options = std::make_shared<BundleOptions>();
    CLI::App* write =
        bundle->add_subcommand("write", "Write what waits to be sent, for the office alone");
    write->add_option("FILE", options->file, "The file to write, on a stick for instance")
        ->required();
    write->add_flag("--replace", options->replace, "Replace the file that is there");
    write->callback([&context, options] {
        context.with_profile(
            [&](Profile& profile) { return write_bundle(context, profile, *options); });
    });
    CLI::App* take = bundle->add_subcommand("take",
                                            "Take in what the office wrote for this "
                                            "terminal");
    take->add_option("FILE", options->file, "A file that balie-hub made")->required();
    take->callback([&context, options] {
        context.with_profile(
            [&](Profile& profile) { return take_bundle(context, profile, *options); });
    });
}

}  // namespace balie::app
