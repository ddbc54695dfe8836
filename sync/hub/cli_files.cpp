// The subcommands that read or write files: field load, export, backup, restore.
#include "storage/base/date.h"
#include "storage/exchange/import_map.h"
#include "storage/exchange/record_export.h"
#include "storage/vault/atomic_file.h"
#include "sync/hub/blob_desk.h"
#include "sync/hub/cli_verbs.h"
#include "sync/hub/hub_folder.h"
#include "sync/hub/hub_restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

namespace balie::sync {

namespace {
using exchange::Json;
}  // namespace

HubCli::Answer HubCli::field_load() {
    BALIE_ASSIGN(const auto text, vault::read_small_file(request_.file, exchange::kJsonBytesMax));
    const auto parsed = exchange::parse_import_map(text);
    if (!parsed.ok()) {
        Error error = parsed.error();
        error.where = request_.file + (error.where.empty() ? "" : ", " + error.where);
        return error;
    }
    const auto& map = *parsed;
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(const auto made, store->load_fields(map.custom));
    auto names = Json::array();
    for (const auto& field : map.custom) names.push("x." + field.name);
    print(Json::object({{"fields", names}, {"made", made}}),
          fmt::format("{} fields in the map, {} of them new.", map.custom.size(), made));
    return kExitDone;
}

HubCli::Answer HubCli::export_file() {
    exchange::ExportRequest wanted;
    wanted.type = request_.type;
    wanted.out = request_.file;
    wanted.history = request_.history;
    BALIE_ASSIGN(wanted.format, exchange::parse_export_format(request_.format));
    if (!request_.since.empty()) {
        BALIE_ASSIGN(const auto since,
                     parse_moment(request_.since, clock_.zone_offset_min(clock_.wall_ms())));
        wanted.since_ms = since.wall_ms;
    }
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(auto reader, store->store().open_reader());
    BALIE_ASSIGN(const auto report, exchange::export_records(reader, wanted));
    if (wanted.out == "-") return kExitDone;
    print(Json::object({{"type", wanted.type},
                        {"records", report.records},
                        {"bytes", report.bytes},
                        {"file", wanted.out}}),
          fmt::format("{} {} written to {}.", report.records, wanted.type, wanted.out));
    return kExitDone;
}

HubCli::Answer HubCli::backup() {
    BALIE_ASSIGN(const auto done,
                 back_up_hub(HubFolder(request_.data), request_.file, clock_, entropy_));
    const attach::Copied& files = done.attachments;
    std::string words = fmt::format(
        "The database was copied to {} and verified: entries 1 to {} are in it. It "
        "can be read with hub.db.key alone.",
        request_.file, done.hub_seq);
    if (files.files > 0) {
        words += fmt::format(" {} attachments, verified, are beside it in {}: keep both.",
                             files.files, attach::beside(request_.file).string());
    }
    const std::int64_t lacking = files.missing + files.damaged;
    if (lacking > 0) {
        words += fmt::format(
            " {} attachments are missing or damaged here and not in it: balie-hub verify", lacking);
    }
    print(Json::object({{"file", request_.file},
                        {"hub_seq", done.hub_seq},
                        {"verified", true},
                        {"attachments", files.files},
                        {"attachments_lacking", lacking}}),
          words);
    return kExitDone;
}

HubCli::Answer HubCli::compact() {
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    CompactRequest wanted;
    wanted.keep_ms = parse_span_ms(request_.keep);
    wanted.dry_run = request_.dry_run;
    std::int64_t told = 0;
    wanted.progress = [&](std::int64_t reached, std::int64_t floor) {
        constexpr std::int64_t kToldEvery = 100'000;
        if (reached - told < kToldEvery) return;
        told = reached;
        std::cerr << fmt::format("entry {} of {}\n", reached, floor);
    };
    BALIE_ASSIGN(const auto done, store->compact(wanted));
    const std::string held =
        done.held_by.empty()
            ? ""
            : fmt::format(" Terminal {} has not applied what follows.", done.held_by);
    std::string words;
    if (wanted.dry_run) {
        words = fmt::format("The log would be compacted up to entry {} (now {}).{}", done.floor,
                            done.floor_before, held);
    } else {
        words = fmt::format(
            "The log is compacted up to entry {} (before: {}): the content of {} changes, {} "
            "bytes, and {} moves were put away.{}",
            done.floor, done.floor_before, done.changes, done.bytes, done.moves, held);
    }
    print(Json::object({{"floor", done.floor},
                        {"floor_before", done.floor_before},
                        {"changes", done.changes},
                        {"moves", done.moves},
                        {"bytes", done.bytes},
                        {"held_by", done.held_by},
                        {"dry_run", wanted.dry_run}}),
          words);
    return kExitDone;
}

HubCli::Answer HubCli::attachments() {
    constexpr double kMegabyte = 1'000'000;
    BALIE_ASSIGN(const auto store, HubFolder(request_.data).open(clock_, entropy_));
    BALIE_ASSIGN(BlobDesk * desk, store->blobs());
    if (request_.limit_mb >= 0) {
        const std::int64_t bytes = std::min<std::int64_t>(
            std::llround(request_.limit_mb * kMegabyte), domain::kAttachmentBytesMax);
        BALIE_TRY(desk->set_limit(request_.kind, bytes));
    }
    BALIE_ASSIGN(const BlobCounts files, desk->counts());
    BALIE_ASSIGN(const std::int64_t others, desk->limit(""));
    BALIE_ASSIGN(const auto limits, desk->limits());
    Json kinds = Json::object();
    std::string words = fmt::format(
        "{} files, {} bytes; {} more have not come yet, {} are half way.\nA file may have {} bytes",
        files.here, files.bytes, files.awaited, files.uploads, others);
    for (const auto& [kind, bytes] : limits) {
        if (kind.empty()) continue;
        kinds.set(kind, bytes);
        words += fmt::format(", a {} {}", kind, bytes);
    }
    print(Json::object({{"files", files.here},
                        {"bytes", files.bytes},
                        {"awaited", files.awaited},
                        {"half_way", files.uploads},
                        {"limit", others},
                        {"limits", kinds}}),
          words + ".");
    return kExitDone;
}

HubCli::Answer HubCli::restore() {
    BALIE_ASSIGN(const auto done, restore_hub(HubFolder(request_.data), request_.file,
                                              request_.replace, clock_, entropy_));
    const std::string source =
        done.resumed ? "A restore that was broken off is finished" : request_.file + " is restored";
    const std::string kept =
        done.replaced.empty() ? "" : " The hub that was here is kept in " + done.replaced + ".";
    print(Json::object({{"data", request_.data},
                        {"hub_id", done.hub.hub.text()},
                        {"epoch", done.hub.epoch.text()},
                        {"hub_seq", done.hub_seq},
                        {"resumed", done.resumed},
                        {"replaced", done.replaced}}),
          fmt::format("{}: entries 1 to {}, verified.{}\n"
                      "Terminals send by themselves what came after it. What was done at the hub "
                      "after it is gone: look at users, revoked devices and enrolment codes.",
                      source, done.hub_seq, kept));
    return kExitDone;
}

}  // namespace balie::sync
