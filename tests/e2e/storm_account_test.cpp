// The account of a storm finds what is lost, doubled, changed or invented, each by its name; so
// that its silence after a storm means something.
#include "tests/e2e/storm_account.h"

#include "tests/support/catch.h"

namespace balie::test {
namespace {

const Sentences kNothing;

/// Two terminals: a contact with its task and a customer; an export that has all of it.
struct Books {
    Books() {
        a.deeds = {{true,
                    {{"tasks", "s0-1-next", "id-1", {{"subject", "s0-1-next follows"}}},
                     {"interactions", "s0-1", "id-2", {{"note", "s0-1 text"}}}}},
                   {true, {{"customers", "K-0", "id-3", {{"name", "Jansen"}}}}}};
        a.edits = {{"id-3", "note", "s0-2", true}, {"id-3", "salutation", "s0-3", true}};
        b.edits = {{"id-3", "note", "s1-1", true}};
        exported["customers"] = {{{"id", "id-3"},
                                  {"number", "K-0"},
                                  {"name", "Jansen"},
                                  {"note", "s1-1"},
                                  {"salutation", "s0-3"}}};
        exported["interactions"] = {{{"id", "id-2"}, {"note", "s0-1 text"}}};
        exported["tasks"] = {{{"id", "id-1"}, {"subject", "s0-1-next follows"}}};
    }
    [[nodiscard]] Sentences records() const { return record_differences({a, b}, exported); }
    [[nodiscard]] Sentences edits(const std::vector<ListedConflict>& conflicts = {}) const {
        return edit_differences({a, b}, exported, conflicts);
    }

    Account a;
    Account b;
    Tables exported;
};

void require_told(const Sentences& told, const std::string& words) {
    REQUIRE(told.size() == 1);
    CHECK_THAT(told.front(), Catch::Matchers::ContainsSubstring(words));
}

TEST_CASE("The account of a storm is silent when everything is there once") {
    const Books books;
    CHECK(books.records() == kNothing);
    CHECK(books.edits() == kNothing);
    CHECK(books.edits({{"customer", "id-3", "note", {"s1-1", "s0-2"}, ""}}) == kNothing);
    CHECK(table_differences(books.exported, books.exported) == kNothing);
}

TEST_CASE("The account of a storm names what is lost") {
    Books books;
    SECTION("a record") {
        books.exported["interactions"].clear();
        require_told(books.records(), "interactions s0-1 (id-2) was saved and is lost");
    }
    SECTION("a field's edit") {
        books.exported["customers"].front().erase("salutation");
        require_told(books.edits(), "salutation is '', which is nobody's last edit");
    }
    SECTION("an edit that an older one of the same terminal came back over") {
        books.a.edits.push_back({"id-3", "salutation", "s0-9", true});
        require_told(books.edits(), "salutation is 's0-3', which is nobody's last edit");
    }
    SECTION("the whole customer") {
        books.exported["customers"].clear();
        const Sentences told = books.edits();  // for each of its two fields
        REQUIRE(told.size() == 2);
        CHECK_THAT(told.front(), Catch::Matchers::ContainsSubstring("customer id-3 is lost"));
    }
}

TEST_CASE("The account of a storm names what is there twice, changed, or saved by nobody") {
    Books books;
    SECTION("twice under one id") {
        books.exported["tasks"].push_back(books.exported["tasks"].front());
        const Sentences told = books.records();
        REQUIRE(told.size() == 2);
        CHECK_THAT(told.front(), Catch::Matchers::ContainsSubstring("is there 2 times"));
        CHECK_THAT(told.back(), Catch::Matchers::ContainsSubstring("the id id-1 is there twice"));
    }
    SECTION("changed") {
        books.exported["interactions"].front()["note"] = "s0-1 other text";
        require_told(books.records(), "note is 's0-1 other text', saved was 's0-1 text'");
    }
    SECTION("under another id") {
        books.exported["interactions"].front()["id"] = "id-9";
        require_told(books.records(), "has the id id-9, saved was id-2");
    }
    SECTION("saved by nobody") {
        books.exported["interactions"].push_back({{"id", "id-9"}, {"note", "s0-8 text"}});
        require_told(books.records(), "nobody saved it");
    }
    SECTION("in conflict where one alone edits") {
        require_told(books.edits({{"customer", "id-3", "salutation", {"s0-3"}, ""}}),
                     "in conflict, though one terminal alone edits it");
    }
    SECTION("a version in conflict that was replaced") {
        books.a.edits.push_back({"id-3", "note", "s0-9", true});
        require_told(books.edits({{"customer", "id-3", "note", {"s1-1", "s0-2"}, ""}}),
                     "has a version 's0-2' in conflict that is nobody's last edit");
    }
}

TEST_CASE("What a killed command was to save may be there or not, but whole") {
    Books books;
    books.a.deeds.front().saved = false;
    books.a.edits.push_back({"id-3", "salutation", "s0-9", false});
    CHECK(books.records() == kNothing);
    CHECK(books.edits() == kNothing);
    books.exported["customers"].front()["salutation"] = "s0-9";
    CHECK(books.edits() == kNothing);
    SECTION("half of it") {
        books.exported["tasks"].clear();
        require_told(books.records(), "only 1 of 2 records are there");
    }
    SECTION("none of it") {
        books.exported["tasks"].clear();
        books.exported["interactions"].clear();
        CHECK(books.records() == kNothing);
    }
}

TEST_CASE("Two exports that are not equal are told apart by their rows") {
    const Books books;
    Tables other = books.exported;
    SECTION("a value") {
        other["customers"].front()["note"] = "s0-2";
        CHECK(table_differences(books.exported, other).size() == 2);
    }
    SECTION("a row twice") {
        other["tasks"].push_back(other["tasks"].front());
        require_told(table_differences(books.exported, other), "tasks: 1 here, 2 there");
    }
}

}  // namespace
}  // namespace balie::test
