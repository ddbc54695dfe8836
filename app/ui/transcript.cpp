#include "app/ui/transcript.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace balie::ui {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Kind::Count)> kKindNames{
    "window", "area",     "text",   "heading", "badge",     "button",  "link",     "field",
    "note",   "password", "select", "option",  "segmented", "segment", "checkbox", "date",
    "table",  "column",   "row",    "card",    "banner",    "empty",   "key",      "nav",
    "status", "dialog",   "toast",  "palette", "progress",  "tab",
};

void quote(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace

std::string_view kind_name(Kind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

void Transcript::begin_frame() {
    entries_.clear();
    ink_.clear();
    items_.clear();
}

void Transcript::add(Entry entry) {
    if (!recording_) {
        return;
    }
    if (entry.item != 0) {
        items_.insert(entry.item);
    }
    entries_.push_back(std::move(entry));
}

void Transcript::add_ink(Ink ink) {
    if (recording_) {
        ink_.push_back(std::move(ink));
    }
}

const Entry* Transcript::find(std::string_view id) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [id](const Entry& entry) { return entry.id == id; });
    return found == entries_.end() ? nullptr : &*found;
}

bool Transcript::sees(std::string_view text) const {
    return std::any_of(entries_.begin(), entries_.end(), [text](const Entry& entry) {
        const auto holds = [text](const std::string& where) {
            return where.find(text) != std::string::npos;
        };
        return entry.visible() && (holds(entry.label) || holds(entry.value) || holds(entry.error));
    });
}

std::vector<std::string> Transcript::duplicate_ids() const {
    std::vector<std::string> seen;
    for (const Entry& entry : entries_) {
        if (!entry.id.empty()) {
            seen.push_back(entry.id);
        }
    }
    std::sort(seen.begin(), seen.end());
    std::vector<std::string> twice;
    for (std::size_t i = 1; i < seen.size(); ++i) {
        if (seen[i] == seen[i - 1] && (twice.empty() || twice.back() != seen[i])) {
            twice.push_back(seen[i]);
        }
    }
    return twice;
}

bool Transcript::knows_item(std::uint32_t item) const {
    return items_.contains(item);
}

std::string Transcript::print() const {
    std::string out;
    for (const Entry& entry : entries_) {
        out += kind_name(entry.kind);
        if (!entry.id.empty()) {
            out += ' ';
            out += entry.id;
        }
        out += ' ';
        quote(out, entry.label);
        if (!entry.value.empty()) {
            out += " = ";
            quote(out, entry.value);
        }
        if (!entry.error.empty()) {
            out += " error ";
            quote(out, entry.error);
        }
        out += entry.selected ? " selected" : "";
        out += entry.focused ? " focused" : "";
        out += entry.enabled ? "" : " disabled";
        out += '\n';
    }
    return out;
}

}  // namespace balie::ui
