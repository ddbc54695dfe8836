// Rules about assets/i18n: one file a language, a flat object of dotted keys; a plural is an object
// of its forms ("one", "other").
#include "tests/tidy/rules.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace balie::tidy {

namespace {

using Json = nlohmann::json;

/// Key → text, with a plural's forms as "key|one"; groups inside groups become dotted keys.
void flatten(const Json& node, const std::string& key, std::map<std::string, std::string>& out) {
    if (node.is_string()) {
        out[key] = node.get<std::string>();
        return;
    }
    if (!node.is_object()) {
        out[key] = "";
        return;
    }
    const bool plural = node.contains("other");
    for (const auto& [name, child] : node.items()) {
        std::string inner = key;
        if (!key.empty()) {
            inner += plural ? "|" : ".";
        }
        flatten(child, inner + name, out);
    }
}

std::map<std::string, std::string> texts_of(const File& file) {
    std::map<std::string, std::string> out;
    const Json parsed = Json::parse(file.text, nullptr, false);
    if (parsed.is_object()) {
        flatten(parsed, "", out);
    }
    return out;
}

/// Names in braces, sorted: "{count} of {total}" has count and total. "{{" is a brace, no name.
std::vector<std::string> placeholders_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
        const std::size_t end = text.find('}', at);
        if (end == std::string::npos) {
            out.emplace_back("(a brace that is not closed)");
            break;
        }
        out.push_back(text.substr(at + 1, end - at - 1));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::string plain_key(const std::string& key) {
    return key.substr(0, key.find('|'));
}

/// "visit.save_here" is Text::VisitSaveHere.
std::string enum_name(const std::string& key) {
    std::string out;
    bool upper = true;
    for (const char letter : plain_key(key)) {
        if (letter == '.' || letter == '_' || letter == '-') {
            upper = true;
            continue;
        }
        out.push_back(upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter)))
                            : letter);
        upper = false;
    }
    return out;
}

/// Whether some source has the key as an enum value, as a literal, or a literal prefix "error.".
bool is_used(const std::string& key, const std::string& sources) {
    const std::string plain = plain_key(key);
    if (has_word(sources, "Text::" + enum_name(plain)) ||
        sources.find("\"" + plain + "\"") != std::string::npos) {
        return true;
    }
    for (std::size_t dot = plain.find('.'); dot != std::string::npos;
         dot = plain.find('.', dot + 1)) {
        if (sources.find("\"" + plain.substr(0, dot + 1) + "\"") != std::string::npos) {
            return true;
        }
    }
    return false;
}

void compare_one_way(const File& from, const File& to, Violations& out) {
    const auto first = texts_of(from);
    const auto second = texts_of(to);
    for (const auto& [key, text] : first) {
        const auto other = second.find(key);
        if (other == second.end()) {
            out.push_back({to.path, 0, "lacks \"" + key + "\", which " + from.path + " has"});
        } else if (placeholders_of(text) != placeholders_of(other->second)) {
            out.push_back({to.path, 0, "\"" + key + "\" has other placeholders than " + from.path});
        }
        if (text.empty()) {
            out.push_back({from.path, 0, "\"" + key + "\" is empty or no text"});
        }
    }
}

}  // namespace

Violations texts_differ(const File& first, const File& second) {
    Violations out;
    for (const File* file : {&first, &second}) {
        if (texts_of(*file).empty()) {
            out.push_back({file->path, 0, "is no JSON object with texts"});
        }
    }
    compare_one_way(first, second, out);
    compare_one_way(second, first, out);
    return out;
}

Violations texts_unused(const File& texts, const std::vector<File>& tree) {
    std::string sources;
    for (const File& file : tree) {
        if (is_source(file.path) && !is_under(file.path, "tests")) {
            sources += file.text;
        }
    }
    Violations out;
    for (const auto& [key, text] : texts_of(texts)) {
        if (!is_used(key, sources)) {
            out.push_back({texts.path, 0, "\"" + key + "\" is used nowhere"});
        }
    }
    return out;
}

}  // namespace balie::tidy
