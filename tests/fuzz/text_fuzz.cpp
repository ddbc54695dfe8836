// What a person types: a query for a customer, a telephone number.
#include "storage/repo/customer_search.h"
#include "storage/text/fold.h"
#include "storage/text/phone.h"
#include "storage/text/search.h"
#include "storage/text/utf8.h"
#include "tests/fuzz/entry.h"
#include "tests/fuzz/input.h"
#include "tests/unit/repo/repo_world.h"

#include <algorithm>
#include <memory>

namespace balie::fuzz {

namespace {

/// A few customers with all sorts of names, in a store that every run only reads.
class Office {
  public:
    Office() {
        add("Anna", "van den", "Berg", "K-1042");
        add("Zo\xC3\xAB", "", "S\xC3\xB8nderg\xC3\xA5rd", "17");
        add("", "", "J.P. O'Neill & Zonen", "");
        add("Stra\xC3\x9F"
            "e",
            "", "\xE6\x9D\xB1\xE4\xBA\xAC", "");
        add("", "", "AND OR NOT NEAR", "");
        add("a", "", "b", "");
        (void)world_.phone(ids_.front(), "06-1234 5678");
        (void)world_.email(ids_.front(), "anna.berg@example.org");
    }

    repo::SearchResult search(std::string_view query) {
        auto found = repo::CustomerSearch(world_.db()).search(query);
        if (!found.ok()) throw Broken("a query is refused: " + found.error().text());
        return std::move(found).value();
    }
    [[nodiscard]] std::size_t size() const { return ids_.size(); }

    /// How many have a text that the query matches; the index may only be faster.
    std::size_t matching(const text::QueryTerms& terms) {
        auto select = world_.db().prepare("SELECT text, words FROM customer_text");
        expect(select.ok(), "the texts cannot be read");
        std::size_t count = 0;
        while (true) {
            const auto more = select->step();
            expect(more.ok(), "the texts cannot be read");
            if (!*more) return count;
            const text::SearchText document{std::string(select->text(0)),
                                            std::string(select->text(1))};
            count += text::matches(document, terms) ? 1 : 0;
        }
    }

  private:
    void add(const std::string& given, const std::string& prefix, const std::string& name,
             const std::string& number) {
        ids_.push_back(world_.customer(given, prefix, name, number));
    }

    test::RepoWorld world_;
    std::vector<RecordId> ids_;
};

Office& office() {
    static const auto kOffice = std::make_unique<Office>();
    return *kOffice;
}

void expect_folded(std::string_view typed) {
    const std::string folded = text::fold_for_search(typed);
    expect(text::first_bad_byte(folded) == std::string::npos, "a folded text that is no UTF-8");
    if (text::fold_for_search(folded) != folded) {
        throw Broken("a folded text can be folded again: " + folded);
    }
    for (const std::string& word : text::words_of(folded)) {
        expect(!word.empty() && folded.find(word) != std::string::npos, "a word out of nowhere");
    }
    const auto parts = text::split_name_prefix(typed);
    expect(parts.prefix.size() + parts.name.size() <= typed.size(), "a name grows by its prefix");
}

void run_search(std::string_view bytes) {
    Input input(bytes);
    const bool with_document = input.flag();
    const std::string_view query = input.part();
    expect_folded(query);
    const text::QueryTerms terms = text::query_terms(query);
    expect(terms.substrings.size() + terms.prefixes.size() <= 12, "a query of too many terms");
    for (const std::string& term : terms.substrings) {
        expect(text::count_code_points(term) >= 3, "too short to be looked for in the middle");
    }
    for (const std::string& term : terms.prefixes) {
        const std::size_t points = text::count_code_points(term);
        expect(points == 1 || points == 2, "too long for the beginning of a word");
    }
    const repo::SearchResult result = office().search(query);
    if (!terms.empty()) {
        const std::size_t expected = office().matching(terms);
        if (result.hits.size() != expected) {
            throw Broken("the index finds " + std::to_string(result.hits.size()) + " of " +
                         std::to_string(expected));
        }
    }
    if (!with_document) return;
    const std::string name(input.part());
    const std::string number(input.rest());
    const std::vector<text::SearchField> fields{{text::SearchKind::Plain, name},
                                                {text::SearchKind::Code, number},
                                                {text::SearchKind::Phone, number}};
    const text::SearchText document = text::search_text(fields);
    expect(text::check_utf8(document.text, text::Nul::Allowed).ok(),
           "an index text that is no UTF-8");
    // Whoever types a whole name finds it.
    const bool is_name = name.find_first_of("0123456789") == std::string::npos;
    const auto whole = text::query_terms(name);
    if (is_name && !whole.empty() && !text::matches(document, whole)) {
        throw Broken("a name is not found by itself: " + name);
    }
}

std::vector<std::string> search_seeds() {
    return {literal("\0van den berg"),
            literal("\0anna.berg@exa"),
            literal("\0\"AND\" OR* NEAR("),
            literal("\0+31 (0)6 1234"),
            literal("\0Stra\xC3\x9F"
                    "e \xE6\x9D\xB1\xE4\xBA\xAC"),
            literal("\0'; DROP TABLE customers; --"),
            literal("\x01jansen\xFFJ\xC3\xA1nsen de V. ries\xFF"
                    "06-1234 5678"),
            literal("\x01k10\xFFK-10 42\xFF"
                    "1012 AB")};
}

void run_phone(std::string_view bytes) {
    Input input(bytes);
    constexpr std::array<std::string_view, 6> kRegions{"NL", "BE", "DE", "US", "ZZ", ""};
    const std::string_view region = kRegions[input.pick(kRegions.size())];
    const std::string_view typed = input.rest();
    const auto number = text::phone_e164(typed, region);
    if (number) {
        expect(text::is_e164(*number), "a number in no normal form: " + *number);
        expect(text::phone_e164(*number, region) == number, "a normal form has another one");
    }
    const std::string shown = text::format_phone(typed, region);
    expect(number.has_value() || shown == typed, "what is no number is shown as something else");
    if (number && text::first_bad_byte(shown) == std::string::npos) {
        expect(text::phone_e164(shown, region) == number, "a number is shown as another one");
    }
    for (const std::string& form : text::phone_search_forms(typed, region)) {
        expect(!form.empty() && form.size() == text::digits_of(form).size(),
               "a number is looked for by more than digits");
    }
}

std::vector<std::string> phone_seeds() {
    return {literal("\0"
                    "06-1234 5678"),
            literal("\0+31 (0)30 123 45 67"),
            literal("\0"
                    "0031612345678"),
            literal("\3(212) 555-0123 ext. 12"), literal("\1tel:+32-2-123-45-67")};
}

}  // namespace

Entry search_entry() {
    return {"fuzz_search", run_search, search_seeds};
}
Entry phone_entry() {
    return {"fuzz_phone", run_phone, phone_seeds};
}

}  // namespace balie::fuzz
