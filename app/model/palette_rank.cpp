#include "app/model/palette_rank.h"

#include <algorithm>
#include <utility>

namespace balie::app {

namespace {

constexpr int kFits = 1;
constexpr int kWordStart = 8;
constexpr int kInARow = 5;
constexpr int kWhole = 40;   // the name begins with the query
constexpr int kInside = 15;  // the query stands in the name as it is

}  // namespace

int palette_score(std::string_view folded_query, std::string_view folded_name) {
    if (folded_query.empty()) return kFits;
    int score = kFits;
    std::size_t at = 0;
    std::size_t last = std::string_view::npos;
    for (const char letter : folded_query) {
        if (letter == ' ') continue;
        const std::size_t found = folded_name.find(letter, at);
        if (found == std::string_view::npos) return 0;
        if (found == 0 || folded_name[found - 1] == ' ') score += kWordStart;
        if (last != std::string_view::npos && found == last + 1) score += kInARow;
        last = found;
        at = found + 1;
    }
    const std::size_t inside = folded_name.find(folded_query);
    if (inside == 0) {
        score += kWhole;
    } else if (inside != std::string_view::npos) {
        score += kInside;
    }
    return score;
}

std::vector<std::size_t> palette_rank(std::string_view folded_query,
                                      std::span<const PaletteCandidate> candidates,
                                      std::size_t limit) {
    std::vector<std::pair<int, std::size_t>> fitting;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const int score = palette_score(folded_query, candidates[i].folded);
        if (score > 0) fitting.emplace_back(score, i);
    }
    std::stable_sort(fitting.begin(), fitting.end(), [&](const auto& one, const auto& other) {
        if (one.first != other.first) return one.first > other.first;
        return candidates[one.second].recency > candidates[other.second].recency;
    });
    if (fitting.size() > limit) fitting.resize(limit);
    std::vector<std::size_t> out;
    out.reserve(fitting.size());
    for (const auto& [score, index] : fitting) out.push_back(index);
    return out;
}

}  // namespace balie::app
