#include "sync/log/terminal_bundle.h"

#include "storage/base/bytes.h"
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

namespace balie::sync {

namespace {

/// Messages that are taken in with one durable commit.
constexpr int kMessagesPerCommit = 16;
constexpr std::string_view kWritten = "sync.bundle_written";
constexpr std::string_view kTaken = "sync.bundle_taken";

std::int64_t stored_number(const std::optional<std::string>& text) {
    return text ? std::int64_t{std::strtoll(text->c_str(), nullptr, 10)} : std::int64_t{0};
}

/// "MS ID NUMBER"
struct Note {
    std::int64_t at_ms{};
    BundleId id;
    std::int64_t number{};
};

Note read_note(const std::optional<std::string>& text) {
    Note note;
    std::istringstream words(text.value_or(""));
    std::string id;
    words >> note.at_ms >> id >> note.number;
    if (const auto parsed = BundleId::parse(id); parsed.ok()) note.id = *parsed;
    return note;
}

std::string note_text(const Note& note) {
    return std::to_string(note.at_ms) + " " + note.id.text() + " " + std::to_string(note.number);
}

Error made_before(const std::string& what) {
    return {ErrorCode::Expired, what, "",
            "Write a new bundle here (balie bundle write) and have the office answer that one"};
}

std::int64_t number_of_entry(const LogEntry& entry) {
    return std::visit([](const auto& each) { return each.hub_seq; }, entry);
}

}  // namespace

Result<BundleNotes> bundle_notes(store::Store& store) {
    BALIE_ASSIGN(const auto written_text, store.setting(kWritten));
    BALIE_ASSIGN(const auto taken_text, store.setting(kTaken));
    const Note written = read_note(written_text);
    const Note taken = read_note(taken_text);
    return BundleNotes{written.at_ms, written.id, written.number, taken.at_ms, taken.id};
}

// --- writing ----------------------------------------------------------------------------------

Result<BundleWritten> TerminalBundle::write(const BundleSink& sink, const Progress& progress) {
    BALIE_ASSIGN(const Identity identity, replica_.identity(program_));
    BALIE_ASSIGN(const auto offset, store_->setting(setting::kClockOffset));
    BundleHeader header;
    header.direction = BundleDirection::ToHub;
    header.hub = identity.hub;
    header.epoch = identity.epoch_seen;
    header.device = identity.origin.device;
    header.incarnation = identity.origin.incarnation;
    header.program = program_;
    header.made_ms = store_->clock().wall_ms();
    BALIE_ASSIGN(auto writer,
                 BundleWriter::begin(std::move(header), *device_key_, identity.hub_public_key,
                                     store_->entropy(), sink));
    BALIE_TRY(writer.add(encode(hello_of(identity, store_->clock().wall_ms()))));
    BundleWritten written;
    std::int64_t after = identity.acked_seq;
    while (after < identity.last_seq) {
        BALIE_ASSIGN(OutboxLoaded outbox, replica_.load_outbox(after, kBatchBytesMax));
        if (outbox.changes.empty()) break;
        Push push;
        push.first = outbox.changes.front().id.seq;
        push.previous = outbox.previous;
        push.clock_offset_ms = stored_number(offset);
        after = outbox.changes.back().id.seq;
        written.changes += static_cast<std::int64_t>(outbox.changes.size());
        push.changes = std::move(outbox.changes);
        BALIE_TRY(writer.add(encode(push)));
        if (progress) progress(writer.messages(), 0);
    }
    BALIE_ASSIGN(Pull pull, replica_.next_pull());
    if (pull.snapshot) {
        // Comparing takes a question and an answer for each range: by stick all comes at once.
        pull.snapshot->compare = false;
        pull.snapshot->full_to.clear();
    }
    BALIE_TRY(writer.add(encode(pull)));
    BALIE_TRY(writer.finish());
    written.header = writer.header();
    written.last_seq = after;
    written.cursor = pull.cursor;
    return written;
}

Outcome TerminalBundle::note_written(const BundleWritten& written) {
    return store_->set_setting(
        kWritten, note_text({written.header.made_ms, written.header.id, written.last_seq}));
}

// --- taking in --------------------------------------------------------------------------------

namespace {

Outcome check_for_terminal(const BundleHeader& header, const Identity& identity) {
    if (header.direction != BundleDirection::ToTerminal) {
        return Error{ErrorCode::InvalidInput, "this bundle is for the office, not for a terminal",
                     "", "The office takes it in with: balie-hub bundle take FILE"};
    }
    if (header.hub != identity.hub) {
        return Error{ErrorCode::Untrusted, "this bundle is of another hub than this terminal's",
                     header.hub.text(), "Ask the office for the right one"};
    }
    if (header.device != identity.origin.device) {
        return Error{ErrorCode::Denied, "this bundle is for another terminal", header.device.text(),
                     "Take it to the terminal that it is for"};
    }
    return {};
}

}  // namespace

Result<BundleTaken> TerminalBundle::take(const BundleSource& source, const Progress& progress) {
    BALIE_ASSIGN(identity_, replica_.identity(program_));
    asked_.reset();
    welcomed_ = stopped_ = overlaps_ = false;
    BALIE_ASSIGN(was_ahead_, replica_.records_ahead());
    BALIE_ASSIGN(BundleReader reader, BundleReader::begin(source));
    BundleTaken taken;
    taken.header = reader.header();
    BALIE_TRY(check_for_terminal(taken.header, identity_));
    BALIE_ASSIGN(const std::int64_t count,
                 check_bundle(source, *device_key_, identity_.hub_public_key));
    BALIE_ASSIGN(const BundleNotes notes, bundle_notes(*store_));
    if (notes.taken == taken.header.id) {
        taken.again = true;
        return taken;
    }
    if (taken.header.incarnation && *taken.header.incarnation != identity_.origin.incarnation) {
        return made_before(
            "this bundle answers what this terminal was before its data was "
            "restored or copied");
    }
    BALIE_ASSIGN(reader, BundleReader::begin(source));
    BALIE_TRY(reader.open(*device_key_, identity_.hub_public_key));
    BALIE_TRY(take_all(reader, count, progress, taken));
    if (!welcomed_) {
        return Error{ErrorCode::Protocol, "the bundle does not say how the office stands", "",
                     "Have it written again"};
    }
    BALIE_TRY(note_taken(taken));
    return taken;
}

Outcome TerminalBundle::take_all(BundleReader& reader, std::int64_t count, const Progress& progress,
                                 BundleTaken& taken) {
    std::int64_t done = 0;
    for (bool more = true; more;) {
        BALIE_ASSIGN(auto group, replica_.group_commits());
        for (int each = 0; more && each < kMessagesPerCommit; ++each) {
            BALIE_ASSIGN(const auto message, reader.next());
            more = message.has_value() && !stopped_;
            if (!more) break;
            BALIE_TRY(take_one(*message, taken));
            ++done;
        }
        BALIE_TRY(group.commit());
        if (progress) progress(done, count);
    }
    return {};
}

Outcome TerminalBundle::take_one(const std::string& message, BundleTaken& taken) {
    BALIE_ASSIGN(Message decoded, decode(message));
    if (auto* hello = std::get_if<Hello>(&decoded); hello != nullptr) {
        asked_ = std::move(*hello);
        return {};
    }
    if (const auto* welcome = std::get_if<Welcome>(&decoded); welcome != nullptr) {
        welcomed_ = true;
        return take_welcome(*welcome, taken);
    }
    if (!welcomed_) {
        return Error{ErrorCode::Protocol, "the bundle begins with something else than WELCOME", "",
                     "Have it written again"};
    }
    if (const auto* ack = std::get_if<Ack>(&decoded); ack != nullptr) return take_ack(*ack, taken);
    if (auto* changes = std::get_if<Changes>(&decoded); changes != nullptr) {
        return take_changes(std::move(*changes), taken);
    }
    if (const auto* part = std::get_if<Snapshot>(&decoded); part != nullptr) {
        return take_snapshot(*part, taken);
    }
    if (const auto* checkpoint = std::get_if<Checkpoint>(&decoded); checkpoint != nullptr) {
        return take_checkpoint(*checkpoint, taken);
    }
    return {};  // of a newer hub, and of no consequence to this terminal
}

Outcome TerminalBundle::separate(const Welcome& welcome, BundleTaken& taken) {
    taken.separated = stopped_ = true;
    const std::string words = welcome.text.empty()
                                  ? "its data was restored from an older backup, or copied"
                                  : welcome.text;
    return replica_.start_new_incarnation(words, welcome.known_first, welcome.known);
}

Outcome TerminalBundle::take_welcome(const Welcome& welcome, BundleTaken& taken) {
    const bool same_epoch = identity_.epoch_seen == welcome.epoch;
    // Who has been in contact since knows better; whoever asked nothing cannot tell which is newer.
    if (!same_epoch && (!asked_ || asked_->epoch_seen != identity_.epoch_seen)) {
        return made_before(
            "this bundle is of before or after the office was restored from a "
            "backup, and this terminal knows of another state of it");
    }
    BALIE_ASSIGN(const bool ours, replica_.has_change(welcome.acked_seq, welcome.acked_hash));
    const bool told = welcome.directive == Directive::NewIncarnation;
    if (told || (welcome.acked_seq > 0 && taken.header.incarnation && !ours)) {
        return separate(welcome, taken);
    }
    const bool goes_on = welcome.directive == Directive::Go ||
                         welcome.directive == Directive::ReadOnly ||
                         welcome.directive == Directive::Snapshot;
    if (!goes_on) {
        return Error{ErrorCode::NewerVersion, welcome.text, "",
                     "Install the program that your office hands out"};
    }
    BALIE_ASSIGN(const auto seen, store_->setting(setting::kHubSeqSeen));
    // The network told more since.
    if (same_epoch && welcome.hub_seq < stored_number(seen)) return {};
    // Nothing of the new epoch has come here yet: whatever is here now was of the hub as it was
    // before, also what came since the question was written.
    const bool hub_lost = !same_epoch && (welcome.acked_seq < identity_.acked_seq ||
                                          welcome.cursor < identity_.cursor);
    BALIE_ASSIGN(const std::int64_t before, replica_.cursor());
    BALIE_ASSIGN(const auto offset, store_->setting(setting::kClockOffset));
    auto resumed = replica_.prepare_resume(welcome, stored_number(offset), hub_lost);
    if (resumed.ok()) {
        taken.hub_restored = !same_epoch;
        taken.read_anew = same_epoch && resumed->cursor < before;
        return {};
    }
    if (resumed.error().code == ErrorCode::Conflict) return separate(welcome, taken);
    if (resumed.error().code != ErrorCode::Busy) return std::move(resumed).error();
    // Some of what the hub has lost was erased here: it went on under a new number by itself.
    taken.hub_restored = taken.separated = stopped_ = true;
    return {};
}

Result<std::int64_t> TerminalBundle::waiting(std::int64_t first, std::int64_t last) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT count(*) FROM change_log WHERE origin=? AND seq>=? AND "
                                 "seq<=? AND state=0"));
    select->bind(1, tail.origin_number).bind(2, first).bind(3, last);
    BALIE_TRY(select->step());
    const std::int64_t count = select->integer(0);
    select->reset();
    return count;
}

Outcome TerminalBundle::take_ack(const Ack& ack, BundleTaken& taken) {
    const std::string text = receipt_text(identity_.origin.device, ack);
    if (!crypto::verify(identity_.hub_public_key, as_bytes(text), ack.signature)) {
        return Error{ErrorCode::Untrusted, "a receipt in the bundle is not signed by this hub", "",
                     "Have it written again"};
    }
    if (ack.verdicts.empty()) return {};
    const std::int64_t first = ack.verdicts.front().first;
    const std::int64_t last = ack.verdicts.back().last;
    BALIE_ASSIGN(const std::int64_t before, waiting(first, last));
    // What the network told since is as new as this, or newer.
    if (before == 0) return {};
    BALIE_TRY(replica_.save_ack(ack));
    BALIE_ASSIGN(const std::int64_t after, waiting(first, last));
    taken.verdicts += before - after;
    for (const Verdict& verdict : ack.verdicts) {
        if (verdict.kind == VerdictKind::SetAside)
            taken.set_aside += verdict.last - verdict.first + 1;
    }
    return {};
}

Outcome TerminalBundle::take_changes(Changes changes, BundleTaken& taken) {
    BALIE_ASSIGN(const std::int64_t cursor, replica_.cursor());
    overlaps_ = overlaps_ || changes.from < cursor;
    if (changes.to <= cursor) return {};
    if (changes.from > cursor) {
        taken.does_not_follow = true;
        return {};
    }
    // The network was here meanwhile; a cursor stands between two transactions, and so does this.
    std::erase_if(changes.entries,
                  [cursor](const LogEntry& each) { return number_of_entry(each) <= cursor; });
    changes.from = cursor;
    BALIE_ASSIGN(const ChangesApplied applied, replica_.apply_changes(changes));
    taken.received += applied.cursor - cursor;
    return {};
}

Outcome TerminalBundle::take_snapshot(const Snapshot& part, BundleTaken& taken) {
    BALIE_ASSIGN(const Pull pull, replica_.next_pull());
    const bool follows = pull.snapshot && part.after == pull.snapshot->after &&
                         (pull.snapshot->hub_seq == 0 || pull.snapshot->hub_seq == part.hub_seq);
    if (!follows) {
        // All of it came over the network, or more of it than this: then the log does not follow.
        overlaps_ = true;
        return {};
    }
    BALIE_ASSIGN(const SnapshotApplied applied, replica_.apply_snapshot(part));
    taken.loaded = true;
    if (applied.done) taken.received += applied.cursor;
    return {};
}

Outcome TerminalBundle::take_checkpoint(const Checkpoint& checkpoint, BundleTaken& taken) {
    BALIE_ASSIGN(const std::int64_t cursor, replica_.cursor());
    // Where the network was ahead records may show more than the log up to here; the next contact
    // compares.
    if (overlaps_ || cursor != checkpoint.hub_seq) return {};
    // Parts of a snapshot that came over the network may be of a later time than this file is.
    BALIE_ASSIGN(const auto own, store_->setting(setting::kDigest));
    if (was_ahead_ && own != to_hex(checkpoint.digest.bytes)) return {};
    BALIE_ASSIGN(const DigestCompared compared, replica_.compare_digest(checkpoint));
    taken.differs = !compared.equal;
    return {};
}

Outcome TerminalBundle::note_taken(const BundleTaken& taken) {
    BALIE_TRY(store_->set_setting(
        kTaken, note_text({store_->clock().wall_ms(), taken.header.id, taken.received})));
    BALIE_ASSIGN(const auto seen, store_->setting(setting::kHubSeqSeen));
    BALIE_ASSIGN(const std::int64_t cursor, replica_.cursor());
    if (cursor <= stored_number(seen)) return {};
    return store_->set_setting(setting::kHubSeqSeen, std::to_string(cursor));
}

// --- what a replica adds ----------------------------------------------------------------------

Result<bool> TerminalReplica::records_ahead() {
    BALIE_ASSIGN(const std::int64_t ahead, number(setting::kAhead));
    BALIE_ASSIGN(const SnapshotPlace place, snapshot_place());
    return ahead != 0 || !place.after.empty();
}

Result<Pull> TerminalReplica::next_pull() {
    Pull pull;
    pull.credit_bytes = kPullCreditBytes;
    BALIE_ASSIGN(pull.cursor, number(setting::kCursor));
    if (pull.cursor > 0) return pull;
    BALIE_ASSIGN(pull.snapshot, snapshot_place());
    BALIE_ASSIGN(pull.own, own_after());
    return pull;
}

}  // namespace balie::sync
