// People attach files; lines bend them; disks are put back without them. And what must hold of it.
#include "storage/attach/documents.h"
#include "sync/hub/blob_desk.h"
#include "sync/protocol/codec.h"
#include "tests/sim/sim_checks.h"

#include <algorithm>

namespace balie::sim {

using domain::RecordType;

namespace {

constexpr std::int64_t kPaperBytesMax = 400;
/// Refusals that time alone does not mend: the record was set aside, or nobody has the bytes.
constexpr std::string_view kLasting = "trouble NOT IN ('unknown','scope','not_here')";

std::int64_t count(SimTerminal& terminal, const std::string& sql) {
    return value_integer(must(terminal.store().writer().scalar(sql), "count attachments"));
}

}  // namespace

int papers_of(std::uint64_t seed) {
    SimRandom random(seed ^ 0xF11E5);
    return random.chance(35) ? 5 + static_cast<int>(random.below(15)) : 0;
}

void SimWorld::handle_paper(SimTerminal& terminal) {
    constexpr int kAttachPercent = 80;
    if (!random_.chance(plan_.paper_percent)) return;
    random_.chance(kAttachPercent) ? attach_paper(terminal) : remove_paper(terminal);
}

/// The sealed file first, then record and key in one transaction; power may go in between.
void SimWorld::attach_paper(SimTerminal& terminal) {
    const auto customer = any(terminal, RecordType::Customer);
    if (!customer) return;
    Bytes bytes(static_cast<std::size_t>(1 + random_.below(kPaperBytesMax)));
    random_.fill(bytes);
    const std::string name = "paper " + std::to_string(++counter_) + ".pdf";
    const auto taken =
        must(attach::take_in_bytes(terminal.blobs(), random_, name, bytes), "seal a file");
    if (random_.chance(10)) {
        note(terminal.person().user + " loses power between a file and its record");
        terminal.crash();
        return;
    }
    auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user), "begin");
    FieldValues values{{"customer_id", Value{customer->text()}},
                       {"kind", Value{"document"}},
                       {"name", Value{name}},
                       {"bytes", Value{taken.bytes}},
                       {"blob", Value{taken.blob}},
                       {"author", Value{terminal.person().user}},
                       {"added_at", Value{std::int64_t{1'760'000'000'000}}}};
    const RecordId id = must(unit.create(RecordType::Document, values), "create");
    attach::Attachments book(unit.database(), terminal.blobs());
    (void)must(book.keep(taken, terminal.clock().wall_ms()), "keep the bytes");
    known_[RecordType::Document].push_back(id);
    save(terminal, std::move(unit), {{{}, "document", id, true, std::move(values)}});
}

void SimWorld::remove_paper(SimTerminal& terminal) {
    const auto id = any(terminal, RecordType::Document);
    if (!id) return;
    auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user), "begin");
    FieldValues values{{"deleted_at", Value{terminal.clock().wall_ms()}}};
    const bool differed = must(unit.edit(RecordType::Document, *id, values), "remove a file");
    if (!differed) return;
    save(terminal, std::move(unit), {{{}, "document", *id, false, std::move(values)}});
}

/// A bit of what is on its way is another.
std::string SimWorld::bent(const std::string& bytes) {
    constexpr int kBentPercent = 4;
    if (plan_.paper_percent == 0 || net_.faults.cut_percent == 0) return bytes;
    if (bytes.rfind(R"({"type":"blob_put")", 0) != 0 || !random_.chance(kBentPercent)) return bytes;
    auto put = std::get<sync::BlobPut>(must(sync::decode(bytes), "read BLOB_PUT"));
    put.data.at(
        static_cast<std::size_t>(random_.below(static_cast<std::int64_t>(put.data.size())))) ^= 1U;
    note("bytes of an attachment are bent");
    return sync::encode(put);
}

bool SimWorld::papers_settled() {
    return std::all_of(terminals_.begin(), terminals_.end(), [](auto& terminal) {
        return count(*terminal,
                     "SELECT count(*) FROM attachment WHERE ((whole=1 AND at_hub=0) OR (whole=0 "
                     "AND asked=1)) AND " +
                         std::string(kLasting)) == 0;
    });
}

namespace {

struct Paper {
    std::string blob;
    bool living{false};
    bool touched{false};  ///< removed at some time: its bytes may have gone with that
};

std::map<RecordId, Paper> papers_in(sqlite::Database& database) {
    std::map<RecordId, Paper> found;
    auto select = must(database.prepare("SELECT d.id,d.blob,d.deleted_at,EXISTS(SELECT 1 FROM "
                                        "field_version v WHERE v.record_id=d.id) FROM documents d"),
                       "list documents");
    while (must(select.step(), "list documents")) {
        found[RecordId{select.id(0)}] = {std::string(select.text(1)), select.is_null(2),
                                         select.integer(3) != 0};
    }
    return found;
}

bool whole(sqlite::Database& database, attach::BlobFiles& files, const std::string& blob,
           const std::string& whose) {
    attach::Attachments book(database, files);
    const auto row = must(book.find(blob), "look for bytes");
    if (!row || !row->whole) return false;
    const auto hash = book.sealed(*row).hash(row->bytes);
    require(hash.ok() && attach::blob_text(*hash) == blob, "I7",
            whose + " has other bytes than a document names");
    return true;
}

}  // namespace

void check_papers(SimWorld& world) {
    if (world.plan().paper_percent == 0) return;
    sqlite::Database& office = world.hub().store().store().writer();
    const auto papers = papers_in(office);
    std::set<std::string> at_hub;
    for (const auto& [id, paper] : papers) {
        if (whole(office, *world.hub().blobs, paper.blob, "the hub")) at_hub.insert(paper.blob);
        // With a machine that was put back, bytes that it had not sent may be gone for good.
        if (!paper.living || paper.touched || world.plan().restores()) continue;
        require(at_hub.contains(paper.blob), "I7",
                "the hub lacks the bytes of document " + id.text());
    }
    for (auto& terminal : world.terminals()) {
        const std::string whose = terminal->person().user + "'s terminal";
        sqlite::Database& database = terminal->store().writer();
        std::set<std::string> named;
        for (const auto& [id, paper] : papers_in(database)) {
            named.insert(paper.blob);
            const bool here = whole(database, terminal->blobs(), paper.blob, whose);
            require(here || !paper.living || !at_hub.contains(paper.blob), "I13",
                    whose + " did not get the bytes of document " + id.text());
            require(!here || at_hub.contains(paper.blob) || !paper.living || paper.touched, "I7",
                    whose + " kept to itself the bytes of document " + id.text());
        }
        std::set<std::string> files;
        auto rows = must(database.prepare("SELECT file,blob,at_hub FROM attachment"), "rows");
        while (must(rows.step(), "rows")) {
            files.emplace(rows.text(0));
            require(named.contains(std::string(rows.text(1))) || rows.integer(2) == 0, "I9",
                    whose + " still has the bytes of what left it");
        }
        for (const auto& [file, bytes] : terminal->blobs().files) {
            require(files.contains(file), "I9", whose + " has a file that nothing names");
        }
    }
}

void SimWorld::let_files_go() {
    constexpr int kSeconds = 240;
    const auto waits = [](const std::unique_ptr<SimTerminal>& terminal) {
        return must(terminal->replica().status(), "status").attachments.to_send > 0;
    };
    for (int i = 0; i < kSeconds && std::ranges::any_of(terminals_, waits); ++i) run_for(1'000);
    run_for(3'000);
}

}  // namespace balie::sim
