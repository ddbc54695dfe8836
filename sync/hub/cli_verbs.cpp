#include "sync/hub/cli_verbs.h"

#include "storage/base/date.h"
#include "sync/hub/blob_desk.h"
#include "sync/hub/hub_folder.h"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <unistd.h>

namespace balie::sync {

namespace {

using exchange::Json;

std::vector<std::string> certificate_names(std::vector<std::string> names) {
    if (names.empty()) {
        constexpr std::size_t kHostMax = 256;
        std::array<char, kHostMax> host{};
        if (::gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0') {
            names.emplace_back(host.data());
        }
        names.emplace_back("localhost");
        names.emplace_back("127.0.0.1");
    }
    return names;
}

Json user_json(const UserRow& user) {
    return Json::object({{"login", user.login},
                         {"name", user.name},
                         {"role", user.role},
                         {"branch", user.branch},
                         {"territory", user.territory},
                         {"language", user.language},
                         {"active", user.active}});
}

}  // namespace

int HubCli::run() {
    auto answer = carry_out();
    return answer.ok() ? *answer : fail(answer.error());
}

int HubCli::fail(const Error& error) const {
    std::cerr << "balie-hub: " << error.text() << std::endl;
    if (request_.json) {
        const auto document = Json::object({{"error", std::string(to_string(error.code))},
                                            {"what", error.what},
                                            {"where", error.where},
                                            {"mend", error.mend}});
        std::cout << document.print() << std::endl;
    }
    return kExitFailed;
}

HubCli::Answer HubCli::carry_out() {
    switch (request_.verb) {
        case HubVerb::Init:
            return init();
        case HubVerb::UserAdd:
            return user_add();
        case HubVerb::UserList:
            return user_list();
        case HubVerb::FieldLoad:
            return field_load();
        case HubVerb::EnrolCode:
            return enrol_code();
        case HubVerb::Devices:
            return devices();
        case HubVerb::Revoke:
            return revoke();
        case HubVerb::Status:
            return status();
        case HubVerb::Export:
            return export_file();
        case HubVerb::Backup:
            return backup();
        case HubVerb::Restore:
            return restore();
        case HubVerb::Verify:
            return verify();
        case HubVerb::Compact:
            return compact();
        case HubVerb::Attachments:
            return attachments();
        case HubVerb::BundleTake:
            return bundle_take();
        case HubVerb::BundleWrite:
            return bundle_write();
        case HubVerb::AuditList:
            return audit_list();
        case HubVerb::Serve:
        case HubVerb::None:
            break;
    }
    return kExitUsage;
}

void HubCli::print(const Json& document, const std::string& text) const {
    std::cout << (request_.json ? document.print() : text) << std::endl;
}

std::string HubCli::moment(std::int64_t wall_ms) const {
    return wall_ms == 0 ? "" : format_moment(wall_ms, clock_.zone_offset_min(wall_ms));
}

HubCli::Answer HubCli::init() {
    const HubFolder folder(request_.data);
    const auto certify = [this](const std::filesystem::path& where) -> Outcome {
        BALIE_TRY(ports_.make_certificate(where.string(), certificate_names(request_.names)));
        return {};
    };
    BALIE_TRY(folder.found(certify, clock_, entropy_));
    BALIE_ASSIGN(const auto store, folder.open(clock_, entropy_));
    BALIE_ASSIGN(const auto pin, ports_.pin_of_certificate(folder.certificate().string()));
    const auto hub = store->identity();
    print(
        Json::object({{"data", folder.path().string()},
                      {"hub_id", hub.hub.text()},
                      {"epoch", hub.epoch.text()},
                      {"pin", to_hex(pin)}}),
        fmt::format("A new hub is ready in {}.\n"
                    "Keep a copy of hub.db.key, hub.key and hub.crt in a safe place: without them "
                    "no backup can be read and no terminal knows the hub.\n"
                    "Next: balie-hub serve --data {} --listen 0.0.0.0:8443",
                    folder.path().string(), folder.path().string()));
    return kExitDone;
}

HubCli::Answer HubCli::user_add() {
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    const UserRow user{.login = request_.login,
                       .name = request_.name,
                       .role = request_.role,
                       .branch = request_.branch,
                       .territory = request_.territory,
                       .language = request_.language,
                       .active = true};
    BALIE_TRY(store->save_user(user));
    print(user_json(user),
          fmt::format("{} ({}) has the role {}.", user.name, user.login, user.role));
    return kExitDone;
}

HubCli::Answer HubCli::user_list() {
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(const auto users, store->users());
    auto list = Json::array();
    std::string text = fmt::format("{:<16} {:<15} {:<8} {:<10} {}", "LOGIN", "ROLE", "BRANCH",
                                   "TERRITORY", "NAME");
    for (const auto& user : users) {
        list.push(user_json(user));
        text += fmt::format("\n{:<16} {:<15} {:<8} {:<10} {}{}", user.login, user.role, user.branch,
                            user.territory, user.name, user.active ? "" : " (not active)");
    }
    print(Json::object({{"users", list}}), text);
    return kExitDone;
}

HubCli::Answer HubCli::enrol_code() {
    const HubFolder folder(request_.data);
    BALIE_ASSIGN(const auto store, folder.open(clock_, entropy_));
    BALIE_ASSIGN(const auto pin, ports_.pin_of_certificate(folder.certificate().string()));
    BALIE_ASSIGN(const auto made, store->make_enrol_code({.user = request_.login,
                                                          .role = request_.role,
                                                          .scope = request_.scope,
                                                          .valid_ms = parse_span_ms(request_.valid),
                                                          .device_name = request_.device_name}));
    const auto code = join_enrolment_code({made.secret, pin});
    const auto expires = moment(made.expires_ms);
    const auto hub = "wss://" + (request_.host.empty() ? "HOST:PORT" : request_.host);
    auto document = Json::object({{"code", code},
                                  {"expires", expires},
                                  {"expires_ms", made.expires_ms},
                                  {"user", request_.login},
                                  {"role", request_.role},
                                  {"scope", request_.scope},
                                  {"pin", to_hex(pin)}});
    if (!request_.host.empty()) document.set("hub", hub);
    print(document, fmt::format("Code for {}, good once, until {}:\n  {}\nOn the terminal:\n"
                                "  balie enrol --hub {} --code {}",
                                request_.login, expires, code, hub, code));
    return kExitDone;
}

HubCli::Answer HubCli::devices() {
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(const auto fleet, store->fleet());
    auto list = Json::array();
    std::string text = fmt::format("{:<36} {:<12} {:<16} {:>7} {:<29} {}", "DEVICE", "USER",
                                   "SCOPE", "PENDING", "LAST SEEN", "NAME");
    for (const auto& row : fleet) {
        list.push(Json::object({{"device", row.device.device.text()},
                                {"name", row.device.name},
                                {"user", row.device.user},
                                {"role", row.device.role},
                                {"scope", row.device.scope},
                                {"revoked", row.device.revoked},
                                {"enrolled", moment(row.enrolled_ms)},
                                {"last_seen", moment(row.last_seen_ms)},
                                {"cursor", row.cursor},
                                {"pending", row.pending},
                                {"clock_offset_ms", row.clock_offset_ms},
                                {"program", row.program},
                                {"incarnations", row.incarnations}}));
        text +=
            fmt::format("\n{:<36} {:<12} {:<16} {:>7} {:<29} {}{}", row.device.device.text(),
                        row.device.user, row.device.scope, row.pending, moment(row.last_seen_ms),
                        row.device.name, row.device.revoked ? " (revoked)" : "");
        if (row.incarnations > 1) text += " (its data was restored or copied)";
    }
    print(Json::object({{"devices", list}}), text);
    return kExitDone;
}

HubCli::Answer HubCli::revoke() {
    auto device = DeviceId::parse(request_.device);
    if (!device.ok()) {
        return Error{ErrorCode::InvalidInput, "this is no device id", request_.device,
                     "Take it from: balie-hub devices"};
    }
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_TRY(store->revoke(*device));
    print(Json::object({{"device", device->text()}, {"revoked", true}}),
          fmt::format("Device {} is let in no more; it is told so at its next contact.",
                      device->text()));
    return kExitDone;
}

HubCli::Answer HubCli::status() {
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(const auto now, store->status());
    BALIE_ASSIGN(BlobDesk * desk, store->blobs());
    BALIE_ASSIGN(const BlobCounts files, desk->counts());
    print(Json::object({{"hub", now.hub.text()},
                        {"epoch", now.epoch.text()},
                        {"hub_seq", now.hub_seq},
                        {"devices", now.devices},
                        {"customers", now.customers},
                        {"interactions", now.interactions},
                        {"set_aside", now.set_aside},
                        {"conflicts", now.conflicts},
                        {"attachments", files.here},
                        {"attachment_bytes", files.bytes},
                        {"attachments_awaited", files.awaited}}),
          fmt::format("hub           {}\nlog           {} entries\ndevices       {}\n"
                      "customers     {}\ninteractions  {}\nset aside     {}\nconflicts     {}\n"
                      "attachments   {} ({} bytes; {} more have not come yet)",
                      now.hub.text(), now.hub_seq, now.devices, now.customers, now.interactions,
                      now.set_aside, now.conflicts, files.here, files.bytes, files.awaited));
    return now.set_aside + now.conflicts > 0 ? kExitAttention : kExitDone;
}

HubCli::Answer HubCli::audit_list() {
    constexpr int kRowsMax = 10'000;
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    std::int64_t since_ms = 0;
    if (!request_.since.empty()) {
        BALIE_ASSIGN(const auto since,
                     parse_moment(request_.since, clock_.zone_offset_min(clock_.wall_ms())));
        since_ms = since.wall_ms;
    }
    BALIE_ASSIGN(const auto rows, store->audit(since_ms, kRowsMax));
    auto list = Json::array();
    std::string text = fmt::format("{:<29} {:<6} {:<16} {:<20} {:<12} {:<29} {}", "WHEN", "WHAT",
                                   "WHO", "TERMINAL", "REASON", "UNTIL", "CUSTOMER, NOTE");
    for (const auto& row : rows) {
        const bool fetch = !row.customer.is_nil();
        list.push(Json::object({{"what", row.what},
                                {"who", row.who},
                                {"device", row.device},
                                {"customer_id", fetch ? row.customer.text() : ""},
                                {"customer", row.customer_name},
                                {"reason", row.reason},
                                {"note", row.note},
                                {"at", moment(row.at_ms)},
                                {"until", moment(row.until_ms)}}));
        const std::string parted = fetch && !row.note.empty() ? ": " : "";
        text += fmt::format("\n{:<29} {:<6} {:<16} {:<20} {:<12} {:<29} {}{}{}", moment(row.at_ms),
                            row.what, row.who, row.device, row.reason, moment(row.until_ms),
                            row.customer_name, parted, row.note);
    }
    if (rows.empty()) text = "Nobody looked or fetched beyond their own customers.";
    print(Json::object({{"audit", list}}), text);
    return kExitDone;
}

HubCli::Answer HubCli::verify() {
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_TRY(store->verify());
    BALIE_ASSIGN(BlobDesk * desk, store->blobs());
    BALIE_TRY(desk->verify());
    BALIE_ASSIGN(const BlobCounts files, desk->counts());
    print(Json::object({{"verified", true}, {"attachments", files.here}}),
          fmt::format("Every chain and every sequence is whole, and {} attachments are what their "
                      "documents name.",
                      files.here));
    return kExitDone;
}

}  // namespace balie::sync
