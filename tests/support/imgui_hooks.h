#pragma once
// Dear ImGui's own account of the items of a frame, from its test-engine hooks.
//
// Invariant: holds the items of the current context since the last take; windows and scroll bars,
// which nobody would name, are left out.
// Thread: the test's own. Ownership: values.

#include <cstdint>
#include <string>
#include <vector>

namespace balie::test {

struct ImGuiItemSeen {
    std::uint32_t item = 0;
    std::string window;
    std::string label;
};

// Switches the hooks on for the current ImGui context.
void watch_imgui_items();
[[nodiscard]] std::vector<ImGuiItemSeen> take_imgui_items();

}  // namespace balie::test
