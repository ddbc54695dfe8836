#include "app/screens/field_words.h"

#include "storage/text/formats.h"
#include "storage/text/phone.h"

#include <algorithm>
#include <array>
#include <utility>

namespace balie::app {

namespace {

constexpr std::string_view kOwnFieldPrefix = "x.";

/// Fields whose label's key is another word.
constexpr std::array<std::pair<std::string_view, Text>, 4> kOtherLabels{
    {{"customer_group", Text::FieldGroup},
     {"priority_class", Text::FieldClass},
     {"lifecycle_stage", Text::FieldStage},
     {"company_register_no", Text::FieldRegisterNo}}};

const domain::CustomField* own_field(const ScreenContext& context, std::string_view field) {
    if (field.substr(0, kOwnFieldPrefix.size()) != kOwnFieldPrefix) return nullptr;
    const std::string_view name = field.substr(kOwnFieldPrefix.size());
    const auto& all = context.app.reference.customer_fields;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const auto& each) { return each.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string choice_words(const Texts& texts, std::string_view field, const std::string& value) {
    const std::string_view list = field == "customer_group" ? "group" : field;
    const auto key = Texts::find(std::string{list} + "." + value);
    return key ? std::string{texts(*key)} : value;
}

std::string words(const ScreenContext& context, domain::FieldKind kind, std::string_view list,
                  std::string_view field, const std::string& text) {
    switch (kind) {
        case domain::FieldKind::Boolean:
            return std::string{context.texts(text == "1" ? Text::Yes : Text::No)};
        case domain::FieldKind::Date:
        case domain::FieldKind::Birthday:
            return context.texts.formats().date_long(text);
        case domain::FieldKind::Decimal:
            return context.texts.formats().decimal(text);
        case domain::FieldKind::Moment:
            return moment_text(context, std::strtoll(text.c_str(), nullptr, 10));
        case domain::FieldKind::CodeOf:
            return context.app.label(list, text);
        case domain::FieldKind::Choice:
            return choice_words(context.texts, field, text);
        case domain::FieldKind::Key:
            return list == "user" ? context.app.user_name(text) : text;
        default:
            return text;
    }
}

}  // namespace

std::string type_label(const Texts& texts, std::string_view type) {
    const auto key = Texts::find("type." + std::string{type});
    return key ? std::string{texts(*key)} : std::string{type};
}

std::string field_label(const ScreenContext& context, std::string_view field) {
    if (const auto* own = own_field(context, field)) {
        const std::string& label =
            context.app.look.language == "nl" ? own->label_nl : own->label_en;
        return label.empty() ? own->name : label;
    }
    for (const auto& [name, text] : kOtherLabels) {
        if (name == field) return std::string{context.texts(text)};
    }
    const auto key = Texts::find("field." + std::string{field});
    return key ? std::string{context.texts(*key)} : std::string{field};
}

std::string value_in_words(const ScreenContext& context, std::string_view type,
                           std::string_view field, const Value& value, std::string_view line) {
    if (field == sync::kDeletedAt) {
        return std::string{
            context.texts(is_null(value) ? Text::ConflictKept : Text::SyncConflictDeleted)};
    }
    std::string text = value_text(value);
    if (text.empty()) return "–";
    if (!line.empty()) return std::string{line};
    if (const auto* own = own_field(context, field)) {
        return words(context, own->kind, own->code_list, field, text);
    }
    const domain::RecordSpec* record = domain::find_record(type);
    const domain::Field* known = record == nullptr ? nullptr : record->find(field);
    if (known == nullptr) return text;
    return words(context, known->kind, known->refers_to, field, text);
}

std::string aside_words(const Texts& texts, const sync::SetAsideEntry& entry) {
    const bool newer = !entry.own && entry.code == "unknown";
    const auto reason =
        newer ? std::optional{Text::SetAsideNewer} : Texts::find("set_aside." + entry.code);
    return reason ? std::string{texts(*reason)} : entry.code;
}

std::string aside_reason(const Texts& texts, const sync::SetAsideEntry& entry) {
    std::string words = aside_words(texts, entry);
    // The detail of these is ids, for scripts and logs.
    const bool said = entry.code == "scope" || entry.code == "needs";
    return said || entry.detail.empty() ? words : words + ": " + entry.detail;
}

std::string aside_mend(const Texts& texts, const sync::SetAsideEntry& entry) {
    if (!entry.own) {
        const bool newer = entry.code == "unknown";
        return std::string{texts(newer ? Text::SetAsideMendNewer : Text::SetAsideMendNeeds)};
    }
    const auto mend = Texts::find("set_aside_mend." + entry.code);
    return std::string{texts(mend.value_or(Text::SetAsideMendOther))};
}

std::string aside_title(const Texts& texts, const sync::SetAsideEntry& entry,
                        const AsideNote& note) {
    const std::string type = type_label(texts, entry.type);
    return note.customer.empty() ? type : type + ": " + note.customer;
}

}  // namespace balie::app
