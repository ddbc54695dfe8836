// Files of a profile and a hub, and the codes that people type: whatever stands there, it is taken
// exactly or refused.
#include "app/runtime/drafts.h"
#include "app/runtime/look_file.h"
#include "storage/crypto/encoding.h"
#include "storage/crypto/hash.h"
#include "storage/vault/key_file.h"
#include "storage/vault/keys_format.h"
#include "sync/core/enrolment_code.h"
#include "tests/fuzz/entry.h"
#include "tests/fuzz/input.h"
#include "tests/support/temp_folder.h"

#include <filesystem>
#include <fstream>

namespace balie::fuzz {

namespace {

constexpr int kScaleMin = 100;
constexpr int kScaleMax = 200;

void run_keys(std::string_view bytes) {
    Input input(bytes);
    const bool complete = input.flag();
    std::string text(input.rest());
    // A file whose sum is right gets further than one that was only damaged.
    if (complete) text += "end " + to_hex(crypto::blake2b_256(as_bytes(text))) + "\n";
    const auto keys = vault::parse_keys(text);
    if (!keys.ok()) {
        const ErrorCode code = keys.error().code;
        expect(code == ErrorCode::Corrupt || code == ErrorCode::NewerVersion,
               "a damaged file of keys is called something else");
        return;
    }
    const std::string printed = vault::print_keys(*keys);
    const auto again = vault::parse_keys(printed);
    expect(again.ok() && *again == *keys, "keys are read back as others");
}

std::vector<std::string> keys_seeds() {
    vault::Keys keys;
    vault::UserEntry entry;
    entry.cost = {2, 67'108'864};
    entry.wrapped_key = Bytes(72, 3);
    keys.users.emplace("anna", entry);
    keys.secrets.emplace("device_key", Bytes(72, 4));
    const std::string printed = vault::print_keys(keys);
    const std::string open = printed.substr(0, printed.rfind("end "));
    return {std::string(1, '\0') + printed, "\x01" + open,
            "\x01"
            "balie-keys 2\n"};
}

const test::TempFolder& folder() {
    static const test::TempFolder kFolder;
    return kFolder;
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << bytes;
}

void read_key_file(std::string_view bytes) {
    const auto path = folder() / "key";
    write_file(path, bytes);
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto key = vault::load_key_file(path);
    expect(!key.ok() || key->view().size() == vault::kKeyFileBytes, "a key of another length");
}

void read_look(std::string_view bytes) {
    write_file(folder() / "window", bytes);
    const app::Look look = app::read_look(folder().path());
    expect(look.scale_percent >= kScaleMin && look.scale_percent <= kScaleMax,
           "a window too small or too large to be used");
    expect(look.language == "en" || look.language == "nl", "a language that is not there");
    expect(app::write_look(folder().path(), look).ok(), "the look cannot be written");
    const app::Look again = app::read_look(folder().path());
    expect(again.language == look.language && again.theme == look.theme &&
               again.scale_percent == look.scale_percent,
           "a look is read back as another one");
}

void read_draft(std::string_view bytes) {
    const auto fields = app::decode_fields(bytes);
    if (!fields) return;
    const auto again = app::decode_fields(app::encode_fields(*fields));
    expect(again.has_value(), "a draft that was written is refused");
    expect(*again == *fields, "a draft is read back as another one");
}

void run_profile_files(std::string_view bytes) {
    Input input(bytes);
    switch (input.pick(3)) {
        case 0:
            return read_key_file(input.rest());
        case 1:
            return read_look(input.rest());
        default:
            return read_draft(input.rest());
    }
}

std::vector<std::string> profile_files_seeds() {
    const FieldValues fields{{"name", std::string("J:\n1")}, {"count", std::int64_t{-3}}};
    return {std::string(1, '\0') + std::string(64, 'a') + "\n",
            "\x01language=nl\ntheme=dark\nscale=125\n", "\x01scale=99999999999999999999\r\n",
            "\x02" + app::encode_fields(fields)};
}

void run_code(std::string_view bytes) {
    Input input(bytes);
    const std::size_t size = 1 + input.pick(40);
    const std::string_view typed = input.rest();
    const auto code = sync::split_enrolment_code(typed);
    if (code.ok()) {
        const auto again = sync::split_enrolment_code(sync::join_enrolment_code(*code));
        expect(again.ok() && *again == *code, "a code is read back as another one");
    } else {
        const bool words = typed.size() < 16 || typed.find(' ') != std::string_view::npos;
        expect(words || code.error().text().find(typed) == std::string::npos,
               "an error repeats the code");
    }
    const auto bytes_of = crypto::code_decode(typed, size);
    if (bytes_of.ok()) {
        expect(bytes_of->size() == size, "a code of another length");
        const auto again = crypto::code_decode(crypto::code_encode(*bytes_of), size);
        expect(again.ok() && *again == *bytes_of, "a code is decoded as another one");
    }
    const auto coded = crypto::base64url_decode(typed);
    if (coded.ok()) {
        expect(crypto::base64url_encode(*coded) == typed, "base64url has a second spelling");
    }
    const auto hex = from_hex(typed);
    expect(!hex.ok() || to_hex(*hex).size() == typed.size(), "hex of another length");
}

std::vector<std::string> code_seeds() {
    const sync::EnrolmentCode code{crypto::code_encode(Bytes(10, 0xA5)), {}};
    return {std::string(1, '\x09') + code.secret,
            std::string(1, '\0') + sync::join_enrolment_code(code),
            std::string(1, '\0') + " " + code.secret + " . " + crypto::code_encode(Bytes(32, 1)),
            std::string(1, '\0') + "AAECAwQFBgcICQoLDA0ODw", std::string(1, '\0') + "00ffAB"};
}

}  // namespace

Entry keys_entry() {
    return {"fuzz_keys", run_keys, keys_seeds};
}
Entry profile_files_entry() {
    return {"fuzz_profile_files", run_profile_files, profile_files_seeds};
}
Entry code_entry() {
    return {"fuzz_code", run_code, code_seeds};
}

}  // namespace balie::fuzz
