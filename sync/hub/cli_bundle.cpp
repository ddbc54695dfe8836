// The subcommands for terminals that have no network: bundle take, bundle write.
#include "storage/base/date.h"
#include "storage/vault/stream_file.h"
#include "sync/hub/bundle_desk.h"
#include "sync/hub/cli_verbs.h"
#include "sync/hub/hub_folder.h"

#include <fmt/format.h>

#include <iostream>
#include <unistd.h>

namespace balie::sync {

namespace {

using exchange::Json;

constexpr std::string_view kHubProgram = "balie-hub 0.1.0";

BundleSource source_of(vault::StreamReader& file) {
    return {[&file](std::span<std::uint8_t> out) { return file.read(out); },
            [&file] { return file.rewind(); }};
}

BundleSink sink_of(vault::StreamWriter& file) {
    return [&file](BytesView bytes) { return file.write(bytes); };
}

/// For whoever looks on; a script that reads the messages is not told.
BundleDesk::Progress shown(const char* what) {
    if (::isatty(STDERR_FILENO) == 0) return {};
    return [what](std::int64_t done) {
        std::cerr << fmt::format("\r{} {:<10}", what, done) << std::flush;
    };
}

vault::Existing may_replace(bool replace) {
    return replace ? vault::Existing::Replace : vault::Existing::Keep;
}

std::string refusal_of(const BundleReceived& received) {
    if (received.separates) return "separated";
    return received.refusal ? received.refusal->code : std::string();
}

std::string received_text(const BundleReceived& received) {
    const std::string whose = fmt::format("{} ({})", received.device.name, received.device.user);
    if (received.separates || (received.refusal && received.refusal->code == "fork")) {
        return fmt::format(
            "Nothing of {}'s bundle can be taken in as it is: its data was restored "
            "from a backup, or copied. Take the answer to the terminal: it goes on "
            "under a new number, and its next bundle has everything.",
            whose);
    }
    if (received.refusal) {
        return fmt::format(
            "The office lacks changes that {} sent before these: it was restored "
            "from a backup. Take the answer to the terminal: its next bundle has "
            "everything.",
            whose);
    }
    if (received.fresh == 0) {
        return fmt::format("{} of {}: all {} changes in it were here already. Nothing was changed.",
                           received.again ? "This bundle was taken in before" : "The bundle", whose,
                           received.changes);
    }
    return fmt::format(
        "{} changes of {} were taken in{}{}.", received.fresh, whose,
        received.changes > received.fresh
            ? fmt::format(", {} were here already", received.changes - received.fresh)
            : "",
        received.set_aside > 0 ? fmt::format(", {} set aside", received.set_aside) : "");
}

Json answered_json(const BundleAnswered& told, const std::string& file, std::int64_t bytes) {
    return Json::object({{"file", file},
                         {"bytes", bytes},
                         {"bundle", told.header.id.text()},
                         {"device", told.header.device.text()},
                         {"answers", told.header.answers ? told.header.answers->text() : ""},
                         {"verdicts", told.verdicts},
                         {"from", told.from},
                         {"to", told.to},
                         {"entries", told.entries},
                         {"snapshot", told.snapshot},
                         {"only_state", told.only_state}});
}

std::string answered_text(const BundleAnswered& told, const std::string& file, std::int64_t bytes) {
    if (told.only_state) {
        return fmt::format(
            "{} tells the terminal how the office stands ({} bytes). What is new "
            "for it comes with the answer to its next bundle.",
            file, bytes);
    }
    return fmt::format("{} holds {} verdicts and {} ({} bytes). On the terminal: balie bundle take",
                       file, told.verdicts,
                       told.snapshot ? std::string("all that it may see")
                                     : fmt::format("{} entries of the log", told.entries),
                       bytes);
}

}  // namespace

HubCli::Answer HubCli::bundle_take() {
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(auto file, vault::StreamReader::open(request_.file));
    std::optional<vault::StreamWriter> answer;
    if (!request_.answer.empty()) {
        BALIE_ASSIGN(auto made,
                     vault::StreamWriter::create(request_.answer, may_replace(request_.replace)));
        answer.emplace(std::move(made));
    }
    BundleDesk desk(*store.store, clock_, entropy_, std::string(kHubProgram));
    BALIE_ASSIGN(const BundleReceived received, desk.take(source_of(file), shown("taken in")));
    Json document = Json::object({{"bundle", received.header.id.text()},
                                  {"device", received.header.device.text()},
                                  {"device_name", received.device.name},
                                  {"user", received.device.user},
                                  {"made", moment(received.header.made_ms)},
                                  {"again", received.again},
                                  {"changes", received.changes},
                                  {"new", received.fresh},
                                  {"set_aside", received.set_aside},
                                  {"refused", refusal_of(received)}});
    std::string text = received_text(received);
    if (answer) {
        BALIE_ASSIGN(const BundleAnswered told,
                     desk.write(received.header.device, sink_of(*answer), shown("written")));
        BALIE_TRY(answer->finish());
        document.set("answer", answered_json(told, request_.answer, answer->bytes()));
        text += "\n" + answered_text(told, request_.answer, answer->bytes());
    } else {
        text += fmt::format("\nIts answer: balie-hub bundle write --device {} FILE",
                            received.header.device.text());
    }
    print(document, text);
    return refusal_of(received).empty() ? kExitDone : kExitFailed;
}

HubCli::Answer HubCli::bundle_write() {
    auto device = DeviceId::parse(request_.device);
    if (!device.ok()) {
        return Error{ErrorCode::InvalidInput, "this is no device id", request_.device,
                     "Take it from: balie-hub devices"};
    }
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(auto file,
                 vault::StreamWriter::create(request_.file, may_replace(request_.replace)));
    BundleDesk desk(*store.store, clock_, entropy_, std::string(kHubProgram));
    BALIE_ASSIGN(const BundleAnswered told, desk.write(*device, sink_of(file), shown("written")));
    BALIE_TRY(file.finish());
    print(answered_json(told, request_.file, file.bytes()),
          answered_text(told, request_.file, file.bytes()));
    return kExitDone;
}

}  // namespace balie::sync
