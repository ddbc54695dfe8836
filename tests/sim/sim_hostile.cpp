#include "tests/sim/sim_hostile.h"

#include "sync/protocol/codec.h"

#include <limits>

namespace balie::sim {

Mallory::Mallory(SimNet& net, SimHub& hub, SimRandom& random, DeviceId device, crypto::KeyPair key)
    : net_(&net), hub_(&hub), random_(&random), key_(std::move(key)) {
    origin_ = {device, Incarnation::random(random)};
}

void Mallory::stop() {
    for (const auto& [id, manner] : open_) net_->close(id, End::Terminal);
    open_.clear();
}

std::string Mallory::rubbish() {
    static const std::vector<std::string> kSamples{
        "",
        "null",
        "{",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        R"({"type":"push"})",
        R"({"type":"pull","cursor":"9223372036854775807","credit_bytes":"9223372036854775807"})",
        R"({"type":"pull","cursor":"-1","credit_bytes":"0"})",
        R"({"type":"hello","version":1e99})",
        R"({"type":"applied","cursor":"9223372036854775807"})",
        R"({"type":"mark","token":"x","seq":"9223372036854775807","reached":false})",
        R"({"type":"snapshot"})",
        R"({"type":"error","level":"device","code":"","text":"","retry_ms":"-1","expected_seq":"0"})",
        "{\"type\":\"bye\",\"reason\":\"\xC0\xAF\"}",
        std::string(300'000, 'A'),
    };
    if (random_->chance(60)) return random_->pick(kSamples);
    std::string bytes(static_cast<std::size_t>(random_->below(400)), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_->next() & 0xFFU);
    return bytes;
}

std::string Mallory::bent(std::string bytes) {
    if (bytes.empty()) return rubbish();
    const auto size = static_cast<std::int64_t>(bytes.size());
    const auto at = static_cast<std::size_t>(random_->below(size));
    switch (random_->below(4)) {
        case 0:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_->below(8)));
            break;
        case 1:
            bytes.resize(at);
            break;
        case 2:
            bytes.insert(at, bytes.substr(at / 2, 64));
            break;
        default:
            break;  // a faithful replay
    }
    return bytes;
}

void Mallory::act(const std::string& overheard) {
    if (open_.size() < 3 && random_->chance(60)) {
        const SimNet::ConnectionId id = net_->connect();
        open_[id] = random_->chance(50) ? Manner::Garbage : Manner::Signed;
        hub_->accept(id);
        return;
    }
    for (const auto& [id, manner] : std::map(open_)) {
        if (manner == Manner::Garbage) {
            net_->send(id, End::Terminal, random_->chance(50) ? rubbish() : bent(overheard));
        } else if (welcomed_.contains(id)) {
            if (random_->chance(70)) {
                push(id);
            } else {
                out_of_place(id);
            }
        }
    }
}

void Mallory::out_of_place(SimNet::ConnectionId id) {
    const std::vector<sync::Message> messages{
        sync::Hello{},
        sync::Enrol{},
        sync::Changes{},
        sync::Applied{random_->below(1'000'000)},
        sync::Pull{random_->below(2'000), 1},
        sync::Mark{"m", 5, false},
        sync::Ping{-5},
        sync::Push{},
    };
    net_->send(id, End::Terminal, sync::encode(random_->pick(messages)));
}

void Mallory::ask_for(const RecordId& customer) {
    const std::string token = std::to_string(random_->below(5));
    const std::vector<sync::Message> messages{
        sync::Fetch{token, customer, "at_counter", "give me"},
        sync::Fetch{token, customer, "no such reason", std::string(900, 'n')},
        sync::Fetch{"", RecordId::random(*random_), "other", ""},
        sync::Find{token, "customer"},
        sync::Find{token, "\" OR 1 *"},
        sync::Find{token, ""},
        sync::Found{token, {}, {}, false},
        sync::Fetched{token, {}, customer, -5},
    };
    for (const auto& [id, manner] : open_) {
        if (manner == Manner::Garbage || !welcomed_.contains(id)) continue;
        return net_->send(id, End::Terminal, sync::encode(random_->pick(messages)));
    }
}

void Mallory::received(SimNet::ConnectionId id, const std::string& bytes) {
    auto message = sync::decode(bytes);
    require(message.ok(), "I19", "the hub sent what is no message to a hostile terminal");
    if (const auto* challenge = std::get_if<sync::Challenge>(&*message)) {
        if (open_.at(id) == Manner::Garbage) return;
        sync::Hello hello;
        hello.origin = origin_;
        hello.program = "balie 0.1.0";
        hello.last_seq = seq_;
        hello.last_hash = hash_;
        const auto signature = key_.sign(as_bytes(sync::hello_text(*challenge, hello)));
        hello.signature.assign(signature.begin(), signature.end());
        net_->send(id, End::Terminal, sync::encode(hello));
    } else if (const auto* welcome = std::get_if<sync::Welcome>(&*message)) {
        if (welcome->directive == sync::Directive::Go) {
            welcomed_.insert(id);
            seq_ = welcome->acked_seq;
            hash_ = welcome->acked_hash;
        } else {
            origin_.incarnation = Incarnation::random(*random_);
            seq_ = 0;
            hash_ = sync::kChainStart;
        }
    } else if (const auto* ack = std::get_if<sync::Ack>(&*message)) {
        seq_ = ack->acked_seq;
        hash_ = ack->acked_hash;
    }
}

std::string Mallory::bad_payload() {
    const std::string id = RecordId::random(*random_).text();
    const auto body = [&](const std::string& type, const std::string& operation,
                          const std::string& fields) {
        return "{\"t\":\"" + type + "\",\"id\":\"" + id + "\",\"op\":\"" + operation +
               "\",\"f\":{" + fields + "}}";
    };
    const std::vector<std::string> payloads{
        "",
        "rubbish",
        "{}",
        body("customer", "create", ""),
        body("customer", "create", "\"kind\":[\"alien\"],\"name\":[7]"),
        body("customer", "create", "\"kind\":[\"person\"],\"name\":[\"x\"],\"x.no\":[1]"),
        body("hologram", "create", "\"glow\":[1]"),
        body("customer", "edit", "\"name\":[\"nobody\"]"),
        body("customer", "edit", "\"deleted_at\":[{\"int64\":\"-9223372036854775808\"}]"),
        body("interaction", "edit", "\"note\":[\"rewritten\"]"),
        body("interaction", "create", "\"customer_id\":[\"not an id\"],\"channel\":[\"visit\"]"),
        body("code", "create", "\"list\":[\"channel\"],\"code\":[\"pigeon\"]"),
        body("user", "create", "\"login\":[\"root\"],\"role\":[\"administrator\"]"),
        body("device", "edit", "\"revoked_at\":[null]"),
        body("task", "create", "\"subject\":[\"\\u0000\"]"),
    };
    return random_->pick(payloads);
}

sync::Change Mallory::change(std::int64_t seq, const sync::Hash& previous) {
    sync::Change change;
    change.id = {origin_, seq};
    change.transaction = TransactionId::random(*random_);
    change.action = ActionId::random(*random_);
    const auto latest = std::numeric_limits<std::int64_t>::max();
    change.raw.packed = random_->chance(30) ? latest : random_->below(latest);
    change.user = random_->chance(50) ? "administrator" : "mallory";
    change.schema_version = static_cast<int>(random_->below(1'000));
    change.payload = bad_payload();
    random_->fill(change.salt);
    change.commitment = sync::commitment_of(change.salt, change.payload);
    change.hash = sync::chain_hash(previous, change);
    return change;
}

void Mallory::push(SimNet::ConnectionId id) {
    sync::Push push;
    push.first = seq_ + 1;
    push.previous = hash_;
    push.clock_offset_ms = static_cast<std::int64_t>(random_->next());
    sync::Hash previous = hash_;
    const std::int64_t count = 1 + random_->below(4);
    for (std::int64_t i = 0; i < count; ++i) {
        push.changes.push_back(change(push.first + i, previous));
        previous = push.changes.back().hash;
    }
    switch (random_->below(8)) {
        case 0:
            push.first += 7;  // a gap
            break;
        case 1:
            push.changes[0].hash[0] ^= 1U;
            break;
        case 2:
            push.changes[0].payload += " ";
            break;
        case 3:
            push.previous[0] ^= 1U;
            break;
        default:
            break;
    }
    net_->send(id, End::Terminal, sync::encode(push));
}

}  // namespace balie::sim
