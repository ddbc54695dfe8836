#include "app/platform/data_dir.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace balie::platform {

Result<std::string> data_dir_for(std::string_view program, std::string_view setting) {
    namespace fs = std::filesystem;
    const fs::path folder = setting.empty()
                                ? fs::path(program).parent_path().parent_path() / "share" / "balie"
                                : fs::path(setting);
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) {
        return Error{ErrorCode::NotFound, "the program's data folder is not there", folder.string(),
                     "install Balie again, or set BALIE_DATA_DIR to the folder that holds fonts, "
                     "themes and i18n"};
    }
    return folder.string();
}

Result<std::string> data_dir() {
    const char* const setting = std::getenv("BALIE_DATA_DIR");
    std::error_code failed;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
    return data_dir_for(program.string(), setting == nullptr ? "" : setting);
}

}  // namespace balie::platform
