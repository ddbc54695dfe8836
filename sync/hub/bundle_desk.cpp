#include "sync/hub/bundle_desk.h"

#include "sync/core/limits.h"
#include "sync/hub/push_check.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <sstream>

namespace balie::sync {

namespace {

/// Batches that are ingested with one commit: a terminal that is connected meanwhile waits for it.
constexpr std::size_t kBatchesPerCommit = 8;
constexpr std::string_view kAskedKey = "bundle.asked.";

Error not_honest(const std::string& what) {
    return {ErrorCode::Protocol, "the bundle is not made as it must be: " + what, "",
            "Have the terminal's program looked at; what was taken in of it before stays"};
}

Outcome check_for_hub(const BundleHeader& header, const HubIdentity& hub) {
    if (header.direction != BundleDirection::ToHub) {
        return Error{ErrorCode::InvalidInput, "this bundle is for a terminal, not for the office",
                     "", "The terminal takes it in with: balie bundle take FILE"};
    }
    if (header.hub == hub.hub) return {};
    return Error{ErrorCode::Untrusted, "this bundle is for another hub", header.hub.text(),
                 "Take it to the office that the terminal belongs to"};
}

bool goes_on_from(const Welcome& welcome) {
    return welcome.directive == Directive::Go || welcome.directive == Directive::Snapshot;
}

Error device_revoked() {
    return {ErrorCode::Denied, "this device was revoked by the office", "",
            "What it holds can only be sent once it is enrolled again"};
}

}  // namespace

// --- what a terminal asked --------------------------------------------------------------------

Outcome BundleDesk::save_asked(const Asked& asked) {
    std::string text = asked.id.text() + " " + std::to_string(asked.first) + " " +
                       std::to_string(asked.last) + "\n" + encode(asked.hello) + "\n";
    if (asked.pull) text += encode(*asked.pull);
    return hub_->store().set_setting(std::string(kAskedKey) + asked.hello.origin.device.text(),
                                     text);
}

Result<std::optional<BundleDesk::Asked>> BundleDesk::load_asked(const DeviceId& device) {
    BALIE_ASSIGN(const auto text, hub_->store().setting(std::string(kAskedKey) + device.text()));
    if (!text) return std::optional<Asked>{};
    std::istringstream lines(*text);
    std::string id;
    std::string hello;
    std::string pull;
    Asked asked;
    lines >> id >> asked.first >> asked.last;
    std::getline(lines, hello);  // the rest of the first line
    std::getline(lines, hello);
    std::getline(lines, pull);
    BALIE_ASSIGN(asked.id, BundleId::parse(id));
    BALIE_ASSIGN(Message first, decode(hello));
    if (auto* known = std::get_if<Hello>(&first); known != nullptr) asked.hello = std::move(*known);
    if (!pull.empty()) {
        BALIE_ASSIGN(Message second, decode(pull));
        if (auto* known = std::get_if<Pull>(&second); known != nullptr) {
            asked.pull = std::move(*known);
        }
    }
    return std::optional(std::move(asked));
}

/// Nothing when the terminal has begun another log since, over the network.
Result<std::optional<BundleDesk::Asked>> BundleDesk::question_of(const DeviceId& device) {
    BALIE_ASSIGN(auto asked, load_asked(device));
    if (!asked) return asked;
    BALIE_ASSIGN(const auto latest, hub_->latest_log(device));
    if (!latest || *latest == asked->hello.origin) return asked;
    BALIE_ASSIGN(const Ack known, hub_->read_verdicts(asked->hello.origin, 0, 0));
    // A new log of which nothing is here yet is not an old one.
    if (known.acked_seq == 0) return asked;
    return std::optional<Asked>{};
}

// --- taking in --------------------------------------------------------------------------------

Result<BundleReceived> BundleDesk::take(const BundleSource& source, const Progress& progress) {
    BALIE_ASSIGN(BundleReader reader, BundleReader::begin(source));
    BundleReceived received;
    received.header = reader.header();
    BALIE_TRY(check_for_hub(received.header, hub_->identity()));
    BALIE_ASSIGN(received.device, hub_->find_device(received.header.device));
    if (received.device.revoked) return device_revoked();
    const Bytes& sender = received.device.public_key;
    BALIE_TRY(check_bundle(source, hub_->signing_key(), sender));
    BALIE_ASSIGN(reader, BundleReader::begin(source));
    BALIE_TRY(reader.open(hub_->signing_key(), sender));
    BALIE_ASSIGN(const auto before, load_asked(received.header.device));
    Asked asked;
    asked.id = received.header.id;
    BALIE_TRY(take_messages(reader, received, asked, progress));
    received.again = before && before->id == asked.id;
    // An older bundle that comes after a newer one of the same log takes nothing of its answer
    // away.
    const bool older = before && before->hello.origin == asked.hello.origin &&
                       before->hello.last_seq > asked.hello.last_seq;
    if (!older) {
        BALIE_TRY(save_asked(asked));
    }
    BALIE_TRY(hub_->flush_notes());
    return received;
}

Outcome BundleDesk::take_messages(BundleReader& reader, BundleReceived& received, Asked& asked,
                                  const Progress& progress) {
    BALIE_ASSIGN(const auto first, reader.next());
    BALIE_ASSIGN(Message opening, decode(first.value_or("{}")));
    auto* hello = std::get_if<Hello>(&opening);
    if (hello == nullptr) return not_honest("it does not begin with HELLO");
    asked.hello = std::move(*hello);
    const Origin origin = asked.hello.origin;
    if (origin.device != received.header.device ||
        origin.incarnation != received.header.incarnation) {
        return not_honest("HELLO is of another device than its head says");
    }
    BALIE_ASSIGN(const Welcome welcome, hub_->open_carried(asked.hello, received.device));
    received.separates = welcome.directive == Directive::NewIncarnation;
    const bool goes_on = goes_on_from(welcome);
    std::vector<IngestRequest> batches;
    for (std::int64_t done = 1;; ++done) {
        BALIE_ASSIGN(const auto bytes, reader.next());
        if (!bytes) break;
        BALIE_ASSIGN(Message message, decode(*bytes));
        if (auto* pull = std::get_if<Pull>(&message); pull != nullptr) {
            asked.pull = std::move(*pull);
        }
        auto* push = std::get_if<Push>(&message);
        if (push == nullptr) continue;  // of a newer terminal, and of no consequence here
        if (const std::string fault = fault_in(*push); !fault.empty()) {
            return not_honest("PUSH with " + fault);
        }
        received.changes += static_cast<std::int64_t>(push->changes.size());
        if (asked.first == 0) asked.first = push->first;
        asked.last = push->first + static_cast<std::int64_t>(push->changes.size()) - 1;
        if (!goes_on || received.refusal) continue;
        for (Change& change : push->changes) change.id.origin = origin;
        batches.push_back({received.device, origin, std::move(*push)});
        if (batches.size() < kBatchesPerCommit) continue;
        BALIE_TRY(ingest(batches, welcome.acked_seq, received));
        if (progress) progress(done);
    }
    return ingest(batches, welcome.acked_seq, received);
}

Outcome BundleDesk::ingest(std::vector<IngestRequest>& batches, std::int64_t known,
                           BundleReceived& received) {
    if (batches.empty()) return {};
    BALIE_ASSIGN(std::vector<IngestAnswer> answers, hub_->ingest(batches));
    batches.clear();
    for (IngestAnswer& answer : answers) {
        if (received.refusal) break;
        if (!answer.ack) {
            received.refusal = std::move(answer.refusal);
            continue;
        }
        for (const Verdict& verdict : answer.ack->verdicts) {
            if (verdict.first <= known) continue;
            const std::int64_t count = verdict.last - verdict.first + 1;
            received.fresh += count;
            if (verdict.kind == VerdictKind::SetAside) received.set_aside += count;
        }
    }
    if (!received.refusal || received.refusal->code == "gap" || received.refusal->code == "fork") {
        return {};
    }
    return not_honest(received.refusal->text);
}

// --- answering --------------------------------------------------------------------------------

struct BundleDesk::Answer {
    BundleWriter writer;
    DeviceRecord device;
    Origin origin;
    BundleAnswered& told;
    const Progress& progress;

    [[nodiscard]] Outcome add(const Message& message) {
        BALIE_TRY(writer.add(encode(message)));
        if (progress) progress(writer.messages());
        return {};
    }
};

/// Of a terminal that has asked nothing: where the hub believes it to be.
Result<Hello> BundleDesk::presumed_hello(const DeviceRecord& device) {
    Hello hello;
    hello.origin.device = device.device;
    BALIE_ASSIGN(const auto latest, hub_->latest_log(device.device));
    if (latest) hello.origin = *latest;
    hello.last_hash = kChainStart;
    hello.epoch_seen = hub_->identity().epoch;
    BALIE_ASSIGN(const auto fleet, hub_->fleet());
    for (const FleetRow& row : fleet) {
        if (row.device.device != device.device) continue;
        hello.cursor = row.cursor;
        hello.program = row.program;
    }
    return hello;
}

Result<BundleAnswered> BundleDesk::write(const DeviceId& device, const BundleSink& sink,
                                         const Progress& progress) {
    BALIE_ASSIGN(DeviceRecord record, hub_->find_device(device));
    if (record.revoked) return device_revoked();
    BALIE_ASSIGN(const auto asked, question_of(device));
    BALIE_ASSIGN(const Hello presumed, presumed_hello(record));
    const Hello& hello = asked ? asked->hello : presumed;
    BALIE_ASSIGN(const Welcome welcome, hub_->read_welcome(hello, record));
    BundleHeader header;
    header.direction = BundleDirection::ToTerminal;
    header.hub = hub_->identity().hub;
    header.epoch = welcome.epoch;
    header.device = device;
    if (!hello.origin.incarnation.is_nil()) header.incarnation = hello.origin.incarnation;
    header.program = program_;
    header.made_ms = clock_->wall_ms();
    if (asked) header.answers = asked->id;
    BALIE_ASSIGN(auto writer, BundleWriter::begin(std::move(header), hub_->signing_key(),
                                                  record.public_key, *entropy_, sink));
    BundleAnswered told;
    Answer answer{std::move(writer), std::move(record), hello.origin, told, progress};
    told.header = answer.writer.header();
    told.from = told.to = welcome.cursor;
    if (asked) {
        BALIE_TRY(answer.add(asked->hello));
    }
    BALIE_TRY(answer.add(welcome));
    const bool goes_on = goes_on_from(welcome);
    if (asked && goes_on) {
        BALIE_TRY(write_verdicts(answer, *asked));
    }
    const bool snapshot = asked && asked->pull && asked->pull->snapshot &&
                          asked->pull->snapshot->hub_seq <= welcome.hub_seq;
    // Below the floor the log says nothing any more; a snapshot that begins now needs none of it.
    const std::int64_t from = snapshot ? asked->pull->snapshot->hub_seq : welcome.cursor;
    const bool there = from >= welcome.floor || (snapshot && from == 0);
    told.only_state =
        !goes_on || !there || hello.epoch_seen != welcome.epoch || welcome.cursor != hello.cursor;
    if (!told.only_state && snapshot) {
        BALIE_TRY(write_snapshot(answer, *asked->pull));
    } else if (!told.only_state) {
        BALIE_TRY(write_changes(answer, welcome.cursor));
    }
    BALIE_TRY(answer.writer.finish());
    return told;
}

Outcome BundleDesk::write_verdicts(Answer& answer, const Asked& asked) {
    if (asked.first < 1) return {};
    for (std::int64_t next = asked.first; next <= asked.last;) {
        BALIE_ASSIGN(const Ack ack, hub_->read_verdicts(answer.origin, next, asked.last));
        if (ack.verdicts.empty()) return {};
        answer.told.verdicts += static_cast<std::int64_t>(ack.verdicts.size());
        next = ack.verdicts.back().last + 1;
        BALIE_TRY(answer.add(ack));
    }
    return {};
}

Outcome BundleDesk::write_snapshot(Answer& answer, const Pull& pull) {
    answer.told.snapshot = true;
    ReadSnapshot request{answer.device, answer.origin, *pull.snapshot, pull.own,
                         static_cast<std::int64_t>(kBatchBytesMax)};
    // Nobody is there to say of each range whether it differs.
    request.place.compare = false;
    request.place.full_to.clear();
    for (bool done = false; !done;) {
        BALIE_ASSIGN(const Snapshot part, hub_->read_snapshot(request));
        request.place = SnapshotPlace{part.hub_seq, part.to};
        done = part.done;
        BALIE_TRY(answer.add(part));
    }
    return write_changes(answer, request.place.hub_seq);
}

Outcome BundleDesk::write_changes(Answer& answer, std::int64_t cursor) {
    for (bool at_end = false; !at_end;) {
        BALIE_ASSIGN(HubStore::ReadAnswer read,
                     hub_->read_changes(answer.device, answer.origin, cursor,
                                        static_cast<std::int64_t>(kBatchBytesMax)));
        at_end = read.at_end;
        if (read.changes.to > cursor) {
            cursor = read.changes.to;
            answer.told.entries += static_cast<std::int64_t>(read.changes.entries.size());
            BALIE_TRY(answer.add(std::move(read.changes)));
        }
        if (at_end) {
            BALIE_TRY(answer.add(Checkpoint{cursor, read.digest}));
        }
    }
    answer.told.to = cursor;
    return {};
}

}  // namespace balie::sync
