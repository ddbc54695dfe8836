#include "app/runtime/drafts.h"

#include <charconv>
#include <utility>

namespace balie::app {

namespace {

constexpr std::string_view kPrefix = "draft.";

std::string setting_of(std::string_view user, std::string_view form) {
    return std::string{kPrefix}.append(form).append("/").append(user);
}

template <typename Number>
std::optional<Number> number_of(std::string_view digits) {
    Number number{};
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failed != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

}  // namespace

std::string encode_fields(const FieldValues& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (is_null(value)) continue;
        const std::string text = value_text(value);
        out += name;
        out += std::holds_alternative<std::int64_t>(value) ? '#' : ':';
        out += std::to_string(text.size());
        out += ':';
        out += text;
    }
    return out;
}

std::optional<FieldValues> decode_fields(std::string_view text) {
    FieldValues fields;
    while (!text.empty()) {
        const std::size_t kind_at = text.find_first_of("#:");
        if (kind_at == std::string_view::npos) return std::nullopt;
        const std::size_t colon = text.find(':', kind_at + 1);
        if (colon == std::string_view::npos) return std::nullopt;
        const auto length = number_of<std::size_t>(text.substr(kind_at + 1, colon - kind_at - 1));
        if (!length || *length > text.size() - colon - 1) return std::nullopt;
        const std::string_view value = text.substr(colon + 1, *length);
        std::string name{text.substr(0, kind_at)};
        if (text[kind_at] == '#') {
            const auto integer = number_of<std::int64_t>(value);
            if (!integer) return std::nullopt;
            fields.insert_or_assign(std::move(name), Value{*integer});
        } else {
            fields.insert_or_assign(std::move(name), Value{std::string{value}});
        }
        text.remove_prefix(colon + 1 + *length);
    }
    return fields;
}

Outcome keep_draft(store::Store& store, std::string_view user, const Draft& draft) {
    const std::string text = encode_fields(draft.fields);
    if (text.size() > kDraftBytesMax) {
        return Error{ErrorCode::LimitExceeded, "what is being typed is too long to be kept",
                     draft.form, "shorten the note or save it in parts"};
    }
    return store.set_setting(setting_of(user, draft.form), text);
}

Outcome drop_draft(store::Store& store, std::string_view user, std::string_view form) {
    return store.set_setting(setting_of(user, form), "");
}

Result<std::vector<Draft>> load_drafts(store::Store& store, std::string_view user,
                                       const std::vector<std::string>& forms) {
    std::vector<Draft> out;
    for (const std::string& form : forms) {
        BALIE_ASSIGN(const std::optional<std::string> text, store.setting(setting_of(user, form)));
        if (!text || text->empty()) continue;
        auto fields = decode_fields(*text);
        if (fields && !fields->empty()) out.push_back({form, std::move(*fields)});
    }
    return out;
}

}  // namespace balie::app
