#include "app/ui/fonts.h"

#include "app/ui/icons.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

namespace balie::ui {
namespace {

// ImGui's font size is ascender to descender; Inter's is 1.21 times its em.
constexpr float kLineOfEm = 1.21F;

// Latin, Latin-1, Latin Extended-A, a few of Extended-B for names, dashes and quotes, euro,
// arrows, and the mathematical signs of texts.
constexpr ImWchar kTextRanges[] = {0x0020, 0x007E, 0x00A0, 0x017F, 0x0192, 0x0192, 0x0218, 0x021B,
                                   0x02C6, 0x02C7, 0x02D8, 0x02DD, 0x2010, 0x2015, 0x2018, 0x201E,
                                   0x2020, 0x2022, 0x2026, 0x2026, 0x2030, 0x2030, 0x2039, 0x203A,
                                   0x20AC, 0x20AC, 0x2122, 0x2122, 0x2190, 0x2193, 0x21B5, 0x21B5,
                                   0x2212, 0x2212, 0x2248, 0x2248, 0x2260, 0x2265, 0};

struct FaceSize {
    Face face;
    bool semibold;
    float em;
};
constexpr FaceSize kSizes[] = {
    {Face::Body, false, 1.0F},   {Face::Strong, true, 1.0F}, {Face::Caption, false, 0.87F},
    {Face::Heading, true, 1.2F}, {Face::Title, true, 1.65F},
};

bool read_bytes(const std::string& file, std::vector<unsigned char>& out) {
    std::ifstream in(file, std::ios::binary);
    out.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    return !out.empty();
}

}  // namespace

FontFiles font_files_in(const std::string& folder) {
    return {folder + "/Inter-Regular.otf", folder + "/Inter-SemiBold.otf",
            folder + "/materialdesignicons-webfont.ttf"};
}

Result<void> Fonts::load(const FontFiles& files) {
    for (const auto& [file, bytes] :
         {std::pair{&files.regular, &regular_}, std::pair{&files.semibold, &semibold_},
          std::pair{&files.icons, &icons_}}) {
        if (!read_bytes(*file, *bytes)) {
            regular_.clear();
            return Error{ErrorCode::NotFound, "this font cannot be read", *file,
                         "install Balie again, or set BALIE_DATA_DIR to the folder that holds its "
                         "fonts and themes"};
        }
    }
    icon_ranges_.clear();
    for (const Icon icon : all_icons()) {
        icon_ranges_.push_back(static_cast<unsigned short>(icon));
        icon_ranges_.push_back(static_cast<unsigned short>(icon));
    }
    icon_ranges_.push_back(0);
    return {};
}

void Fonts::add_face(ImFontAtlas& atlas, Face face, std::vector<unsigned char>& bytes, float px) {
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = 1;
    config.OversampleV = 1;
    config.PixelSnapH = true;
    ImFont* font = atlas.AddFontFromMemoryTTF(bytes.data(), static_cast<int>(bytes.size()), px,
                                              &config, kTextRanges);
    config.MergeMode = true;
    const float icon_px = px * 1.02F;
    config.GlyphOffset.y = px * 0.06F;
    atlas.AddFontFromMemoryTTF(icons_.data(), static_cast<int>(icons_.size()), icon_px, &config,
                               icon_ranges_.data());
    faces_[static_cast<std::size_t>(face)] = font;
}

bool Fonts::has(unsigned code_point) const {
    const ImFont* const body = face(Face::Body);
    return body != nullptr &&
           body->FindGlyphNoFallback(static_cast<ImWchar>(code_point)) != nullptr;
}

void Fonts::build(ImFontAtlas& atlas, const Scale& scale) {
    atlas.Clear();
    atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
    if (regular_.empty()) {
        std::fill(faces_.begin(), faces_.end(), atlas.AddFontDefault());
    } else {
        for (const FaceSize& size : kSizes) {
            const float px = std::round(scale.em_px() * size.em * kLineOfEm);
            add_face(atlas, size.face, size.semibold ? semibold_ : regular_, px);
        }
    }
    atlas.Build();
}

}  // namespace balie::ui
