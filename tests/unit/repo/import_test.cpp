#include "app/runtime/exporter.h"
#include "app/runtime/importer.h"
#include "storage/repo/customer_360.h"
#include "storage/store/customer_text.h"
#include "tests/unit/repo/repo_world.h"

#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using balie::ErrorCode;
using balie::app::Importer;
using balie::app::ImportReport;
using balie::app::ImportRequest;
using balie::app::OnError;
using balie::test::must;
using balie::test::RepoWorld;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

const char* const kMap = R"({
  "version": 1, "zone": "+00:00",
  "custom": {"customer": [{"name": "age", "datatype": "integer"}]},
  "records": [
    {"as": "customer", "fields": {"kind": {"value": "person"}, "number": "nr", "name": "name",
      "x.age": "age"}},
    {"as": "interaction", "fields": {"customer_id": {"record": "customer"},
      "channel": {"value": "phone"}, "occurred_at": "called",
      "outcome": {"column": "result", "translate": {"yes": "held", "no": "no_answer"}}}}
  ]})";

struct Office : RepoWorld {
    Office() {
        custom_field("customer", "age", "integer");
        write("map.json", kMap);
    }
    fs::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name, std::ios::binary) << text;
        return folder / name;
    }
    ImportRequest request(const std::string& file) {
        ImportRequest request;
        request.file = folder / file;
        request.as = "customers";
        request.map = folder / "map.json";
        return request;
    }
    Importer importer() { return {*store, "anna"}; }
    std::int64_t customers() {
        return count("SELECT count(*) FROM customers WHERE deleted_at IS NULL");
    }
    std::int64_t lines() {
        return std::ssize(must(balie::repo::InteractionRepo(db()).between(0, INT64_MAX, "", 200)));
    }
};

std::string table(int lines, const std::string& bad = {}) {
    std::string out = "nr;name;age;called;result\n";
    for (int i = 1; i <= lines; ++i) {
        out += "N" + std::to_string(i) + ";Client " + std::to_string(i) + ";" +
               std::to_string(20 + i % 60) + ";2026-01-" + (i % 2 == 0 ? "10" : "11") + ";" +
               (i % 3 == 0 ? "yes" : "no") + "\n";
        if (i == lines / 2) out += bad;
    }
    return out;
}

}  // namespace

TEST_CASE("A table is imported as customers with custom fields and interactions", "[import]") {
    Office office;
    office.write("t.csv", table(150));
    const ImportReport report = must(office.importer().run(office.request("t.csv")));
    CHECK(report.read == 150);
    CHECK(report.imported == 150);
    CHECK(report.skipped == 0);
    CHECK(report.created == 300);
    CHECK(office.customers() == 150);
    CHECK(office.lines() == 150);
    CHECK(office.changes() == 300);
    CHECK(office.count("SELECT count(DISTINCT action_id) FROM change_log") == 1);
    CHECK(office.count("SELECT max(n) FROM (SELECT count(*) n FROM change_log"
                       " GROUP BY transaction_id)") <= 400);
    CHECK(office.found("client 77") == std::vector<std::string>{"Client 77"});
    const auto id = must(balie::repo::CustomerRepo(office.db()).resolve("N150"));
    const auto view =
        must(balie::repo::read_customer_360(office.db(), id, {.today = "2026-03-14"}));
    REQUIRE(view.custom.size() == 1);
    CHECK(balie::value_integer(view.custom[0].value) == 50);
    CHECK(view.customer.owner == "anna");
    CHECK(view.timeline.lines.at(0).outcome == "held");
    CHECK(view.timeline.lines.at(0).author == "anna");
}

TEST_CASE("A dry run says what would happen and writes nothing", "[import]") {
    Office office;
    office.write("t.csv", table(10, "N99;Bad;old;2026-01-01;yes\n"));
    auto request = office.request("t.csv");
    request.dry_run = true;
    const auto report = must(office.importer().run(request));
    CHECK(report.read == 11);
    CHECK(report.imported == 10);
    CHECK(report.skipped == 1);
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].line == 7);
    CHECK(office.customers() == 0);
    CHECK(office.changes() == 0);
    CHECK(office.count("SELECT count(*) FROM import_run") == 0);
}

TEST_CASE("One bad line stops an import before anything is written", "[import]") {
    Office office;
    office.write("t.csv", table(100, "N99;Bad;33;2026-02-30;yes\nN98;Two;33;2026-01-01;maybe\n"));
    const auto report = must(office.importer().run(office.request("t.csv")));
    CHECK(report.stopped);
    CHECK(report.imported == 0);
    REQUIRE(report.errors.size() == 2);
    CHECK(report.errors[0].line == 52);
    CHECK_THAT(report.errors[1].reason, ContainsSubstring("maybe"));
    CHECK(office.customers() == 0);
    CHECK(office.changes() == 0);
}

TEST_CASE("With skip the good lines are in and the bad ones are named", "[import]") {
    Office office;
    office.write("t.csv", table(100, "N99;Bad;33;2026-02-30;yes\ntoo;few\n"));
    auto request = office.request("t.csv");
    request.on_error = OnError::Skip;
    const auto report = must(office.importer().run(request));
    CHECK(report.read == 102);
    CHECK(report.imported == 100);
    CHECK(report.skipped == 2);
    CHECK(report.errors.size() == 2);
    CHECK(office.customers() == 100);
}

TEST_CASE("A code that the office does not know is a bad line that names the valid ones",
          "[import]") {
    Office office;
    std::string map = kMap;
    map.replace(map.find("\"held\""), 6, "\"sold\"");
    office.write("map.json", map);
    office.write("t.csv", table(3));
    const auto report = must(office.importer().run(office.request("t.csv")));
    CHECK(report.stopped);
    CHECK_THAT(report.errors.at(0).reason, ContainsSubstring("sold") && ContainsSubstring("held"));
}

TEST_CASE("A map that names an unknown custom field fails before anything is written", "[import]") {
    Office office;
    must(office.db().execute("DELETE FROM field_definitions"));
    office.write("t.csv", table(3));
    const auto refused = office.importer().run(office.request("t.csv"));
    REQUIRE_ERROR(refused, ErrorCode::InvalidInput);
    CHECK_THAT(refused.error().text(), ContainsSubstring("customer.age"));
    CHECK(office.count("SELECT count(*) FROM import_run") == 0);
    CHECK(office.customers() == 0);
}

TEST_CASE("A column that is missing, a file that is none and office records are refused",
          "[import]") {
    Office office;
    office.write("t.csv", "nr;name;age;called\n1;A;3;2026-01-01\n");
    REQUIRE_ERROR(office.importer().run(office.request("t.csv")), ErrorCode::InvalidInput);
    REQUIRE_ERROR(office.importer().run(office.request("none.csv")), ErrorCode::NotFound);
    office.write("b.csv", std::string("\x7f"
                                      "ELF\0\0\0\1\2\0\0",
                                      11));
    REQUIRE_ERROR(office.importer().run(office.request("b.csv")), ErrorCode::InvalidInput);
    auto request = office.request("t.csv");
    request.as = "codes";
    REQUIRE_ERROR(office.importer().run(request), ErrorCode::Denied);
    request.as = "nonsense";
    REQUIRE_ERROR(office.importer().run(request), ErrorCode::InvalidInput);
}

TEST_CASE("The same file by the same map is recognised and not imported twice", "[import]") {
    Office office;
    office.write("t.csv", table(20));
    const auto first = must(office.importer().run(office.request("t.csv")));
    const auto again = must(office.importer().run(office.request("t.csv")));
    CHECK(again.already_imported);
    CHECK(again.id == first.id);
    auto request = office.request("t.csv");
    request.again = true;
    const auto forced = must(office.importer().run(request));
    CHECK(forced.created == 0);
    CHECK(forced.updated == 0);
    CHECK(office.customers() == 20);
    CHECK(office.changes() == 40);
}

TEST_CASE("An import that is stopped goes on where it was and doubles nothing", "[import]") {
    Office office;
    office.write("t.csv", table(2000));
    int calls = 0;
    auto request = office.request("t.csv");
    request.on_error = OnError::Skip;
    const auto stop_at_first = [&calls](const balie::app::ImportProgress&) {
        return ++calls > 1000;
    };
    const auto stopped = must(office.importer().run(request, stop_at_first));
    CHECK(stopped.cancelled);
    CHECK(stopped.imported < 2000);
    const auto rest = must(office.importer().run(request));
    CHECK(rest.resumed);
    CHECK(rest.id == stopped.id);
    CHECK(rest.imported == 2000);
    CHECK(office.customers() == 2000);
    CHECK(office.changes() == 4000);
    CHECK(must(balie::store::CustomerText(office.db()).count_missing()) == 0);
}

TEST_CASE("An import whose process is killed is resumed by its id, every line once", "[import]") {
    Office office;
    office.write("t.csv", table(3000));
    auto request = office.request("t.csv");
    request.on_error = OnError::Skip;
    office.store.reset();  // the child opens its own
    const pid_t child = ::fork();
    if (child == 0) {
        balie::test::HandClock clock;
        balie::test::SeededEntropy entropy(77);
        auto store = balie::store::Store::open(office.path(), office.key(), clock, entropy, {});
        balie::sync::ChangeLog log(clock, entropy);
        (*store)->set_sink(&log);
        const auto die = [&](const balie::app::ImportProgress& progress) {
            if (progress.done > 500) ::kill(::getpid(), SIGKILL);
            return true;
        };
        static_cast<void>(Importer(**store, "anna").run(request, die).ok());
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    office.store = must(
        balie::store::Store::open(office.path(), office.key(), office.clock, office.entropy, {}));
    office.store->set_sink(office.log.get());
    const auto runs = must(office.importer().runs());
    if (WIFSIGNALED(status)) {
        REQUIRE(runs.size() <= 1);
        if (!runs.empty()) request.resume = runs.front().id;
    }
    const auto report = must(office.importer().run(request));
    CHECK(report.imported == 3000);
    CHECK(office.customers() == 3000);
    CHECK(office.changes() == 6000);
    CHECK(office.count("SELECT count(DISTINCT number) FROM customers") == 3000);
}

TEST_CASE("Another file cannot be passed off as the rest of an import", "[import]") {
    Office office;
    office.write("t.csv", table(5));
    const auto first = must(office.importer().run(office.request("t.csv")));
    office.write("u.csv", table(6));
    auto request = office.request("u.csv");
    request.resume = first.id;
    REQUIRE_ERROR(office.importer().run(request), ErrorCode::InvalidInput);
}

TEST_CASE("An undone import is gone from lists and search, and can be done again", "[import]") {
    Office office;
    office.write("t.csv", table(100));
    const auto report = must(office.importer().run(office.request("t.csv")));
    const auto undone = must(office.importer().undo(report.id));
    CHECK(undone.deleted == 100);
    CHECK(undone.withdrawn == 100);
    CHECK(office.customers() == 0);
    CHECK(office.lines() == 0);
    CHECK(office.found("client").empty());
    REQUIRE_ERROR(office.importer().undo(report.id), ErrorCode::AlreadyExists);
    const auto again = must(office.importer().run(office.request("t.csv")));
    CHECK(again.imported == 100);
    CHECK(office.customers() == 100);
    CHECK(office.lines() == 100);
    CHECK(office.found("client 42").size() == 1);
    CHECK(must(office.importer().undo(again.id)).withdrawn == 100);
    CHECK(office.lines() == 0);
}

TEST_CASE("An update by import is taken back, but not over what somebody changed since",
          "[import]") {
    Office office;
    const auto first = office.customer("Anna", "", "Smit", "1");
    const auto second = office.customer("Bert", "", "Smit", "2");
    office.write("u.csv", "id,name,note\n" + first.text() + ",Smid,from file\n" + second.text() +
                              ",Smid,from file\n");
    auto request = office.request("u.csv");
    request.map.reset();
    const auto report = must(office.importer().run(request));
    CHECK(report.updated == 2);
    CHECK(must(balie::repo::CustomerRepo(office.db()).get(first)).name == "Smid");
    REQUIRE_OK(office.actions().edit_customer(
        second, {.fields = {{"name", "Smits"}}, .added = {}, .changed = {}, .removed = {}}));
    const auto undone = must(office.importer().undo(report.id));
    CHECK(undone.restored == 2);
    CHECK(undone.kept == 1);
    CHECK(must(balie::repo::CustomerRepo(office.db()).get(first)).name == "Smit");
    CHECK(must(balie::repo::CustomerRepo(office.db()).get(first)).note.empty());
    CHECK(must(balie::repo::CustomerRepo(office.db()).get(second)).name == "Smits");
}

TEST_CASE("Long notes make smaller transactions, never a failure", "[import]") {
    Office office;
    std::string text = "kind,name,note\n";
    for (int i = 0; i < 40; ++i) {
        text += "person,Client " + std::to_string(i) + "," +
                std::string(15'000, i % 2 == 0 ? '\x01' : 'n') + "\n";
    }
    office.write("n.csv", text);
    auto request = office.request("n.csv");
    request.map.reset();
    const auto report = must(office.importer().run(request));
    CHECK(report.errors.empty());
    CHECK(office.customers() == 40);
    const auto undone = must(office.importer().undo(report.id));
    CHECK(undone.deleted == 40);
}

TEST_CASE("What is exported and imported elsewhere comes out equal", "[import][export]") {
    Office office;
    office.write("t.csv", table(50));
    REQUIRE_OK(office.importer().run(office.request("t.csv")));
    balie::repo::NewCustomer odd;
    odd.fields = {{"name", "=1+1; \"x\"\nline"}, {"note", "'+31 6 é\t"}, {"number", "007"}};
    REQUIRE_OK(office.actions().add_customer(odd));
    const auto out = [&](RepoWorld& world, const std::string& type, balie::app::ExportFormat format,
                         const std::string& name) {
        balie::app::ExportRequest request;
        request.type = type;
        request.format = format;
        request.out = (world.folder / name).string();
        REQUIRE_OK(balie::app::export_records(world.db(), request));
        return balie::test::file_text(request.out);
    };
    using balie::app::ExportFormat;
    for (const auto& [format, ending] :
         {std::pair{ExportFormat::Csv, ".csv"}, std::pair{ExportFormat::Ndjson, ".ndjson"}}) {
        CAPTURE(ending);
        const auto customers = out(office, "customers", format, std::string("customers") + ending);
        const auto calls = out(office, "interactions", format, std::string("calls") + ending);
        CHECK_THAT(customers, ContainsSubstring("x.age"));

        Office other;
        for (const auto& [text, type] :
             {std::pair{customers, "customers"}, std::pair{calls, "interactions"}}) {
            const std::string name = std::string("in") + ending;
            auto request = other.request(name);
            other.write(name, text);
            request.as = type;
            request.map.reset();
            const auto report = must(other.importer().run(request));
            CAPTURE(report.errors.empty() ? "" : report.errors[0].reason);
            CHECK(report.errors.empty());
            CHECK(out(other, type, format, std::string("again") + ending) == text);
        }
        CHECK(out(other, "customers", ExportFormat::Ndjson, "c.ndjson") ==
              out(office, "customers", ExportFormat::Ndjson, "c.ndjson"));
        CHECK(out(other, "interactions", ExportFormat::Csv, "i.csv") ==
              out(office, "interactions", ExportFormat::Csv, "i.csv"));
    }
}

TEST_CASE("A map serves for NDJSON as for CSV, and a bad line is named", "[import]") {
    Office office;
    office.write("t.ndjson",
                 R"({"nr":"N1","name":"'t Hooft","age":61,"called":"2026-01-10","result":"yes"})"
                 "\n"
                 R"({"nr":"N2","name":"Bakker","age":"old","called":"2026-01-10","result":"no"})"
                 "\n");
    const ImportReport stopped = must(office.importer().run(office.request("t.ndjson")));
    CHECK(stopped.stopped);
    REQUIRE(stopped.errors.size() == 1);
    CHECK(stopped.errors[0].line == 2);
    CHECK_THAT(stopped.errors[0].reason, ContainsSubstring("x.age"));
    CHECK(office.customers() == 0);
    auto request = office.request("t.ndjson");
    request.on_error = OnError::Skip;
    const ImportReport report = must(office.importer().run(request));
    CHECK(report.imported == 1);
    CHECK(report.skipped == 1);
    CHECK(report.note == "NDJSON, 5 columns");
    CHECK(office.count("SELECT count(*) FROM customers WHERE name='''t Hooft'") == 1);
}

TEST_CASE("An export gives the line in force, and all of them when the history is asked",
          "[export]") {
    RepoWorld world;
    const auto id = world.customer("", "", "Berg");
    const auto saved = world.visit(id, "first");
    balie::repo::InteractionChanges changes;
    changes.note = "second";
    REQUIRE_OK(world.actions().amend_interaction(saved.interaction, changes));
    const auto withdrawn = world.visit(id, "mistake");
    REQUIRE_OK(world.actions().withdraw_interaction(withdrawn.interaction));
    balie::app::ExportRequest request;
    request.type = "interactions";
    request.format = balie::app::ExportFormat::Ndjson;
    request.out = (world.folder / "i.ndjson").string();
    CHECK(must(balie::app::export_records(world.db(), request)).records == 1);
    std::ifstream in(request.out);
    std::stringstream text;
    text << in.rdbuf();
    CHECK_THAT(text.str(), ContainsSubstring("second") && !ContainsSubstring("first"));
    request.history = true;
    CHECK(must(balie::app::export_records(world.db(), request)).records == 4);
}

TEST_CASE("An export that is stopped or of no known type leaves no file", "[export]") {
    RepoWorld world;
    for (int i = 0; i < 70; ++i) world.customer("", "", "Berg " + std::to_string(i));
    balie::app::ExportRequest request;
    request.type = "customers";
    request.out = (world.folder / "c.csv").string();
    REQUIRE_ERROR(
        balie::app::export_records(world.db(), request, [](std::int64_t) { return false; }),
        ErrorCode::Cancelled);
    CHECK_FALSE(fs::exists(request.out));
    request.type = "clients";
    REQUIRE_ERROR(balie::app::export_records(world.db(), request), ErrorCode::InvalidInput);
    CHECK_FALSE(fs::exists(request.out));
}
