// Users, lists and devices, as the office keeps them; and what a device is told when it connects.
#include "tests/unit/hub/hub_world.h"

#include <algorithm>

using std::string_literals::operator""s;

namespace balie::test {

using sync::Directive;

namespace {

sync::Enrol ask(const std::string& secret, std::uint8_t key = 9) {
    sync::Enrol enrol;
    enrol.secret = secret;
    enrol.public_key = Bytes(32, key);
    enrol.device_name = "laptop";
    enrol.program = "balie test";
    return enrol;
}

sync::Hello hello_of(const HandDevice& device) {
    sync::Hello hello;
    hello.schema_version = domain::kSchemaVersion;
    hello.program = "balie 0.1.0";
    hello.origin = device.origin;
    hello.last_seq = device.last();
    hello.last_hash = device.log.empty() ? sync::kChainStart : device.log.back().hash;
    hello.wall_ms = device.world->clock.now_ms;
    return hello;
}

}  // namespace

TEST_CASE("a new hub has roles and code lists in both languages, and knows its own log") {
    HubWorld world;
    REQUIRE_OK(world.hub->verify());
    REQUIRE(must(world.hub->hub_seq()) > 50);
    const auto id = world.hub->identity();
    world.reopen();
    REQUIRE(world.hub->identity().hub == id.hub);
    REQUIRE(world.hub->identity().epoch == id.epoch);
    REQUIRE_ERROR(sync::HubStore::create(world.path(), world.key, world.clock, world.entropy),
                  ErrorCode::AlreadyExists);
    const auto nowhere = (world.folder / "none.db").string();
    REQUIRE_ERROR(sync::HubStore::open(nowhere, world.key, world.clock, world.entropy),
                  ErrorCode::NotFound);
}

TEST_CASE("What a terminal has still to send goes down as it is received") {
    HubWorld world;
    HandDevice anna(world, "anna", "representative", "all");
    for (int i = 0; i < 3; ++i) anna.write(anna.customer(anna.new_id()));
    sync::Hello hello;
    hello.origin = anna.origin;
    hello.last_seq = 3;
    hello.last_hash = anna.log.back().hash;
    hello.pending = 3;
    hello.wall_ms = world.clock.now_ms;
    const auto left = [&world] { return must(world.hub->fleet()).front().pending; };
    (void)must(world.hub->open_session(hello, anna.device));
    CHECK(left() == 3);
    const auto received = [&anna](std::int64_t last) {
        const auto answer = anna.push(1, last);
        INFO((answer.refusal ? answer.refusal->text : "taken"));
        REQUIRE(answer.ack);
        CHECK(answer.ack->acked_seq == last);
    };
    received(2);
    CHECK(left() == 1);
    received(3);
    CHECK(left() == 0);
    // Another process sees it too, once it is written.
    must(world.hub->flush_notes());
    world.reopen();
    CHECK(left() == 0);
}

TEST_CASE("A hub that was founded before a list was thought of has it when it is opened") {
    HubWorld world;
    const auto codes = [&world](const char* list) {
        return value_integer(must(world.hub->store().writer().scalar(
            std::string("SELECT count(*) FROM codes WHERE list='") + list + "'")));
    };
    const std::int64_t facts = codes("fact_kind");
    const std::int64_t relations = codes("relation_kind");
    REQUIRE(facts == 8);
    REQUIRE(relations == 13);
    // As an older program left it, but for one code that the organisation made itself.
    auto& database = world.hub->store().writer();
    must(
        database.execute("DELETE FROM codes WHERE list='relation_kind' OR (list='fact_kind' AND "
                         "code<>'likes')"));
    must(database.execute("UPDATE codes SET nl='Is dol op' WHERE code='likes'"));
    must(database.execute("UPDATE setting SET value='2' WHERE key='hub.record_schema'"));
    world.reopen();
    CHECK(codes("fact_kind") == facts);
    CHECK(codes("relation_kind") == relations);
    CHECK(must(world.hub->store().writer().scalar("SELECT nl FROM codes WHERE code='likes'")) ==
          Value{std::string("Is dol op")});
    const auto seq = must(world.hub->hub_seq());
    world.reopen();
    CHECK(must(world.hub->hub_seq()) == seq);
}

TEST_CASE("a code lets one device in, once") {
    HubWorld world;
    const auto code = must(world.hub->make_enrol_code({.user = "anna",
                                                       .role = "representative",
                                                       .scope = "branch:12",
                                                       .valid_ms = 60'000,
                                                       .device_name = "Anna's tablet"}));
    REQUIRE(code.expires_ms == world.clock.now_ms + 60'000);

    SECTION("the right one, in any spelling") {
        std::string typed = code.secret;
        std::transform(typed.begin(), typed.end(), typed.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const auto enrolled = must(world.hub->enrol(ask(typed)));
        REQUIRE(enrolled.user == "anna");
        REQUIRE(enrolled.role == "representative");
        REQUIRE(enrolled.scope == "branch:12");
        REQUIRE(enrolled.branch == "12");
        REQUIRE(enrolled.hub_public_key.size() == 32);
        const auto device = must(world.hub->find_device(enrolled.device));
        REQUIRE(device.name == "Anna's tablet");
        REQUIRE(device.public_key == Bytes(32, 9));
        REQUIRE_FALSE(device.revoked);
        // Used: not for another device; the same one may have missed the answer.
        REQUIRE_ERROR(world.hub->enrol(ask(code.secret, 8)), ErrorCode::AlreadyExists);
        REQUIRE(must(world.hub->enrol(ask(code.secret))) == enrolled);
        REQUIRE(must(world.hub->status()).devices == 1);
        REQUIRE_OK(world.hub->verify());
    }
    SECTION("a device that this hub no longer knows keeps its number; nobody takes another's") {
        auto back = ask(code.secret);
        back.device = DeviceId::make(world.clock.now_ms, world.entropy);
        const auto enrolled = must(world.hub->enrol(back));
        CHECK(enrolled.device == *back.device);
        CHECK(must(world.hub->find_device(*back.device)).public_key == back.public_key);
        CHECK(must(world.hub->enrol(back)) == enrolled);
        const auto second = must(world.hub->make_enrol_code({.user = "bram",
                                                             .role = "representative",
                                                             .scope = "all",
                                                             .valid_ms = 60'000,
                                                             .device_name = {}}));
        auto taker = ask(second.secret, 8);
        for (const IdBytes& taken :
             {back.device->bytes, world.hub->identity().hub.bytes, IdBytes{}}) {
            taker.device = DeviceId{taken};
            REQUIRE_ERROR(world.hub->enrol(taker), ErrorCode::Denied);
        }
        // The code was not used up by that.
        taker.device.reset();
        REQUIRE_OK(world.hub->enrol(taker));
        REQUIRE_OK(world.hub->verify());
    }
    SECTION("a wrong one") {
        REQUIRE_ERROR(world.hub->enrol(ask("0000-0000-0000-0000-0")), ErrorCode::NotFound);
        REQUIRE_ERROR(world.hub->enrol(ask("hello")), ErrorCode::NotFound);
        REQUIRE_ERROR(world.hub->enrol(ask("")), ErrorCode::NotFound);
    }
    SECTION("too late") {
        world.clock.now_ms += 60'000;
        REQUIRE_ERROR(world.hub->enrol(ask(code.secret)), ErrorCode::Expired);
    }
    SECTION("of a user who left") {
        REQUIRE_OK(world.hub->save_user({.login = "anna",
                                         .name = "Anna",
                                         .role = "representative",
                                         .branch = {},
                                         .territory = {},
                                         .language = {},
                                         .active = false}));
        REQUIRE_ERROR(world.hub->enrol(ask(code.secret)), ErrorCode::Denied);
    }
}

TEST_CASE("a code for a scope or role that cannot be is refused") {
    HubWorld world;
    for (const std::string scope : {"", "everything", "branch:", "planet:mars", "branch:a\nall"}) {
        INFO(scope);
        REQUIRE_ERROR(world.hub->make_enrol_code(
                          {.user = "anna", .role = "teller", .scope = scope, .device_name = {}}),
                      ErrorCode::InvalidInput);
    }
    REQUIRE_ERROR(world.hub->make_enrol_code(
                      {.user = "anna", .role = "pirate", .scope = "all", .device_name = {}}),
                  ErrorCode::InvalidInput);
    REQUIRE_ERROR(world.hub->make_enrol_code(
                      {.user = "", .role = "teller", .scope = "all", .device_name = {}}),
                  ErrorCode::InvalidInput);
    REQUIRE(must(world.hub->users()).empty());
}

TEST_CASE("users are kept, with the places they work in") {
    HubWorld world;
    sync::UserRow anna{.login = "anna",
                       .name = "Anna",
                       .role = "teller",
                       .branch = "12",
                       .territory = {},
                       .language = "nl"};
    REQUIRE_OK(world.hub->save_user(anna));
    const std::int64_t seq = must(world.hub->hub_seq());
    REQUIRE_OK(world.hub->save_user(anna));
    REQUIRE(must(world.hub->hub_seq()) == seq);  // nothing changed, nothing to tell
    anna.role = "manager";
    anna.branch = "";
    REQUIRE_OK(world.hub->save_user(anna));
    const auto users = must(world.hub->users());
    REQUIRE(users.size() == 1);
    REQUIRE(users[0].role == "manager");
    REQUIRE(users[0].branch.empty());
    REQUIRE(users[0].language == "nl");
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("custom fields are made once, and never changed behind people's backs") {
    HubWorld world;
    std::vector<domain::CustomField> fields;
    fields.reserve(150);
    for (int i = 0; i < 150; ++i) {
        fields.push_back({.type = domain::RecordType::Customer,
                          .name = "field" + std::to_string(i),
                          .kind = domain::FieldKind::Text,
                          .bytes_max = 100,
                          .code_list = {},
                          .label_en = {},
                          .label_nl = {}});
    }
    REQUIRE(must(world.hub->load_fields(fields)) == 150);
    REQUIRE(must(world.hub->load_fields(fields)) == 0);
    fields[3].kind = domain::FieldKind::Integer;
    REQUIRE_ERROR(world.hub->load_fields(fields), ErrorCode::AlreadyExists);
    REQUIRE_OK(world.hub->verify());

    HandDevice anna(world, "olga", "manager", "all");
    anna.write(anna.customer(anna.new_id(), {{"x.field7", "yes"s}}));
    REQUIRE(anna.push_new().verdicts[0].kind == sync::VerdictKind::Applied);
}

TEST_CASE("a device that connects learns where it stands") {
    HubWorld world;
    HandDevice anna(world, "olga", "manager", "all");
    anna.write(anna.customer(anna.new_id()));
    (void)anna.push_new();
    (void)anna.pull();
    auto hello = hello_of(anna);
    hello.epoch_seen = world.hub->identity().epoch;
    hello.cursor = anna.cursor_after;

    SECTION("in step") {
        hello.pending = 4;
        hello.wall_ms -= 5000;
        const auto welcome = must(world.hub->open_session(hello, anna.device));
        REQUIRE(welcome.directive == Directive::Go);
        REQUIRE(welcome.acked_seq == 1);
        REQUIRE(welcome.acked_hash == anna.log.back().hash);
        REQUIRE(welcome.cursor == anna.cursor_after);
        REQUIRE(welcome.scope == "all");
        REQUIRE(welcome.role == "manager");
        REQUIRE_OK(world.hub->note_applied(anna.origin, 3));
        REQUIRE_OK(world.hub->flush_notes());
        world.reopen();
        const auto fleet = must(world.hub->fleet());
        REQUIRE(fleet.size() == 1);
        REQUIRE(fleet[0].device.user == "olga");
        REQUIRE(fleet[0].pending == 4);
        REQUIRE(fleet[0].cursor == 3);
        REQUIRE(fleet[0].clock_offset_ms == 5000);
        REQUIRE(fleet[0].last_seen_ms == world.clock.now_ms);
        REQUIRE(fleet[0].program == "balie 0.1.0");
    }
    SECTION("with work that is not here yet") {
        anna.write(anna.customer(anna.new_id()));
        hello.last_seq = 2;
        hello.last_hash = anna.log.back().hash;
        REQUIRE(must(world.hub->open_session(hello, anna.device)).directive == Directive::Go);
    }
    SECTION("restored from an older backup") {
        hello.last_seq = 0;
        hello.last_hash = sync::kChainStart;
        const auto welcome = must(world.hub->open_session(hello, anna.device));
        REQUIRE(welcome.directive == Directive::NewIncarnation);
        REQUIRE_FALSE(welcome.text.empty());
    }
    SECTION("with another change under the same number") {
        hello.last_hash[0] ^= 1U;
        REQUIRE(must(world.hub->open_session(hello, anna.device)).directive ==
                Directive::NewIncarnation);
    }
    SECTION("having pulled more than this hub ever had") {
        hello.cursor = anna.cursor_after + 1;
        REQUIRE(must(world.hub->open_session(hello, anna.device)).cursor == 0);
    }
    SECTION("having talked to a hub nobody knows") {
        hello.epoch_seen = HubEpoch::random(world.entropy);
        REQUIRE(must(world.hub->open_session(hello, anna.device)).cursor == 0);
    }
    SECTION("revoked") {
        REQUIRE_OK(world.hub->revoke(anna.device.device));
        REQUIRE(must(world.hub->find_device(anna.device.device)).revoked);
        REQUIRE_ERROR(world.hub->open_session(hello, anna.device), ErrorCode::Denied);
        REQUIRE_ERROR(world.hub->read_changes(anna.device, anna.origin, 0, 1000),
                      ErrorCode::Denied);
        anna.write(anna.customer(anna.new_id()));
        const auto answer = anna.push(2, 2);
        REQUIRE(answer.refusal->code == "revoked");
        REQUIRE(must(world.hub->status()).customers == 1);
    }
}

TEST_CASE("after a restore the hub has a new epoch, and devices pull again what came after it") {
    HubWorld world;
    HandDevice anna(world, "olga", "manager", "all");
    const HubEpoch first = world.hub->identity().epoch;
    const std::int64_t base = must(world.hub->hub_seq());
    world.reopen_restored();
    const HubEpoch second = world.hub->identity().epoch;
    REQUIRE(second != first);
    REQUIRE_OK(world.hub->save_user({.login = "piet",
                                     .name = "Piet",
                                     .role = "teller",
                                     .branch = {},
                                     .territory = {},
                                     .language = {}}));
    world.reopen_restored();
    world.reopen();
    auto hello = hello_of(anna);
    hello.epoch_seen = first;
    hello.cursor = base + 1;
    REQUIRE(must(world.hub->open_session(hello, anna.device)).cursor == base);
    hello.epoch_seen = second;
    REQUIRE(must(world.hub->open_session(hello, anna.device)).cursor == base + 1);
    REQUIRE(must(world.hub->open_session(hello, anna.device)).epoch == world.hub->identity().epoch);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("only an administrator's terminal changes the office's lists") {
    HubWorld world;
    HandDevice admin(world, "ada", "administrator", "all", 1);
    HandDevice anna(world, "anna", "teller", "branch:12", 2);
    const RecordId role = admin.new_id();
    admin.write(
        {"territory", role, sync::Operation::Create, {{"code", "north"s}, {"name", "North"s}}, {}});
    admin.write(
        {"device",
         admin.new_id(),
         sync::Operation::Create,
         {{"name", "x"s}, {"user", "ada"s}, {"scope", "all"s}, {"enrolled_at", std::int64_t{1}}},
         {}});
    const sync::Ack ack = admin.push_new();
    REQUIRE(ack.verdicts[0].kind == sync::VerdictKind::Applied);
    REQUIRE(ack.verdicts[1].code == "denied");
    // Their role at this moment counts, not the one they connected with.
    REQUIRE_OK(world.hub->save_user({.login = "ada",
                                     .name = "Ada",
                                     .role = "analyst",
                                     .branch = {},
                                     .territory = {},
                                     .language = {}}));
    admin.write(admin.edit("territory", role, {{"name", "South"s}}, {{admin.origin, 1}}));
    REQUIRE(admin.push_new().verdicts[0].code == "denied");
    REQUIRE_OK(world.hub->verify());
}

}  // namespace balie::test
