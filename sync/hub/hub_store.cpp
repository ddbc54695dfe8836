#include "sync/hub/hub_store.h"

#include "sync/core/limits.h"
#include "sync/hub/blob_desk.h"
#include "sync/hub/compaction.h"
#include "sync/hub/devices.h"
#include "sync/hub/fetching.h"
#include "sync/hub/hub_lists.h"
#include "sync/hub/hub_schema.h"
#include "sync/hub/hub_sink.h"
#include "sync/hub/hub_verify.h"
#include "sync/hub/ingest.h"
#include "sync/hub/log_reader.h"
#include "sync/hub/people.h"
#include "sync/hub/proposals.h"
#include "sync/hub/seeds.h"
#include "sync/hub/sessions.h"
#include "sync/hub/snapshot_reader.h"
#include "sync/hub/sql.h"
#include "sync/hub/verdict_reader.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace balie::sync {

namespace {

constexpr std::string_view kIdKey = "hub.id";
constexpr std::string_view kSigningKey = "hub.signing_seed";
constexpr std::string_view kSchemaKey = "hub.record_schema";

Error no_hub(const std::string& path) {
    return {ErrorCode::NotFound, "this is no hub's database", path,
            "Make a hub with: balie-hub init"};
}

Error revoked() {
    return {ErrorCode::Denied,
            "this device was revoked by the office",
            {},
            "Ask the office for a new enrolment code"};
}

}  // namespace

struct HubStore::Impl {
    Impl(std::unique_ptr<store::Store> opened, Clock& clock, Entropy& entropy)
        : core(std::move(opened), clock, entropy),
          sink(core),
          people(core),
          devices(core, people),
          fetching(core, sink) {
        core.store->set_sink(&sink);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        ignore(flush_notes(), "only when a device was last seen is lost");
        core.store->set_sink(nullptr);
    }

    Outcome found_hub();
    Outcome load_identity();
    Outcome begin_epoch();
    Outcome retry_after_upgrade();
    Outcome catch_up();
    Outcome flush_notes();
    void flush_notes_sometimes();
    Result<std::vector<IngestAnswer>> take(const std::vector<IngestRequest>& requests,
                                           Ingest& ingest);
    Result<std::vector<IngestAnswer>> commit(const std::vector<IngestRequest>& requests,
                                             IngestMode mode, bool& again);
    Result<std::vector<IngestAnswer>> ingest(const std::vector<IngestRequest>& requests);

    HubCore core;
    HubSink sink;
    People people;
    Devices devices;
    std::shared_ptr<attach::BlobFiles> blob_files;
    std::optional<BlobDesk> blobs;
    Fetching fetching;
    std::int64_t notes_flushed_ms{};
};

Outcome HubStore::Impl::found_hub() {
    core.identity.hub = HubId::random(*core.entropy);
    core.identity.epoch = HubEpoch::random(*core.entropy);
    core.signing = crypto::KeyPair::make(*core.entropy);
    // In one transaction: a hub that was interrupted while it was made is none.
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core.store, std::string(kHubUser)));
    BALIE_TRY(core.store->set_setting(kIdKey, core.identity.hub.text()));
    BALIE_TRY(core.store->set_setting(kSigningKey, to_hex(core.signing->seed())));
    BALIE_TRY(core.store->set_setting(kSchemaKey, std::to_string(domain::kSchemaVersion)));
    BALIE_TRY(write_epoch(core.database(), core.identity.epoch, 0, core.clock->wall_ms()));
    BALIE_TRY(seed_lists(unit));
    return unit.commit();
}

Outcome HubStore::Impl::load_identity() {
    BALIE_ASSIGN(const auto id, core.store->setting(kIdKey));
    BALIE_ASSIGN(const auto seed, core.store->setting(kSigningKey));
    if (!id || !seed) return no_hub(core.store->path());
    BALIE_ASSIGN(core.identity.hub, HubId::parse(*id));
    BALIE_ASSIGN(core.identity.epoch, current_epoch(core.database()));
    BALIE_ASSIGN(const Bytes bytes, from_hex(*seed));
    BALIE_ASSIGN(core.signing, crypto::KeyPair::from_seed(bytes));
    return {};
}

Outcome HubStore::Impl::retry_after_upgrade() {
    BALIE_ASSIGN(const auto known, core.store->setting(kSchemaKey));
    const std::string now = std::to_string(domain::kSchemaVersion);
    if (known == now) return {};
    BALIE_TRY(seed_missing(core));
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core.database()));
    BALIE_TRY(core.begin_write());
    Ingest ingest(core, devices, IngestMode::Careful);
    BALIE_TRY(ingest.retry_code("unknown"));
    BALIE_TRY(core.store->set_setting(kSchemaKey, now));
    BALIE_TRY(core.before_commit());
    return transaction.commit();
}

/// What was left to do when this file was last written.
Outcome HubStore::Impl::catch_up() {
    BALIE_TRY(retry_after_upgrade());
    // A full disk must not keep a hub from being opened.
    ignore(make_proposals(core), "the next batch goes on with it");
    ignore(fetching.end_due(), "the next look ends them");
    return {};
}

Outcome HubStore::Impl::flush_notes() {
    if (!devices.has_notes()) return {};
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core.database()));
    BALIE_TRY(devices.write_notes());
    BALIE_TRY(transaction.commit());
    devices.notes_written();
    notes_flushed_ms = core.clock->steady_ms();
    return {};
}

void HubStore::Impl::flush_notes_sometimes() {
    const std::int64_t now = core.clock->steady_ms();
    if (notes_flushed_ms != 0 && now - notes_flushed_ms < kNotesIntervalMs) return;
    ignore(flush_notes(), "they are kept, and written with the next batch");
}

Result<std::vector<IngestAnswer>> HubStore::Impl::take(const std::vector<IngestRequest>& requests,
                                                       Ingest& ingest) {
    BALIE_TRY(core.begin_write());
    std::vector<IngestAnswer> answers;
    answers.reserve(requests.size());
    for (const IngestRequest& request : requests) {
        BALIE_ASSIGN(IngestAnswer answer, ingest.take(request));
        answers.push_back(std::move(answer));
    }
    BALIE_TRY(ingest.retry_waiting(answers));
    BALIE_TRY(devices.write_notes());
    BALIE_TRY(core.before_commit());
    return answers;
}

Result<std::vector<IngestAnswer>> HubStore::Impl::commit(const std::vector<IngestRequest>& requests,
                                                         IngestMode mode, bool& again) {
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core.database()));
    const std::vector<RecordId> retry_later = core.retry_later;
    Ingest ingest(core, devices, mode);
    auto answers = take(requests, ingest);
    Outcome committed = answers.ok() ? transaction.commit() : Outcome{};
    if (answers.ok() && committed.ok()) {
        devices.notes_written();
        return answers;
    }
    core.forget();
    core.retry_later = retry_later;
    again = ingest.wants_care();
    if (!committed.ok()) return std::move(committed).error();
    return answers;
}

Result<std::vector<IngestAnswer>> HubStore::Impl::ingest(
    const std::vector<IngestRequest>& requests) {
    bool again = false;
    auto taken = commit(requests, IngestMode::Quick, again);
    if (again) taken = commit(requests, IngestMode::Careful, again);
    if (!taken.ok()) return std::move(taken).error();
    std::vector<IngestAnswer> answers = std::move(*taken);
    bool outside = false;
    // Only what is durable is signed.
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i].ack) continue;
        Ack& ack = *answers[i].ack;
        const std::string text = receipt_text(requests[i].device.device, ack);
        const crypto::Signature signature = core.signing->sign(as_bytes(text));
        ack.signature.assign(signature.begin(), signature.end());
        devices.note_taken(requests[i].device.device, ack.acked_seq, core.clock->wall_ms());
        outside = outside || std::any_of(ack.verdicts.begin(), ack.verdicts.end(),
                                         [](const Verdict& each) { return each.code == "scope"; });
    }
    if (outside) {
        ignore(make_proposals(core), "what was taken in is durable; the next call goes on with it");
    }
    return answers;
}

HubStore::HubStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HubStore::~HubStore() = default;

Result<std::unique_ptr<HubStore>> HubStore::create(const std::string& path, BytesView raw_key,
                                                   Clock& clock, Entropy& entropy,
                                                   const store::StoreOptions& options) {
    store::StoreOptions creating = options;
    creating.create = true;
    BALIE_ASSIGN(auto opened, store::Store::open(path, raw_key, clock, entropy, creating));
    BALIE_TRY(migrate_hub_schema(opened->writer()));
    BALIE_ASSIGN(const auto id, opened->setting(kIdKey));
    if (id) {
        return Error{ErrorCode::AlreadyExists, "there is a hub here already", path,
                     "Use it, or choose another folder"};
    }
    auto impl = std::make_unique<Impl>(std::move(opened), clock, entropy);
    BALIE_TRY(impl->found_hub());
    return std::unique_ptr<HubStore>(new HubStore(std::move(impl)));
}

Result<std::unique_ptr<HubStore>> HubStore::open_copy(const std::string& path, BytesView raw_key,
                                                      Clock& clock, Entropy& entropy,
                                                      const store::StoreOptions& options) {
    BALIE_ASSIGN(auto opened, store::Store::open(path, raw_key, clock, entropy, options));
    BALIE_ASSIGN(const auto id, opened->setting(kIdKey));
    if (!id) return no_hub(path);
    BALIE_TRY(migrate_hub_schema(opened->writer()));
    auto impl = std::make_unique<Impl>(std::move(opened), clock, entropy);
    BALIE_TRY(impl->load_identity());
    return std::unique_ptr<HubStore>(new HubStore(std::move(impl)));
}

Result<std::unique_ptr<HubStore>> HubStore::open(const std::string& path, BytesView raw_key,
                                                 Clock& clock, Entropy& entropy,
                                                 const store::StoreOptions& options) {
    BALIE_ASSIGN(auto opened, open_copy(path, raw_key, clock, entropy, options));
    BALIE_TRY(opened->impl_->catch_up());
    return opened;
}

Result<std::unique_ptr<HubStore>> HubStore::open_restored(const std::string& path,
                                                          BytesView raw_key, Clock& clock,
                                                          Entropy& entropy,
                                                          const store::StoreOptions& options) {
    BALIE_ASSIGN(auto opened, open_copy(path, raw_key, clock, entropy, options));
    BALIE_TRY(opened->impl_->begin_epoch());
    BALIE_TRY(opened->impl_->catch_up());
    return opened;
}

HubIdentity HubStore::identity() const {
    return impl_->core.identity;
}
store::Store& HubStore::store() {
    return *impl_->core.store;
}

Outcome HubStore::save_user(const UserRow& user) {
    return impl_->people.save_user(user);
}
Result<std::vector<UserRow>> HubStore::users() {
    return impl_->people.users();
}
Result<int> HubStore::load_fields(const std::vector<domain::CustomField>& fields) {
    return impl_->people.load_fields(fields);
}

Result<EnrolCode> HubStore::make_enrol_code(const EnrolCodeRequest& request) {
    return impl_->devices.make_code(request);
}
Result<Enrolled> HubStore::enrol(const Enrol& enrol) {
    return impl_->devices.enrol(enrol);
}
Result<DeviceRecord> HubStore::find_device(const DeviceId& device) {
    return impl_->devices.find(device);
}
Outcome HubStore::revoke(const DeviceId& device) {
    return impl_->devices.revoke(device);
}
Result<std::vector<FleetRow>> HubStore::fleet() {
    return impl_->devices.fleet();
}

Result<Welcome> HubStore::open_session(const Hello& hello, const DeviceRecord& device) {
    BALIE_ASSIGN(const DeviceRecord now, impl_->devices.find(device.device));
    if (now.revoked) return revoked();
    if (hello.origin.device != now.device) {
        return Error{ErrorCode::Denied, "the log is another device's", {}, {}};
    }
    ignore(impl_->fetching.end_due(), "the next look ends them");
    BALIE_ASSIGN(Welcome welcome, welcome_device(impl_->core, hello, now));
    if (impl_->blobs) {
        BALIE_ASSIGN(welcome.blob_bytes_max, impl_->blobs->bytes_max());
    }
    impl_->devices.note_hello(hello, impl_->core.clock->wall_ms());
    impl_->flush_notes_sometimes();
    return welcome;
}

Result<Welcome> HubStore::read_welcome(const Hello& hello, const DeviceRecord& device) {
    BALIE_ASSIGN(const DeviceRecord now, impl_->devices.find(device.device));
    if (now.revoked) return revoked();
    return welcome_device(impl_->core, hello, now, HelloWay::Carried);
}

Result<Welcome> HubStore::open_carried(const Hello& hello, const DeviceRecord& device) {
    BALIE_ASSIGN(Welcome welcome, read_welcome(hello, device));
    impl_->devices.note_carried(hello, hello.last_seq >= welcome.acked_seq,
                                impl_->core.clock->wall_ms());
    return welcome;
}

Result<Ack> HubStore::read_verdicts(const Origin& origin, std::int64_t first, std::int64_t last) {
    BALIE_ASSIGN(Ack ack, verdicts_in_log(impl_->core, origin, first, last));
    const std::string text = receipt_text(origin.device, ack);
    const crypto::Signature signature = impl_->core.signing->sign(as_bytes(text));
    ack.signature.assign(signature.begin(), signature.end());
    return ack;
}

Result<std::optional<Origin>> HubStore::latest_log(const DeviceId& device) {
    std::optional<Origin> found;
    BALIE_TRY(each_row(
        impl_->core.database(),
        "SELECT o.incarnation FROM chain_tail t JOIN origin o ON o.number = t.origin "
        "WHERE o.device = ? ORDER BY o.number DESC LIMIT 1",
        [&](const sqlite::Statement& row) -> Outcome {
            found = Origin{device, Incarnation{row.id(0)}};
            return {};
        },
        device.bytes));
    return found;
}

const crypto::KeyPair& HubStore::signing_key() const {
    return *impl_->core.signing;
}

Result<std::vector<IngestAnswer>> HubStore::ingest(const std::vector<IngestRequest>& requests) {
    return impl_->ingest(requests);
}

Result<HubStore::ReadAnswer> HubStore::read_changes(const DeviceRecord& device,
                                                    const Origin& origin, std::int64_t cursor,
                                                    std::int64_t bytes_max) {
    BALIE_ASSIGN(const DeviceRecord now, impl_->devices.find(device.device));
    if (now.revoked) return revoked();
    BALIE_TRY(require_above_floor(impl_->core.database(), cursor));
    LogReader reader(impl_->core);
    BALIE_ASSIGN(ReadAnswer answer, reader.read(sight_of(now), origin, cursor, bytes_max));
    if (answer.at_end) {
        BALIE_ASSIGN(const auto tail, impl_->core.log.find_tail(origin));
        if (tail) answer.own = {tail->last_seq, tail->last_hash};
    }
    return answer;
}

Result<Snapshot> HubStore::read_snapshot(const ReadSnapshot& request) {
    BALIE_ASSIGN(const DeviceRecord now, impl_->devices.find(request.device.device));
    if (now.revoked) return revoked();
    if (request.place.hub_seq > 0) {
        BALIE_TRY(require_above_floor(impl_->core.database(), request.place.hub_seq));
    }
    SnapshotReader reader(impl_->core);
    return reader.read(now, request);
}

void HubStore::use_blobs(std::shared_ptr<attach::BlobFiles> files) {
    impl_->blob_files = std::move(files);
    impl_->blobs.emplace(impl_->core, impl_->devices, *impl_->blob_files);
}

Result<BlobDesk*> HubStore::blobs() {
    if (impl_->blobs) return &*impl_->blobs;
    return Error{ErrorCode::NotFound, "this hub keeps no attachments", {}, {}};
}

Result<Found> HubStore::find_customers(const DeviceRecord& device, const Find& question) {
    BALIE_ASSIGN(const DeviceRecord now, impl_->devices.find(device.device));
    if (now.revoked) return revoked();
    return impl_->fetching.find(now, question);
}

Result<Fetched> HubStore::fetch_customer(const DeviceRecord& device, const Fetch& question) {
    BALIE_ASSIGN(const DeviceRecord now, impl_->devices.find(device.device));
    if (now.revoked) return revoked();
    return impl_->fetching.fetch(now, question);
}

Result<std::vector<HubStore::AuditRow>> HubStore::audit(std::int64_t since_ms, int limit) {
    return read_audit(impl_->core, since_ms, limit);
}

Outcome HubStore::end_fetches() {
    return impl_->fetching.end_due();
}

void HubStore::set_fetch_for(std::int64_t ms) {
    impl_->fetching.set_fetch_for(ms);
}

Outcome HubStore::note_applied(const Origin& origin, std::int64_t cursor) {
    impl_->devices.note_applied(origin.device, cursor, impl_->core.clock->wall_ms());
    impl_->flush_notes_sometimes();
    return {};
}

Outcome HubStore::flush_notes() {
    return impl_->flush_notes();
}

Outcome HubStore::Impl::begin_epoch() {
    const HubEpoch epoch = HubEpoch::random(*core.entropy);
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core.database()));
    BALIE_ASSIGN(const std::int64_t base, stored_hub_seq(core.database()));
    BALIE_TRY(write_epoch(core.database(), epoch, base, core.clock->wall_ms()));
    // Whatever is here comes from a backup; a code that is open here may have been used since.
    BALIE_TRY(run_sql(core.database(), "UPDATE chain_tail SET backed_up_seq = last_seq"));
    BALIE_TRY(note_backed_up(core.database(), base));
    BALIE_TRY(run_sql(core.database(),
                      "UPDATE enrol_code SET expires_ms = min(expires_ms, ?) WHERE used_ms IS NULL",
                      core.clock->wall_ms()));
    BALIE_TRY(transaction.commit());
    core.identity.epoch = epoch;
    return {};
}

Result<Compacted> HubStore::compact(const CompactRequest& request) {
    BALIE_TRY(impl_->flush_notes());
    return compact_log(impl_->core, request);
}

Result<HubStore::Extent> HubStore::extent() {
    HubCore& core = impl_->core;
    BALIE_ASSIGN(auto transaction,
                 sqlite::Transaction::begin(core.database(), sqlite::Transaction::Kind::Read));
    Extent extent;
    BALIE_ASSIGN(extent.epoch, current_epoch(core.database()));
    BALIE_ASSIGN(extent.hub_seq, stored_hub_seq(core.database()));
    BALIE_TRY(each_row(core.database(), "SELECT origin, last_seq FROM chain_tail",
                       [&](const sqlite::Statement& row) -> Outcome {
                           extent.chains.emplace_back(row.integer(0), row.integer(1));
                           return {};
                       }));
    return extent;
}

Outcome HubStore::note_backup(const Extent& backup) {
    HubCore& core = impl_->core;
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core.database()));
    BALIE_ASSIGN(const HubEpoch now, current_epoch(core.database()));
    if (now != backup.epoch) return {};  // restored meanwhile: that copy is of another log
    for (const auto& [origin, seq] : backup.chains) {
        BALIE_TRY(run_sql(core.database(),
                          "UPDATE chain_tail SET backed_up_seq = max(backed_up_seq, ?2) "
                          "WHERE origin = ?1",
                          origin, seq));
    }
    BALIE_TRY(note_backed_up(core.database(), backup.hub_seq));
    return transaction.commit();
}

Result<std::int64_t> HubStore::hub_seq() {
    return stored_hub_seq(impl_->core.database());
}

Result<HubStatus> HubStore::status() {
    return read_status(impl_->core);
}

Result<std::vector<HubStore::HubSetAside>> HubStore::set_aside(int limit) {
    return read_set_aside(impl_->core, limit);
}

Outcome HubStore::verify() {
    return verify_hub(impl_->core);
}

}  // namespace balie::sync
