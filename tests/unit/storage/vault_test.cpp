#include "storage/vault/vault.h"

#include "storage/vault/atomic_file.h"
#include "storage/vault/file_lock.h"
#include "storage/vault/key_file.h"
#include "storage/vault/keys_format.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using balie::as_bytes;
using balie::ErrorCode;
using balie::to_hex;
using balie::crypto::kCheapForTests;
using balie::test::file_text;
using balie::test::must;
using balie::test::must_fail;
using balie::test::SeededEntropy;
using balie::test::TempFolder;

namespace fs = std::filesystem;
namespace vault = balie::vault;

namespace {

constexpr const char* kPassword = "tien tekens!";

unsigned mode_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

void write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

struct Profile {
    TempFolder temp;
    SeededEntropy entropy;
    fs::path dir{temp / "profile"};
    vault::Unlocked anna{must(vault::create(dir, "anna", kPassword, entropy, kCheapForTests))};
};

}  // namespace

TEST_CASE("A profile opens with the password it was made with", "[vault]") {
    Profile profile;
    const auto again = must(vault::unlock(profile.dir, "anna", kPassword));
    CHECK(to_hex(again.database_key.view()) == to_hex(profile.anna.database_key.view()));
    CHECK(again.database_key.size() == vault::kDatabaseKeyBytes);
    CHECK(to_hex(must(again.secret(vault::kDeviceKeySecret)).view()) ==
          to_hex(must(profile.anna.secret(vault::kDeviceKeySecret)).view()));
    CHECK(again.user == "anna");
}

TEST_CASE("Only its owner may look into a profile", "[vault]") {
    Profile profile;
    CHECK(mode_of(profile.dir) == 0700);
    CHECK(mode_of(profile.dir / "keys") == 0600);
    const std::string text = file_text(profile.dir / "keys");
    CHECK(text.find(to_hex(profile.anna.database_key.view())) == std::string::npos);
    CHECK(text.find(kPassword) == std::string::npos);
    CHECK_FALSE(fs::exists(profile.dir / "keys.new"));
}

TEST_CASE("A wrong password is told apart from a wrong name and from damage", "[vault]") {
    Profile profile;
    REQUIRE_ERROR(vault::unlock(profile.dir, "anna", "tien tekens?"), ErrorCode::WrongPassword);
    REQUIRE_ERROR(vault::unlock(profile.dir, "bob", kPassword), ErrorCode::NotFound);
    REQUIRE_ERROR(vault::unlock(profile.temp / "elsewhere", "anna", kPassword),
                  ErrorCode::NotFound);
}

TEST_CASE("Each damaged byte of the file of keys is noticed", "[vault]") {
    Profile profile;
    const std::string good = file_text(profile.dir / "keys");
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bent = good;
        bent[i] = static_cast<char>(bent[i] ^ 1);
        write(profile.dir / "keys", bent);
        const auto code = must_fail(vault::list_users(profile.dir)).code;
        INFO("byte " << i);
        REQUIRE((code == ErrorCode::Corrupt || code == ErrorCode::NewerVersion));
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        write(profile.dir / "keys", good.substr(0, size));
        REQUIRE_ERROR(vault::list_users(profile.dir), ErrorCode::Corrupt);
    }
    write(profile.dir / "keys", good + "\n");
    REQUIRE_ERROR(vault::list_users(profile.dir), ErrorCode::Corrupt);
    write(profile.dir / "keys", good);
    REQUIRE_OK(vault::unlock(profile.dir, "anna", kPassword));
}

TEST_CASE("A profile of a newer version is left alone", "[vault]") {
    Profile profile;
    std::string text = file_text(profile.dir / "keys");
    text.replace(0, 13, "balie-keys 2\n");
    write(profile.dir / "keys", text);
    const auto error = must_fail(vault::unlock(profile.dir, "anna", kPassword));
    CHECK(error.code == ErrorCode::NewerVersion);
    CHECK(error.text().find("newer version") != std::string::npos);
    REQUIRE_ERROR(vault::add_user(profile.dir, profile.anna, "bob", kPassword, profile.entropy,
                                  kCheapForTests),
                  ErrorCode::NewerVersion);
    CHECK(file_text(profile.dir / "keys") == text);
}

TEST_CASE("A second user opens the same database with a password of their own", "[vault]") {
    Profile profile;
    must(vault::add_user(profile.dir, profile.anna, "bob", "een ander wachtwoord", profile.entropy,
                         kCheapForTests));
    const auto bob = must(vault::unlock(profile.dir, "bob", "een ander wachtwoord"));
    CHECK(to_hex(bob.database_key.view()) == to_hex(profile.anna.database_key.view()));
    CHECK(must(vault::list_users(profile.dir)) == std::vector<std::string>{"anna", "bob"});
    REQUIRE_ERROR(vault::add_user(profile.dir, bob, "anna", kPassword, profile.entropy),
                  ErrorCode::AlreadyExists);

    must(vault::remove_user(profile.dir, "anna"));
    REQUIRE_ERROR(vault::unlock(profile.dir, "anna", kPassword), ErrorCode::NotFound);
    REQUIRE_ERROR(vault::remove_user(profile.dir, "bob"), ErrorCode::Denied);
}

TEST_CASE("A changed password keeps the database key", "[vault]") {
    Profile profile;
    REQUIRE_ERROR(vault::change_password(profile.dir, "anna", "niet het goede", "nieuw wachtwoord",
                                         profile.entropy, kCheapForTests),
                  ErrorCode::WrongPassword);
    must(vault::change_password(profile.dir, "anna", kPassword, "nieuw wachtwoord", profile.entropy,
                                kCheapForTests));
    REQUIRE_ERROR(vault::unlock(profile.dir, "anna", kPassword), ErrorCode::WrongPassword);
    const auto again = must(vault::unlock(profile.dir, "anna", "nieuw wachtwoord"));
    CHECK(to_hex(again.database_key.view()) == to_hex(profile.anna.database_key.view()));
}

TEST_CASE("A password has at least ten characters, however many bytes", "[vault]") {
    TempFolder temp;
    SeededEntropy entropy;
    REQUIRE_ERROR(vault::create(temp / "a", "anna", "123456789", entropy, kCheapForTests),
                  ErrorCode::InvalidInput);
    REQUIRE_ERROR(vault::create(temp / "a", "anna", "ééééééééé", entropy, kCheapForTests),
                  ErrorCode::InvalidInput);
    CHECK_FALSE(vault::exists(temp / "a"));
    REQUIRE_OK(vault::create(temp / "a", "anna", "éééééééééé", entropy, kCheapForTests));
    CHECK(vault::exists(temp / "a"));
    REQUIRE_ERROR(vault::create(temp / "a", "anna", kPassword, entropy, kCheapForTests),
                  ErrorCode::AlreadyExists);
}

TEST_CASE("A user's name may be any name, and nothing that breaks a line", "[vault]") {
    TempFolder temp;
    SeededEntropy entropy;
    REQUIRE_OK(vault::create(temp / "a", "José van 't Hof", kPassword, entropy, kCheapForTests));
    REQUIRE_OK(vault::unlock(temp / "a", "José van 't Hof", kPassword));
    const auto bad = GENERATE("", " anna", "anna ", "an\nna");
    REQUIRE_ERROR(vault::create(temp / "b", bad, kPassword, entropy, kCheapForTests),
                  ErrorCode::InvalidInput);
}

TEST_CASE("A named secret is there at the next opening", "[vault]") {
    Profile profile;
    must(vault::put_secret(profile.dir, profile.anna, "hub.pin", as_bytes("abc"), profile.entropy));
    must(vault::put_secret(profile.dir, profile.anna, "hub.pin", as_bytes("def"), profile.entropy));
    const auto again = must(vault::unlock(profile.dir, "anna", kPassword));
    CHECK(to_hex(must(again.secret("hub.pin")).view()) == to_hex(as_bytes("def")));
    CHECK(to_hex(must(profile.anna.secret("hub.pin")).view()) == to_hex(as_bytes("def")));
    REQUIRE_ERROR(again.secret("nothing"), ErrorCode::NotFound);
    REQUIRE_ERROR(
        vault::put_secret(profile.dir, profile.anna, "Bad name", as_bytes("x"), profile.entropy),
        ErrorCode::InvalidInput);
}

TEST_CASE("An entry put in another's place does not open", "[vault]") {
    Profile profile;
    must(vault::put_secret(profile.dir, profile.anna, "other", as_bytes("abc"), profile.entropy));
    auto keys = must(vault::parse_keys(file_text(profile.dir / "keys")));
    std::swap(keys.secrets["other"], keys.secrets["device_key"]);
    write(profile.dir / "keys", vault::print_keys(keys));
    REQUIRE_ERROR(vault::unlock(profile.dir, "anna", kPassword), ErrorCode::Corrupt);
}

TEST_CASE("The hub's key is made once and found again", "[vault]") {
    TempFolder temp;
    SeededEntropy entropy;
    const fs::path path = temp / "hub" / "key";
    const auto key = must(vault::load_or_create_key_file(path, entropy));
    CHECK(key.size() == 32);
    CHECK(mode_of(path) == 0600);
    CHECK(mode_of(path.parent_path()) == 0700);
    CHECK(to_hex(must(vault::load_or_create_key_file(path, entropy)).view()) == to_hex(key.view()));
    CHECK(to_hex(must(vault::load_key_file(path)).view()) == to_hex(key.view()));
    REQUIRE_ERROR(vault::load_key_file(temp / "none"), ErrorCode::NotFound);

    fs::permissions(path, fs::perms::owner_read | fs::perms::group_read);
    REQUIRE_ERROR(vault::load_key_file(path), ErrorCode::Denied);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    write(path, "not a key");
    REQUIRE_ERROR(vault::load_or_create_key_file(path, entropy), ErrorCode::Corrupt);
    CHECK(file_text(path) == "not a key");
}

TEST_CASE("A folder that cannot be written to is an error, not a loss", "[vault]") {
    TempFolder temp;
    SeededEntropy entropy;
    write(temp / "file", "x");
    const auto error = must_fail(
        vault::create(temp / "file" / "profile", "anna", kPassword, entropy, kCheapForTests));
    CHECK(error.code == ErrorCode::Io);
    REQUIRE_ERROR(
        vault::write_private_file(temp / "no" / "file", as_bytes("x"), vault::Existing::Replace),
        ErrorCode::Io);
}

TEST_CASE("Two processes that change one vault lose nothing of each other", "[vault]") {
    constexpr int kProcesses = 3;
    constexpr int kUsers = 15;
    Profile profile;
    std::vector<pid_t> children;
    for (int process = 0; process < kProcesses; ++process) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            int failed = 0;
            SeededEntropy entropy;
            for (int i = 0; i < kUsers; ++i) {
                const std::string name = "user" + std::to_string(process * kUsers + i);
                const auto added = vault::add_user(profile.dir, profile.anna, name, kPassword,
                                                   entropy, kCheapForTests);
                if (!added.ok()) ++failed;
            }
            ::_exit(failed);
        }
        children.push_back(child);
    }
    must(vault::change_password(profile.dir, "anna", kPassword, "een ander woord", profile.entropy,
                                kCheapForTests));
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    CHECK(must(vault::list_users(profile.dir)).size() == 1 + kProcesses * kUsers);
    REQUIRE_OK(vault::unlock(profile.dir, "anna", "een ander woord"));
    REQUIRE_OK(vault::unlock(profile.dir, "user44", kPassword));
    CHECK_FALSE(fs::exists(profile.dir / "keys.new"));
}

TEST_CASE("Whoever finds the vault held is told so, and goes on when it is free", "[vault]") {
    Profile profile;
    {
        const auto held = must(vault::lock_keys(profile.dir));
        const auto busy = must_fail(vault::lock_keys(profile.dir, 50));
        CHECK(busy.code == ErrorCode::Busy);
        CHECK(busy.where == (profile.dir / "keys.lock").string());
        CHECK_FALSE(busy.mend.empty());
        // Opening the profile does not wait.
        REQUIRE_OK(vault::unlock(profile.dir, "anna", kPassword));
    }
    REQUIRE_OK(vault::lock_keys(profile.dir, 50));
    CHECK(mode_of(profile.dir / "keys.lock") == 0600);
}
