#include "app/ui/icons.h"

namespace balie::ui {
namespace {

constexpr Icon kAll[] = {
#define BALIE_ICON_NAME(name, code) Icon::name,
    BALIE_ICONS(BALIE_ICON_NAME)
#undef BALIE_ICON_NAME
};

}  // namespace

std::span<const Icon> all_icons() {
    return kAll;
}

}  // namespace balie::ui
