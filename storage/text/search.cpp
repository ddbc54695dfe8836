#include "storage/text/search.h"

#include "storage/text/fold.h"
#include "storage/text/utf8.h"

#include <algorithm>
#include <set>

namespace balie::text {
namespace {

constexpr std::size_t kTermsMax = 12;
constexpr std::size_t kQueryBytesMax = 400;
constexpr std::size_t kTrigram = 3;

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += word;
    return out;
}

class Collector {
  public:
    void add_line(const std::string& folded) {
        if (folded.empty()) return;
        if (!out_.text.empty()) out_.text += '\n';
        out_.text += folded;
    }
    void add_word(const std::string& word) {
        if (word.empty() || !seen_.insert(word).second) return;
        if (!out_.words.empty()) out_.words += ' ';
        out_.words += word;
    }
    SearchText take() { return std::move(out_); }

  private:
    SearchText out_;
    std::set<std::string, std::less<>> seen_;
};

void collect(Collector& into, const SearchField& field, std::string_view region) {
    if (field.kind == SearchKind::Phone) {
        for (const auto& form : phone_search_forms(field.text, region)) {
            into.add_line(form);
            into.add_word(form);
        }
        // What is no number at all ("ask for Jan") is found as it is written.
        if (looks_like_phone(field.text)) return;
    }
    const std::string folded = fold_for_search(field.text);
    into.add_line(folded);
    const auto words = words_of(folded);
    for (const auto& word : words) into.add_word(word);
    // A blank parts words of a name, but not the parts of "1012 AB" or "K-10 42".
    if (field.kind == SearchKind::Code && words.size() > 1) {
        const std::string compact = joined(words);
        into.add_line(compact);
        into.add_word(compact);
        return;
    }
    // "J.P. O'Neill" is also typed "jp oneill".
    std::size_t at = 0;
    while (at < folded.size()) {
        const std::size_t blank = std::min(folded.find(' ', at), folded.size());
        const auto parts = words_of(std::string_view(folded).substr(at, blank - at));
        if (parts.size() > 1) {
            into.add_line(joined(parts));
            into.add_word(joined(parts));
        }
        at = blank + 1;
    }
}

std::vector<std::string_view> split_blanks(std::string_view folded) {
    std::vector<std::string_view> out;
    while (!folded.empty()) {
        const std::size_t blank = std::min(folded.find(' '), folded.size());
        if (blank > 0) out.push_back(folded.substr(0, blank));
        folded.remove_prefix(std::min(blank + 1, folded.size()));
    }
    return out;
}

/// How many of the words, from the first, are one telephone number written with blanks; 0 for none.
std::size_t phone_run(const std::vector<std::string_view>& words, std::size_t from) {
    std::size_t count = 0;
    std::size_t digits = 0;
    bool short_groups = true;
    while (from + count < words.size() && looks_like_phone(words[from + count])) {
        const std::size_t here = digits_of(words[from + count]).size();
        short_groups = short_groups && here <= 4;
        digits += here;
        ++count;
    }
    if (count == 0) return 0;
    const char first = words[from].front();
    const bool starts_so = first == '+' || first == '(' || first == '0';
    const bool groups = count >= 3 && short_groups && digits >= 7;
    return (starts_so && digits >= 2) || groups ? count : std::size_t{0};
}

class TermList {
  public:
    void add(std::string term) {
        if (term.empty() || count_ >= kTermsMax) return;
        const bool is_short = count_code_points(term) < kTrigram;
        auto& list = is_short ? terms_.prefixes : terms_.substrings;
        if (std::find(list.begin(), list.end(), term) != list.end()) return;
        list.push_back(std::move(term));
        ++count_;
    }
    QueryTerms take() { return std::move(terms_); }

  private:
    QueryTerms terms_;
    std::size_t count_{0};
};

/// The digits of a number as the index has them: no 00 before a country code, no (0) after it.
std::string phone_term(const std::vector<std::string_view>& words, std::size_t from,
                       std::size_t count) {
    std::string written;
    for (std::size_t i = from; i < from + count; ++i) written += words[i];
    const bool abroad = written.front() == '+' || written.substr(0, 2) == "00";
    if (const std::size_t zero = written.find("(0)"); abroad && zero != std::string::npos) {
        written.erase(zero, 3);
    }
    std::string digits = digits_of(written);
    if (digits.size() > 4 && digits.substr(0, 2) == "00") digits.erase(0, 2);
    return digits;
}

}  // namespace

SearchText search_text(std::span<const SearchField> fields, std::string_view region) {
    Collector into;
    for (const SearchField& field : fields) collect(into, field, region);
    return into.take();
}

QueryTerms query_terms(std::string_view query) {
    const std::string folded = fold_for_search(truncate_bytes(query, kQueryBytesMax));
    const auto words = split_blanks(folded);
    std::vector<std::string> found;
    std::vector<std::string> name_prefixes;
    for (std::size_t i = 0; i < words.size();) {
        if (const std::size_t run = phone_run(words, i); run > 0) {
            found.push_back(phone_term(words, i, run));
            i += run;
            continue;
        }
        const std::string_view word = words[i++];
        if (is_name_prefix_word(word)) {
            name_prefixes.emplace_back(words_of(word).empty() ? "" : joined(words_of(word)));
        } else if (word.find('@') != std::string_view::npos &&
                   count_code_points(word) >= kTrigram) {
            // Shorter, as somebody types on, it is looked for by its words: those are indexed.
            found.emplace_back(word);
        } else {
            for (auto& part : words_of(word)) found.push_back(std::move(part));
        }
    }
    TermList terms;
    for (auto& term : found.empty() ? name_prefixes : found) terms.add(std::move(term));
    return terms.take();
}

bool matches(const SearchText& document, const QueryTerms& terms) {
    const auto has_text = [&](const std::string& term) {
        return document.text.find(term) != std::string::npos;
    };
    const std::string words = " " + document.words;
    const auto has_word = [&](const std::string& term) {
        return words.find(" " + term) != std::string::npos;
    };
    return !terms.empty() &&
           std::all_of(terms.substrings.begin(), terms.substrings.end(), has_text) &&
           std::all_of(terms.prefixes.begin(), terms.prefixes.end(), has_word);
}

}  // namespace balie::text
