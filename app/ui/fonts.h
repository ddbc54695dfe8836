#pragma once
// The typefaces: Inter in a few sizes, each with the icons merged in.
//
// Invariant: after build() every Face has a font and the atlas holds Latin, Latin Extended-A,
// the usual punctuation and arrows, and the icons of icons.h.
// Thread: UI only; never between NewFrame and Render. Ownership: keeps the font files' bytes; the
// fonts themselves belong to the ImGui atlas.

#include "app/ui/scale.h"
#include "storage/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

struct ImFont;
struct ImFontAtlas;

namespace balie::ui {

enum class Face : std::uint8_t {
    Body,     // 1 em
    Strong,   // 1 em, semibold
    Caption,  // 0.87 em: hints, table heads, badges
    Heading,  // 1.2 em, semibold: card and section titles
    Title,    // 1.65 em, semibold: the screen's title, key figures
    Count
};

struct FontFiles {
    std::string regular;
    std::string semibold;
    std::string icons;
};

// File names as packaged, in `folder` (share/balie/fonts).
[[nodiscard]] FontFiles font_files_in(const std::string& folder);

class Fonts {
  public:
    // Reads the files.
    Result<void> load(const FontFiles& files);

    // Throws the atlas' fonts away and bakes them anew; the caller uploads the texture again.
    // Without files that could be read, ImGui's built-in font stands in, so that the error can
    // be shown.
    void build(ImFontAtlas& atlas, const Scale& scale);

    // The body face has a glyph of its own for this code point.
    [[nodiscard]] bool has(unsigned code_point) const;

    [[nodiscard]] ImFont* face(Face face) const { return faces_[static_cast<std::size_t>(face)]; }

  private:
    void add_face(ImFontAtlas& atlas, Face face, std::vector<unsigned char>& bytes, float px);

    std::vector<unsigned char> regular_;
    std::vector<unsigned char> semibold_;
    std::vector<unsigned char> icons_;
    std::vector<unsigned short> icon_ranges_;
    std::array<ImFont*, static_cast<std::size_t>(Face::Count)> faces_{};
};

}  // namespace balie::ui
