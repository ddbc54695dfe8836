// A customer's timeline by the page and by what one looks for; tasks by when they are due.
#include "storage/repo/task_repo.h"
#include "storage/repo/timeline_repo.h"
#include "tests/unit/repo/repo_world.h"

using balie::RecordId;
using balie::repo::EntryKind;
using balie::repo::TimelineFilter;
using balie::test::must;
using balie::test::RepoWorld;

namespace {

struct History {
    RepoWorld world;
    RecordId els;

    History() {
        els = world.customer("Els", "", "Bakker");
        world.visit(els, "Over een hypotheek");
        step();
        REQUIRE_OK(world.actions().flag_customer(
            els, {.level = "A", .reason = "revenue", .until = {}, .note = {}}));
        step();
        REQUIRE_OK(world.actions().add_fact(
            {.customer = els, .kind = "likes", .text = "Café", .on = {}, .source = {}}));
        step();
        balie::repo::NewTask task;
        task.customer = els;
        task.subject = "Offerte sturen";
        const auto made = must(world.actions().add_task(task));
        step();
        REQUIRE_OK(world.actions().done_task(made.task));
        step();
        balie::repo::NewInteraction call;
        call.customer = els;
        call.channel = "phone";
        call.outcome = "no_answer";
        REQUIRE_OK(world.actions().save_interaction(call));
    }

    void step() { world.clock.now_ms += 1000; }

    std::vector<EntryKind> kinds(const TimelineFilter& filter) {
        std::vector<EntryKind> out;
        const auto page = must(balie::repo::TimelineRepo(world.db()).page(els, filter, {}, 100));
        for (const auto& entry : page.entries) out.push_back(entry.kind);
        return out;
    }
};

}  // namespace

TEST_CASE("Contacts, done tasks, priority and facts stand in one row by time", "[repo][timeline]") {
    History made;
    using enum EntryKind;
    CHECK(made.kinds({}) == std::vector{Contact, Task, Fact, Flag, Contact});
}

TEST_CASE("The timeline is kept to a kind, a channel, a person or words", "[repo][timeline]") {
    History made;
    using enum EntryKind;
    TimelineFilter filter;
    filter.kind = Task;
    CHECK(made.kinds(filter) == std::vector{Task});
    filter = {};
    filter.channel = "phone";
    CHECK(made.kinds(filter) == std::vector{Contact});
    filter = {};
    filter.who = "bram";
    CHECK(made.kinds(filter).empty());
    filter.who = "anna";
    CHECK(made.kinds(filter).size() == 5);
    filter = {};
    filter.text = "CAFE";
    CHECK(made.kinds(filter) == std::vector{Fact});
    filter.text = "hypotheek over";
    CHECK(made.kinds(filter) == std::vector{Contact});
    CHECK(must(balie::repo::TimelineRepo(made.world.db()).channels(made.els)).size() == 2);
}

TEST_CASE("A long history comes page by page, each entry once and in order", "[repo][timeline]") {
    RepoWorld world;
    const RecordId els = world.customer("Els", "", "Bakker");
    for (int i = 0; i < 25; ++i) {
        world.visit(els, "visit " + std::to_string(i));
        REQUIRE_OK(world.actions().add_fact({.customer = els,
                                             .kind = "likes",
                                             .text = "fact " + std::to_string(i),
                                             .on = {},
                                             .source = {}}));
    }
    balie::repo::TimelineRepo timeline(world.db());
    std::vector<RecordId> seen;
    std::optional<balie::repo::TimelineCursor> next;
    std::int64_t last = INT64_MAX;
    int pages = 0;
    do {
        const auto page = must(timeline.page(els, {}, next, 7));
        for (const auto& entry : page.entries) {
            CHECK(entry.at <= last);
            last = entry.at;
            CHECK(std::find(seen.begin(), seen.end(), entry.id) == seen.end());
            seen.push_back(entry.id);
        }
        next = page.next;
        ++pages;
    } while (next);
    CHECK(seen.size() == 50);
    CHECK(pages == 8);
}

TEST_CASE("Open tasks are counted and listed by when they are due", "[repo][tasks]") {
    RepoWorld world;
    for (const char* due :
         {"2026-03-13", "2026-03-14", "2026-03-15", "2026-03-21", "2026-03-22", ""}) {
        balie::repo::NewTask task;
        task.subject = "Something";
        task.due = due;
        REQUIRE_OK(world.actions().add_task(task));
    }
    balie::repo::TaskRepo tasks(world.db());
    const auto counts = must(tasks.counts("anna", "2026-03-14"));
    CHECK(counts.open == 6);
    CHECK(counts.overdue == 1);
    CHECK(counts.due_today == 1);
    CHECK(counts.week == 2);
    CHECK(counts.later == 1);
    CHECK(counts.no_date == 1);
    using enum balie::repo::TaskFilter;
    CHECK(must(tasks.list(Week, "anna", "2026-03-14")).size() == 2);
    CHECK(must(tasks.list(Later, "anna", "2026-03-14")).front().due_on == "2026-03-22");
    CHECK(must(tasks.list(NoDate, "anna", "2026-03-14")).front().due_on.empty());
    CHECK(must(tasks.list(Week, "bram", "2026-03-14")).empty());
}
