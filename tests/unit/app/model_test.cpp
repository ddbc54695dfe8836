// Dates as typed, where one is, ranking, undo, words: the parts that screens are made of.
#include "app/model/app_state.h"
#include "app/model/palette_rank.h"
#include "app/model/router.h"
#include "app/model/text_tables.h"
#include "app/model/undo.h"
#include "app/model/when.h"
#include "app/screens/screen_types.h"
#include "storage/text/fold.h"
#include "tests/support/catch.h"

#include <string>
#include <vector>

namespace balie::test {

using app::Place;
using app::ScreenId;

TEST_CASE("A date is understood as people type it, in both languages", "[model]") {
    // 2026-03-14 is a Saturday.
    const std::string today = "2026-03-14";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"7", "2026-03-21"},          {"+7d", "2026-03-21"},       {"+2w", "2026-03-28"},
        {"+1m", "2026-04-14"},        {"today", "2026-03-14"},     {"morgen", "2026-03-15"},
        {"fri", "2026-03-20"},        {"vr", "2026-03-20"},        {"vrijdag", "2026-03-20"},
        {"sat", "2026-03-21"},        {"3-12", "2026-12-03"},      {"3/12", "2026-12-03"},
        {"1-2", "2027-02-01"},        {"3-12-2027", "2027-12-03"}, {"3-12-27", "2027-12-03"},
        {"2026-12-03", "2026-12-03"}, {" + 7 D ", "2026-03-21"},   {"0", "2026-03-14"}};
    for (const auto& [typed, meant] : cases) {
        INFO(typed);
        REQUIRE(app::parse_when(typed, today) == meant);
    }
}

TEST_CASE("What is no date is not taken for one", "[model]") {
    for (const char* typed :
         {"", "x", "31-2", "32-1", "+9999999999d", "7q", "--", "1-2-3-4", "+"}) {
        INFO(typed);
        REQUIRE_FALSE(app::parse_when(typed, "2026-03-14"));
    }
}

TEST_CASE("A month on from the last day of January is the last of February", "[model]") {
    REQUIRE(app::parse_when("+1m", "2026-01-31") == "2026-02-28");
    REQUIRE(app::parse_when("+12m", "2026-03-14") == "2027-03-14");
}

TEST_CASE("Looking back, a day that is typed is the last one", "[model]") {
    const std::string today = "2026-03-14";  // a Saturday
    CHECK(app::parse_when_back("7", today) == "2026-03-07");
    CHECK(app::parse_when_back("2w", today) == "2026-02-28");
    CHECK(app::parse_when_back("yesterday", today) == "2026-03-13");
    CHECK(app::parse_when_back("gisteren", today) == "2026-03-13");
    CHECK(app::parse_when_back("fri", today) == "2026-03-13");
    CHECK(app::parse_when_back("vr", today) == "2026-03-13");
    CHECK(app::parse_when_back("3-12", today) == "2025-12-03");
    CHECK(app::parse_when_back("1-3", today) == "2026-03-01");
    CHECK(app::parse_when_back("3-12-2019", today) == "2019-12-03");
    CHECK(app::parse_when_back("2019-12-03", today) == "2019-12-03");
    CHECK(app::parse_when_back("2019", today) == "2019-12-31");
    CHECK(app::parse_when_back("2-2020", today) == "2020-02-29");
    for (const char* none : {"", "tomorrow", "x", "32-1", "13-2019", "-", "99999"}) {
        INFO(none);
        CHECK_FALSE(app::parse_when_back(none, today));
    }
}

TEST_CASE("A day that returns every year needs no year", "[model]") {
    CHECK(app::parse_yearly("14-3") == "--03-14");
    CHECK(app::parse_yearly("14/03/1980") == "1980-03-14");
    CHECK(app::parse_yearly("1980-03-14") == "1980-03-14");
    CHECK(app::parse_yearly("29-2") == "--02-29");
    for (const char* none : {"", "30-2", "14", "14-3-80-1", "x"}) {
        INFO(none);
        CHECK_FALSE(app::parse_yearly(none));
    }
}

TEST_CASE("Back goes where one was, forward returns, and a new way forgets the old one",
          "[model]") {
    app::Router router({ScreenId::Today});
    REQUIRE_FALSE(router.back());
    REQUIRE(router.go({ScreenId::Search}));
    REQUIRE_FALSE(router.go({ScreenId::Search}));
    REQUIRE(router.go({ScreenId::Priority}));
    REQUIRE(router.back());
    REQUIRE(router.current() == Place{ScreenId::Search});
    REQUIRE(router.forward());
    REQUIRE(router.current() == Place{ScreenId::Priority});
    REQUIRE(router.back());
    REQUIRE(router.go({ScreenId::Help}));
    REQUIRE_FALSE(router.can_go_forward());
}

TEST_CASE("The way back is bounded", "[model]") {
    app::Router router({ScreenId::Today});
    for (int i = 0; i < 200; ++i) {
        router.go({i % 2 == 0 ? ScreenId::Search : ScreenId::Help});
    }
    std::size_t steps = 0;
    while (router.back()) ++steps;
    REQUIRE(steps == app::kPlacesMax - 1);
}

TEST_CASE("The palette puts the beginning of a word before letters here and there", "[model]") {
    const std::vector<app::PaletteCandidate> names{
        {"settings", 0}, {"sync centre", 0}, {"synchronise now", 0}, {"find a customer", 0}};
    const auto order = app::palette_rank("sync", names, 10);
    REQUIRE(order.size() == 2);
    REQUIRE(order[0] == 1);
    REQUIRE(app::palette_rank("fac", names, 10) == std::vector<std::size_t>{3});
    REQUIRE(app::palette_rank("zz", names, 10).empty());
    REQUIRE(app::palette_rank("", names, 2).size() == 2);
}

TEST_CASE("Among equals the palette puts what was used last first", "[model]") {
    const std::vector<app::PaletteCandidate> names{{"jansen a", 1}, {"jansen b", 5}};
    REQUIRE(app::palette_rank("jansen", names, 10) == std::vector<std::size_t>{1, 0});
}

TEST_CASE("Each undo is taken once, by its number or as the last", "[model]") {
    app::UndoStack undo;
    const auto first = undo.push({"first", app::ReopenTask{}});
    undo.push({"second", app::ReopenTask{}});
    REQUIRE(undo.take(first)->text == "first");
    REQUIRE_FALSE(undo.take(first));
    REQUIRE(undo.take_last()->text == "second");
    REQUIRE(undo.empty());
    REQUIRE_FALSE(undo.take_last());
}

TEST_CASE("Words count in both languages and name their parts", "[model]") {
    const app::Texts en(app::Language::En);
    const app::Texts nl(app::Language::Nl);
    REQUIRE(en.plural(app::Text::AgeDays, 1) == "1 day");
    REQUIRE(en.plural(app::Text::AgeDays, 2) == "2 days");
    REQUIRE(nl.plural(app::Text::AgeDays, 1) == "1 dag");
    REQUIRE(en.plural(app::Text::SyncPending, 1234).find("1,234") != std::string::npos);
    REQUIRE(nl.plural(app::Text::SyncPending, 1234).find("1.234") != std::string::npos);
    REQUIRE(en.age(720) == "12 min");
    REQUIRE(en.day("2026-03-15", "2026-03-14") == "tomorrow");
    REQUIRE(nl.day("2026-03-21", "2026-03-14") == "over 7 dagen");
    REQUIRE(app::Texts::find("sync.pending") == app::Text::SyncPending);
    REQUIRE_FALSE(app::Texts::find("no.such.key"));
}

TEST_CASE("Both languages have the same placeholders in every text", "[model]") {
    for (std::size_t i = 0; i < app::kTextCount; ++i) {
        INFO(app::kTextKeys[i]);
        REQUIRE(text::placeholders(app::kTextsEn[i].other) ==
                text::placeholders(app::kTextsNl[i].other));
        REQUIRE_FALSE(app::kTextsEn[i].other.empty());
        REQUIRE_FALSE(app::kTextsNl[i].other.empty());
    }
}

TEST_CASE("Every kind of error has words and a way to mend it, in both languages", "[model]") {
    for (const app::Language language : {app::Language::En, app::Language::Nl}) {
        const app::Texts texts(language);
        for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
            const Error error{static_cast<ErrorCode>(code), "the reason", "the place", ""};
            const app::Problem problem = app::describe(error, texts);
            INFO(to_string(error.code));
            REQUIRE_FALSE(problem.headline.empty());
            REQUIRE(problem.detail.find("the reason (the place)") != std::string::npos);
            REQUIRE(problem.detail.find("the reason") > 10);  // what to do stands first
        }
    }
}

TEST_CASE("The status line never claims more than the office confirmed", "[model]") {
    const app::Texts texts(app::Language::En);
    const app::ActionRegistry registry({});
    app::AppState state;
    const std::int64_t now = 1'773'478'800'000;
    const app::ScreenContext context{state, registry, texts, now, 60, "2026-03-14"};
    REQUIRE(app::sync_line(context).text == "Looking up what is to be sent");

    app::SyncChanged event;
    event.status.pending = 5;
    event.status.pending_transactions = 3;
    event.status.oldest_pending_seconds = 60;
    app::update(state, app::Event{event}, now);
    REQUIRE(app::sync_line(context).text ==
            "Saved here, 3 to send · oldest 1 min · nothing received by the office yet");
    REQUIRE(app::sync_line(context).pending);

    event.status = {};
    event.status.last_receipt_ms = now;
    event.connection = app::Connection::Online;
    app::update(state, app::Event{event}, now);
    REQUIRE(app::sync_line(context).text ==
            "Everything is with the office · with the office today 10:00");
    REQUIRE(app::sync_line(context).online);

    event.status.set_aside = 1;
    app::update(state, app::Event{event}, now);
    REQUIRE(app::sync_line(context).attention);
}

TEST_CASE("An answer to a question that was asked again is not taken", "[model]") {
    app::Waiting waiting;
    waiting.ticket = 7;
    REQUIRE_FALSE(waiting.take(6));
    REQUIRE(waiting.take(7));
    REQUIRE_FALSE(waiting.take(7));
    REQUIRE_FALSE(waiting.take(0));
}

}  // namespace balie::test
