#include "storage/text/phone.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

namespace balie::text {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string format(const PhoneNumber& number, PhoneNumberUtil::PhoneNumberFormat form) {
    std::string out;
    PhoneNumberUtil::GetInstance()->Format(number, form, &out);
    return out;
}

std::optional<PhoneNumber> parse(std::string_view text, std::string_view region) {
    // Longer than any number: spare the parser.
    if (text.empty() || text.size() > 100) return std::nullopt;
    const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    const auto error = util.Parse(std::string(text), std::string(region), &number);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR || !util.IsPossibleNumber(number)) {
        return std::nullopt;
    }
    // Possible in its country ("+49 23"), and yet too short for what is kept of numbers everywhere.
    const std::string normal = format(number, PhoneNumberUtil::E164);
    if (!is_e164(normal)) return std::nullopt;
    if (util.IsValidNumber(number)) return number;
    // Of odd spellings ("+31 (0( )0345 67") the parser makes what it reads as another number.
    PhoneNumber again;
    const auto second = util.Parse(normal, std::string(region), &again);
    const bool stable = second == PhoneNumberUtil::NO_PARSING_ERROR &&
                        format(again, PhoneNumberUtil::E164) == normal;
    return stable ? std::optional<PhoneNumber>(number) : std::nullopt;
}

}  // namespace

std::optional<std::string> phone_e164(std::string_view text, std::string_view region) {
    const auto number = parse(text, region);
    if (!number) return std::nullopt;
    return format(*number, PhoneNumberUtil::E164);
}

std::string format_phone(std::string_view text, std::string_view region) {
    const auto number = parse(text, region);
    if (!number) return std::string(text);
    const int home = PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(std::string(region));
    const std::string shown =
        format(*number, number->country_code() == home ? PhoneNumberUtil::NATIONAL
                                                       : PhoneNumberUtil::INTERNATIONAL);
    // A number that nobody has yet may read as another one in its short form.
    const std::string normal = format(*number, PhoneNumberUtil::E164);
    return phone_e164(shown, region) == normal ? shown : normal;
}

std::vector<std::string> phone_search_forms(std::string_view text, std::string_view region) {
    std::vector<std::string> forms;
    const auto add = [&](std::string digits) {
        if (!digits.empty() && std::find(forms.begin(), forms.end(), digits) == forms.end()) {
            forms.push_back(std::move(digits));
        }
    };
    if (const auto number = parse(text, region)) {
        add(digits_of(format(*number, PhoneNumberUtil::E164)));
        // The extension is in the national format only by its own word; E.164 has none.
        PhoneNumber without = *number;
        without.clear_extension();
        add(digits_of(format(without, PhoneNumberUtil::NATIONAL)));
    } else {
        add(digits_of(text));
    }
    return forms;
}

bool is_e164(std::string_view text) {
    if (text.size() < 8 || text.size() > 16 || text[0] != '+' || text[1] == '0') return false;
    return std::all_of(text.begin() + 1, text.end(), is_digit);
}

bool looks_like_phone(std::string_view text) {
    constexpr std::string_view kBetween = " +-./()\t";
    bool digit = false;
    for (const char c : text) {
        if (is_digit(c)) {
            digit = true;
        } else if (kBetween.find(c) == std::string_view::npos) {
            return false;
        }
    }
    return digit;
}

std::string digits_of(std::string_view text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_digit);
    return out;
}

}  // namespace balie::text
