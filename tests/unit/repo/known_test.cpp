// Facts, days that are near, relations, and how a customer wants to be reached.
#include "storage/repo/channel_wish.h"
#include "storage/repo/customer_360.h"
#include "storage/repo/fact_repo.h"
#include "storage/repo/relation_repo.h"
#include "storage/store/record_tables.h"
#include "tests/unit/repo/repo_world.h"

using balie::ErrorCode;
using balie::FieldValues;
using balie::RecordId;
using balie::Value;
using balie::test::must;
using balie::test::RepoWorld;
using Catch::Matchers::ContainsSubstring;

namespace {

balie::repo::NewFact fact_of(const RecordId& customer, const std::string& kind,
                             const std::string& text, const std::string& on = {}) {
    return {.customer = customer, .kind = kind, .text = text, .on = on, .source = {}};
}

balie::repo::NewRelation relation_of(const RecordId& customer, const RecordId& other,
                                     const std::string& kind) {
    return {
        .customer = customer, .other = other, .kind = kind, .since = {}, .until = {}, .note = {}};
}

/// "2026-03-15 Anna birthday 40"
std::vector<std::string> near(RepoWorld& world, const std::string& today,
                              const std::string& user = "anna") {
    std::vector<std::string> lines;
    for (const auto& each : must(balie::repo::FactRepo(world.db()).near(today, user))) {
        lines.push_back(each.day + " " + each.customer_name + " " +
                        (each.birthday ? "birthday" : each.text) +
                        (each.turn ? " " + std::to_string(*each.turn) : ""));
    }
    return lines;
}

void born(RepoWorld& world, const RecordId& customer, const std::string& birthday) {
    REQUIRE_OK(world.actions().edit_customer(
        customer, {.fields = {{"birthday", birthday}}, .added = {}, .changed = {}, .removed = {}}));
}

}  // namespace

TEST_CASE(
    "A fact is noted with who, when and where it was heard, changed, removed and brought back",
    "[repo][known]") {
    RepoWorld world;
    const RecordId id = world.customer("Els", "", "Bakker");
    const auto visit = world.visit(id, "Talked about boats");
    auto fact = fact_of(id, "likes", "Sails on Sundays");
    fact.source = visit.interaction;
    const RecordId made = must(world.actions().add_fact(fact));
    world.reopen();
    balie::repo::FactRepo facts(world.db());
    auto kept = must(facts.get(made));
    CHECK(kept.text == "Sails on Sundays");
    CHECK(kept.author == "anna");
    CHECK(kept.noted_at == world.clock.now_ms);
    CHECK(kept.source == visit.interaction);
    balie::repo::FactChanges changes;
    changes.text = "Sails on Saturdays";
    REQUIRE_OK(world.actions().edit_fact(made, changes));
    CHECK(must(facts.get(made)).text == "Sails on Saturdays");
    CHECK(must(facts.get(made)).kind == "likes");
    REQUIRE_OK(world.actions().remove_fact(made));
    CHECK(must(facts.of_customer(id)).empty());
    REQUIRE_ERROR(world.actions().edit_fact(made, changes), ErrorCode::NotFound);
    REQUIRE_OK(world.actions().restore_fact(made));
    CHECK(must(facts.of_customer(id)).size() == 1);
}

TEST_CASE("What was learnt in a contact is noted with it, and taken back with it",
          "[repo][known]") {
    RepoWorld world;
    const RecordId id = world.customer("Els", "", "Bakker");
    world.code("fact_kind", "various", "other");
    balie::repo::NewInteraction visit;
    visit.customer = id;
    visit.channel = "visit";
    visit.outcome = "held";
    visit.fact = "Has bought a boat";
    const auto saved = must(world.actions().save_interaction(visit));
    REQUIRE(saved.fact);
    const auto fact = must(balie::repo::FactRepo(world.db()).get(*saved.fact));
    CHECK(fact.source == saved.interaction);
    CHECK(fact.kind == "various");
    CHECK(world.count("SELECT count(DISTINCT transaction_id) FROM change_log WHERE record_type IN "
                      "('interaction','fact')") == 1);
    REQUIRE_OK(world.actions().undo_save(saved));
    CHECK(must(balie::repo::FactRepo(world.db()).of_customer(id)).empty());
    visit.customer.reset();
    REQUIRE_ERROR(world.actions().save_interaction(visit), ErrorCode::InvalidInput);
}

TEST_CASE("A fact without a text, of no known kind, or on no day is refused with what to do",
          "[repo][known]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Bakker");
    const auto before = world.changes();
    REQUIRE_ERROR(world.actions().add_fact(fact_of(id, "likes", "")), ErrorCode::InvalidInput);
    const auto unknown = world.actions().add_fact(fact_of(id, "gossip", "x"));
    REQUIRE_ERROR(unknown, ErrorCode::InvalidInput);
    CHECK_THAT(unknown.error().mend, ContainsSubstring("likes, promise, date"));
    REQUIRE_ERROR(world.actions().add_fact(fact_of(id, "date", "Wedding", "2026-02-30")),
                  ErrorCode::InvalidInput);
    REQUIRE_ERROR(world.actions().add_fact(fact_of(id, "likes", std::string(1001, 'x'))),
                  ErrorCode::LimitExceeded);
    REQUIRE_ERROR(world.actions().add_fact(fact_of(RecordId{}, "likes", "x")), ErrorCode::NotFound);
    CHECK(world.changes() == before);
}

TEST_CASE("What was promised stands before what is liked", "[repo][known]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Bakker");
    REQUIRE_OK(world.actions().add_fact(fact_of(id, "promise", "Send the leaflet")));
    ++world.clock.now_ms;
    REQUIRE_OK(world.actions().add_fact(fact_of(id, "likes", "Tea")));
    const auto view = must(balie::repo::read_customer_360(world.db(), id, {.today = "2026-03-14"}));
    REQUIRE(view.facts.size() == 2);
    CHECK(view.facts[0].text == "Send the leaflet");
}

TEST_CASE("Days of the coming week are told, the nearest first, with the age where it is known",
          "[repo][known]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    const RecordId piet = world.customer("Piet", "", "Smit");
    born(world, els, "1986-03-15");
    born(world, piet, "--03-21");
    REQUIRE_OK(world.actions().add_fact(fact_of(piet, "date", "Wedding day", "2016-03-14")));
    REQUIRE_OK(world.actions().add_fact(fact_of(piet, "date", "New office", "2027-03-16")));
    CHECK(near(world, "2026-03-14") ==
          std::vector<std::string>{"2026-03-14 Piet Smit Wedding day 10",
                                   "2026-03-15 Els Bakker birthday 40",
                                   "2026-03-21 Piet Smit birthday"});
    CHECK(near(world, "2026-03-22").empty());
    CHECK(near(world, "2027-03-14").size() == 4);
    REQUIRE_OK(world.actions().delete_customer(els));
    CHECK(near(world, "2026-03-15") == std::vector<std::string>{"2026-03-21 Piet Smit birthday"});
}

TEST_CASE("The week goes over the turn of the year, and 29 February has its day every year",
          "[repo][known]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    born(world, els, "1990-01-02");
    CHECK(near(world, "2026-12-30") ==
          std::vector<std::string>{"2027-01-02 Els Bakker birthday 37"});
    born(world, els, "2000-02-29");
    CHECK(near(world, "2026-02-25") ==
          std::vector<std::string>{"2026-02-28 Els Bakker birthday 26"});
    CHECK(near(world, "2028-02-25") ==
          std::vector<std::string>{"2028-02-29 Els Bakker birthday 28"});
    CHECK(near(world, "2026-03-01").empty());
}

TEST_CASE("Days are told of one's own customers, of priority customers, and of what one noted",
          "[repo][known]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    const RecordId piet = world.customer("Piet", "", "Smit");
    born(world, els, "--03-15");
    born(world, piet, "--03-15");
    must(world.db().execute("UPDATE customers SET owner='bram'"));
    CHECK(near(world, "2026-03-14").empty());
    CHECK(near(world, "2026-03-14", "bram").size() == 2);
    CHECK(near(world, "2026-03-14", "").size() == 2);
    REQUIRE_OK(world.actions().flag_customer(
        piet, {.level = "A", .reason = "revenue", .until = {}, .note = {}}));
    CHECK(near(world, "2026-03-14") == std::vector<std::string>{"2026-03-15 Piet Smit birthday"});
    REQUIRE_OK(world.actions().add_fact(fact_of(els, "date", "Exam", "--03-16")));
    CHECK(near(world, "2026-03-14").size() == 2);
}

TEST_CASE("A relation is seen from both sides, each by its own word", "[repo][known]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    const RecordId firm = world.customer("", "", "Machinefabriek");
    auto relation = relation_of(els, firm, "employer");
    relation.since = "2019-03-01";
    const RecordId made = must(world.actions().add_relation(relation));
    balie::repo::RelationRepo relations(world.db());
    const auto seen = must(relations.of_customer(els, "2026-03-14"));
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].kind == "employer");
    CHECK(seen[0].other_name == "Machinefabriek");
    CHECK_FALSE(seen[0].backwards);
    const auto back = must(relations.of_customer(firm, "2026-03-14"));
    REQUIRE(back.size() == 1);
    CHECK(back[0].kind == "employee");
    CHECK(back[0].other == els);
    CHECK(back[0].backwards);

    REQUIRE_OK(world.actions().edit_relation(made, {{"until", Value{std::string("2026-01-31")}}}));
    CHECK(must(relations.of_customer(els, "2026-03-14"))[0].is_over("2026-03-14"));
    REQUIRE_ERROR(
        world.actions().edit_relation(made, {{"until", Value{std::string("2018-01-31")}}}),
        ErrorCode::InvalidInput);
    REQUIRE_OK(world.actions().remove_relation(made));
    CHECK(must(relations.of_customer(firm, "2026-03-14")).empty());
    REQUIRE_OK(world.actions().restore_relation(made));
    CHECK(must(relations.of_customer(firm, "2026-03-14")).size() == 1);
}

TEST_CASE("A kind whose reverse nobody named says that it is the reverse", "[repo][known]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    const RecordId piet = world.customer("Piet", "", "Smit");
    REQUIRE_OK(world.actions().add_relation(relation_of(els, piet, "neighbour")));
    balie::repo::RelationRepo relations(world.db());
    CHECK(must(relations.of_customer(els, "2026-03-14"))[0].kind_known);
    const auto back = must(relations.of_customer(piet, "2026-03-14"));
    CHECK(back[0].kind == "neighbour");
    CHECK_FALSE(back[0].kind_known);
}

TEST_CASE("A relation with oneself, or one that is there already, is refused", "[repo][known]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    const RecordId firm = world.customer("", "", "Machinefabriek");
    REQUIRE_ERROR(world.actions().add_relation(relation_of(els, els, "partner")),
                  ErrorCode::InvalidInput);
    REQUIRE_OK(world.actions().add_relation(relation_of(els, firm, "employer")));
    REQUIRE_ERROR(world.actions().add_relation(relation_of(els, firm, "employer")),
                  ErrorCode::AlreadyExists);
    // The same, told from the other side.
    REQUIRE_ERROR(world.actions().add_relation(relation_of(firm, els, "employee")),
                  ErrorCode::AlreadyExists);
    REQUIRE_OK(world.actions().add_relation(relation_of(els, firm, "partner")));
}

TEST_CASE("A relation with a customer who is not on this terminal is shown as such",
          "[repo][known]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    const RecordId elsewhere = RecordId::random(world.entropy);
    must(balie::store::RecordTables(world.db())
             .insert(
                 balie::domain::RecordType::Relation, RecordId::random(world.entropy),
                 {{"customer_id", els.text()}, {"other_id", elsewhere.text()}, {"kind", "partner"}},
                 {}));
    const auto rows = must(balie::repo::RelationRepo(world.db()).of_customer(els, "2026-03-14"));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].outside());
    CHECK(rows[0].other == elsewhere);
}

TEST_CASE("Who does not want to be called is not logged as called without a reason",
          "[repo][wish]") {
    RepoWorld world;
    const RecordId id = world.customer("Els", "", "Bakker");
    REQUIRE_OK(world.actions().edit_customer(
        id,
        {.fields = {{"do_not_call", std::int64_t{1}}}, .added = {}, .changed = {}, .removed = {}}));
    balie::repo::NewInteraction call;
    call.customer = id;
    call.channel = "phone";
    call.outcome = "held";
    call.note = "Her card was stolen";
    const auto refused = world.actions().save_interaction(call);
    REQUIRE_ERROR(refused, ErrorCode::InvalidInput);
    CHECK_THAT(refused.error().what, ContainsSubstring("Els Bakker does not want to be called"));
    CHECK_THAT(refused.error().mend, ContainsSubstring("--override"));
    CHECK(world.count("SELECT count(*) FROM interactions") == 0);
    call.override = "Against the customer's wish: urgent";
    REQUIRE_OK(world.actions().save_interaction(call));
    CHECK(world.count("SELECT count(*) FROM interactions WHERE note='Against the customer''s "
                      "wish: urgent' || char(10) || 'Her card was stolen'") == 1);
    // She called herself: nothing against that.
    call.override.clear();
    call.direction = "inbound";
    REQUIRE_OK(world.actions().save_interaction(call));
    call.direction.clear();
    call.channel = "visit";
    REQUIRE_OK(world.actions().save_interaction(call));
}

TEST_CASE("Another channel than the preferred one wants a reason, in whatever form",
          "[repo][wish]") {
    RepoWorld world;
    const RecordId id = world.customer("Els", "", "Bakker");
    REQUIRE_OK(world.actions().edit_customer(
        id,
        {.fields = {{"preferred_channel", "email"}}, .added = {}, .changed = {}, .removed = {}}));
    balie::repo::NewInteraction visit;
    visit.customer = id;
    visit.channel = "visit";
    visit.outcome = "held";
    REQUIRE_ERROR(world.actions().save_interaction(visit), ErrorCode::InvalidInput);
    visit.reason = "offer";
    REQUIRE_OK(world.actions().save_interaction(visit));
    visit.reason.clear();
    visit.note = "Was in the neighbourhood";
    REQUIRE_OK(world.actions().save_interaction(visit));
    visit.note.clear();
    visit.channel = "email";
    REQUIRE_OK(world.actions().save_interaction(visit));
}
