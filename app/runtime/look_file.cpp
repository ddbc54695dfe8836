#include "app/runtime/look_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

namespace balie::app {

namespace {

constexpr const char* kFile = "window";
constexpr int kScaleMin = 100;
constexpr int kScaleMax = 200;

}  // namespace

Look read_look(const std::filesystem::path& folder, const Look& otherwise) {
    Look look = otherwise;
    std::ifstream file(folder / kFile);
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos) continue;
        const std::string name = line.substr(0, equals);
        const std::string value = line.substr(equals + 1);
        if (name == "language" && (value == "en" || value == "nl")) look.language = value;
        if (name == "theme" && !value.empty()) look.theme = value;
        if (name == "scale") {
            const long percent = std::strtol(value.c_str(), nullptr, 10);
            look.scale_percent = static_cast<int>(std::clamp<long>(percent, kScaleMin, kScaleMax));
        }
    }
    return look;
}

Outcome write_look(const std::filesystem::path& folder, const Look& look) {
    const std::filesystem::path next = folder / (std::string{kFile} + ".new");
    {
        std::ofstream file(next, std::ios::trunc);
        file << "language=" << look.language << "\ntheme=" << look.theme
             << "\nscale=" << look.scale_percent << "\n";
        file.flush();
        if (!file) {
            return Error{ErrorCode::Io, "the settings of the window were not kept", next.string(),
                         "look whether the disk is full or the folder may not be written"};
        }
    }
    std::error_code failed;
    std::filesystem::rename(next, folder / kFile, failed);
    if (failed) {
        return Error{ErrorCode::Io, "the settings of the window were not kept: " + failed.message(),
                     next.string(), "look whether the folder may be written"};
    }
    return {};
}

}  // namespace balie::app
