// A real terminal without a wire: what its session would do, done by hand. Thread: one.
#pragma once

#include "storage/store/store.h"
#include "sync/log/terminal_replica.h"
#include "tests/unit/hub/hub_world.h"

#include <map>
#include <memory>
#include <string>

namespace balie::test {

struct Terminal {
    Terminal(HubWorld& in, const std::string& user, const std::string& role,
             const std::string& scope, std::uint8_t key_byte)
        : world(&in), log(in.clock, in.entropy), key(32, key_byte) {
        store::StoreOptions options;
        options.create = true;
        store = must(store::Store::open((in.folder / (user + ".db")).string(), key, in.clock,
                                        in.entropy, options));
        store->set_sink(&log);
        replica = std::make_unique<sync::TerminalReplica>(*store);
        enrolled = in.enrol(user, role, scope, key_byte);
        sync::Challenge challenge;
        challenge.hub = in.hub->identity().hub;
        challenge.epoch = in.hub->identity().epoch;
        identity = must(replica->save_enrolment(enrolled, challenge, "wss://hub", "test"));
        device = must(in.hub->find_device(enrolled.device));
    }

    void push() {
        auto outbox = must(replica->load_outbox(acked, 100'000));
        if (outbox.changes.empty()) return;
        sync::Push push;
        push.first = outbox.changes.front().id.seq;
        push.previous = outbox.previous;
        push.changes = outbox.changes;
        const auto answer = world->push(device, identity.origin, push);
        if (answer.refusal) FAIL(answer.refusal->text);
        acked = must(replica->save_ack(*answer.ack)).acked_seq;
    }
    void pull() {
        while (true) {
            const auto answer =
                must(world->hub->read_changes(device, identity.origin, cursor, 100'000));
            cursor = must(replica->apply_changes(answer.changes)).cursor;
            REQUIRE(cursor == answer.changes.to);
            if (!answer.at_end) continue;
            REQUIRE(must(replica->compare_digest({cursor, answer.digest})).equal);
            return;
        }
    }
    void sync() {
        push();
        pull();
    }
    /// One part of the snapshot that this terminal wants. True: there are more.
    bool load_part(std::int64_t bytes_max) {
        sync::Welcome welcome;
        welcome.epoch = world->hub->identity().epoch;
        welcome.acked_seq = acked;
        welcome.acked_hash = acked_hash();
        const auto resumed = must(replica->prepare_resume(welcome, 0, false));
        REQUIRE(resumed.snapshot);
        const auto part = must(world->hub->read_snapshot(
            {device, identity.origin, *resumed.snapshot, resumed.own, bytes_max}));
        const auto applied = must(replica->apply_snapshot(part));
        REQUIRE(applied.done == part.done);
        if (part.done) cursor = applied.cursor;
        return !part.done;
    }
    void load(std::int64_t bytes_max = 100'000) {
        while (load_part(bytes_max)) {
        }
    }
    /// As after kill -9.
    void reopen() {
        replica.reset();
        store->set_sink(nullptr);
        store.reset();
        store = must(store::Store::open((world->folder / (enrolled.user + ".db")).string(), key,
                                        world->clock, world->entropy));
        store->set_sink(&log);
        replica = std::make_unique<sync::TerminalReplica>(*store);
    }
    /// Every record as it is shown, by its type and id.
    [[nodiscard]] std::map<std::string, FieldValues> everything() {
        std::map<std::string, FieldValues> all;
        store::RecordTables tables(store->writer());
        for (const domain::RecordSpec& spec : domain::all_records()) {
            auto ids = must(store->writer().prepare("SELECT id FROM " + std::string(spec.plural)));
            while (must(ids.step())) {
                const RecordId id{ids.id(0)};
                all[std::string(spec.name) + " " + id.text()] = *must(tables.read(spec.type, id));
            }
        }
        return all;
    }
    [[nodiscard]] sync::Hash acked_hash() {
        sync::Hash hash = sync::kChainStart;
        if (acked > 0) hash = must(replica->load_outbox(acked, 1)).previous;
        return hash;
    }
    RecordId create(domain::RecordType type, const FieldValues& values) {
        auto unit = must(store::UnitOfWork::begin(*store, enrolled.user));
        const RecordId id = must(unit.create(type, values));
        must(unit.commit());
        return id;
    }
    void edit(domain::RecordType type, const RecordId& id, const FieldValues& values) {
        auto unit = must(store::UnitOfWork::begin(*store, enrolled.user));
        REQUIRE(must(unit.edit(type, id, values)));
        must(unit.commit());
    }
    [[nodiscard]] std::string note(const RecordId& customer) {
        store::RecordTables tables(store->writer());
        return value_text(must(tables.read_field(domain::RecordType::Customer, customer, "note")));
    }
    [[nodiscard]] std::int64_t count(const std::string& sql) {
        return value_integer(must(store->writer().scalar(sql)));
    }
    [[nodiscard]] bool has(domain::RecordType type, const RecordId& id) {
        store::RecordTables tables(store->writer());
        return must(tables.exists(type, id));
    }

    HubWorld* world;
    sync::ChangeLog log;
    Bytes key;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<sync::TerminalReplica> replica;
    sync::Enrolled enrolled;
    sync::Identity identity;
    sync::DeviceRecord device;
    std::int64_t acked{0};
    std::int64_t cursor{0};
};

}  // namespace balie::test
