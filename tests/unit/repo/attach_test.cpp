// A person's file becomes a document: sealed, durable, told where it cannot be; and what lies in
// the folder and is of no use goes.
#include "storage/attach/copies.h"
#include "storage/attach/documents.h"
#include "tests/unit/repo/repo_world.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace balie::test {

namespace {

namespace fs = std::filesystem;

struct Papers {
    RepoWorld world;
    attach::BlobFolder files{world.folder / "attachments"};
    RecordId customer;

    Papers() {
        world.code("document_kind", "photo", "");
        world.code("document_kind", "document", "");
        customer = world.customer("Piet", "van der", "Jansen");
    }
    [[nodiscard]] fs::path write(const std::string& name, const std::string& text) const {
        const fs::path path = world.folder / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    [[nodiscard]] Result<RecordId> attach(const fs::path& path, const std::string& kind = {}) {
        BALIE_ASSIGN(const auto taken, attach::take_in(files, world.entropy, path));
        return attach::DocumentActions(*world.store, files, "anna")
            .attach({customer, {}, kind, {}}, taken);
    }
    [[nodiscard]] Error refused(const fs::path& path) {
        const auto attached = attach(path);
        REQUIRE_FALSE(attached.ok());
        return attached.error();
    }
    [[nodiscard]] std::size_t stored() const {
        if (!fs::exists(files.folder())) return 0;
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(files.folder()), fs::directory_iterator()));
    }
    [[nodiscard]] attach::Attachments book() { return {world.db(), files}; }
    [[nodiscard]] std::string blob() { return must(documents()).at(0).blob; }
    [[nodiscard]] Result<std::vector<attach::Document>> documents() {
        return attach::DocumentRepo(world.db()).of_customer(customer);
    }
    /// Every file in the folder was written so long ago.
    void age(std::int64_t hours) const {
        for (const auto& each : fs::directory_iterator(files.folder())) {
            fs::last_write_time(each.path(),
                                fs::file_time_type::clock::now() - std::chrono::hours(hours));
        }
    }
};

}  // namespace

TEST_CASE("An attached file is stored sealed, and comes back byte for byte", "[attach]") {
    Papers papers;
    // Longer than a piece, and not a multiple of it.
    std::string text;
    while (text.size() < attach::kPieceBytes * 3 + 100) text += "Wants a quote for sails. ";
    const RecordId id = must(papers.attach(papers.write("Offerte Jansen.PDF", text)));
    const auto documents = must(papers.documents());
    REQUIRE(documents.size() == 1);
    CHECK(documents[0].id == id);
    CHECK(documents[0].name == "Offerte Jansen.PDF");
    CHECK(documents[0].media_type == "application/pdf");
    CHECK(documents[0].kind == "document");
    CHECK(documents[0].bytes == static_cast<std::int64_t>(text.size()));
    CHECK(documents[0].at == attach::BytesAt::ToSend);
    REQUIRE(papers.stored() == 1);
    for (const auto& each : fs::directory_iterator(papers.files.folder())) {
        CHECK(file_text(each.path()).find("quote") == std::string::npos);
        struct stat about {};
        REQUIRE(::stat(each.path().c_str(), &about) == 0);
        CHECK((about.st_mode & 0777) == 0600);
    }
    const fs::path copy = papers.world.folder / "copy.pdf";
    REQUIRE(papers.book().save_copy(documents[0].blob, copy).ok());
    CHECK(file_text(copy) == text);
    // A file that is there is nobody's to replace.
    CHECK(papers.book().save_copy(documents[0].blob, copy).error().code ==
          ErrorCode::AlreadyExists);
}

TEST_CASE("A file that cannot be attached is named, with the reason, and leaves nothing",
          "[attach]") {
    Papers papers;
    CHECK(papers.refused(papers.world.folder / "nowhere.pdf").code == ErrorCode::NotFound);
    CHECK(papers.refused(papers.world.folder.path()).what == "this is a folder, not a file");
    CHECK(papers.refused(papers.write("empty.pdf", "")).what == "this file is empty");
    const fs::path pipe = papers.world.folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(papers.refused(pipe).what == "this is no ordinary file");
    const fs::path large = papers.write("large.mp4", "x");
    fs::resize_file(large, static_cast<std::uintmax_t>(domain::kAttachmentBytesMax) + 1);
    const Error too_large = papers.refused(large);
    CHECK(too_large.code == ErrorCode::LimitExceeded);
    CHECK(too_large.what.find("16 MiB") != std::string::npos);
    if (::geteuid() != 0) {
        const fs::path secret = papers.write("secret.pdf", "not for you");
        fs::permissions(secret, fs::perms::none);
        CHECK(papers.refused(secret).code == ErrorCode::Denied);
    }
    for (const auto& error : {too_large, papers.refused(papers.world.folder / "nowhere.pdf")}) {
        CHECK_FALSE(error.where.empty());
        CHECK_FALSE(error.mend.empty());
    }
    CHECK(papers.stored() == 0);
    CHECK(must(papers.documents()).empty());
}

TEST_CASE("A document that cannot be saved leaves no file behind", "[attach]") {
    Papers papers;
    CHECK(papers.attach(papers.write("a.pdf", "text"), "no_such_kind").error().code ==
          ErrorCode::InvalidInput);
    REQUIRE(papers.world.actions().delete_customer(papers.customer).ok());
    CHECK_FALSE(papers.attach(papers.write("b.pdf", "text")).ok());
    CHECK(papers.stored() == 0);
}

TEST_CASE("A document of a visit hangs on the visit's customer too", "[attach]") {
    Papers papers;
    const RecordId visit = papers.world.visit(papers.customer).interaction;
    const auto taken =
        must(attach::take_in(papers.files, papers.world.entropy, papers.write("s.png", "ink")));
    const RecordId id = must(attach::DocumentActions(*papers.world.store, papers.files, "anna")
                                 .attach({{}, visit, {}, "signed at the door"}, taken));
    const auto documents = must(papers.documents());
    REQUIRE(documents.size() == 1);
    CHECK(documents[0].id == id);
    CHECK(documents[0].interaction == visit);
    CHECK(documents[0].kind == "photo");
    CHECK(must(attach::DocumentRepo(papers.world.db()).of_interaction(visit)).size() == 1);
}

TEST_CASE("The same file attached twice is stored once", "[attach]") {
    Papers papers;
    (void)must(papers.attach(papers.write("a.pdf", "the same")));
    (void)must(papers.attach(papers.write("b.pdf", "the same")));
    CHECK(must(papers.documents()).size() == 2);
    CHECK(papers.stored() == 1);
    CHECK(papers.world.count("SELECT count(*) FROM attachment") == 1);
}

TEST_CASE("A file that lost its record in a power cut goes, one on its way to its record stays",
          "[attach]") {
    Papers papers;
    (void)must(papers.attach(papers.write("a.pdf", "kept")));
    (void)must(attach::take_in(papers.files, papers.world.entropy, papers.write("b.pdf", "lost")));
    CHECK(must(papers.book().look_over(true)).files == 0);
    CHECK(papers.stored() == 2);
    papers.age(2);
    CHECK(must(papers.book().look_over(false)).files == 1);
    CHECK(must(papers.book().look_over(true)).files == 1);
    CHECK(papers.stored() == 1);
    CHECK(must(papers.book().look_over(false)).files == 0);
}

TEST_CASE("Bytes that are gone or damaged are never passed off as the document", "[attach]") {
    Papers papers;
    (void)must(papers.attach(papers.write("a.pdf", "the content")));
    const std::string blob = papers.blob();
    const fs::path copy = papers.world.folder / "copy.pdf";
    const fs::path stored = fs::directory_iterator(papers.files.folder())->path();
    std::string bytes = file_text(stored);
    bytes[30] = static_cast<char>(bytes[30] ^ 1);
    std::ofstream(stored, std::ios::binary) << bytes;
    CHECK(papers.book().save_copy(blob, copy).error().code == ErrorCode::Corrupt);
    CHECK_FALSE(fs::exists(copy));
    fs::remove(stored);
    CHECK(must(papers.book().look_over(true)).missing == 1);
    CHECK(must(papers.documents()).at(0).at == attach::BytesAt::Asked);
}

TEST_CASE("A backup has the files beside it, and what is damaged is not in it", "[attach]") {
    Papers papers;
    (void)must(papers.attach(papers.write("a.pdf", "sound")));
    (void)must(papers.attach(papers.write("b.pdf", "spoilt")));
    const auto& spoilt = must(papers.documents());
    const auto row = must(papers.book().find(spoilt[0].blob));
    std::ofstream(papers.files.path_of(row->file), std::ios::binary) << "nonsense";
    const fs::path there = attach::beside(papers.world.folder / "backup.db");
    const auto copied =
        must(attach::copy_files(papers.world.db(), papers.files, there, attach::CopyCheck::ByHash));
    CHECK(copied.files == 1);
    CHECK(copied.damaged == 1);
    const fs::path back = papers.world.folder / "again";
    REQUIRE(attach::bring_files(there, back).ok());
    attach::BlobFolder restored(back);
    CHECK(must(restored.list()).size() == 1);
    CHECK(attach::Attachments(papers.world.db(), restored)
              .save_copy(spoilt[1].blob, papers.world.folder / "copy.pdf")
              .ok());
}

}  // namespace balie::test
