// A record travels whole: it never becomes larger than one message holds, and who would make it so
// is told, at once or by the office's verdict.
#include "sync/protocol/codec.h"
#include "tests/unit/hub/hub_terminal.h"

#include <algorithm>

using std::string_literals::operator""s;

namespace balie::test {

using domain::RecordType;

TEST_CASE("a record stays as small as one message holds, however many people add to it") {
    HubWorld world;
    std::vector<domain::CustomField> fields;
    fields.reserve(10);
    for (int i = 0; i < 10; ++i) {
        fields.push_back({.type = RecordType::Customer,
                          .name = "essay" + std::to_string(i),
                          .kind = domain::FieldKind::Text,
                          .bytes_max = domain::kTextBytesMax,
                          .code_list = {},
                          .label_en = {},
                          .label_nl = {}});
    }
    REQUIRE(must(world.hub->load_fields(fields)) == 10);
    Terminal anna(world, "anna", "representative", "branch:12", 1);
    Terminal bert(world, "bert", "representative", "branch:12", 2);
    Terminal head(world, "olga", "manager", "all", 3);
    Terminal far(world, "frits", "representative", "branch:34", 4);
    for (Terminal* each : {&anna, &bert, &head, &far}) each->sync();
    const RecordId jansen = anna.create(
        RecordType::Customer, {{"kind", "person"s}, {"name", "Jansen"s}, {"branch", "12"s}});
    anna.sync();
    bert.sync();
    const std::string essay(15'000, 'e');
    const auto write = [&](Terminal& by, int field) {
        auto unit = must(store::UnitOfWork::begin(*by.store, by.enrolled.user));
        const auto edited =
            unit.edit(RecordType::Customer, jansen, {{"x.essay" + std::to_string(field), essay}});
        if (edited.ok()) REQUIRE_OK(unit.commit());
        return edited.ok();
    };
    // One person alone is told at once.
    for (int i = 0; i < 5; ++i) CHECK(write(anna, i));
    CHECK_FALSE(write(anna, 9));
    // Two who do not know of each other are told by the office, and nothing of it is lost.
    for (int i = 5; i < 10; ++i) CHECK(write(bert, i));
    for (Terminal* each : {&anna, &bert, &anna}) each->sync();
    CHECK(value_text(must(bert.store->writer().scalar("SELECT code FROM set_aside"))) == "limit");
    const auto aside = bert.count("SELECT count(*) FROM set_aside");
    CHECK(aside > 0);
    CHECK(aside < 5);
    CHECK(bert.count("SELECT count(*) FROM custom_value") == 10 - aside);
    // Whoever gets the customer now gets it in one message.
    head.sync();
    head.edit(RecordType::Customer, jansen, {{"branch", "34"s}});
    head.sync();
    far.sync();
    CHECK(far.count("SELECT count(*) FROM custom_value") == 10 - aside);
    std::size_t largest = 0;
    std::int64_t cursor = 0;
    for (bool more = true; more;) {
        const auto read =
            must(world.hub->read_changes(far.device, far.identity.origin, cursor, 100'000));
        for (const sync::LogEntry& entry : read.changes.entries) {
            largest = std::max(largest, sync::encoded_bytes(entry));
        }
        cursor = read.changes.to;
        more = !read.at_end;
    }
    CHECK(largest > sync::kTransactionBytesMax);
    CHECK(largest <= sync::kRecordBytesMax);
    REQUIRE_OK(world.hub->verify());
}

}  // namespace balie::test
