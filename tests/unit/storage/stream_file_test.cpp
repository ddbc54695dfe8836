// A file that is written in pieces: there when it is whole, and not before.
#include "storage/vault/stream_file.h"

#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace balie::vault {

namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("A file written in pieces has its name when all of it is there", "[vault]") {
    const test::TempFolder folder;
    const auto path = folder / "bundle";
    {
        auto file = test::must(StreamWriter::create(path, Existing::Keep));
        test::must(file.write(as_bytes("one, ")));
        CHECK_FALSE(std::filesystem::exists(path));
        test::must(file.write(as_bytes("two")));
        CHECK(file.bytes() == 8);
        test::must(file.finish());
    }
    CHECK(content(path) == "one, two");
    CHECK_FALSE(std::filesystem::exists(folder / "bundle.new"));
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777U) == 0600U);

    auto reader = test::must(StreamReader::open(path));
    CHECK(reader.size() == 8);
    for (int round = 0; round < 2; ++round) {
        Bytes bytes(5);
        CHECK(test::must(reader.read(bytes)) == 5);
        CHECK(std::string(bytes.begin(), bytes.end()) == "one, ");
        CHECK(test::must(reader.read(bytes)) == 3);
        CHECK(test::must(reader.read(bytes)) == 0);
        test::must(reader.rewind());
    }
}

TEST_CASE("What was not finished is removed, and the file that was there stays", "[vault]") {
    const test::TempFolder folder;
    const auto path = folder / "bundle";
    std::ofstream(path) << "old";
    REQUIRE_ERROR(StreamWriter::create(path, Existing::Keep), ErrorCode::AlreadyExists);
    {
        auto file = test::must(StreamWriter::create(path, Existing::Replace));
        test::must(file.write(as_bytes("half of what was to be wri")));
    }
    CHECK(content(path) == "old");
    CHECK_FALSE(std::filesystem::exists(folder / "bundle.new"));
    auto file = test::must(StreamWriter::create(path, Existing::Replace));
    test::must(file.write(as_bytes("new")));
    test::must(file.finish());
    CHECK(content(path) == "new");
}

TEST_CASE("A folder, a place that is not there and a file that is not there are told apart",
          "[vault]") {
    const test::TempFolder folder;
    REQUIRE_ERROR(StreamWriter::create(folder.path(), Existing::Replace), ErrorCode::InvalidInput);
    REQUIRE_ERROR(StreamWriter::create(folder / "no" / "such", Existing::Keep), ErrorCode::Io);
    REQUIRE_ERROR(StreamReader::open(folder.path()), ErrorCode::InvalidInput);
    REQUIRE_ERROR(StreamReader::open(folder / "nothing"), ErrorCode::NotFound);
}

}  // namespace balie::vault
