// enrol, whoami: the device and the person at it.
#include "app/cli/context.h"
#include "app/cli/sync_once.h"
#include "sync/net/ws_client.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <optional>
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

/// A profile that is enrolled may be so again when its hub does not know it any more.
Result<std::unique_ptr<Profile>> open_forgotten(Context& context, const EnrolOptions& options,
                                                const sync::EnrolmentCode& code,
                                                const std::string& password,
                                                const Error& enrolled) {
    BALIE_ASSIGN(auto profile, Profile::open(context.profile_dir(), Context::user(), password));
    BALIE_ASSIGN(const auto lock, profile->try_sync_lock());
    if (!lock) return enrolled;
    SyncRequest look;
    look.url = options.hub;
    look.pin = code.pin;
    look.tries = 1;
    const auto known = sync_once(*profile, std::move(look));
    if (known.ok() || known.error().where != "unknown_device") return enrolled;
    return profile;
}

Result<std::unique_ptr<Profile>> open_to_enrol(Context& context, const EnrolOptions& options,
                                               const sync::EnrolmentCode& code,
                                               const std::string& password) {
    const std::string vault_user = Context::user().empty() ? "owner" : Context::user();
    auto profile = Profile::for_enrolment(context.profile_dir(), vault_user, password);
    if (profile.ok() || profile.error().code != ErrorCode::AlreadyExists) return profile;
    return open_forgotten(context, options, code, password, profile.error());
}

/// The device that the profile is already, when it is.
Result<std::optional<DeviceId>> device_of(Profile& profile) {
    BALIE_ASSIGN(const auto text, profile.store().setting(sync::setting::kDevice));
    if (!text) return std::optional<DeviceId>{};
    BALIE_ASSIGN(const DeviceId device, DeviceId::parse(*text));
    return std::optional(device);
}

Result<int> enrol(Context& context, const EnrolOptions& options) {
    BALIE_ASSIGN(const sync::EnrolmentCode code, sync::split_enrolment_code(options.code));
    BALIE_TRY(sync::parse_ws_url(options.hub));
    BALIE_ASSIGN(const std::string secret,
                 context.password("A new password for this profile (10 characters or more): "));
    BALIE_ASSIGN(const auto profile, open_to_enrol(context, options, code, secret));
    BALIE_ASSIGN(const auto former, device_of(*profile));
    BALIE_ASSIGN(const auto lock, profile->try_sync_lock());
    if (!lock) {
        return Error{ErrorCode::Busy, "another process is enrolling this profile",
                     profile->dir().string(), "Wait until it has finished, then see balie whoami"};
    }
    BALIE_ASSIGN(const auto present, device_of(*profile));
    if (present != former) {
        return Error{ErrorCode::AlreadyExists, "another process has enrolled this profile just now",
                     profile->dir().string(), "See balie whoami"};
    }
    const crypto::PublicKey key = profile->device_public_key();
    sync::EnrolRequest request;
    request.secret = code.secret;
    request.public_key = Bytes(key.begin(), key.end());
    request.device_name = options.name.empty() ? machine_name() : options.name;
    request.program = std::string(kProgram);
    request.device = former;
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
