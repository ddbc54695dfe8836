// What was asked for on the command line of balie-hub, as a value.
// Invariant: a request that was parsed has every option it needs, each of the right form.
// Thread: any (values).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace balie::sync {

enum class HubVerb : std::uint8_t {
    None,  ///< help or version was printed
    Init,
    Serve,
    UserAdd,
    UserList,
    FieldLoad,
    EnrolCode,
    Devices,
    Revoke,
    Status,
    Export,
    Backup,
    Restore,
    Verify,
    Compact,
    Attachments,
    BundleTake,
    BundleWrite,
    AuditList
};

struct HubRequest {
    HubVerb verb{HubVerb::None};
    std::string data;
    bool json{false};

    std::vector<std::string> names;  ///< init: of the certificate

    std::string listen{"127.0.0.1:8443"};  ///< serve
    std::string port_file;
    std::string log_level{"info"};
    std::string keep_log{"all"};
    std::string fetch_for{"24h"};

    std::string login;  ///< user add, enrol-code
    std::string name;
    std::string role;
    std::string branch;
    std::string territory;
    std::string language;
    std::string scope;  ///< enrol-code
    std::string valid{"24h"};
    std::string host;
    std::string device_name;

    std::string device;        ///< revoke, bundle write
    std::string file;          ///< field load, export, backup, restore, bundle
    std::string answer;        ///< bundle take; empty: none is written
    bool replace{false};       ///< restore, bundle
    std::string keep{"400d"};  ///< compact
    double limit_mb{-1};       ///< attachments; negative: as it is
    std::string kind;          ///< attachments
    bool dry_run{false};
    std::string type;  ///< export; audit export sets it
    std::string format{"csv"};
    std::string since;  ///< export, audit list
    bool history{false};
};

/// "127.0.0.1:8443", "[::]:8443", ":8443".
struct ListenAddress {
    std::string address;
    std::uint16_t port{0};
};

/// Parses the command line; prints help or what is wrong. Answers an exit code, or -1 when `out` is
/// a request to carry out (or verb None: done).
[[nodiscard]] int parse_hub_request(int count, const char* const* arguments, HubRequest& out);

/// False when it is none.
[[nodiscard]] bool parse_listen(const std::string& text, ListenAddress& out);
/// "90s", "30m", "24h", "7d" to milliseconds; 0 when it is none of these.
[[nodiscard]] std::int64_t parse_span_ms(const std::string& text);

}  // namespace balie::sync
