#include "storage/text/catalogue.h"
#include "storage/text/formats.h"
#include "tests/support/catch.h"

#include <map>
#include <string>
#include <vector>

namespace text = balie::text;

namespace {

text::Catalogue english() {
    return text::Catalogue::make("en", {{"visit.save", "Save visit"},
                                        {"customer.of", "Customer {name} of {city}"},
                                        {"braces", "{{not}} {a}"},
                                        {"pending.one", "{count} visit to send"},
                                        {"pending.other", "{count} visits to send"},
                                        {"day.today", "today"},
                                        {"day.tomorrow", "tomorrow"},
                                        {"day.yesterday", "yesterday"},
                                        {"day.in.one", "in {count} day"},
                                        {"day.in.other", "in {count} days"},
                                        {"day.ago.other", "{count} days ago"}});
}

// ICU writes no-break and thin blanks; what matters here is where a blank stands.
std::string plain(std::string value) {
    for (const std::string blank : {"\u00A0", "\u202F", "\u2009"}) {
        for (auto at = value.find(blank); at != std::string::npos; at = value.find(blank)) {
            value.replace(at, blank.size(), " ");
        }
    }
    return value;
}

}  // namespace

TEST_CASE("A text that is missing is seen, not empty", "[text]") {
    const auto texts = english();
    CHECK(texts.text("visit.save") == "Save visit");
    CHECK(texts.text("visit.lost") == "⟦visit.lost⟧");
    CHECK(texts.plural("nothing", 2) == "⟦nothing.other⟧");
    CHECK(texts.has("visit.save"));
    CHECK_FALSE(texts.has("visit.lost"));
}

TEST_CASE("Placeholders are filled in, and what is not given stays", "[text]") {
    const auto texts = english();
    CHECK(texts.text("customer.of", {{"name", "Jansen"}, {"city", "Delft"}}) ==
          "Customer Jansen of Delft");
    CHECK(texts.text("customer.of", {{"name", "{city}"}}) == "Customer {city} of {city}");
    CHECK(texts.text("braces", {{"a", "1"}}) == "{not} 1");
    CHECK(text::placeholders("{a} {{x}} {b} {a} { c }") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("One visit, two visits", "[text]") {
    const auto texts = english();
    CHECK(texts.plural("pending", 1) == "1 visit to send");
    CHECK(texts.plural("pending", 0) == "0 visits to send");
    CHECK(texts.plural("pending", 12) == "12 visits to send");
    CHECK(texts.plural("day.ago", 1) == "1 days ago");
}

TEST_CASE("A day is said from where today stands", "[text]") {
    const auto texts = english();
    const auto formats = text::Formats::make("en");
    const auto said = [&](std::string_view day) {
        return formats.relative_day(day, "2026-02-28", texts);
    };
    CHECK(said("2026-02-28") == "today");
    CHECK(said("2026-03-01") == "tomorrow");
    CHECK(said("2026-02-27") == "yesterday");
    CHECK(said("2026-03-07") == "in 7 days");
    CHECK(said("2026-02-18") == "10 days ago");
    CHECK(said("someday") == "someday");
}

TEST_CASE("Dates and times read as people write them", "[text]") {
    const auto en = text::Formats::make("en");
    const auto nl = text::Formats::make("nl");
    CHECK(en.date_short("2026-03-14") == "14/03/2026");
    CHECK(nl.date_short("2026-03-14") == "14-03-2026");
    CHECK(en.date_long("2026-03-14") == "14 March 2026");
    CHECK(nl.date_long("2026-03-14") == "14 maart 2026");
    CHECK(nl.date_long("--02-29") == "29 februari");
    CHECK(nl.weekday_and_day("2026-03-14") == "za 14 mrt");
    CHECK(en.date_short("no date") == "no date");
    // 2026-03-14T08:26:53Z
    CHECK(en.time(1'773'476'813'000, 60) == "09:26");
    CHECK(nl.date_time(1'773'476'813'000, -600) == "13-03-2026 22:26");
}

TEST_CASE("Numbers and money are exact and grouped", "[text]") {
    const auto en = text::Formats::make("en");
    const auto nl = text::Formats::make("nl");
    CHECK(en.number(45211) == "45,211");
    CHECK(nl.number(-45211) == "-45.211");
    CHECK(en.decimal("-1234.50") == "-1,234.50");
    CHECK(nl.decimal("12345678901234567890.125") == "12.345.678.901.234.567.890,125");
    CHECK(en.decimal("no number") == "no number");
    CHECK(plain(en.money(123450, "EUR")) == "€1,234.50");
    CHECK(plain(nl.money(123450, "EUR")) == "€ 1.234,50");
    CHECK(plain(en.money(9'223'372'036'854'775'807, "EUR")) == "€92,233,720,368,547,758.07");
    CHECK(plain(en.money(500, "JPY")).find("500") != std::string::npos);
    CHECK(en.money(500, "??") == "500 ??");
}

TEST_CASE("The length of a call reads as a clock", "[text]") {
    CHECK(text::Formats::duration(261) == "4:21");
    CHECK(text::Formats::duration(9) == "0:09");
    CHECK(text::Formats::duration(3723) == "1:02:03");
    CHECK(text::Formats::duration(-5) == "-0:05");
}
