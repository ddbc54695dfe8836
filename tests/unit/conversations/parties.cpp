#include "tests/unit/conversations/parties.h"

#include "storage/crypto/encoding.h"
#include "sync/protocol/codec.h"
#include "tests/support/catch.h"

namespace balie::test {

namespace {

constexpr const char* kUser = "anna";
constexpr const char* kProgram = "balie golden";
const Bytes kRawKey(32, 0x17);

crypto::KeyPair key_of(const std::string& seed) {
    return must(crypto::KeyPair::from_seed(must(from_hex(seed))));
}

}  // namespace

Bytes signed_by(const std::string& key_seed, const std::string& text) {
    const auto signature = key_of(key_seed).sign(as_bytes(text));
    return {signature.begin(), signature.end()};
}

Lines records_in_words(sqlite::Database& database) {
    Lines lines;
    store::RecordTables tables(database);
    for (const auto type : {domain::RecordType::Customer, domain::RecordType::Interaction}) {
        const auto& spec = domain::spec(type);
        auto select = must(database.prepare("SELECT id FROM " + std::string(spec.plural)));
        while (must(select.step())) {
            const RecordId id{select.id(0)};
            std::string line = "record " + std::string(spec.name) + " " + id.text();
            const auto values = must(tables.read(type, id));
            REQUIRE(values.has_value());
            for (const auto& [field, value] : *values) {
                line += " " + field + "=" + sync::encode_value(value);
            }
            lines.insert(std::move(line));
        }
    }
    return lines;
}

// --- hub --------------------------------------------------------------------------------------

GoldenHub::GoldenHub(const std::filesystem::path& folder, ToldClock& clock, std::uint64_t seed)
    : entropy_(seed), clock_(&clock) {
    store_ = must(sync::HubStore::create((folder / "hub.db").string(), kRawKey, clock, entropy_));
    must(store_->save_user({kUser, "Anna", "administrator", "", "", "en", true}));
    told_ = must(store_->hub_seq());
}

std::string GoldenHub::code(const std::string& scope) {
    return must(store_->make_enrol_code({kUser, "administrator", scope, 0, ""})).secret;
}

void GoldenHub::accept(const std::string& connection, std::function<void(std::string)> send) {
    sync::HubLinkCallbacks callbacks;
    callbacks.send = [send = std::move(send)](std::string bytes) {
        send(std::move(bytes));
        return true;
    };
    callbacks.ingest = [this, connection](const sync::IngestRequest& request) {
        auto answers = must(store_->ingest({request}));
        links_.at(connection)->ingested(std::move(answers.at(0)));
    };
    callbacks.disconnect = [](const std::string& /*reason*/) {};
    auto& link = links_[connection];
    link = std::make_unique<sync::HubLink>(*store_, *clock_, entropy_, std::move(callbacks));
    link->start();
}

void GoldenHub::received(const std::string& connection, const std::string& text) {
    links_.at(connection)->received(text);
    tell_growth();
}

void GoldenHub::tell_growth() {
    const std::int64_t seq = must(store_->hub_seq());
    if (seq == told_) return;
    told_ = seq;
    for (auto& [connection, link] : links_) {
        if (!link->closed()) link->log_grew(seq);
    }
}

Lines GoldenHub::end() {
    must(store_->verify());
    Lines lines = records_in_words(store_->store().writer());
    lines.insert("conflicts " + std::to_string(must(store_->status()).conflicts));
    for (const auto& each : must(store_->set_aside(100))) {
        lines.insert("set aside " + std::to_string(each.id.seq) + " " + each.code + " " +
                     each.payload);
    }
    return lines;
}

// --- terminal ---------------------------------------------------------------------------------

GoldenTerminal::GoldenTerminal(const std::filesystem::path& folder, const std::string& name,
                               const std::string& key_seed, ToldClock& clock, std::uint64_t seed)
    : entropy_(seed + static_cast<std::uint64_t>(name.front())),
      key_(key_of(key_seed)),
      clock_(&clock) {
    store::StoreOptions options;
    options.create = true;
    store_ = must(
        store::Store::open((folder / (name + ".db")).string(), kRawKey, clock, entropy_, options));
    log_ = std::make_unique<sync::ChangeLog>(clock, entropy_);
    store_->set_sink(log_.get());
    replica_ = std::make_unique<sync::TerminalReplica>(*store_);
}

GoldenTerminal::~GoldenTerminal() {
    store_->set_sink(nullptr);
}

sync::LinkCallbacks GoldenTerminal::callbacks(std::function<void(std::string)> send) {
    closed_.reset();
    sync::LinkCallbacks made;
    made.send = std::move(send);
    made.sign = [this](std::string_view text) -> Result<Bytes> {
        const auto signature = key_.sign(as_bytes(text));
        return Bytes(signature.begin(), signature.end());
    };
    made.disconnect = [this](const sync::Disconnect& end) { closed_ = end; };
    made.progressed = [] {};
    made.idle = [](std::int64_t /*cursor*/, bool /*held*/) {};
    made.wipe = [](const std::string& /*text*/) { FAIL("nobody asked to wipe anything"); };
    return made;
}

void GoldenTerminal::enrol(const std::string& secret, std::function<void(std::string)> send) {
    const auto& key = key_.public_key();
    sync::EnrolRequest request{secret, Bytes(key.begin(), key.end()), "golden", kProgram};
    link_ = std::make_unique<sync::TerminalLink>(sync::TerminalLink::for_enrolment(
        *replica_, *clock_, std::move(request), "wss://hub/sync", callbacks(std::move(send))));
}

void GoldenTerminal::connect(std::function<void(std::string)> send) {
    link_ = std::make_unique<sync::TerminalLink>(must(
        sync::TerminalLink::for_device(*replica_, *clock_, kProgram, callbacks(std::move(send)))));
}

std::string GoldenTerminal::finish() {
    if (!closed_) link_->finish_when_idle();
    if (!closed_) return "something is still under way";
    return closed_->error ? closed_->error->text() : "";
}

void GoldenTerminal::save(const std::vector<sync::ChangeBody>& bodies) {
    auto unit = must(store::UnitOfWork::begin(*store_, kUser));
    for (const sync::ChangeBody& body : bodies) {
        const auto* spec = domain::find_record(body.type);
        REQUIRE(spec != nullptr);
        store::RecordEdit edit;
        edit.type = spec->type;
        edit.id = body.id;
        for (const auto& [field, to] : body.fields) edit.after[field] = to.value;
        if (body.operation == sync::Operation::Create) {
            edit.write = domain::Write::Create;
            must(unit.tables().insert(edit.type, edit.id, edit.after, std::nullopt));
        } else {
            edit.write = domain::Write::Edit;
            for (const auto& [field, value] : edit.after) {
                edit.before[field] = must(unit.tables().read_field(edit.type, edit.id, field));
            }
            must(unit.tables().update(edit.type, edit.id, edit.after));
        }
        must(log_->record(edit, unit.authorship(), unit.database()));
    }
    must(unit.commit());
}

void GoldenTerminal::save_as(const std::vector<sync::Change>& changes) {
    std::vector<sync::ChangeBody> bodies;
    bodies.reserve(changes.size());
    for (const auto& change : changes) bodies.push_back(must(sync::decode_payload(change.payload)));
    save(bodies);
    auto& database = store_->writer();
    const std::int64_t origin = must(sync::ChangeLog::tail(database)).origin_number;
    auto write = must(database.prepare(
        "UPDATE change_log SET transaction_id=?,action_id=?,raw_stamp=?,user=?,schema_version=?,"
        "payload=?,salt=?,commitment=?,hash=? WHERE origin=? AND seq=?"));
    for (const sync::Change& change : changes) {
        write.bind(1, change.transaction.bytes).bind(2, change.action.bytes);
        write.bind(3, change.raw.packed).bind(4, std::string_view(change.user));
        write.bind(5, std::int64_t{change.schema_version});
        write.bind(6, std::string_view(change.payload)).bind(7, BytesView(change.salt));
        write.bind(8, BytesView(change.commitment)).bind(9, BytesView(change.hash));
        write.bind(10, origin).bind(11, change.id.seq);
        must(write.run());
    }
}

void GoldenTerminal::live_as(const Incarnation& incarnation) {
    must(store_->set_setting(sync::setting::kIncarnation, incarnation.text()));
}

Lines GoldenTerminal::end() {
    Lines lines = records_in_words(store_->writer());
    const sync::SyncStatus status = must(replica_->status());
    lines.insert("cursor " + std::to_string(status.cursor) + " pending " +
                 std::to_string(status.pending) + " conflicts " + std::to_string(status.conflicts) +
                 (status.digest_differs ? " and the copy is not the hub's" : ""));
    for (const auto& conflict : must(replica_->conflicts(100))) {
        std::string line = "conflict " + conflict.record.text() + " " + conflict.field;
        for (const auto& head : conflict.heads) line += " " + sync::encode_value(head.value);
        lines.insert(std::move(line));
    }
    for (const auto& each : must(replica_->set_aside(100))) {
        lines.insert("set aside " + std::to_string(each.id.seq) + " " + each.code);
    }
    return lines;
}

}  // namespace balie::test
