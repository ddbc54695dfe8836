#include "tests/support/imgui_hooks.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <utility>

namespace balie::test {
namespace {

std::vector<ImGuiItemSeen>& seen() {
    thread_local std::vector<ImGuiItemSeen> items;
    return items;
}

}  // namespace

void watch_imgui_items() {
    ImGui::GetCurrentContext()->TestEngineHookItems = true;
    seen().clear();
}

std::vector<ImGuiItemSeen> take_imgui_items() {
    return std::exchange(seen(), {});
}

}  // namespace balie::test

void ImGuiTestEngineHook_ItemAdd(ImGuiContext* context, ImGuiID id, const ImRect& /*box*/,
                                 const ImGuiLastItemData* /*data*/) {
    ImGuiWindow* const window = context->CurrentWindow;
    const bool chrome = window == nullptr || window->IsFallbackWindow || id == window->ID ||
                        id == window->MoveId ||
                        id == ImGui::GetWindowScrollbarID(window, ImGuiAxis_X) ||
                        id == ImGui::GetWindowScrollbarID(window, ImGuiAxis_Y);
    if (!chrome) {
        balie::test::seen().push_back({id, window->Name, {}});
    }
}

void ImGuiTestEngineHook_ItemInfo(ImGuiContext* /*context*/, ImGuiID id, const char* label,
                                  ImGuiItemStatusFlags /*flags*/) {
    auto& items = balie::test::seen();
    const auto item = std::find_if(items.rbegin(), items.rend(),
                                   [id](const auto& known) { return known.item == id; });
    if (item != items.rend() && label != nullptr) {
        item->label = label;
    }
}

void ImGuiTestEngineHook_Log(ImGuiContext* /*context*/, const char* /*format*/, ...) {}

const char* ImGuiTestEngine_FindItemDebugLabel(ImGuiContext* /*context*/, ImGuiID /*id*/) {
    return nullptr;
}
