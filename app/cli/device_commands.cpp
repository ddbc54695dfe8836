// enrol, whoami: the device and the person at it.
#include "app/cli/context.h"
#include "app/cli/sync_once.h"
#include "sync/net/ws_client.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <unistd.h>

namespace balie::app {

namespace {

struct EnrolOptions {
    std::string hub;
    std::string code;
    std::string name;
};

std::string machine_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "terminal";
    return name.data();
}

/// The vault's user becomes the login that the hub gave, so that BALIE_USER is that login.
Outcome name_vault_user(Profile& profile, const std::string& password) {
    BALIE_ASSIGN(const auto status, profile.replica().status());
    BALIE_ASSIGN(const auto users, vault::list_users(profile.dir()));
    if (users.size() == 1 && users.front() != status.user) {
        BALIE_TRY(vault::add_user(profile.dir(), profile.keys(), status.user, password,
                                  profile.entropy()));
        BALIE_TRY(vault::remove_user(profile.dir(), users.front()));
    }
    return profile.refresh_user();
}

Result<int> enrol(Context& context, const EnrolOptions& options) {
    BALIE_ASSIGN(const sync::EnrolmentCode code, sync::split_enrolment_code(options.code));
    BALIE_TRY(sync::parse_ws_url(options.hub));
    BALIE_ASSIGN(const std::string secret,
                 context.password("A new password for this profile (10 characters or more): "));
    const std::string vault_user = Context::user().empty() ? "owner" : Context::user();
    BALIE_ASSIGN(const auto profile,
                 Profile::for_enrolment(context.profile_dir(), vault_user, secret));
    BALIE_ASSIGN(const auto lock, profile->try_sync_lock());
    if (!lock) {
        return Error{ErrorCode::Busy, "another process is enrolling this profile",
                     profile->dir().string(), "Wait until it has finished, then see balie whoami"};
    }
    BALIE_ASSIGN(const bool enrolled, profile->is_enrolled());
    if (enrolled) {
        return Error{ErrorCode::AlreadyExists, "another process has enrolled this profile just now",
                     profile->dir().string(), "See balie whoami"};
    }
    const crypto::PublicKey key = profile->device_public_key();
    sync::EnrolRequest request;
    request.secret = code.secret;
    request.public_key = Bytes(key.begin(), key.end());
    request.device_name = options.name.empty() ? machine_name() : options.name;
    request.program = std::string(kProgram);
    SyncRequest sync;
    sync.url = options.hub;
    sync.pin = code.pin;
    sync.enrolment = std::move(request);
    BALIE_ASSIGN(const SyncReport report, sync_once(*profile, std::move(sync)));
    BALIE_TRY(name_vault_user(*profile, secret));
    BALIE_ASSIGN(const auto status, profile->replica().status());
    context.print(Json::object({{"device", status.device.text()},
                                {"user", status.user},
                                {"scope", status.scope},
                                {"hub", status.hub_address},
                                {"profile", profile->dir().string()},
                                {"cursor", status.cursor},
                                {"seconds", report.seconds}}),
                  fmt::format("Enrolled as {} (scope {}). Profile: {}\n", status.user, status.scope,
                              profile->dir().string()));
    return kExitDone;
}

Result<int> whoami(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto status, profile.replica().status());
    BALIE_ASSIGN(const auto role, profile.store().setting(sync::setting::kRole));
    context.print(Json::object({{"user", status.user},
                                {"role", role.value_or("")},
                                {"scope", status.scope},
                                {"device", status.device.text()},
                                {"hub", status.hub_address}}),
                  fmt::format("{} ({}), scope {}, device {}\n", status.user, role.value_or(""),
                              status.scope, status.device.text()));
    return kExitDone;
}

}  // namespace

void add_device_commands(CLI::App& app, Context& context) {
    auto options = std::make_shared<EnrolOptions>();
    CLI::App* command = app.add_subcommand(
        "enrol", "Make this machine a terminal of a hub, with a one-time code from head office");
    command->add_option("--hub", options->hub, "Address of the hub: wss://HOST:PORT")->required();
    command->add_option("--code", options->code, "The one-time code")->required();
    command->add_option("--name", options->name,
                        "What head office sees this device as (default: host name)");
    command->callback(
        [&context, options] { context.run([&] { return enrol(context, *options); }); });

    CLI::App* who = app.add_subcommand("whoami", "Who this terminal works as");
    who->callback([&context] {
        context.with_profile([&](Profile& profile) { return whoami(context, profile); });
    });
}

}  // namespace balie::app
