#include "storage/vault/keys_format.h"

#include "storage/crypto/hash.h"
#include "storage/vault/vault.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace balie::vault {
namespace {

constexpr std::string_view kMagic = "balie-keys ";

Error corrupt(std::string_view where) {
    return {ErrorCode::Corrupt, "the file of keys is damaged", std::string(where),
            "Put the file `keys` of this profile back from a backup"};
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const auto blank = line.find(' ');
        words.push_back(line.substr(0, blank));
        if (blank == std::string_view::npos) return words;
        line.remove_prefix(blank + 1);
    }
}

template <typename Number>
bool read_number(std::string_view word, Number& out) {
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), out);
    return failed == std::errc{} && end == word.data() + word.size() && !word.empty() &&
           (word.size() == 1 || word.front() != '0');
}

bool read_hex(std::string_view word, Bytes& out) {
    auto bytes = from_hex(word);
    if (!bytes.ok() || to_hex(*bytes) != word) return false;
    out = std::move(*bytes);
    return true;
}

bool read_user(const std::vector<std::string_view>& words, Keys& keys) {
    Bytes name;
    Bytes salt;
    UserEntry entry;
    const bool well = words.size() == 6 && read_hex(words[1], name) &&
                      read_number(words[2], entry.cost.passes) &&
                      read_number(words[3], entry.cost.memory_bytes) && read_hex(words[4], salt) &&
                      salt.size() == entry.salt.size() && read_hex(words[5], entry.wrapped_key);
    if (!well) return false;
    std::copy(salt.begin(), salt.end(), entry.salt.begin());
    const std::string user(name.begin(), name.end());
    return is_user_name(user) && keys.users.emplace(user, std::move(entry)).second;
}

bool read_secret(const std::vector<std::string_view>& words, Keys& keys) {
    Bytes sealed;
    return words.size() == 3 && is_secret_name(words[1]) && read_hex(words[2], sealed) &&
           keys.secrets.emplace(std::string(words[1]), std::move(sealed)).second;
}

Outcome check_version(std::string_view text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || text.substr(0, kMagic.size()) != kMagic) {
        return corrupt("line 1");
    }
    int version = 0;
    if (!read_number(text.substr(kMagic.size(), end - kMagic.size()), version) || version < 1) {
        return corrupt("line 1");
    }
    if (version > kKeysVersion) {
        return Error{ErrorCode::NewerVersion, "this profile was made by a newer version of Balie",
                     "keys, version " + std::to_string(version), "Install that version, or newer"};
    }
    return {};
}

}  // namespace

bool is_secret_name(std::string_view name) {
    return !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
}

bool is_user_name(std::string_view name) {
    if (name.empty() || name.size() > kUserBytesMax || name.front() == ' ' || name.back() == ' ') {
        return false;
    }
    return std::all_of(name.begin(), name.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7F;
    });
}

std::string print_keys(const Keys& keys) {
    std::string out = std::string(kMagic) + std::to_string(kKeysVersion) + "\n";
    for (const auto& [user, entry] : keys.users) {
        out += "user " + to_hex(as_bytes(user)) + " " + std::to_string(entry.cost.passes) + " " +
               std::to_string(entry.cost.memory_bytes) + " " + to_hex(entry.salt) + " " +
               to_hex(entry.wrapped_key) + "\n";
    }
    for (const auto& [name, sealed] : keys.secrets) {
        out += "secret " + name + " " + to_hex(sealed) + "\n";
    }
    return out + "end " + to_hex(crypto::blake2b_256(as_bytes(out))) + "\n";
}

Result<Keys> parse_keys(std::string_view text) {
    BALIE_TRY(check_version(text));
    Keys keys;
    std::size_t at = text.find('\n') + 1;
    int line_number = 1;
    while (at < text.size()) {
        ++line_number;
        const auto end = text.find('\n', at);
        const std::string where = "keys, line " + std::to_string(line_number);
        if (end == std::string_view::npos) return corrupt(where);
        const auto words = words_of(text.substr(at, end - at));
        if (words[0] == "end") {
            const auto digest = crypto::blake2b_256(as_bytes(text.substr(0, at)));
            if (words.size() != 2 || words[1] != to_hex(digest) || end + 1 != text.size()) {
                return corrupt(where);
            }
            return keys;
        }
        const bool well = words[0] == "user"     ? read_user(words, keys)
                          : words[0] == "secret" ? read_secret(words, keys)
                                                 : false;
        if (!well) return corrupt(where);
        at = end + 1;
    }
    return corrupt("keys, its end is missing");
}

}  // namespace balie::vault
