// A hub and terminals as people run them: the real programs, on this machine's loopback.
// Invariant: every process that is started here is ended here; nothing lies outside the folder
// given. Thread: one at a time.
#pragma once

#include "storage/exchange/json.h"
#include "storage/vault/file_lock.h"
#include "tests/e2e/bank_table.h"
#include "tests/e2e/process.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace balie::test {

using exchange::Json;
using Words = std::vector<std::string>;

inline constexpr const char* kPassword = "a long enough password";

/// The member of an answer, as text; the test ends when it is not there.
[[nodiscard]] std::string text_of(const Json& document, const std::string& member);
[[nodiscard]] std::int64_t number_of(const Json& document, const std::string& member);
/// Standard output as the one JSON document that it must be.
[[nodiscard]] Json one_document(const Ended& ended);

class HubProgram {
  public:
    explicit HubProgram(const std::filesystem::path& folder);
    /// With its data elsewhere, on a disk of its own.
    HubProgram(std::filesystem::path folder, std::filesystem::path data);

    /// A subcommand other than serve.
    [[nodiscard]] Ended command(Words arguments) const;
    /// The same with --json, which must succeed.
    [[nodiscard]] Json ask(Words arguments) const;

    /// init, the bank's fields, and a person.
    void set_up();
    /// Serves on a free port, and on the same one when it is started again.
    void start();
    void start_at(std::uint16_t port) {
        port_ = port;
        start();
    }
    /// With further options of serve, from the next start on.
    void serve_with(Words options) { serve_options_ = std::move(options); }
    /// As an administrator stops it; it must end well.
    void stop();
    /// kill -9.
    void kill_now() { process_->kill_now(); }
    [[nodiscard]] Process& process() { return *process_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::string code(const std::string& login = "anna",
                                   const std::string& valid = "24h",
                                   const std::string& scope = "all") const;
    [[nodiscard]] Exported exported(const std::string& format) const;
    [[nodiscard]] const std::filesystem::path& data() const { return data_; }

  private:
    void take_port();

    std::filesystem::path folder_;
    std::filesystem::path data_;
    std::unique_ptr<Process> process_;
    Words serve_options_;
    std::uint16_t port_{0};
    vault::FileLock port_lock_;
};

class TerminalProgram {
  public:
    TerminalProgram(std::filesystem::path folder, const std::string& name);

    [[nodiscard]] Command command(Words arguments) const;
    [[nodiscard]] Ended run(Words arguments) const;
    /// With --json; the exit code must be as expected.
    [[nodiscard]] Json ask(Words arguments, int code = 0) const;
    void enrol(const std::string& address, const std::string& code) const;
    [[nodiscard]] Exported exported(const std::string& format) const;
    /// Everything people put in, as text: equal before and after means that nothing was lost.
    [[nodiscard]] std::string everything() const;
    [[nodiscard]] const std::filesystem::path& profile() const { return profile_; }
    [[nodiscard]] std::filesystem::path database() const { return profile_ / "balie.db"; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    std::string password{kPassword};

  private:
    std::filesystem::path folder_;
    std::filesystem::path profile_;
};

/// The ready map for the bank's file.
[[nodiscard]] std::string bank_map();

/// Checks with the tables that were read back, and says in what they differ.
void require_whole(const Exported& exported, const BankTable& table,
                   const std::set<std::string>& others = {});

}  // namespace balie::test
