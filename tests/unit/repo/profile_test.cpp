#include "storage/repo/actions.h"
#include "tests/unit/repo/terminal.h"

#include <stdlib.h>

using balie::ErrorCode;
using balie::app::Profile;
using balie::test::cheap;
using balie::test::file_text;
using balie::test::kPassword;
using balie::test::must;
using balie::test::TempFolder;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

void enrol(const fs::path& dir) {
    auto profile = must(Profile::for_enrolment(dir, "", kPassword, cheap()));
    balie::test::pretend_enrolled(*profile, "anna");
}

}  // namespace

TEST_CASE("Where there is no profile, the error says how to enrol", "[profile]") {
    const TempFolder folder;
    const auto refused = Profile::open(folder / "none", "", kPassword);
    REQUIRE_ERROR(refused, ErrorCode::NotFound);
    CHECK_THAT(refused.error().mend, ContainsSubstring("balie enrol --hub"));
    CHECK_FALSE(fs::exists(folder / "none"));
}

TEST_CASE("A profile is opened with its password, as the person the office knows", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    const auto profile = must(Profile::open(folder / "p", "", kPassword));
    CHECK(profile->user() == "anna");
    CHECK(must(Profile::open(folder / "p", "anna", kPassword))->user() == "anna");
    REQUIRE_ERROR(Profile::open(folder / "p", "bert", kPassword), ErrorCode::InvalidInput);
    const auto wrong = Profile::open(folder / "p", "", "wrong horses");
    REQUIRE_ERROR(wrong, ErrorCode::WrongPassword);
}

TEST_CASE("What is saved in a profile is there when it is opened again", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    {
        const auto profile = must(Profile::open(folder / "p", "", kPassword));
        balie::repo::NewCustomer made;
        made.fields = {{"name", "Smit"}};
        REQUIRE_OK(balie::repo::Actions(profile->store(), profile->user()).add_customer(made));
    }
    const auto profile = must(Profile::open(folder / "p", "", kPassword));
    auto reader = must(profile->open_reader());
    CHECK(must(balie::repo::CustomerRepo(reader).count()) == 1);
    CHECK(must(profile->replica().status()).pending == 1);
    CHECK(file_text(folder / "p" / std::string(balie::app::kDatabaseFile)).find("Smit") ==
          std::string::npos);
}

TEST_CASE("An enrolment that was broken off is taken up with the same password", "[profile]") {
    const TempFolder folder;
    balie::crypto::PublicKey key{};
    {
        const auto begun = must(Profile::for_enrolment(folder / "p", "", kPassword, cheap()));
        key = begun->device_public_key();
        CHECK_FALSE(must(begun->is_enrolled()));
    }
    REQUIRE_ERROR(Profile::open(folder / "p", "", kPassword), ErrorCode::NotFound);
    REQUIRE_ERROR(Profile::for_enrolment(folder / "p", "", "another word", cheap()),
                  ErrorCode::WrongPassword);
    const auto again = must(Profile::for_enrolment(folder / "p", "", kPassword, cheap()));
    CHECK(again->device_public_key() == key);
    balie::test::pretend_enrolled(*again, "anna");
    REQUIRE_ERROR(Profile::for_enrolment(folder / "p", "", kPassword, cheap()),
                  ErrorCode::AlreadyExists);
}

TEST_CASE("A password that is too short makes no profile", "[profile]") {
    const TempFolder folder;
    REQUIRE_ERROR(Profile::for_enrolment(folder / "p", "", "short", cheap()),
                  ErrorCode::InvalidInput);
    CHECK_FALSE(fs::exists(folder / "p" / "balie.db"));
}

TEST_CASE("The device signs with its own key", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    const auto profile = must(Profile::open(folder / "p", "", kPassword));
    const auto signature = must(profile->sign("nonce"));
    CHECK(balie::crypto::verify(profile->device_public_key(), balie::as_bytes("nonce"), signature));
    CHECK_FALSE(
        balie::crypto::verify(profile->device_public_key(), balie::as_bytes("other"), signature));
}

TEST_CASE("A damaged database is refused and left as it is", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    const fs::path file = folder / "p" / std::string(balie::app::kDatabaseFile);
    {
        std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
        out.write("this is no longer a database at all", 35);
    }
    const std::string before = file_text(file);
    const auto refused = Profile::open(folder / "p", "", kPassword);
    REQUIRE_ERROR(refused, ErrorCode::Corrupt);
    CHECK_THAT(refused.error().mend, ContainsSubstring("backup"));
    CHECK(file_text(file) == before);
}

TEST_CASE("A profile of a newer version is refused and left as it is", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    {
        const auto profile = must(Profile::open(folder / "p", "", kPassword));
        must(profile->store().writer().execute("PRAGMA user_version=9999"));
    }
    const fs::path file = folder / "p" / std::string(balie::app::kDatabaseFile);
    const std::string before = file_text(file);
    const auto refused = Profile::open(folder / "p", "", kPassword);
    REQUIRE_ERROR(refused, ErrorCode::NewerVersion);
    CHECK(file_text(file) == before);
}

TEST_CASE("Keys that are gone are not replaced by fresh ones", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    fs::remove(folder / "p" / "keys");
    REQUIRE_ERROR(Profile::open(folder / "p", "", kPassword), ErrorCode::NotFound);
    REQUIRE_ERROR(Profile::for_enrolment(folder / "p", "", kPassword, cheap()), ErrorCode::Corrupt);
    CHECK_FALSE(fs::exists(folder / "p" / "keys"));
}

TEST_CASE("Only one process synchronises, and others can see which", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    const auto window = must(Profile::open(folder / "p", "", kPassword));
    const auto command = must(Profile::open(folder / "p", "", kPassword));
    CHECK_FALSE(must(command->sync_lock_owner()).has_value());
    {
        const auto held = must(window->try_sync_lock());
        REQUIRE(held.has_value());
        CHECK_FALSE(must(command->try_sync_lock()).has_value());
        const auto owner = must(command->sync_lock_owner());
        REQUIRE(owner.has_value());
        CHECK_THAT(*owner, ContainsSubstring(std::to_string(::getpid())));
    }
    CHECK_FALSE(must(command->sync_lock_owner()).has_value());
    CHECK(must(command->try_sync_lock()).has_value());
}

TEST_CASE("A profile that is open anywhere is not exchanged for a backup under its feet",
          "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    {
        const auto window = must(Profile::open(folder / "p", "", kPassword));
        const auto second = must(Profile::open(folder / "p", "", kPassword));
        const auto refused = Profile::lock_for_restore(folder / "p");
        REQUIRE_ERROR(refused, ErrorCode::Busy);
        CHECK_THAT(refused.error().mend, ContainsSubstring("Close"));
    }
    {
        const auto alone = must(Profile::lock_for_restore(folder / "p"));
        REQUIRE_ERROR(Profile::open(folder / "p", "", kPassword), ErrorCode::Busy);
    }
    REQUIRE_OK(Profile::open(folder / "p", "", kPassword));
}

TEST_CASE("The profile's place is the environment's, or the user's data folder", "[profile]") {
    ::setenv("XDG_DATA_HOME", "/data", 1);
    ::unsetenv("BALIE_PROFILE");
    CHECK(balie::app::default_profile_dir() == fs::path("/data/balie"));
    ::setenv("BALIE_PROFILE", "/elsewhere", 1);
    CHECK(balie::app::default_profile_dir() == fs::path("/elsewhere"));
    ::unsetenv("BALIE_PROFILE");
}

TEST_CASE("A profile makes rotating backups of itself", "[profile]") {
    const TempFolder folder;
    enrol(folder / "p");
    const auto profile = must(Profile::open(folder / "p", "", kPassword));
    const auto file = must(profile->back_up());
    CHECK(file.parent_path() == folder / "p" / "backups");
    CHECK(fs::exists(file));
}
