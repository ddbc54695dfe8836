// The main job: a terminal that was offline captures, reconnects, and head office has everything.
#include "tests/e2e/world.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

namespace balie::test {
namespace {

TEST_CASE("What a terminal captured while it was offline is at head office, once, as captured") {
    const TempFolder folder;
    HubProgram hub(folder / "hub");
    hub.set_up();
    hub.start();
    const TerminalProgram a(folder / "a", "a");
    a.enrol(hub.address(), hub.code());

    hub.stop();  // from here on there is no head office
    const BankTable table = make_bank_table(2008, 300);
    const auto file = folder / "contacts.csv";
    write_text(file, table.csv());
    const Json imported =
        a.ask({"import", file.string(), "--as", "interactions", "--map", bank_map()});
    CHECK(number_of(imported, "imported") == 300);
    CHECK(number_of(imported, "skipped") == 0);
    const std::string note = "Wil graag een offerte; \"vandaag\" nog.\nZie ook caf\u00e9 't Hoekje";
    const Json logged = a.ask({"log", "--customer", "BM-7", "--channel", "visit", "--outcome",
                               "sale", "--note", note, "--at", "2026-03-14T09:26"});
    const std::string visit = text_of(logged, "id");
    const Ended offline = a.run({"sync"});
    INFO(offline.text());
    CHECK(offline.code == 3);
    CHECK(number_of(a.ask({"status"}), "pending") > 600);

    hub.start();
    (void)a.ask({"sync"});
    CHECK(number_of(a.ask({"status"}), "pending") == 0);
    const TerminalProgram b(folder / "b", "b");
    b.enrol(hub.address(), hub.code());
    (void)b.ask({"sync"});

    for (const char* format : {"csv", "ndjson"}) {
        const Exported office = hub.exported(format);
        require_whole(office, table, {visit});
        require_whole(b.exported(format), table, {visit});
        for (const ExportedRow& row : office.interactions) {
            if (row.at("id") != visit) continue;
            CHECK(row.at("note") == note);
            CHECK(row.at("channel") == "visit");
            CHECK(row.at("outcome") == "sale");
            CHECK(row.at("author") == "anna");
            CHECK(row.at("occurred_at") == "2026-03-14T09:26:00+01:00");
        }
    }
    const auto by_id = [](const ExportedTable& rows) {
        std::map<std::string, ExportedRow> out;
        for (const ExportedRow& row : rows) out[row.at("id")] = row;
        return out;
    };
    CHECK(by_id(hub.exported("csv").interactions) == by_id(hub.exported("ndjson").interactions));
    (void)hub.ask({"verify"});
    hub.stop();
}

TEST_CASE(
    "A file that was attached offline is at head office and, when asked for, at a colleague's") {
    const TempFolder folder;
    HubProgram hub(folder / "hub");
    hub.set_up();
    hub.start();
    const TerminalProgram a(folder / "a", "a");
    a.enrol(hub.address(), hub.code());
    const TerminalProgram b(folder / "b", "b");
    b.enrol(hub.address(), hub.code());
    hub.stop();

    const std::string customer =
        text_of(a.ask({"customer", "add", "--kind", "person", "--name", "Jansen"}), "id");
    // Larger than what comes by itself, and of many chunks.
    std::string photo;
    while (photo.size() < 1'300'000) photo += std::to_string(photo.size() * 7919) + "\n";
    const auto file = folder / "shop.jpg";
    write_text(file, photo);
    const std::string document =
        text_of(a.ask({"attach", file.string(), "--customer", customer}), "id");
    const Json waiting = *a.ask({"status"}).find("attachments");
    CHECK(number_of(waiting, "to_send") == 1);
    CHECK(a.run({"attach", file.string()}).code == 2);

    hub.start();
    (void)a.ask({"sync"});
    CHECK(number_of(*a.ask({"status"}).find("attachments"), "to_send") == 0);
    (void)b.ask({"sync"});
    const Json there = b.ask({"documents", "list", "--customer", customer});
    CHECK(text_of(there.find("documents")->items()->at(0), "state") == "away");
    hub.stop();
    const auto copy = folder / "copy.jpg";
    const Ended offline = b.run({"documents", "save", document, "--out", copy.string()});
    INFO(offline.text());
    CHECK(offline.code == 3);
    CHECK(offline.text().find("the office cannot be asked") != std::string::npos);
    hub.start();
    (void)b.ask({"documents", "save", document, "--out", copy.string()});
    CHECK(file_text(copy) == photo);

    const auto backup = folder / "backup.db";
    CHECK(number_of(hub.ask({"backup", backup.string()}), "attachments") == 1);
    CHECK(number_of(hub.ask({"verify"}), "attachments") == 1);
    CHECK(std::filesystem::is_directory(backup.string() + ".attachments"));
    hub.stop();
}

}  // namespace
}  // namespace balie::test
