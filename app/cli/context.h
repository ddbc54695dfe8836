// What every subcommand shares: where the profile is, how to answer, and the exit codes of the
// command line contract. Invariant: with --json standard output carries one JSON document and
// nothing else; messages go to standard error. Thread: one (the main thread is the store thread).
#pragma once

#include "app/runtime/profile.h"
#include "storage/base/result.h"
#include "storage/exchange/json.h"

#include <functional>
#include <memory>
#include <string>

// The library's own name. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}

namespace balie::app {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitOffline = 3;
inline constexpr int kExitAttention = 4;

inline constexpr std::string_view kProgram = "balie 0.1.0";

using exchange::Json;

class Context {
  public:
    std::string profile;  ///< --profile; empty: the default
    bool json{false};
    int exit_code{kExitDone};

    [[nodiscard]] std::filesystem::path profile_dir() const;
    /// From BALIE_PASSWORD, or asked for without echo. Errors: InvalidInput without a terminal.
    [[nodiscard]] Result<std::string> password(const std::string& question) const;
    /// BALIE_USER, or empty.
    [[nodiscard]] static std::string user();

    /// Opens the profile and runs `action`; its answer or error becomes the exit code.
    void with_profile(const std::function<Result<int>(Profile&)>& action);
    /// The same without a profile.
    void run(const std::function<Result<int>()>& action);

    /// With --json the document, else the text for people.
    void print(const Json& document, const std::string& text) const;
    /// A message for people, on standard error.
    static void say(const std::string& text);

  private:
    void fail(const Error& error);
};

// One function a noun, each in its own file; they add their subcommands to `app`.
void add_device_commands(CLI::App& app, Context& context);
void add_sync_commands(CLI::App& app, Context& context);
void add_link_command(CLI::App& app, Context& context);
void add_departure_command(CLI::App& app, Context& context);
void add_bundle_commands(CLI::App& app, Context& context);
void add_customer_commands(CLI::App& app, Context& context);
void add_interaction_commands(CLI::App& app, Context& context);
void add_task_commands(CLI::App& app, Context& context);
void add_document_commands(CLI::App& app, Context& context);
void add_fact_commands(CLI::App& app, Context& context);
void add_relation_commands(CLI::App& app, Context& context);
void add_timeline_command(CLI::App& app, Context& context);
void add_priority_commands(CLI::App& app, Context& context);
void add_list_commands(CLI::App& app, Context& context);
void add_conflict_commands(CLI::App& app, Context& context);
void add_set_aside_commands(CLI::App& app, Context& context);
void add_proposal_commands(CLI::App& app, Context& context);
void add_fetch_commands(CLI::App& app, Context& context);
void add_receipt_command(CLI::App& app, Context& context);
void add_import_commands(CLI::App& app, Context& context);
void add_export_commands(CLI::App& app, Context& context);
void add_care_commands(CLI::App& app, Context& context);
void add_window_command(CLI::App& app, Context& context);

/// 2026-03-14T09:26:00+01:00, local.
[[nodiscard]] std::string moment_text(const Clock& clock, std::int64_t wall_ms);
[[nodiscard]] Json optional_moment(const Clock& clock, std::int64_t wall_ms);
/// "x.NAME=VALUE" and "FIELD=VALUE" to field values by the datatype they have.
[[nodiscard]] Result<FieldValues> parse_fields(Profile& profile, domain::RecordType type,
                                               const std::vector<std::string>& assignments);

}  // namespace balie::app
