// What verify finds when somebody altered the hub's file, and that it says where.
#include "tests/unit/hub/hub_world.h"

#include <functional>

using std::string_literals::operator""s;

namespace balie::test {

using Catch::Matchers::ContainsSubstring;

namespace {

struct Office {
    Office() : anna(world, "anna", "teller", "branch:12") {
        customer = anna.new_id();
        anna.write(anna.customer(customer, {{"name", "Jansen"s}}));
        anna.write(anna.edit("customer", customer, {{"name", "De Jong"s}},
                             {{anna.origin, std::int64_t{1}}}));
        anna.write(anna.visit(anna.new_id(), customer));
        (void)anna.push_new();
        REQUIRE_OK(world.hub->verify());
    }
    /// After this statement, and the words of verify about it.
    std::string altered(const std::string& sql) {
        REQUIRE_OK(world.hub->store().writer().execute(sql));
        world.reopen();
        const Error found = must_fail(world.hub->verify());
        CHECK(found.code == ErrorCode::Corrupt);
        CHECK(!found.mend.empty());
        return found.text();
    }

    HubWorld world;
    HandDevice anna;
    RecordId customer;
};

}  // namespace

TEST_CASE("verify says which value, stamp or record of a hub was altered") {
    Office office;
    const std::string where = "customer " + office.customer.text();
    SECTION("a value that was edited") {
        const auto words = office.altered("UPDATE customers SET name = 'De Jonge'");
        CHECK_THAT(words, ContainsSubstring("a value is not the one in the log"));
        CHECK_THAT(words, ContainsSubstring(where + ", field name"));
    }
    SECTION("a value that stands since the creation") {
        const auto words = office.altered("UPDATE customers SET kind = 'organisation'");
        CHECK_THAT(words, ContainsSubstring(where + ", field kind"));
    }
    SECTION("a value that nobody wrote") {
        const auto words = office.altered("UPDATE customers SET note = 'pays in cash'");
        CHECK_THAT(words, ContainsSubstring("a value is not in the log"));
        CHECK_THAT(words, ContainsSubstring(where + ", field note"));
    }
    SECTION("a version") {
        const auto words = office.altered("UPDATE field_version SET value = 'De Jonge'");
        CHECK_THAT(words, ContainsSubstring(where + ", field name"));
    }
    SECTION("a stamp") {
        const auto words = office.altered(
            "UPDATE hub_log SET effective_stamp = effective_stamp + 1 "
            "WHERE record_type = 'customer'");
        CHECK_THAT(words, ContainsSubstring("a version's stamp is not the one in the log"));
        CHECK_THAT(words, ContainsSubstring(where));
    }
    SECTION("a record that is gone") {
        const auto words = office.altered("DELETE FROM customers");
        CHECK_THAT(words, ContainsSubstring("a record is in the log and nowhere else"));
        CHECK_THAT(words, ContainsSubstring(where));
    }
    SECTION("a record that nobody made") {
        const auto words = office.altered(
            "INSERT INTO territories (id, code, name) VALUES (zeroblob(16), 'x', 'X')");
        CHECK_THAT(words, ContainsSubstring("a record is here that the log does not know"));
        CHECK_THAT(words, ContainsSubstring("territory 00000000-"));
    }
}

TEST_CASE("verify says which number of the log was altered, and whose it is") {
    Office office;
    const std::string device = office.anna.origin.device.text();
    const std::string last = std::to_string(must(office.world.hub->hub_seq()));
    SECTION("a payload") {
        const auto words =
            office.altered("UPDATE hub_log SET payload = replace(payload, 'De Jong', 'De Dong')");
        CHECK_THAT(words, ContainsSubstring("a payload was altered"));
        CHECK_THAT(words, ContainsSubstring("device " + device + ", number 2"));
    }
    SECTION("a payload with its commitment") {
        const auto words = office.altered(
            "UPDATE hub_log SET payload = '', commitment = randomblob(32) WHERE hub_seq = " + last);
        CHECK_THAT(words, ContainsSubstring("a payload was altered"));
        CHECK_THAT(words, ContainsSubstring("number 3"));
    }
    SECTION("who wrote it") {
        const auto words = office.altered("UPDATE hub_log SET user = 'bram' WHERE user = 'anna'");
        CHECK_THAT(words, ContainsSubstring("a chain is broken"));
    }
    SECTION("the last entry is gone") {
        const auto words = office.altered("DELETE FROM hub_log WHERE hub_seq = " + last);
        CHECK_THAT(words, ContainsSubstring("a chain does not end where it should"));
        CHECK_THAT(words, ContainsSubstring(device));
    }
    SECTION("one in the middle is gone") {
        const auto words = office.altered("DELETE FROM hub_log WHERE hub_seq = 5");
        CHECK_THAT(words, ContainsSubstring("the log has a gap (hub_seq 5)"));
    }
    SECTION("a digest") {
        const auto words = office.altered(
            "UPDATE scope_digest SET digest = randomblob(16) "
            "WHERE scope = 'branch:12'");
        CHECK_THAT(words, ContainsSubstring("scope branch:12"));
    }
}

TEST_CASE("a field that a creation left empty is a version too, and the hub is found whole") {
    HubWorld world;
    HandDevice anna(world, "anna", "representative", "branch:12", 1);
    HandDevice bert(world, "bert", "representative", "branch:12", 2);
    const RecordId id = anna.new_id();
    // The same file imported on two terminals: the second also knows a note.
    anna.write(anna.customer(id, {{"branch", std::string("12")}}));
    bert.write(bert.customer(id, {{"branch", std::string("12")}, {"note", std::string("sails")}}));
    (void)anna.push_new();
    (void)bert.push_new();
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("a device is told how much of its log is in a verified backup") {
    Office office;
    HubWorld& world = office.world;
    sync::Hello hello;
    hello.origin = office.anna.origin;
    hello.version = 1;
    hello.last_seq = 3;
    hello.last_hash = office.anna.log.back().hash;
    const auto told = [&] {
        return must(world.hub->open_session(hello, office.anna.device)).backed_up_seq;
    };
    CHECK(told() == 0);
    const auto backup = must(world.hub->extent());
    office.anna.write(office.anna.visit(office.anna.new_id(), office.customer));
    (void)office.anna.push_new();
    hello.last_seq = 4;
    hello.last_hash = office.anna.log.back().hash;
    CHECK(told() == 0);
    REQUIRE_OK(world.hub->note_backup(backup));
    CHECK(told() == 3);
    world.reopen_restored();
    CHECK(told() == 4);  // what is here came from a backup
    REQUIRE_OK(world.hub->note_backup(backup));
    CHECK(told() == 4);
}

TEST_CASE("an enrolment code that was open in the backup is worth nothing after the restore") {
    HubWorld world;
    const auto code = must(world.hub->make_enrol_code(
        {.user = "anna", .role = "teller", .scope = "all", .valid_ms = 60'000, .device_name = {}}));
    world.reopen_restored();
    sync::Enrol enrol;
    enrol.secret = code.secret;
    enrol.public_key = Bytes(32, 5);
    REQUIRE_ERROR(world.hub->enrol(enrol), ErrorCode::Expired);
}

}  // namespace balie::test
