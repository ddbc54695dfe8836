#include "tests/unit/hub/hub_world.h"

namespace balie::test {

using sync::Change;
using sync::ChangeBody;

crypto::KeyPair device_key(std::uint8_t key_byte) {
    return must(crypto::KeyPair::from_seed(Bytes(crypto::kSeedBytes, key_byte)));
}

HubWorld::HubWorld(std::uint64_t seed) : entropy(seed), key(32, 7) {
    hub = must(sync::HubStore::create(path(), key, clock, entropy));
}

void HubWorld::reopen() {
    hub.reset();
    hub = must(sync::HubStore::open(path(), key, clock, entropy));
}

void HubWorld::reopen_restored() {
    hub.reset();
    hub = must(sync::HubStore::open_restored(path(), key, clock, entropy));
}

sync::Enrolled HubWorld::enrol(const std::string& user, const std::string& role,
                               const std::string& scope, std::uint8_t key_byte) {
    const auto code = must(hub->make_enrol_code(
        {.user = user, .role = role, .scope = scope, .valid_ms = 3'600'000, .device_name = {}}));
    sync::Enrol enrol;
    enrol.secret = code.secret;
    const crypto::KeyPair pair = device_key(key_byte);
    enrol.public_key.assign(pair.public_key().begin(), pair.public_key().end());
    enrol.device_name = user + "'s laptop";
    enrol.program = "balie test";
    return must(hub->enrol(enrol));
}

sync::IngestAnswer HubWorld::push(const sync::DeviceRecord& device, const sync::Origin& origin,
                                  sync::Push batch) {
    auto answers = must(hub->ingest({{device, origin, std::move(batch)}}));
    REQUIRE(answers.size() == 1);
    return std::move(answers.front());
}

HandDevice::HandDevice(HubWorld& in, const std::string& user, const std::string& role,
                       const std::string& scope, std::uint8_t key)
    : world(&in), enrolled(in.enrol(user, role, scope, key)) {
    device = must(in.hub->find_device(enrolled.device));
    origin = {enrolled.device, Incarnation::random(in.entropy)};
}

RecordId HandDevice::new_id() {
    return RecordId::make(world->clock.now_ms, world->entropy);
}

void HandDevice::write(const std::vector<HandEdit>& edits) {
    const auto transaction = TransactionId::random(world->entropy);
    for (const HandEdit& edit : edits) {
        ChangeBody body;
        body.type = edit.type;
        body.id = edit.id;
        body.operation = edit.operation;
        for (const auto& [field, value] : edit.values) body.fields[field] = {value, edit.base};
        write_payload(sync::encode_payload(body));
        log.back().transaction = transaction;
        log.back().hash = sync::chain_hash(
            log.size() > 1 ? log[log.size() - 2].hash : sync::kChainStart, log.back());
    }
}

void HandDevice::write_payload(const std::string& payload) {
    Change change;
    change.id = {origin, last() + 1};
    change.transaction = TransactionId::random(world->entropy);
    change.action = ActionId::random(world->entropy);
    change.raw = sync::Stamp::of(world->clock.now_ms, static_cast<int>(log.size()));
    change.user = enrolled.user;
    change.schema_version = domain::kSchemaVersion;
    change.payload = payload;
    world->entropy.fill(change.salt);
    change.commitment = sync::commitment_of(change.salt, change.payload);
    change.hash = sync::chain_hash(log.empty() ? sync::kChainStart : log.back().hash, change);
    log.push_back(std::move(change));
}

HandEdit HandDevice::customer(const RecordId& id, const FieldValues& values) const {
    FieldValues all{{"kind", std::string("person")}, {"name", std::string("Jansen")}};
    if (!enrolled.branch.empty()) all["branch"] = enrolled.branch;
    if (!enrolled.territory.empty()) all["territory"] = enrolled.territory;
    all["owner"] = enrolled.user;
    for (auto& [field, value] : values) all[field] = value;
    return {"customer", id, sync::Operation::Create, std::move(all), {}};
}

HandEdit HandDevice::visit(const RecordId& id, const RecordId& customer) const {
    FieldValues values{{"channel", std::string("visit")},
                       {"outcome", std::string("held")},
                       {"occurred_at", world->clock.now_ms}};
    if (!customer.is_nil()) values["customer_id"] = customer.text();
    return {"interaction", id, sync::Operation::Create, std::move(values), {}};
}

HandEdit HandDevice::edit(const std::string& type, const RecordId& id, FieldValues values,
                          sync::Base base) const {
    return {type, id, sync::Operation::Edit, std::move(values), std::move(base)};
}

sync::Push HandDevice::batch(std::int64_t first, std::int64_t last_seq) const {
    sync::Push push;
    push.first = first;
    push.previous = first > 1 ? log[static_cast<std::size_t>(first) - 2].hash : sync::kChainStart;
    push.clock_offset_ms = offset_ms;
    push.changes.assign(log.begin() + (first - 1), log.begin() + last_seq);
    return push;
}

sync::IngestAnswer HandDevice::push(std::int64_t first, std::int64_t last_seq) {
    return world->push(device, origin, batch(first, last_seq));
}

sync::Ack HandDevice::push_new() {
    auto answer = push(pushed + 1, last());
    if (answer.refusal) FAIL("refused: " << answer.refusal->code << " " << answer.refusal->text);
    REQUIRE(answer.ack);
    pushed = last();
    return *answer.ack;
}

std::vector<sync::LogEntry> HandDevice::pull(std::int64_t cursor) {
    std::vector<sync::LogEntry> entries;
    while (true) {
        auto answer = must(world->hub->read_changes(device, origin, cursor, 100'000));
        REQUIRE(answer.changes.from == cursor);
        entries.insert(entries.end(), answer.changes.entries.begin(), answer.changes.entries.end());
        cursor = answer.changes.to;
        if (!answer.at_end) continue;
        cursor_after = cursor;
        digest = answer.digest;
        return entries;
    }
}

}  // namespace balie::test
