// doctor, backup, restore: the health of what is kept here.
#include "app/cli/context.h"
#include "app/cli/restore_profile.h"
#include "storage/store/backup.h"
#include "storage/store/doctor.h"
#include "sync/log/chain_check.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>

namespace balie::app {

namespace {

struct CareOptions {
    bool quick{false};
    bool repair{false};
    std::string file;
    int keep{store::kBackupsKept};
};

std::string_view severity_name(store::Severity severity) {
    switch (severity) {
        case store::Severity::Fine:
            return "fine";
        case store::Severity::Notice:
            return "notice";
        case store::Severity::Repairable:
            return "repairable";
        case store::Severity::Broken:
            return "broken";
    }
    return "broken";
}

Json findings_json(const std::vector<store::Finding>& findings) {
    Json items = Json::array();
    for (const store::Finding& finding : findings) {
        items.push(Json::object({{"check", finding.check},
                                 {"severity", severity_name(finding.severity)},
                                 {"text", finding.text},
                                 {"count", finding.count}}));
    }
    return items;
}

Result<store::Finding> check_chain(sqlite::Database& database) {
    BALIE_ASSIGN(const sync::ChainReport report, sync::check_own_chain(database));
    store::Finding finding;
    finding.check = "chain";
    finding.count = report.changes;
    finding.severity = report.fault.empty() ? store::Severity::Fine : store::Severity::Broken;
    finding.text =
        report.fault.empty()
            ? fmt::format("{} changes of this device follow on each other", report.changes)
            : report.fault;
    return finding;
}

/// Bytes of attachments and the rows that name them. What no row names is of no use to anybody, as
/// its key is gone; what is missing is fetched from the office.
Result<store::Finding> check_attachments(Profile& profile, bool mend) {
    attach::Attachments attachments(profile.store().writer(), profile.blobs());
    store::Finding finding;
    finding.check = "attachments";
    const auto looked = attachments.look_over(mend);
    if (!looked.ok()) {
        finding.severity = store::Severity::Broken;
        finding.count = 1;
        finding.text = looked.error().text();
        return finding;
    }
    const attach::Orphans& found = *looked;
    finding.count = found.files + found.missing;
    finding.severity = finding.count == 0 ? store::Severity::Fine : store::Severity::Repairable;
    finding.text = finding.count == 0
                       ? "the bytes of every attachment are where they should be"
                       : fmt::format(
                             "{} files that no document names, {} attachments without "
                             "their bytes",
                             found.files, found.missing);
    return finding;
}

Result<int> doctor(Context& context, Profile& profile, const CareOptions& options) {
    std::vector<store::Finding> mended;
    if (options.repair) {
        BALIE_ASSIGN(mended, store::repair(profile.store().writer()));
        BALIE_ASSIGN(store::Finding attachments, check_attachments(profile, true));
        if (attachments.count > 0) mended.push_back(std::move(attachments));
    }
    BALIE_ASSIGN(sqlite::Database reader, profile.open_reader());
    BALIE_ASSIGN(
        store::DoctorReport report,
        store::examine(reader, options.quick ? store::DoctorDepth::Quick : store::DoctorDepth::Full,
                       {check_chain}));
    BALIE_ASSIGN(store::Finding attachments, check_attachments(profile, false));
    report.findings.push_back(std::move(attachments));
    BALIE_ASSIGN(const auto status, profile.replica().status());
    std::string text;
    for (const store::Finding& finding : mended) text += fmt::format("mended: {}\n", finding.text);
    for (const store::Finding& finding : report.findings) {
        text += fmt::format("{:10} {}: {}\n", severity_name(finding.severity), finding.check,
                            finding.text);
    }
    const store::Severity worst = report.worst();
    if (worst == store::Severity::Repairable) text += "Mend it with: balie doctor --repair\n";
    if (worst == store::Severity::Broken) text += "Restore the latest backup: balie restore FILE\n";
    if (status.digest_differs)
        text += "The last comparison with the office showed a difference; tell head office.\n";
    context.print(Json::object({{"worst", severity_name(worst)},
                                {"findings", findings_json(report.findings)},
                                {"mended", findings_json(mended)},
                                {"digest_differs", status.digest_differs}}),
                  text);
    const bool attention = worst == store::Severity::Repairable ||
                           worst == store::Severity::Broken || status.digest_differs;
    return attention ? kExitAttention : kExitDone;
}

Result<int> backup(Context& context, Profile& profile, const CareOptions& options) {
    std::filesystem::path file;
    attach::Copied copied;  // a rotating one lies in the profile, where they are
    if (options.file.empty()) {
        BALIE_ASSIGN(file, profile.back_up(options.keep));
    } else {
        file = options.file;
        BALIE_ASSIGN(copied, back_up_profile(profile, file));
    }
    std::string text = "Backup: " + file.string();
    if (copied.files > 0) {
        text += fmt::format("\nand {} attachments beside it in {}: keep both", copied.files,
                            attach::beside(file).string());
    }
    if (copied.missing + copied.damaged > 0) {
        text += fmt::format("\n{} attachments are missing or damaged here and not in it",
                            copied.missing + copied.damaged);
    }
    context.print(Json::object({{"file", file.string()},
                                {"attachments", copied.files},
                                {"attachments_lacking", copied.missing + copied.damaged}}),
                  text);
    return kExitDone;
}

/// The present database is set aside beside it, never overwritten.
Result<int> restore(Context& context, const CareOptions& options) {
    BALIE_ASSIGN(const std::string secret, context.password("Password: "));
    BALIE_ASSIGN(const std::filesystem::path kept,
                 restore_profile(context.profile_dir(), Context::user(), secret, options.file));
    context.print(Json::object({{"restored", options.file}, {"kept", kept.string()}}),
                  "Restored. The database as it was is kept as " + kept.string() +
                      ".\nAt the next sync this terminal goes on under a new incarnation.");
    return kExitDone;
}

}  // namespace

void add_care_commands(CLI::App& app, Context& context) {
    auto options = std::make_shared<CareOptions>();
    CLI::App* doctor_command =
        app.add_subcommand("doctor", "Look the database over: whole, encrypted, in step");
    doctor_command->add_flag("--quick", options->quick, "Leave out the check of every page");
    doctor_command->add_flag("--repair", options->repair, "Make derived things (full text) anew");
    doctor_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return doctor(context, profile, *options); });
    });
    CLI::App* backup_command = app.add_subcommand(
        "backup", "One encrypted copy; without a file: into the rotating folder");
    backup_command->add_option("file", options->file, "A file that does not exist yet");
    backup_command->add_option("--keep", options->keep, "Rotating copies kept")
        ->check(CLI::Range(1, 1000));
    backup_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return backup(context, profile, *options); });
    });
    CLI::App* restore_command = app.add_subcommand(
        "restore", "Go back to a backup; the present database is kept beside it");
    restore_command->add_option("file", options->file, "The backup")->required();
    restore_command->callback(
        [&context, options] { context.run([&] { return restore(context, *options); }); });
}

}  // namespace balie::app
