#include "tests/e2e/world.h"

#include "tests/support/catch.h"

#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <unistd.h>

namespace balie::test {

namespace {

bool is_free(std::uint16_t port) {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(probe >= 0);
    const int yes = 1;
    (void)::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const bool free = ::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    return free;
}

constexpr Milliseconds kLookEvery{20};
constexpr Milliseconds kStopWithin{30'000};
constexpr int kLooksMax = 3000;

void add_json(Words& arguments) {
    arguments.emplace_back("--json");
}

}  // namespace

std::string text_of(const Json& document, const std::string& member) {
    const Json* found = document.find(member);
    INFO("member " << member << " of " << document.print());
    REQUIRE(found != nullptr);
    REQUIRE(found->string() != nullptr);
    return *found->string();
}

std::int64_t number_of(const Json& document, const std::string& member) {
    const Json* found = document.find(member);
    INFO("member " << member << " of " << document.print());
    REQUIRE(found != nullptr);
    REQUIRE(found->integer() != nullptr);
    return *found->integer();
}

Json one_document(const Ended& ended) {
    INFO(ended.text());
    auto document = Json::parse(ended.out);
    REQUIRE_OK(document);
    return *document;
}

std::string bank_map() {
    return std::string(BALIE_SOURCE_DIR) + "/assets/demo/bank-marketing.map.json";
}

void require_whole(const Exported& exported, const BankTable& table,
                   const std::set<std::string>& others) {
    CHECK(exported.interactions.size() == table.rows.size() + others.size());
    const std::vector<std::string> none;
    REQUIRE(bank_differences(exported, table, others) == none);
}

// --- hub --------------------------------------------------------------------------------------

HubProgram::HubProgram(const std::filesystem::path& folder) : HubProgram(folder, folder / "data") {}

HubProgram::HubProgram(std::filesystem::path folder, std::filesystem::path data)
    : folder_(std::move(folder)), data_(std::move(data)) {
    std::filesystem::create_directories(folder_);
}

Ended HubProgram::command(Words arguments) const {
    arguments.insert(arguments.begin(), {"--data", data_.string()});
    return run({.program = "balie-hub",
                .arguments = std::move(arguments),
                .environment = {},
                .files = folder_,
                .file_bytes_max = {}});
}

Json HubProgram::ask(Words arguments) const {
    add_json(arguments);
    const Ended ended = command(std::move(arguments));
    INFO(ended.text());
    REQUIRE(ended.code == 0);
    return one_document(ended);
}

void HubProgram::set_up() {
    (void)ask({"init"});
    (void)ask({"field", "load", bank_map()});
    (void)ask({"user", "add", "--login", "anna", "--name", "Anna Administrator", "--role",
               "administrator"});
}

/// One that no other test takes, also while this hub is down, and below those that the system gives
/// to whoever asks for any.
void HubProgram::take_port() {
    constexpr std::uint16_t kFirst = 20'000;
    constexpr std::uint16_t kCount = 12'000;
    const auto locks = std::filesystem::temp_directory_path() / "balie-test-ports";
    std::filesystem::create_directories(locks);
    std::random_device random;
    for (int tries = 0; tries < 100; ++tries) {
        const auto port = static_cast<std::uint16_t>(kFirst + random() % kCount);
        auto lock = vault::FileLock::take(locks / std::to_string(port),
                                          vault::FileLock::Kind::Alone, 0, Error{});
        if (!lock.ok() || !is_free(port)) continue;
        port_lock_ = std::move(lock).value();
        port_ = port;
        return;
    }
    FAIL("no free port was found below the system's own");
}

void HubProgram::start() {
    if (port_ == 0) take_port();
    const auto port_file = folder_ / "port";
    std::filesystem::remove(port_file);
    Words arguments{"--data",
                    data_.string(),
                    "serve",
                    "--listen",
                    "127.0.0.1:" + std::to_string(port_),
                    "--port-file",
                    port_file.string(),
                    "--log-level",
                    "warning"};
    arguments.insert(arguments.end(), serve_options_.begin(), serve_options_.end());
    process_ = std::make_unique<Process>(Command{.program = "balie-hub",
                                                 .arguments = std::move(arguments),
                                                 .environment = {},
                                                 .files = folder_,
                                                 .file_bytes_max = {}});
    for (int looks = 0; !std::filesystem::exists(port_file); ++looks) {
        if (process_->ends_within(kLookEvery) || looks > kLooksMax) {
            FAIL("the hub does not start: " << process_->kill_now().text());
        }
    }
    port_ = static_cast<std::uint16_t>(std::stoi(read_text(port_file)));
}

void HubProgram::stop() {
    process_->signal(SIGTERM);
    const Ended ended = process_->wait(kStopWithin);
    INFO(ended.text());
    REQUIRE(ended.in_time);
    REQUIRE(ended.code == 0);
}

std::string HubProgram::address() const {
    return "wss://127.0.0.1:" + std::to_string(port_);
}

std::string HubProgram::code(const std::string& login, const std::string& valid,
                             const std::string& scope) const {
    return text_of(ask({"enrol-code", "--user", login, "--role", "administrator", "--scope", scope,
                        "--valid", valid}),
                   "code");
}

Exported HubProgram::exported(const std::string& format) const {
    Exported out;
    for (const std::string type : {"customers", "interactions"}) {
        const auto file = folder_ / (type + "." + format);
        (void)ask({"export", type, "--format", format, "--out", file.string()});
        auto& table = type == "customers" ? out.customers : out.interactions;
        table = format == "csv" ? read_csv_export(file) : read_ndjson_export(file);
    }
    return out;
}

// --- terminal ---------------------------------------------------------------------------------

TerminalProgram::TerminalProgram(std::filesystem::path folder, const std::string& name)
    : folder_(std::move(folder)), profile_(folder_ / name) {
    std::filesystem::create_directories(folder_);
}

Command TerminalProgram::command(Words arguments) const {
    arguments.insert(arguments.begin(), {"--profile", profile_.string()});
    return {.program = "balie",
            .arguments = std::move(arguments),
            .environment = {{"BALIE_PASSWORD", password}},
            .files = folder_,
            .file_bytes_max = {}};
}

Ended TerminalProgram::run(Words arguments) const {
    return test::run(command(std::move(arguments)));
}

Json TerminalProgram::ask(Words arguments, int code) const {
    add_json(arguments);
    const Ended ended = run(std::move(arguments));
    INFO(ended.text());
    REQUIRE(ended.code == code);
    return one_document(ended);
}

void TerminalProgram::enrol(const std::string& address, const std::string& code) const {
    (void)ask({"enrol", "--hub", address, "--code", code, "--name", profile_.filename().string()});
}

Exported TerminalProgram::exported(const std::string& format) const {
    Exported out;
    for (const std::string type : {"customers", "interactions"}) {
        const auto file = profile_.string() + "-" + type + "." + format;
        (void)ask({"export", type, "--format", format, "--out", file});
        auto& table = type == "customers" ? out.customers : out.interactions;
        table = format == "csv" ? read_csv_export(file) : read_ndjson_export(file);
    }
    return out;
}

std::string TerminalProgram::everything() const {
    std::string all;
    for (const char* type : {"customers", "interactions", "tasks"}) {
        const Ended ended = run({"export", type, "--format", "ndjson", "--history", "--out", "-"});
        INFO(ended.text());
        REQUIRE(ended.code == 0);
        all += ended.out;
    }
    return all;
}

}  // namespace balie::test
