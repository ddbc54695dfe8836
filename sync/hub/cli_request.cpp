#include "sync/hub/cli_request.h"

#include "storage/base/date.h"
#include "sync/hub/scopes.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>

namespace balie::sync {

namespace {

constexpr int kUsage = 2;

const std::vector<std::string> kRoles{"representative", "teller", "manager", "analyst",
                                      "administrator"};

std::string check_listen(const std::string& text) {
    ListenAddress ignored;
    return parse_listen(text, ignored) ? "" : "write it as ADDRESS:PORT, for instance 0.0.0.0:8443";
}

std::string check_valid(const std::string& text) {
    return parse_span_ms(text) > 0 ? "" : "write it as 90s, 30m, 24h or 7d";
}

/// "all" is no span, so 0: nothing is compacted.
std::string check_keep(const std::string& text) {
    return text == "all" || parse_span_ms(text) > 0 ? "" : "write it as 30d or 400d, or all";
}

std::string check_scope_text(const std::string& text) {
    const auto checked = check_scope(text);
    return checked.ok() ? "" : "write it as all, branch:12, territory:north or portfolio:anna";
}

class Parser {
  public:
    explicit Parser(HubRequest& out) : out_(out) {
        app_.description("balie-hub, the centre that terminals synchronise with");
        app_.set_version_flag("--version", "balie-hub 0.1.0");
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.add_option("--data", out_.data, "The hub's data folder")->type_name("DIR")->required();
        app_.add_flag("--json", out_.json, "Print one JSON document on standard output");
        add_service();
        add_people();
        add_devices();
        add_files();
        add_bundles();
        add_audit();
    }

    [[nodiscard]] int parse(int count, const char* const* arguments) {
        try {
            app_.parse(count, arguments);
        } catch (const CLI::Success& done) {
            return app_.exit(done);  // help and version
        } catch (const CLI::ParseError& wrong) {
            app_.exit(wrong, std::cerr, std::cerr);
            return kUsage;
        }
        return -1;
    }

  private:
    CLI::App* verb(CLI::App& parent, const std::string& name, const std::string& help,
                   HubVerb verb) {
        auto* command = parent.add_subcommand(name, help)->fallthrough();
        command->callback([this, verb] { out_.verb = verb; });
        return command;
    }

    void add_service() {
        auto* init = verb(app_, "init", "Make a new hub in an empty folder", HubVerb::Init);
        init->add_option("--host", out_.names,
                         "Host names or addresses for the certificate (terminals go by its key)")
            ->type_name("NAME");
        auto* serve = verb(app_, "serve", "Serve terminals until stopped", HubVerb::Serve);
        serve->add_option("--listen", out_.listen, "Address and port; port 0 takes a free one")
            ->capture_default_str()
            ->type_name("ADDR:PORT")
            ->check(check_listen);
        serve->add_option("--port-file", out_.port_file, "Write the port number to this file")
            ->type_name("FILE");
        serve->add_option("--log-level", out_.log_level, "What to log on standard error")
            ->capture_default_str()
            ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
        serve
            ->add_option("--keep-log", out_.keep_log,
                         "Compact log entries older than this by itself: 30d, 400d; all: never")
            ->capture_default_str()
            ->check(check_keep);
        serve
            ->add_option("--fetch-for", out_.fetch_for,
                         "How long a customer that a terminal fetched from beyond its scope stays "
                         "with it: 8h, 24h, 7d")
            ->capture_default_str()
            ->check(check_valid);
        verb(app_, "status", "What the hub holds", HubVerb::Status);
        verb(app_, "verify", "Check every chain and sequence of the log", HubVerb::Verify);
    }

    void add_people() {
        auto* user = app_.add_subcommand("user", "People who work with terminals")->fallthrough();
        user->require_subcommand(1);
        auto* add = verb(*user, "add", "Add a person, or change one", HubVerb::UserAdd);
        add->add_option("--login", out_.login, "Short name, as in exports")->required();
        add->add_option("--name", out_.name, "Full name")->required();
        add->add_option("--role", out_.role, "What the person may do")
            ->required()
            ->check(CLI::IsMember(kRoles));
        add->add_option("--branch", out_.branch, "Code of the branch");
        add->add_option("--territory", out_.territory, "Code of the territory");
        add->add_option("--lang", out_.language, "Language of the terminal")
            ->check(CLI::IsMember({"en", "nl"}));
        verb(*user, "list", "Everybody who is known", HubVerb::UserList);

        auto* field = app_.add_subcommand("field", "Fields of your own")->fallthrough();
        field->require_subcommand(1);
        auto* load = verb(*field, "load", "Define the custom fields that an import map names",
                          HubVerb::FieldLoad);
        load->add_option("MAP", out_.file, "The import map (JSON)")->required();
    }

    void add_devices() {
        auto* code =
            verb(app_, "enrol-code", "A one-time code for a new terminal", HubVerb::EnrolCode);
        code->add_option("--user", out_.login, "Login; made when it is new")->required();
        code->add_option("--role", out_.role, "What the person may do")
            ->required()
            ->check(CLI::IsMember(kRoles));
        code->add_option("--scope", out_.scope, "all, branch:12, territory:north or portfolio:anna")
            ->required()
            ->check(check_scope_text);
        code->add_option("--valid", out_.valid, "How long it may be used: 90s, 30m, 24h, 7d")
            ->capture_default_str()
            ->check(check_valid);
        code->add_option("--host", out_.host, "HOST:PORT by which terminals reach this hub");
        code->add_option("--device-name", out_.device_name, "What the office calls the terminal");
        verb(app_, "devices", "Terminals and what is known of them", HubVerb::Devices);
        auto* revoke = verb(app_, "revoke", "Let a terminal in no more", HubVerb::Revoke);
        revoke->add_option("DEVICE", out_.device, "Its id, from: balie-hub devices")->required();
    }

    void add_files() {
        auto* out = verb(app_, "export", "Write records to a file", HubVerb::Export);
        out->add_option("TYPE", out_.type, "customers, interactions, tasks…")->required();
        out->add_option("--format", out_.format, "csv or ndjson")
            ->capture_default_str()
            ->check(CLI::IsMember({"csv", "ndjson"}));
        out->add_option("--out", out_.file, "The file; - is standard output")->required();
        out->add_option("--since", out_.since, "Received here at or after this time (ISO 8601)");
        out->add_flag("--history", out_.history, "Every line, amended and deleted ones too");
        auto* backup =
            verb(app_, "backup", "Copy the database while it is in use", HubVerb::Backup);
        backup->add_option("FILE", out_.file, "A file that is not there yet")->required();
        auto* restore =
            verb(app_, "restore", "Put a backup into the data folder; the hub is stopped",
                 HubVerb::Restore);
        restore->add_option("FILE", out_.file, "A file that balie-hub backup made")->required();
        auto* compact =
            verb(app_, "compact", "Put the content of old log entries away; records keep theirs",
                 HubVerb::Compact);
        compact
            ->add_option("--keep", out_.keep,
                         "Entries younger than this stay whole, and terminals heard of within it "
                         "are waited for: 30d, 400d")
            ->capture_default_str()
            ->check(check_valid);
        auto* attachments =
            verb(app_, "attachments", "Files of documents: what is here, and how large they may be",
                 HubVerb::Attachments);
        auto* limit = attachments->add_option("--limit", out_.limit_mb,
                                              "Megabytes (1,000,000 bytes) of one file; 0: none is "
                                              "taken");
        limit->check(CLI::Range(0.0, 16.7));
        attachments
            ->add_option("--kind", out_.kind, "Only of this kind, a code of list document_kind")
            ->needs(limit);
        compact->add_flag("--dry-run", out_.dry_run, "Only say how far it would go");
        restore->add_flag("--replace", out_.replace,
                          "There is a hub already: move it aside, into a folder beside");
    }

    void add_audit() {
        auto* audit =
            app_.add_subcommand("audit", "Who looked or fetched beyond their own customers")
                ->fallthrough();
        audit->require_subcommand(1);
        auto* list =
            verb(*audit, "list", "Who, when, whom and why, the latest first", HubVerb::AuditList);
        list->add_option("--since", out_.since, "At or after this time (ISO 8601)");
        auto* out = audit->add_subcommand("export", "The same to a file; as: export audit_entries")
                        ->fallthrough();
        out->callback([this] {
            out_.verb = HubVerb::Export;
            out_.type = "audit_entries";
        });
        out->add_option("--format", out_.format, "csv or ndjson")
            ->capture_default_str()
            ->check(CLI::IsMember({"csv", "ndjson"}));
        out->add_option("--out", out_.file, "The file; - is standard output")->required();
        out->add_option("--since", out_.since, "Written here at or after this time (ISO 8601)");
    }

    void add_bundles() {
        auto* bundle = app_.add_subcommand("bundle",
                                           "Files by which terminals without a network "
                                           "synchronise")
                           ->fallthrough();
        bundle->require_subcommand(1);
        auto* take = verb(*bundle, "take", "Take in what a terminal wrote", HubVerb::BundleTake);
        take->add_option("FILE", out_.file, "A file that balie bundle write made")->required();
        take->add_option("--answer", out_.answer, "Write the terminal's answer to this file")
            ->type_name("FILE");
        auto* write = verb(*bundle, "write",
                           "Write what is new for a terminal, and what became of "
                           "the changes it sent last",
                           HubVerb::BundleWrite);
        write->add_option("FILE", out_.file, "The file to write")->required();
        write->add_option("--device", out_.device, "Its id, from: balie-hub devices")->required();
        for (auto* each : {take, write}) {
            each->add_flag("--replace", out_.replace, "Replace the file that is to be written");
        }
    }

    HubRequest& out_;
    CLI::App app_;
};

}  // namespace

int parse_hub_request(int count, const char* const* arguments, HubRequest& out) {
    return Parser(out).parse(count, arguments);
}

bool parse_listen(const std::string& text, ListenAddress& out) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return false;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, out.port);
    if (parsed.ec != std::errc() || parsed.ptr != end) return false;
    out.address = text.substr(0, colon);
    if (out.address.size() > 1 && out.address.front() == '[' && out.address.back() == ']') {
        out.address = out.address.substr(1, out.address.size() - 2);
    } else if (out.address.find(':') != std::string::npos) {
        return false;
    }
    if (out.address.empty()) out.address = "0.0.0.0";
    if (out.address == "localhost") out.address = "127.0.0.1";
    return true;
}

std::int64_t parse_span_ms(const std::string& text) {
    constexpr std::int64_t kSecondMs = 1000;
    constexpr std::int64_t kNumberMax = 100'000;
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr + 1 != end || number <= 0 || number > kNumberMax) {
        return 0;
    }
    switch (*parsed.ptr) {
        case 's':
            return number * kSecondMs;
        case 'm':
            return number * kMinuteMs;
        case 'h':
            return number * kHourMs;
        case 'd':
            return number * kDayMs;
        default:
            return 0;
    }
}

}  // namespace balie::sync
