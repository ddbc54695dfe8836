// Attachments between real terminals and a real hub, over a wire that a test can cut and bend.
#include "sync/core/limits.h"
#include "tests/unit/hub/attachment_world.h"

#include <algorithm>

namespace balie::test {

namespace {

using attach::BytesAt;
using sync::Message;

template <typename T>
int count_of(std::vector<std::size_t>& seen) {
    return static_cast<int>(std::count(seen.begin(), seen.end(), Message(T{}).index()));
}

}  // namespace

TEST_CASE("A photo attached without a network reaches the office and a colleague, byte for byte",
          "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    PaperDesk bram(office, "bram", "territory:north", 2);
    const RecordId customer = anna.customer();
    const Bytes photo = picture(1000);
    const RecordId id = anna.add(customer, photo, "Foto.JPG");
    CHECK(anna.document(id).at == BytesAt::ToSend);
    CHECK(anna.document(id).kind == "photo");
    CHECK(must(anna.terminal.replica->status()).attachments.to_send == 1);
    anna.exchange();
    CHECK(anna.document(id).at == BytesAt::Here);
    CHECK(must(office.desk().counts()).here == 1);
    bram.exchange();
    CHECK(bram.document(id).at == BytesAt::Here);
    CHECK(bram.bytes_of(id) == photo);
    CHECK(must(bram.terminal.replica->status()).attachments.asked == 0);
}

TEST_CASE("An attachment goes on where the line broke, at whichever message", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId customer = anna.customer();
    const Bytes photo = picture(1000);
    const RecordId id = anna.add(customer, photo);
    std::int64_t sent = 0;
    bool all = false;
    for (int cut = 1; !all; ++cut) {
        REQUIRE(cut < 100);
        int left = cut;
        PaperLine line(office, anna.terminal, [&](bool to_hub, Message& message) {
            const auto* put = std::get_if<sync::BlobPut>(&message);
            if (to_hub && put != nullptr) sent += static_cast<std::int64_t>(put->data.size());
            return --left > 0;
        });
        line.run();
        all = line.idle;
    }
    CHECK(must(office.desk().counts()).here == 1);
    // Each break costs one chunk at most, and one answer that was lost.
    CHECK(sent <= 1000 + 30 * static_cast<std::int64_t>(MemoryBlobs::kChunk));
    PaperDesk bram(office, "bram", "territory:north", 2);
    CHECK(bram.bytes_of(id) == photo);
}

TEST_CASE("Fetching goes on where the line broke", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    PaperDesk bram(office, "bram", "territory:north", 2);
    const Bytes photo = picture(1000);
    const RecordId id = anna.add(anna.customer(), photo);
    anna.exchange();
    std::int64_t received = 0;
    bool all = false;
    for (int breaks = 0; !all; ++breaks) {
        REQUIRE(breaks < 20);
        int puts = 0;
        PaperLine line(office, bram.terminal, [&](bool to_hub, Message& message) {
            const auto* put = std::get_if<sync::BlobPut>(&message);
            if (to_hub || put == nullptr) return true;
            if (++puts > 2) return false;
            received += static_cast<std::int64_t>(put->data.size());
            return true;
        });
        line.run();
        all = line.idle;
        bram.terminal.reopen();
        bram.terminal.replica->use_blobs(bram.blobs);
    }
    CHECK(received == 1000);
    CHECK(bram.bytes_of(id) == photo);
}

TEST_CASE("What comes spoilt is thrown away, asked for again, and told when it stays so",
          "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    PaperDesk bram(office, "bram", "territory:north", 2);
    const RecordId id = anna.add(anna.customer(), picture(300));
    anna.exchange();
    const bool always = GENERATE(false, true);
    int spoilt = 0;
    PaperLine line(office, bram.terminal, [&](bool to_hub, Message& message) {
        auto* put = std::get_if<sync::BlobPut>(&message);
        if (to_hub || put == nullptr || (!always && spoilt > 0)) return true;
        put->data.front() ^= 1U;
        ++spoilt;
        return true;
    });
    line.run();
    REQUIRE(line.idle);
    if (always) {
        CHECK(bram.document(id).at == BytesAt::Asked);
        CHECK(bram.document(id).trouble == "hash");
        CHECK(must(bram.terminal.replica->status()).attachments.troubled == 1);
    } else {
        CHECK(bram.bytes_of(id) == picture(300));
    }
}

TEST_CASE("The hub does not take for a document what is not its content", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId id = anna.add(anna.customer(), picture(300));
    int spoilt = 0;
    PaperLine line(office, anna.terminal, [&](bool to_hub, Message& message) {
        auto* put = std::get_if<sync::BlobPut>(&message);
        if (!to_hub || put == nullptr || spoilt > 0) return true;
        put->data.front() ^= 1U;
        ++spoilt;
        return true;
    });
    line.run();
    REQUIRE(line.idle);
    CHECK(anna.document(id).at == BytesAt::Here);  // once more, and then it was
    CHECK(must(office.desk().counts()).here == 1);
    CHECK(must(office.desk().counts()).uploads == 0);
}

TEST_CASE("A file comes to whoever asked for it as soon as it is at the office", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    PaperDesk bram(office, "bram", "territory:north", 2);
    const RecordId id = anna.add(anna.customer(), picture(200));
    PaperLine to_anna(office, anna.terminal, [](bool to_hub, Message& message) {
        return !to_hub || !std::holds_alternative<sync::BlobHave>(message);
    });
    to_anna.run();  // the record is there, and the line broke before the bytes
    PaperLine to_bram(office, bram.terminal);
    to_bram.run();
    REQUIRE(to_bram.idle);
    CHECK(bram.document(id).trouble == "not_here");
    PaperLine again(office, anna.terminal);
    again.on_blob = [&](const std::string& blob, std::int64_t bytes) {
        to_bram.hub().blob_arrived(blob, bytes);
    };
    again.run();
    to_bram.run();
    CHECK(bram.document(id).at == BytesAt::Here);
    CHECK(bram.bytes_of(id) == picture(200));
}

TEST_CASE("A device outside the scope gets no bytes, and knowing the hash is not enough",
          "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId id = anna.add(anna.customer(), picture(200));
    anna.exchange();
    const std::string blob = anna.document(id).blob;
    PaperDesk cees(office, "cees", "territory:south", 3);
    const auto asked = [&](const sync::BlobRequest& request) {
        const auto answer = must(office.desk().handle({cees.terminal.device, request})).message;
        const auto* refused = std::get_if<sync::BlobRefused>(&answer);
        return refused == nullptr ? std::string() : refused->code;
    };
    CHECK(asked(sync::BlobGet{blob, 0, 1000}) == "scope");
    CHECK(asked(sync::BlobHave{blob, 200}) == "scope");
    // He names it in a record of his own.
    cees.terminal.create(domain::RecordType::Document,
                         {{"customer_id", Value{cees.customer("south").text()}},
                          {"kind", Value{"photo"}},
                          {"name", Value{"mine.jpg"}},
                          {"bytes", Value{std::int64_t{200}}},
                          {"blob", Value{blob}},
                          {"author", Value{"cees"}},
                          {"added_at", Value{office.world.clock.now_ms}}});
    cees.terminal.push();
    CHECK(asked(sync::BlobGet{blob, 0, 1000}) == "not_here");
    // And says that he has it: then he is to show all of it.
    const auto wanted =
        must(office.desk().handle({cees.terminal.device, sync::BlobHave{blob, 200}}));
    CHECK(std::get<sync::BlobWant>(wanted.message).offset == 0);
    CHECK(asked(sync::BlobPut{blob, 200, 0, Bytes(64, 0)}).empty());
    CHECK(asked(sync::BlobPut{blob, 200, 64, Bytes(64, 0)}).empty());
    CHECK(asked(sync::BlobPut{blob, 200, 128, Bytes(72, 0)}) == "hash");
    CHECK(asked(sync::BlobGet{blob, 0, 1000}) == "not_here");
    CHECK(must(office.desk().counts()).here == 1);
}

TEST_CASE("Attachments wait for records, and a metered line holds large ones back",
          "[attachment][link]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId customer = anna.customer();
    const RecordId id = anna.add(customer, picture(1000));
    std::vector<std::size_t> seen;
    PaperLine line(office, anna.terminal, [&](bool to_hub, Message& message) {
        if (to_hub) seen.push_back(message.index());
        return true;
    });
    sync::LinkRules rules;
    rules.blob_bytes_max = 500;
    line.link->set_rules(rules);
    line.run();
    REQUIRE(line.idle);
    CHECK(line.held);
    CHECK(count_of<sync::BlobHave>(seen) == 0);
    CHECK(must(anna.terminal.replica->status()).pending == 0);
    rules.blob_bytes_max = 5000;
    line.link->set_rules(rules);
    line.run();
    CHECK_FALSE(line.held);
    CHECK(count_of<sync::BlobHave>(seen) == 1);
    CHECK(anna.document(id).at == BytesAt::Here);
}

TEST_CASE("A hub that knows nothing of attachments is not told of any", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId id = anna.add(anna.customer(), picture(100));
    std::vector<std::size_t> seen;
    PaperLine line(office, anna.terminal, [&](bool to_hub, Message& message) {
        if (to_hub) seen.push_back(message.index());
        if (auto* welcome = std::get_if<sync::Welcome>(&message)) welcome->blob_bytes_max = 0;
        return true;
    });
    line.run();
    REQUIRE(line.idle);
    CHECK(count_of<sync::BlobHave>(seen) == 0);
    CHECK(anna.document(id).at == BytesAt::ToSend);
}

TEST_CASE("What left goes with its bytes, but not before the office has them", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    PaperDesk dirk(office, "dirk", "all", 4);
    const RecordId customer = anna.customer();
    const RecordId id = anna.add(customer, picture(200));
    const std::string blob = anna.document(id).blob;
    const bool sent = GENERATE(true, false);
    if (sent) {
        anna.exchange();
    } else {
        PaperLine cut(office, anna.terminal, [](bool to_hub, Message& message) {
            return !to_hub || !std::holds_alternative<sync::BlobHave>(message);
        });
        cut.run();
    }
    dirk.exchange();
    dirk.terminal.edit(domain::RecordType::Customer, customer, {{"territory", Value{"south"}}});
    dirk.exchange();
    PaperLine line(office, anna.terminal);
    line.run();
    REQUIRE(line.idle);
    line.later(1);
    CHECK_FALSE(anna.terminal.has(domain::RecordType::Document, id));
    attach::Attachments book(anna.terminal.store->writer(), anna.blobs);
    CHECK_FALSE(must(book.find(blob)));
    CHECK(anna.blobs.files.empty());
    CHECK(must(anna.terminal.replica->traces_left()));
    CHECK(must(office.desk().counts()).here == 1);
    dirk.exchange();
    CHECK(dirk.bytes_of(id) == picture(200));
}

TEST_CASE("A removed document keeps its bytes for a day, so that it can be undone",
          "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId id = anna.add(anna.customer(), picture(200));
    anna.exchange();
    must(anna.actions().remove(id));
    anna.exchange();
    CHECK(anna.blobs.files.size() == 1);
    const bool undone = GENERATE(true, false);
    if (undone) must(anna.actions().restore(id));
    office.world.clock.now_ms += sync::kBlobUndoMs + 1000;
    anna.exchange();
    CHECK(anna.blobs.files.size() == (undone ? 1U : 0U));
    // The office keeps it for a month.
    (void)must(office.desk().tidy());
    office.world.clock.now_ms += sync::kBlobUnnamedKeptMs + 1000;
    CHECK(office.blobs->files.size() == 1);
    (void)must(office.desk().tidy());
    CHECK(office.blobs->files.size() == (undone ? 1U : 0U));
}

TEST_CASE("A hub restored from a backup without its attachments gets them again", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId id = anna.add(anna.customer(), picture(200));
    anna.exchange();
    office.blobs->files.clear();
    office.world.reopen_restored();
    office.world.hub->use_blobs(office.blobs);
    CHECK(must(office.desk().look_over(true)).missing == 1);
    CHECK(must(office.desk().counts()).awaited == 1);
    anna.exchange();
    CHECK(must(office.desk().counts()).here == 1);
    CHECK(anna.document(id).at == BytesAt::Here);
}

TEST_CASE("A full disk at the office, or here, holds up no record", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    PaperDesk bram(office, "bram", "territory:north", 2);
    const RecordId id = anna.add(anna.customer(), picture(200));
    office.blobs->full = true;
    anna.exchange();
    CHECK(anna.document(id).trouble == "no_room");
    office.blobs->full = false;
    anna.exchange();
    CHECK(anna.document(id).at == BytesAt::Here);
    bram.blobs.full = true;
    bram.exchange();
    CHECK(bram.document(id).at == BytesAt::Asked);
    bram.blobs.full = false;
    bram.exchange();
    CHECK(bram.bytes_of(id) == picture(200));
}

TEST_CASE("A large file comes when somebody asks, and not before", "[attachment]") {
    PaperOffice office;
    PaperDesk anna(office, "anna", "territory:north", 1);
    PaperDesk bram(office, "bram", "territory:north", 2);
    must(bram.terminal.replica->attachments()->set_fetch_bytes_max(100));
    const RecordId id = anna.add(anna.customer(), picture(200));
    anna.exchange();
    bram.exchange();
    CHECK(bram.document(id).at == BytesAt::Away);
    must(bram.actions().ask(id));
    CHECK(bram.document(id).at == BytesAt::Asked);
    bram.exchange();
    CHECK(bram.bytes_of(id) == picture(200));
}

TEST_CASE("The office says how large a file of a kind may be, and the terminal tells why it stays",
          "[attachment]") {
    PaperOffice office;
    REQUIRE(office.desk().set_limit("photo", 500).ok());
    CHECK_FALSE(office.desk().set_limit("", domain::kAttachmentBytesMax + 1).ok());
    PaperDesk anna(office, "anna", "territory:north", 1);
    const RecordId customer = anna.customer();
    const RecordId photo = anna.add(customer, picture(600), "shop.jpg");
    const RecordId contract = anna.add(customer, picture(600, 2), "contract.pdf");
    anna.exchange();
    CHECK(anna.document(contract).at == BytesAt::Here);
    CHECK(anna.document(photo).at == BytesAt::ToSend);
    CHECK(anna.document(photo).trouble == "large");
    REQUIRE(office.desk().set_limit("photo", 1000).ok());
    anna.exchange();
    CHECK(anna.document(photo).at == BytesAt::Here);
    CHECK(anna.document(photo).trouble.empty());
}

}  // namespace balie::test
