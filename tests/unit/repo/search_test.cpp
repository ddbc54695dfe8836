#include "storage/repo/customer_repo.h"
#include "storage/store/customer_text.h"
#include "tests/unit/repo/repo_world.h"

#include <algorithm>

using balie::ErrorCode;
using balie::RecordId;
using balie::test::must;
using balie::test::RepoWorld;
using Names = std::vector<std::string>;

TEST_CASE("A customer is found by any part of the name, without accents or Dutch prefix",
          "[repo][search]") {
    RepoWorld world;
    const RecordId anna = world.customer("Anna", "van den", "Berg", "K-1042");
    world.customer("Zoë", "", "Søndergård");
    world.lives_in(anna, "Dorpsstraat", "'s-Hertogenbosch");
    world.email(anna, "anna.berg@example.org");

    CHECK(world.found("berg") == Names{"Anna van den Berg"});
    CHECK(world.found("ann berg") == Names{"Anna van den Berg"});
    CHECK(world.found("van den berg") == Names{"Anna van den Berg"});
    CHECK(world.found("nna") == Names{"Anna van den Berg"});
    CHECK(world.found("ZOE") == Names{"Zoë Søndergård"});
    CHECK(world.found("sonder") == Names{"Zoë Søndergård"});
    CHECK(world.found("1042") == Names{"Anna van den Berg"});
    CHECK(world.found("k1042") == Names{"Anna van den Berg"});
    CHECK(world.found("hertogen") == Names{"Anna van den Berg"});
    CHECK(world.found("dorpsstr") == Names{"Anna van den Berg"});
    CHECK(world.found("anna.berg@exa") == Names{"Anna van den Berg"});
    CHECK(world.found("nobody").empty());
}

TEST_CASE("A phone number is found in whatever spelling it is typed", "[repo][search]") {
    RepoWorld world;
    world.phone(world.customer("Piet", "", "Jansen"), "06-1234 5678");
    for (const char* typed : {"0612345678", "06 12345678", "+31 6 1234 5678", "0031612345678",
                              "12345", "06-1234", "5678"}) {
        INFO(typed);
        CHECK(world.found(typed) == Names{"Piet Jansen"});
    }
}

TEST_CASE("Priority customers stand first among equals, then names in order", "[repo][search]") {
    RepoWorld world;
    world.customer("", "", "Bakker C");
    world.customer("", "", "Bakker A");
    const RecordId flagged = world.customer("", "", "Bakker F");
    world.customer("", "", "Bakker B", "", "B");
    REQUIRE_OK(world.actions().flag_customer(flagged, {"A", "revenue", "", ""}));
    const Names expected{"Bakker F", "Bakker B", "Bakker A", "Bakker C"};
    CHECK(world.found("b").front() == "Bakker F");
    CHECK(world.found("b")[1] == "Bakker B");
    CHECK(world.found("bakker").size() == 4);
    CHECK(world.found("bakker").front() == "Bakker F");
    CHECK(world.found("akke").front() == "Bakker F");
    REQUIRE_OK(world.actions().unflag_customer(flagged, "reached"));
    CHECK(world.found("b").front() == "Bakker B");
}

TEST_CASE("A whole word ranks above a beginning, and a beginning above a part", "[repo][search]") {
    RepoWorld world;
    world.customer("", "", "Verjansen");
    world.customer("", "", "Jansenbeek");
    world.customer("", "", "Jansen");
    CHECK(world.found("jansen") == Names{"Jansen", "Jansenbeek", "Verjansen"});
}

TEST_CASE("One letter lists who begins with it, and says when there are more", "[repo][search]") {
    RepoWorld world;
    for (int i = 0; i < 60; ++i) world.customer("", "", "Kuiper " + std::to_string(i));
    world.customer("", "", "Smit");
    const auto result = must(balie::repo::CustomerSearch(world.db()).search("k"));
    CHECK(result.hits.size() == 50);
    CHECK(result.more);
    CHECK(world.found("s") == Names{"Smit"});
}

TEST_CASE("What changes is found by the new words and no longer by the old", "[repo][search]") {
    RepoWorld world;
    const RecordId id = world.customer("Ada", "", "Lovelace");
    const RecordId mail = world.email(id, "ada@old.example");
    REQUIRE_OK(world.actions().edit_customer(
        id, {.fields = {{"name", "Byron"}}, .added = {}, .changed = {}, .removed = {}}));
    CHECK(world.found("byron") == Names{"Ada Byron"});
    CHECK(world.found("lovelace").empty());
    REQUIRE_OK(world.actions().edit_customer(
        id, {.fields = {}, .added = {}, .changed = {}, .removed = {mail}}));
    CHECK(world.found("old.example").empty());
    must(world.actions().delete_customer(id));
    CHECK(world.found("byron").empty());
    must(world.actions().restore_customer(id));
    CHECK(world.found("byron") == Names{"Ada Byron"});
}

TEST_CASE("A hit tells class, flag, city, phone and the last contact", "[repo][search]") {
    RepoWorld world;
    const RecordId id = world.customer("Jan", "de", "Vries", "17", "B");
    world.phone(id, "030 1234567");
    world.lives_in(id, "Neude", "Utrecht");
    REQUIRE_OK(world.actions().flag_customer(id, {"A", "revenue", "", ""}));
    world.visit(id);
    const auto hits = must(balie::repo::CustomerSearch(world.db()).search("vries")).hits;
    REQUIRE(hits.size() == 1);
    CHECK(hits[0].number == "17");
    CHECK(hits[0].priority_class == "B");
    CHECK(hits[0].flag_level == "A");
    CHECK(hits[0].city == "Utrecht");
    CHECK(hits[0].phone == "+31301234567");
    CHECK(hits[0].last_contact_ms == world.clock.now_ms);
}

TEST_CASE("An empty search gives those with the latest contact", "[repo][search]") {
    RepoWorld world;
    const RecordId first = world.customer("", "", "Eerste");
    const RecordId second = world.customer("", "", "Tweede");
    CHECK(world.found("") == Names{"Eerste", "Tweede"});
    world.visit(first);
    world.visit(second);
    world.visit(first);
    CHECK(world.found("") == Names{"Eerste", "Tweede"});
}

TEST_CASE("A customer is meant by id, number or a name that only one has", "[repo]") {
    RepoWorld world;
    const RecordId anna = world.customer("Anna", "", "Smit", "S1");
    const RecordId bert = world.customer("Bert", "", "Smit", "S2");
    balie::repo::CustomerRepo repo(world.db());
    CHECK(must(repo.resolve(anna.text())) == anna);
    CHECK(must(repo.resolve("S2")) == bert);
    CHECK(must(repo.resolve("bert smit")) == bert);
    const auto several = repo.resolve("smit");
    REQUIRE_ERROR(several, ErrorCode::InvalidInput);
    CHECK_THAT(several.error().what, Catch::Matchers::ContainsSubstring("Anna Smit (S1)") &&
                                         Catch::Matchers::ContainsSubstring("Bert Smit (S2)"));
    REQUIRE_ERROR(repo.resolve("Nobody"), ErrorCode::NotFound);
}

TEST_CASE("The list of customers comes page by page, in order, each once", "[repo]") {
    RepoWorld world;
    for (int i = 0; i < 7; ++i) world.customer("", "", std::string(1, static_cast<char>('G' - i)));
    balie::repo::CustomerRepo repo(world.db());
    Names names;
    std::optional<balie::repo::CustomerCursor> at;
    do {
        const auto page = must(repo.list(at, 3));
        for (const auto& row : page.rows) names.push_back(row.display_name);
        at = page.next;
    } while (at);
    CHECK(names == Names{"A", "B", "C", "D", "E", "F", "G"});
}

TEST_CASE("Names are written the Dutch way", "[repo]") {
    CHECK(balie::repo::display_name("Anna", "van den", "Berg") == "Anna van den Berg");
    CHECK(balie::repo::sort_name("Anna", "van den", "Berg") == "Berg, Anna van den");
    CHECK(balie::repo::sort_name("", "", "Acme BV") == "Acme BV");
}

TEST_CASE("A phone number that moves to another customer is found there and no longer here",
          "[repo][search]") {
    using balie::domain::RecordType;
    RepoWorld world;
    const RecordId anna = world.customer("Anna", "", "Berg");
    const RecordId piet = world.customer("Piet", "", "Jansen");
    const RecordId number = world.phone(anna, "06-1234 5678");
    auto unit = must(balie::store::UnitOfWork::begin(*world.store, "anna"));
    REQUIRE_OK(unit.edit(RecordType::ContactPoint, number, {{"customer_id", piet.text()}}));
    must(unit.commit());
    CHECK(world.found("0612345678") == Names{"Piet Jansen"});
}

TEST_CASE("A customer that is written several times in one go is found by how it ends",
          "[repo][search]") {
    using balie::domain::RecordType;
    RepoWorld world;
    const RecordId piet = world.customer("Piet", "", "Jansen");
    {
        auto unit = must(balie::store::UnitOfWork::begin(*world.store, "anna"));
        REQUIRE_OK(unit.edit(RecordType::Customer, piet, {{"name", "Bakker"}}));
        REQUIRE_OK(unit.edit(RecordType::Customer, piet, {{"deleted_at", std::int64_t{1}}}));
        REQUIRE_OK(unit.edit(RecordType::Customer, piet, {{"name", "Smit"}}));
        REQUIRE_OK(unit.edit(RecordType::Customer, piet, {{"deleted_at", balie::Value{}}}));
        must(unit.commit());
    }
    CHECK(world.found("smit") == Names{"Piet Smit"});
    CHECK(world.found("bakker").empty());
    CHECK(world.found("jansen").empty());
    {
        auto unit = must(balie::store::UnitOfWork::begin(*world.store, "anna"));
        REQUIRE_OK(unit.edit(RecordType::Customer, piet, {{"note", "nothing to be found by"}}));
        must(unit.commit());
    }
    CHECK(world.found("smit") == Names{"Piet Smit"});
}

TEST_CASE("Full text that was put off is made afterwards, once", "[repo][search]") {
    RepoWorld world;
    {
        auto unit = must(balie::store::UnitOfWork::begin(*world.store, "anna"));
        unit.tables().defer_full_text(true);
        REQUIRE_OK(unit.create(balie::domain::RecordType::Customer,
                               {{"kind", "person"}, {"name", "Laat"}}));
        must(unit.commit());
    }
    CHECK(world.found("laat").empty());
    balie::store::CustomerText text(world.db());
    CHECK(must(text.count_missing()) == 1);
    CHECK(must(text.refresh_missing(10)) == 1);
    CHECK(must(text.refresh_missing(10)) == 0);
    CHECK(world.found("laat") == Names{"Laat"});
}
