#include "sync/core/limits.h"
#include "tests/support/catch.h"
#include "tests/unit/sync/samples.h"

using balie::Error;
using balie::ErrorCode;
using balie::test::must;
using balie::test::must_fail;
using balie::test::sample_changes;
using balie::test::sample_id;
using balie::test::sample_origin;
namespace sync = balie::sync;

namespace {

Error refused(const std::string& bytes) {
    return must_fail(sync::decode(bytes));
}

sync::Push a_push() {
    sync::Push push;
    push.first = 3;
    push.previous.fill(5);
    push.clock_offset_ms = -1200;
    push.changes = sample_changes({}, 3, 6);
    // One transaction of two changes: the second row only says "as above".
    push.changes[1].transaction = push.changes[0].transaction;
    return push;
}

sync::Changes some_changes() {
    sync::Changes changes;
    changes.from = 10;
    changes.to = 19;
    const auto foreign = sample_changes(sample_origin(2), 1, 2);
    for (const auto& change : foreign) {
        changes.entries.emplace_back(
            sync::LogChange{10 + change.id.seq, sync::Stamp::of(5000, 1), change});
    }
    changes.entries.emplace_back(
        sync::LogOwn{13, sync::Stamp::of(6000, 0), 44, balie::Bytes(16, 7)});
    sync::LogEnter enter;
    enter.hub_seq = 14;
    enter.reason = "moved";
    enter.type = "customer";
    enter.id = sample_id<balie::RecordId>(8);
    enter.birth = {sync::Stamp::of(7, 1), {sample_origin(3), 2}};
    enter.values = {{"name", std::string("\"Ünal\"\n")}, {"x.visits", std::int64_t{12}}};
    sync::LogEnter::EditedField edited;
    edited.field = "name";
    edited.state = sync::FieldState(
        {{{sync::Stamp::of(9, 0), {sample_origin(2), 5}}, std::string("\"Ünal\"\n")},
         {{sync::Stamp::of(8, 0), {sample_origin(3), 4}}, {}}},
        {{sample_origin(2), 5}, {sample_origin(3), 4}, {sample_origin(4), 1}});
    enter.edited.push_back(edited);
    changes.entries.emplace_back(enter);
    changes.entries.emplace_back(
        sync::LogLeave{15, "moved", "customer", sample_id<balie::RecordId>(8)});
    const auto later = sample_changes(sample_origin(3), 9, 9);
    changes.entries.emplace_back(sync::LogChange{19, sync::Stamp::of(5000, 1), later.front()});
    return changes;
}

}  // namespace

TEST_CASE("A batch of changes comes through as it was sent", "[sync][codec]") {
    const sync::Message push = a_push();
    CHECK(must(sync::decode(sync::encode(push))) == push);
    const sync::Message changes = some_changes();
    CHECK(must(sync::decode(sync::encode(changes))) == changes);
}

TEST_CASE("The payload of a change arrives byte for byte", "[sync][codec]") {
    sync::Push push = a_push();
    const std::string payload = "{\"t\":\"x\" , \"later\":[1,2.50,\"\\u00e9\"],\"f\":{}}";
    push.changes[0].payload = payload;
    const auto decoded = must(sync::decode(sync::encode(push)));
    CHECK(std::get<sync::Push>(decoded).changes[0].payload == payload);
}

TEST_CASE("A batch is never longer than was reckoned", "[sync][codec]") {
    sync::Push push = a_push();
    push.changes[0].payload = std::string(3000, '"') + std::string("\n\t\x01", 3);
    std::size_t reckoned = 400;
    for (const auto& change : push.changes) reckoned += sync::encoded_bytes(change);
    CHECK(sync::encode(push).size() <= reckoned);
    const sync::Changes changes = some_changes();
    reckoned = 400;
    for (const auto& entry : changes.entries) reckoned += sync::encoded_bytes(entry);
    CHECK(sync::encode(changes).size() <= reckoned);
}

TEST_CASE("A column that this version does not know is passed over", "[sync][codec]") {
    const std::string text =
        R"({"type":"ack","acked_seq":"4","acked_hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",)"
        R"("wall_ms":"9","colour":"red","columns":["mood","first","last","kind","code","detail",)"
        R"("hub_seq","effective","transaction"],"verdicts":[["glad","4","4","applied","","","8",)"
        R"(["12"],"0198c0de-0000-7000-8000-000000000001"]],"signature":"AA"})";
    const auto ack = std::get<sync::Ack>(must(sync::decode(text)));
    REQUIRE(ack.verdicts.size() == 1);
    CHECK(ack.verdicts[0].hub_seq == 8);
    CHECK(ack.verdicts[0].effective == std::vector<sync::Stamp>{{12}});
}

TEST_CASE("What is no message is refused with the place where it goes wrong", "[sync][codec]") {
    struct Case {
        std::string bytes;
        ErrorCode code;
        std::string where;
    };
    const std::vector<Case> cases{
        {"", ErrorCode::Protocol, "byte"},
        {"{\"type\":\"ping\"", ErrorCode::Protocol, "byte"},
        {"[]", ErrorCode::Protocol, "/"},
        {"{}", ErrorCode::Protocol, "/type"},
        {"{\"type\":7}", ErrorCode::Protocol, "/type"},
        {"{\"type\":\"ping\"}", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"ping","wall_ms":12})", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"ping","wall_ms":""})", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"ping","wall_ms":"012"})", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"ping","wall_ms":"+1"})", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"ping","wall_ms":"-0"})", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"ping","wall_ms":"1e3"})", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"ping","wall_ms":"9223372036854775808"})", ErrorCode::Protocol, "/wall_ms"},
        {R"({"type":"applied","cursor":"-1"})", ErrorCode::Protocol, "/cursor"},
        {R"({"type":"pull","cursor":"1","credit_bytes":"-5"})", ErrorCode::Protocol,
         "/credit_bytes"},
        {R"({"type":"bye","reason":null})", ErrorCode::Protocol, "/reason"},
        {R"({"type":"error","level":"loud","code":"x","text":"","retry_ms":"0","expected_seq":"0"})",
         ErrorCode::Protocol, "/level"},
        {R"({"type":"checkpoint","hub_seq":"1","digest":"AAAA"})", ErrorCode::Protocol, "/digest"},
        {R"({"type":"checkpoint","hub_seq":"1","digest":"AAAAAAAAAAAAAAAAAAAAAA=="})",
         ErrorCode::Protocol, "/digest"},
        {R"({"type":"ping","wall_ms":"1","x":1e999})", ErrorCode::Protocol, ""},
        {"{\"type\":\"bye\",\"reason\":\"\xC3\x28\"}", ErrorCode::Protocol, "byte"},
        {"{\"type\":\"bye\",\"reason\":\"\xED\xA0\x80\"}", ErrorCode::Protocol, "byte"},
        {R"({"type":"changes","from":"5","to":"4","columns":[],"entries":[]})", ErrorCode::Protocol,
         "/to"},
        {R"({"type":"push","first":"1","previous":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",)"
         R"("clock_offset_ms":"0","columns":["stamp"],"rows":[]})",
         ErrorCode::Protocol, "/columns"},
        {R"({"type":"sing"})", ErrorCode::NewerVersion, "/type"},
        {R"({"type":"snapshot"})", ErrorCode::Protocol, "/hub_seq"},
        {R"({"type":"blob"})", ErrorCode::NewerVersion, "/type"},
    };
    for (const Case& each : cases) {
        INFO(each.bytes);
        const Error error = refused(each.bytes);
        CHECK(error.code == each.code);
        CHECK_THAT(error.where, Catch::Matchers::StartsWith(each.where));
    }
}

TEST_CASE("A message that is too large or too deep is refused unread", "[sync][codec]") {
    const std::string large(sync::kMessageBytesMax + 1, ' ');
    CHECK(refused(large).code == ErrorCode::LimitExceeded);
    const std::string deep = std::string(5000, '[') + std::string(5000, ']');
    CHECK(refused(deep).code == ErrorCode::LimitExceeded);
    // Brackets inside a text are no depth.
    const std::string text = R"({"type":"bye","reason":"[[[[[[[[[[[[[[[[[[[[[[\"[[[["})";
    CHECK(sync::decode(text).ok());
}

TEST_CASE("A wrong cell in a batch is named by row and column", "[sync][codec]") {
    sync::Push push = a_push();
    std::string text = sync::encode(push);
    const auto place = text.rfind("\"anna\"");
    REQUIRE(place != std::string::npos);
    text.replace(place, 6, "12");
    CHECK(refused(text).where == "/rows/0/3");
}

TEST_CASE("An error is short enough to be sent back, however long a peer's names are",
          "[sync][codec]") {
    const std::string name = std::string(59, 'n') + "\u00e9" + std::string(30'000, 'n');
    const std::string text =
        R"({"type":"changes","from":"0","to":"0","columns":["hub_seq","effective","device",)"
        R"("incarnation","seq","transaction","action","stamp","user","schema","payload","salt",)"
        R"("commitment","hash"],"entries":[{"kind":"enter","hub_seq":"1","reason":"","record_type":)"
        R"("x","id":"0198c0de-0000-7000-8000-000000000001","birth":["1",)"
        R"("0198c0de-0000-7000-8000-000000000001","0198c0de-0000-7000-8000-000000000001","1"],)"
        R"("values":{")" +
        name + R"(":[]},"edited":[]}]})";
    const Error error = refused(text);
    CHECK(error.where == "/entries/0/values/" + std::string(59, 'n') + "\u2026");
    const sync::PeerError answer{sync::ErrorLevel::Session, "malformed", error.text(), -1, 0};
    CHECK(must(sync::decode(sync::encode(answer))) == sync::Message{answer});
}

TEST_CASE("A device that comes back says under which number, and signs it", "[sync][codec]") {
    sync::Enrol enrol;
    enrol.secret = "AAAA";
    enrol.public_key = balie::Bytes(32, 1);
    enrol.program = "balie 0.1.0";
    enrol.signature = balie::Bytes(64, 2);
    const std::string without = sync::enrol_text({}, enrol);
    CHECK(must(sync::decode(sync::encode(enrol))) == sync::Message{enrol});
    enrol.device = must(balie::DeviceId::parse("0198c0de-1111-7000-8000-00000000a001"));
    CHECK(must(sync::decode(sync::encode(enrol))) == sync::Message{enrol});
    CHECK(sync::enrol_text({}, enrol) == without + "0198c0de-1111-7000-8000-00000000a001\n");
}

TEST_CASE("A line of what is signed cannot be broken in two", "[sync][codec]") {
    sync::Enrol enrol;
    enrol.secret = "AAAA";
    enrol.device_name = "van\nof Anna";
    enrol.program = "balie 0.1.0";
    CHECK(refused(sync::encode(enrol)).where == "/device_name");
}

TEST_CASE("Values keep their kind and their last digit", "[sync][codec]") {
    const std::vector<balie::Value> values{
        {},
        std::int64_t{0},
        std::int64_t{9007199254740991},
        std::int64_t{9007199254740992},
        std::int64_t{-9223372036854775807LL - 1},
        std::int64_t{9223372036854775807LL},
        std::string{},
        std::string("e\u0301 \"\\ \n \x01"),
        std::string("12"),
    };
    for (const auto& value : values) {
        CHECK(must(sync::decode_value(sync::encode_value(value))) == value);
    }
    CHECK(sync::encode_value(std::int64_t{9007199254740992}) == R"({"int64":"9007199254740992"})");
    CHECK_FALSE(sync::decode_value("9007199254740992").ok());
    CHECK_FALSE(sync::decode_value("1.5").ok());
    CHECK_FALSE(sync::decode_value("true").ok());
    CHECK_FALSE(sync::decode_value(R"({"int64":"1","x":2})").ok());
}

TEST_CASE("A payload of a newer version keeps its unknown type and fields", "[sync][codec]") {
    const std::string payload =
        R"({"t":"hologram","id":"01010101-0101-0101-0101-010101010101","op":"edit","why":1,)"
        R"("f":{"glow":["green",[["02020202-0202-0202-0202-020202020202",)"
        R"("03030303-0303-0303-0303-030303030303","4"]]]}})";
    const auto body = must(sync::decode_payload(payload));
    CHECK(body.type == "hologram");
    CHECK(body.operation == sync::Operation::Edit);
    CHECK(body.fields.at("glow").value == balie::Value{std::string("green")});
    CHECK(body.fields.at("glow").base.begin()->second == 4);
}

TEST_CASE("A payload that is none is refused", "[sync][codec]") {
    const std::string id = R"("id":"01010101-0101-0101-0101-010101010101")";
    const std::vector<std::string> payloads{
        "",
        "null",
        "{}",
        "{\"t\":\"customer\"," + id + ",\"op\":\"burn\",\"f\":{}}",
        "{\"t\":\"customer\"," + id + ",\"op\":\"edit\",\"f\":[]}",
        "{\"t\":\"customer\"," + id + ",\"op\":\"edit\",\"f\":{\"name\":\"x\"}}",
        "{\"t\":\"customer\"," + id + ",\"op\":\"edit\",\"f\":{\"name\":[1.5]}}",
        "{\"t\":\"customer\"," + id + ",\"op\":\"edit\",\"f\":{\"name\":[1,[],2]}}",
        "{\"t\":\"customer\"," + id + ",\"op\":\"edit\",\"f\":{\"\":[1]}}",
        "{\"t\":\"customer\",\"id\":\"x\",\"op\":\"edit\",\"f\":{}}",
    };
    for (const auto& payload : payloads) {
        INFO(payload);
        CHECK_FALSE(sync::decode_payload(payload).ok());
    }
}
