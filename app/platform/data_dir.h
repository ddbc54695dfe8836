#pragma once
// Where the program's own data lies: fonts, themes, texts, demo files.
//
// Invariant: BALIE_DATA_DIR when it is set, else ../share/balie beside the program that runs; never
// a path known at build time.
// Thread: any. Ownership: values.

#include "storage/base/result.h"

#include <string>
#include <string_view>

namespace balie::platform {

// NotFound when the folder does not exist.
Result<std::string> data_dir();

// The same for a given program and setting, for tests.
Result<std::string> data_dir_for(std::string_view program, std::string_view setting);

}  // namespace balie::platform
