#include "app/runtime/departure.h"

#include "storage/base/date.h"
#include "storage/store/backup.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace balie::app {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kHourSeconds = 3600;
constexpr std::int64_t kDaySeconds = 24 * kHourSeconds;
/// Unsent work that waited longer than this was forgotten, not just saved.
constexpr std::int64_t kForgottenSeconds = 3 * kDaySeconds;
constexpr std::int64_t kFreshSeconds = 12 * kHourSeconds;
constexpr std::int64_t kStaleSeconds = 3 * kDaySeconds;
constexpr std::int64_t kClockAmberSeconds = 60;
constexpr std::int64_t kClockRedSeconds = 300;
/// Room for weeks of work, and for a copy of the database.
constexpr std::int64_t kDiskGreenBytes = 1'000'000'000;
constexpr std::int64_t kDiskRedBytes = 100'000'000;
constexpr std::string_view kBackups = "backups";

Light sent_light(const sync::SyncStatus& status) {
    if (status.pending == 0) return Light::Green;
    return status.oldest_pending_seconds > kForgottenSeconds ? Light::Red : Light::Amber;
}

Light contact_light(bool ever, std::int64_t seconds) {
    if (!ever || seconds > kStaleSeconds) return Light::Red;
    return seconds > kFreshSeconds ? Light::Amber : Light::Green;
}

DepartureLine copy_line(const sync::SyncStatus& status) {
    DepartureLine line{.check = DepartureCheck::Copy};
    line.count = std::max<std::int64_t>(0, status.hub_seq_seen - status.cursor);
    if (status.cursor == 0 && !status.rereading) {
        line.state = "first_load";
    } else if (status.rereading || !status.loading.empty()) {
        line.state = "rereading";
    } else if (status.digest_differs) {
        line.state = "differs";
    } else if (line.count > 0) {
        line.state = "behind";
    }
    line.light = line.state.empty()       ? Light::Green
                 : line.state == "behind" ? Light::Amber
                                          : Light::Red;
    return line;
}

DepartureLine clock_line(const sync::SyncStatus& status) {
    DepartureLine line{.check = DepartureCheck::Clock};
    line.count = status.last_contact_ms == 0 ? 0 : 1;
    line.seconds = status.clock_offset_ms / 1000;
    const std::int64_t off = line.seconds < 0 ? -line.seconds : line.seconds;
    line.light = off > kClockRedSeconds                        ? Light::Red
                 : off > kClockAmberSeconds || line.count == 0 ? Light::Amber
                                                               : Light::Green;
    return line;
}

DepartureLine disk_line(const DepartureFacts& facts) {
    DepartureLine line{.check = DepartureCheck::Disk};
    line.count = facts.free_bytes ? 1 : 0;
    line.bytes = facts.free_bytes.value_or(0);
    const std::int64_t enough = std::max(kDiskGreenBytes, 2 * facts.database_bytes);
    if (!facts.free_bytes || (line.bytes < enough && line.bytes >= kDiskRedBytes)) {
        line.light = Light::Amber;
    } else {
        line.light = line.bytes < kDiskRedBytes ? Light::Red : Light::Green;
    }
    return line;
}

std::optional<std::int64_t> newest_backup_ms(const fs::path& folder) {
    const auto backups = store::list_backups(folder / kBackups);
    if (!backups.ok() || backups->empty()) return std::nullopt;
    std::error_code failed;
    const auto written = fs::last_write_time(backups->front(), failed);
    if (failed) return std::nullopt;
    const auto since = std::chrono::file_clock::to_sys(written).time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

std::string_view to_string(DepartureCheck check) {
    switch (check) {
        case DepartureCheck::Sent:
            return "sent";
        case DepartureCheck::Contact:
            return "contact";
        case DepartureCheck::Copy:
            return "copy";
        case DepartureCheck::Customers:
            return "customers";
        case DepartureCheck::Attention:
            return "attention";
        case DepartureCheck::Clock:
            return "clock";
        case DepartureCheck::Disk:
            return "disk";
        case DepartureCheck::Backup:
            return "backup";
        case DepartureCheck::Files:
            return "files";
    }
    return "sent";
}

std::string_view to_string(Light light) {
    switch (light) {
        case Light::Green:
            return "green";
        case Light::Amber:
            return "amber";
        case Light::Red:
            return "red";
    }
    return "red";
}

Light DepartureReport::worst() const {
    Light worst = Light::Green;
    for (const DepartureLine& line : lines) worst = std::max(worst, line.light);
    return worst;
}

DepartureReport judge_departure(const DepartureFacts& facts, int days) {
    const sync::SyncStatus& status = facts.status;
    DepartureReport report;
    report.days = days;
    const auto add = [&report](DepartureLine line) { report.lines.push_back(std::move(line)); };
    add({.check = DepartureCheck::Sent,
         .light = sent_light(status),
         .count = status.pending,
         .seconds = status.oldest_pending_seconds,
         .state = facts.held_back && status.pending > 0 ? "held" : ""});
    const bool ever = status.last_contact_ms != 0;
    const std::int64_t silent =
        std::max<std::int64_t>(0, facts.now_ms - status.last_contact_ms) / 1000;
    add({.check = DepartureCheck::Contact,
         .light = contact_light(ever, silent),
         .count = ever ? 1 : 0,
         .seconds = ever ? silent : 0});
    add(copy_line(status));
    add({.check = DepartureCheck::Customers,
         .light = facts.planned.missing > 0 ? Light::Red : Light::Green,
         .count = facts.planned.customers,
         .missing = facts.planned.missing});
    const bool open = status.set_aside > 0 || status.conflicts > 0;
    add({.check = DepartureCheck::Attention,
         .light = open ? Light::Amber : Light::Green,
         .count = status.set_aside,
         .missing = status.conflicts});
    add(clock_line(status));
    add(disk_line(facts));
    const std::int64_t age =
        std::max<std::int64_t>(0, facts.now_ms - facts.backup_ms.value_or(facts.now_ms)) / 1000;
    add({.check = DepartureCheck::Backup,
         .light = facts.backup_ms && age <= kDaySeconds ? Light::Green : Light::Amber,
         .count = facts.backup_ms ? 1 : 0,
         .seconds = age});
    const sync::AttachmentCounts& files = status.attachments;
    add({.check = DepartureCheck::Files,
         .light = files.to_send + files.asked > 0 ? Light::Amber : Light::Green,
         .count = files.to_send,
         .missing = files.asked});
    return report;
}

Result<DepartureReport> read_departure(store::Store& store, const fs::path& folder,
                                       std::string_view user, std::string_view network, int days) {
    DepartureFacts facts;
    facts.now_ms = store.clock().wall_ms();
    sync::TerminalReplica replica(store);
    BALIE_ASSIGN(facts.status, replica.status());
    BALIE_ASSIGN(const auto link, replica.link().state(network));
    facts.held_back = link.held > 0;
    const std::string today = date_of(facts.now_ms, store.clock().zone_offset_min(facts.now_ms));
    BALIE_ASSIGN(const std::string until, add_days(today, days));
    BALIE_ASSIGN(facts.planned, repo::TaskRepo(store.writer()).planned(user, until));
    std::error_code failed;
    const fs::space_info space = fs::space(folder, failed);
    if (!failed) facts.free_bytes = static_cast<std::int64_t>(space.available);
    const auto size = fs::file_size(store.path(), failed);
    if (!failed) facts.database_bytes = static_cast<std::int64_t>(size);
    facts.backup_ms = newest_backup_ms(folder);
    return judge_departure(facts, days);
}

}  // namespace balie::app
