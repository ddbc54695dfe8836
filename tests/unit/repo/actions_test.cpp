#include "storage/repo/customer_360.h"
#include "storage/repo/interaction_repo.h"
#include "storage/repo/priority_repo.h"
#include "storage/repo/task_repo.h"
#include "tests/unit/repo/repo_world.h"

using balie::ErrorCode;
using balie::RecordId;
using balie::test::must;
using balie::test::RepoWorld;
using Catch::Matchers::ContainsSubstring;

namespace {

balie::repo::NewInteraction a_visit(const RecordId& customer) {
    balie::repo::NewInteraction visit;
    visit.customer = customer;
    visit.channel = "visit";
    visit.outcome = "held";
    return visit;
}

balie::repo::InteractionChanges new_note(const std::string& note) {
    balie::repo::InteractionChanges changes;
    changes.note = note;
    return changes;
}

}  // namespace

TEST_CASE("A visit with a next task and a flag is saved as one, and counted in the log", "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("Anna", "van den", "Berg");
    const auto before = world.changes();
    auto visit = a_visit(id);
    visit.note = "Wants the blue one";
    visit.next = balie::repo::NewTask{
        .customer = {}, .subject = "Send offer", .note = {}, .due = "+7d", .assignee = {}};
    visit.flag =
        balie::repo::NewFlag{.level = "A", .reason = "revenue", .until = "+30d", .note = {}};
    const auto saved = must(world.actions().save_interaction(visit));
    CHECK(world.changes() == before + 3);
    CHECK(world.count("SELECT count(DISTINCT transaction_id) FROM change_log WHERE seq > " +
                      std::to_string(before)) == 1);

    world.reopen();
    const auto view = must(balie::repo::read_customer_360(world.db(), id, {.today = "2026-03-14"}));
    REQUIRE(view.timeline.lines.size() == 1);
    CHECK(view.timeline.lines[0].note == "Wants the blue one");
    CHECK(view.timeline.lines[0].occurred_offset_min == 60);
    CHECK(view.timeline.lines[0].author == "anna");
    CHECK(view.timeline.lines[0].next_task == saved.task);
    REQUIRE(view.open_tasks.size() == 1);
    CHECK(view.open_tasks[0].due_on == "2026-03-21");
    CHECK(view.open_tasks[0].customer_name == "Anna van den Berg");
    REQUIRE(view.flag.has_value());
    CHECK(view.flag->until == "2026-04-13");
    CHECK(view.counts.contacts == 1);
    CHECK(view.counts.visits_held == 1);
    CHECK(view.customer.branch == "12");
    CHECK(view.customer.owner == "anna");
}

TEST_CASE("A code that the office does not know is refused, and the valid ones are named",
          "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Berg");
    world.code("channel", "telex", "", false);
    const auto before = world.changes();
    auto visit = a_visit(id);
    visit.channel = "telex";
    visit.next = balie::repo::NewTask{};
    const auto refused = world.actions().save_interaction(visit);
    REQUIRE_ERROR(refused, ErrorCode::InvalidInput);
    CHECK_THAT(refused.error().mend, ContainsSubstring("visit, phone"));
    CHECK(world.changes() == before);
    CHECK(world.count("SELECT count(*) FROM tasks") == 0);
}

TEST_CASE("Nothing is saved when a part of the visit cannot be", "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Berg");
    auto visit = a_visit(id);
    visit.next = balie::repo::NewTask{
        .customer = {}, .subject = "x", .note = {}, .due = "someday", .assignee = {}};
    REQUIRE_ERROR(world.actions().save_interaction(visit), ErrorCode::InvalidInput);
    visit.next.reset();
    visit.note = std::string(20'000, 'n');
    REQUIRE_ERROR(world.actions().save_interaction(visit), ErrorCode::LimitExceeded);
    visit.note.clear();
    visit.flag = balie::repo::NewFlag{.level = "A", .reason = "nonsense", .until = {}, .note = {}};
    REQUIRE_ERROR(world.actions().save_interaction(visit), ErrorCode::InvalidInput);
    CHECK(world.count("SELECT count(*) FROM interactions") == 0);
    CHECK(world.count("SELECT count(*) FROM tasks") == 0);
}

TEST_CASE("An amended line takes the place of the first; the history keeps both", "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Berg");
    const auto saved = world.visit(id, "first");
    const RecordId second =
        must(world.actions().amend_interaction(saved.interaction, new_note("second")));
    const RecordId third = must(world.actions().amend_interaction(second, new_note("third")));
    balie::repo::InteractionRepo repo(world.db());
    const auto lines = must(repo.timeline(id)).lines;
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].id == third);
    CHECK(lines[0].note == "third");
    CHECK(lines[0].root() == saved.interaction);
    CHECK(must(repo.history(third)).size() == 3);
    CHECK(must(repo.history(saved.interaction))[0].note == "first");
    CHECK(must(repo.in_force(second)).note == "third");
    CHECK(must(balie::repo::contact_counts(world.db(), id)).contacts == 1);
    REQUIRE_ERROR(world.actions().amend_interaction(third, new_note("third")),
                  ErrorCode::InvalidInput);
}

TEST_CASE("Undoing a save takes line, task and flag back, and brings the former flag back",
          "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Berg");
    const auto former = must(world.actions().flag_customer(id, {"B", "complaint", "", ""}));
    auto visit = a_visit(id);
    visit.next = balie::repo::NewTask{};
    visit.flag = balie::repo::NewFlag{.level = "A", .reason = "revenue", .until = {}, .note = {}};
    const auto saved = must(world.actions().save_interaction(visit));
    CHECK(must(balie::repo::TaskRepo(world.db()).of_customer(id))[0].subject == "held (nl)");
    must(world.actions().undo_save(saved));
    const auto view = must(balie::repo::read_customer_360(world.db(), id, {.today = "2026-03-14"}));
    CHECK(view.timeline.lines.empty());
    CHECK(view.open_tasks.empty());
    CHECK(view.counts.contacts == 0);
    REQUIRE(view.flag.has_value());
    CHECK(view.flag->id == former.flag);
    CHECK(must(balie::repo::InteractionRepo(world.db()).history(saved.interaction)).size() == 2);
    REQUIRE_ERROR(world.actions().withdraw_interaction(saved.interaction),
                  ErrorCode::AlreadyExists);
}

TEST_CASE("The timeline comes in pages, the latest first, each line once", "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Berg");
    for (int i = 0; i < 25; ++i) world.visit(id, std::to_string(i));
    balie::repo::InteractionRepo repo(world.db());
    std::vector<std::string> notes;
    std::optional<balie::repo::TimelineCursor> at;
    do {
        const auto page = must(repo.timeline(id, at, 10));
        for (const auto& line : page.lines) notes.push_back(line.note);
        at = page.next;
    } while (at);
    REQUIRE(notes.size() == 25);
    CHECK(notes.front() == "24");
    CHECK(notes.back() == "0");
    CHECK(must(repo.latest(id))->note == "24");
    CHECK(must(repo.between(world.clock.now_ms, world.clock.now_ms + 1, "anna", 10)).size() == 1);
    CHECK(must(repo.between(0, world.clock.now_ms + 1, "bert", 10)).empty());
}

TEST_CASE("A customer has one flag: the same level is refused, another ends the former", "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("Anna", "", "Smit");
    const auto first = must(world.actions().flag_customer(id, {"B", "complaint", "", "angry"}));
    REQUIRE_ERROR(world.actions().flag_customer(id, {"B", "revenue", "", ""}),
                  ErrorCode::AlreadyExists);
    const auto second = must(world.actions().flag_customer(id, {"A", "revenue", "2026-12-31", ""}));
    CHECK(second.ended == first.flag);
    balie::repo::PriorityRepo repo(world.db());
    const auto list = must(repo.list("2026-03-14"));
    REQUIRE(list.size() == 1);
    CHECK(list[0].flag.level == "A");
    CHECK(list[0].display_name == "Anna Smit");
    CHECK(must(repo.list("2027-01-01")).empty());
    CHECK(must(repo.history(id)).size() == 2);
    CHECK(must(world.actions().unflag_customer(id, "reached")) == second.flag);
    CHECK_FALSE(must(repo.current(id, "2026-03-14")).has_value());
    REQUIRE_ERROR(world.actions().unflag_customer(id, "reached"), ErrorCode::NotFound);
    must(world.actions().reopen_flag(second.flag));
    CHECK(must(repo.current(id, "2026-03-14"))->id == second.flag);
    REQUIRE_ERROR(world.actions().flag_customer(id, {"C", "revenue", "2020-01-01", ""}),
                  ErrorCode::InvalidInput);
    REQUIRE_ERROR(world.actions().flag_customer(id, {"D", "revenue", "", ""}),
                  ErrorCode::InvalidInput);
}

TEST_CASE("The priority list shows who waited longest first within a level", "[repo]") {
    RepoWorld world;
    const RecordId recent = world.customer("", "", "Recent");
    const RecordId never = world.customer("", "", "Never");
    const RecordId top = world.customer("", "", "Top");
    REQUIRE_OK(world.actions().flag_customer(recent, {"B", "revenue", "", ""}));
    REQUIRE_OK(world.actions().flag_customer(never, {"B", "revenue", "", ""}));
    REQUIRE_OK(world.actions().flag_customer(top, {"A", "revenue", "", ""}));
    world.visit(recent);
    const auto list = must(balie::repo::PriorityRepo(world.db()).list("2026-03-14"));
    REQUIRE(list.size() == 3);
    CHECK(list[0].display_name == "Top");
    CHECK(list[1].display_name == "Never");
    CHECK(list[2].last_contact_ms.has_value());
    CHECK(must(balie::repo::PriorityRepo(world.db()).list("2026-03-14", "A")).size() == 1);
}

TEST_CASE("Tasks are listed by day, done once, and reopened by an undo", "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Berg");
    auto task = [&](const std::string& subject, const std::string& due) {
        return must(world.actions().add_task({id, subject, "", due, ""})).task;
    };
    const RecordId late = task("late", "2026-03-01");
    task("today", "today");
    task("later", "+2w");
    task("whenever", "");
    balie::repo::TaskRepo repo(world.db());
    using balie::repo::TaskFilter;
    const auto subjects = [&](TaskFilter filter) {
        std::string out;
        for (const auto& each : must(repo.list(filter, "anna", "2026-03-14")))
            out += each.subject + " ";
        return out;
    };
    CHECK(subjects(TaskFilter::Open) == "late today later whenever ");
    CHECK(subjects(TaskFilter::Overdue) == "late ");
    CHECK(subjects(TaskFilter::DueToday) == "today ");
    CHECK(subjects(TaskFilter::Due) == "late today ");
    CHECK(must(repo.list(TaskFilter::Open, "bert", "2026-03-14")).empty());
    CHECK(must(repo.counts("anna", "2026-03-14")).open == 4);
    CHECK(must(repo.counts("anna", "2026-03-14")).overdue == 1);
    must(world.actions().done_task(late));
    CHECK(subjects(TaskFilter::Overdue).empty());
    CHECK(subjects(TaskFilter::Done) == "late ");
    REQUIRE_ERROR(world.actions().done_task(late), ErrorCode::AlreadyExists);
    must(world.actions().reopen_task(late));
    CHECK(subjects(TaskFilter::Overdue) == "late ");
    REQUIRE_ERROR(world.actions().add_task({id, "x", "", "2026-02-30", ""}),
                  ErrorCode::InvalidInput);
    const auto nobody = world.actions().add_task({id, "x", "", "", "nobody"});
    REQUIRE_ERROR(nobody, ErrorCode::InvalidInput);
    CHECK_THAT(nobody.error().mend, ContainsSubstring("anna"));
}

TEST_CASE("A piece of work has one task: asked again, it is that one, for whom and when it is now",
          "[repo]") {
    RepoWorld world;
    const RecordId customer = world.customer("", "", "Berg");
    RecordId work;
    work.bytes.fill(9);
    balie::repo::NewTask task{customer, "choose", "", "+3d", ""};
    task.id = work;
    CHECK(must(world.actions().add_task(task)).task == work);
    balie::repo::TaskRepo repo(world.db());
    CHECK(must(repo.get(work)).due_on == "2026-03-17");
    must(world.actions().done_task(work));
    task.due = "+5d";
    task.subject = "choose, please";
    const auto asked_again = must(world.actions().add_task(task));
    CHECK(asked_again.task == work);
    const auto again = must(repo.get(work));
    CHECK(again.is_open());
    CHECK(again.due_on == "2026-03-19");
    CHECK(again.subject == "choose, please");
    must(world.actions().undo_task(asked_again));
    const auto before = must(repo.get(work));
    CHECK(before.done_at.has_value());
    CHECK(before.due_on == "2026-03-17");
    CHECK(before.subject == "choose");
    REQUIRE_OK(world.actions().add_task(task));

    balie::repo::Actions::Settlement settled{.type = "customer",
                                             .record = customer,
                                             .field = "note",
                                             .value = balie::Value{std::string("both")},
                                             .task = work};
    must(world.actions().settle_conflict(settled));
    CHECK_FALSE(must(repo.get(work)).is_open());
    settled.value = balie::Value{};
    settled.taken_back = true;
    must(world.actions().settle_conflict(settled));
    CHECK(must(repo.get(work)).is_open());
    // Nobody was asked: then there is nothing to be done.
    settled.task.bytes.fill(8);
    must(world.actions().settle_conflict(settled));
    must(world.actions().delete_task(work));
    settled.task = work;
    settled.taken_back = false;
    must(world.actions().settle_conflict(settled));
    CHECK_FALSE(must(repo.get(work)).done_at);
}

TEST_CASE("A customer number is given once", "[repo]") {
    RepoWorld world;
    world.customer("Anna", "", "Smit", "7");
    balie::repo::NewCustomer twin;
    twin.fields = {{"name", "Other"}, {"number", "7"}};
    const auto refused = world.actions().add_customer(twin);
    REQUIRE_ERROR(refused, ErrorCode::AlreadyExists);
    CHECK_THAT(refused.error().what, ContainsSubstring("Anna Smit"));
}

TEST_CASE("An address keeps its parts, whatever stands in them", "[repo]") {
    RepoWorld world;
    const RecordId id = world.customer("", "", "Berg");
    const std::string odd = "Rue \"du\" \\ Port\nNord é";
    world.lives_in(id, odd, "Liège");
    const auto points = must(balie::repo::CustomerRepo(world.db()).contact_points(id));
    REQUIRE(points.size() == 1);
    CHECK(points[0].address.street == odd);
    CHECK(points[0].text() == odd + ", Liège");
}

TEST_CASE("Custom values are shown with their labels, and refused when nobody defined them",
          "[repo]") {
    RepoWorld world;
    world.custom_field("customer", "segment", "text");
    balie::repo::NewCustomer made;
    made.fields = {{"name", "Berg"}, {"x.segment", "gold"}};
    const RecordId id = must(world.actions().add_customer(made)).customer;
    const auto view = must(balie::repo::read_customer_360(world.db(), id, {.today = "2026-03-14"}));
    REQUIRE(view.custom.size() == 1);
    CHECK(view.custom[0].field.label_nl == "segment (nl)");
    CHECK(balie::value_text(view.custom[0].value) == "gold");
    made.fields = {{"name", "Berg"}, {"x.unknown", "1"}};
    REQUIRE_ERROR(world.actions().add_customer(made), ErrorCode::InvalidInput);
}
