// What each subcommand of balie-hub does, serve apart (it needs sockets: hub_main.cpp).
// Invariant: standard output holds the answer alone (with --json one JSON document), messages go to
// standard error; exit codes by DESIGN 6. Thread: the program's main one. Owns nothing.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/exchange/json.h"
#include "sync/core/enrolment_code.h"
#include "sync/hub/cli_request.h"

#include <functional>
#include <string>
#include <vector>

namespace balie::sync {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitAttention = 4;

/// TLS belongs to sync/net, which this folder does not know; hub_main.cpp lends it.
struct HubPorts {
    std::function<Result<Pin>(const std::string& folder, const std::vector<std::string>& names)>
        make_certificate;
    std::function<Result<Pin>(const std::string& certificate_file)> pin_of_certificate;
};

class HubCli {
  public:
    HubCli(const HubRequest& request, const HubPorts& ports, Clock& clock, Entropy& entropy)
        : request_(request), ports_(ports), clock_(clock), entropy_(entropy) {}

    /// Any verb but Serve. Answers the exit code.
    [[nodiscard]] int run();
    /// Says on standard error (and with --json on standard output) what went wrong.
    [[nodiscard]] int fail(const Error& error) const;

  private:
    using Answer = Result<int>;
    [[nodiscard]] Answer carry_out();
    [[nodiscard]] Answer init();
    [[nodiscard]] Answer user_add();
    [[nodiscard]] Answer user_list();
    [[nodiscard]] Answer field_load();
    [[nodiscard]] Answer enrol_code();
    [[nodiscard]] Answer devices();
    [[nodiscard]] Answer revoke();
    [[nodiscard]] Answer status();
    [[nodiscard]] Answer export_file();
    [[nodiscard]] Answer backup();
    [[nodiscard]] Answer restore();
    [[nodiscard]] Answer verify();
    [[nodiscard]] Answer compact();
    [[nodiscard]] Answer attachments();
    [[nodiscard]] Answer bundle_take();
    [[nodiscard]] Answer bundle_write();
    [[nodiscard]] Answer audit_list();
    /// Prints the document with --json, otherwise the text.
    void print(const exchange::Json& document, const std::string& text) const;
    /// ISO 8601 in this machine's zone.
    [[nodiscard]] std::string moment(std::int64_t wall_ms) const;

    const HubRequest& request_;
    const HubPorts& ports_;
    Clock& clock_;
    Entropy& entropy_;
};

}  // namespace balie::sync
