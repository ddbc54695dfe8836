#include "app/ui/toast.h"

#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {

void ToastQueue::push(Toast toast, std::int64_t now_ms) {
    remove(toast.id);
    if (toast.until_ms == 0) {
        toast.until_ms = now_ms + kToastMs;
    }
    if (items_.size() >= kToastsMax) {
        items_.erase(items_.begin());
    }
    items_.push_back(std::move(toast));
}

bool ToastQueue::tick(std::int64_t now_ms) {
    if (held_) {
        return false;
    }
    return std::erase_if(items_,
                         [now_ms](const Toast& toast) { return toast.until_ms <= now_ms; }) > 0;
}

std::int64_t ToastQueue::next_deadline_ms() const {
    std::int64_t next = -1;
    // Nothing ends under the pointer: to wait for it would keep the window drawing.
    if (held_) return next;
    for (const Toast& toast : items_) {
        next = next < 0 ? toast.until_ms : std::min(next, toast.until_ms);
    }
    return next;
}

void ToastQueue::remove(std::string_view id) {
    std::erase_if(items_, [id](const Toast& toast) { return toast.id == id; });
}

namespace {

enum class ToastClick { None, Action, Dismiss };

ToastClick draw_toast(Ui& ui, const Toast& toast, float right, float& bottom, bool& held) {
    const float width = ui.em(25);
    const float pad = ui.em(0.9F);
    const float lead = icon_width(ui) + ui.em(0.6F);
    const float wrap = width - pad * 2 - lead - ui.em(1.9F);
    const FaceScope face(ui, Face::Body);
    const ImVec2 words =
        ImGui::CalcTextSize(toast.text.data(), toast.text.data() + toast.text.size(), false, wrap);
    const float action = toast.action.empty() ? 0 : ui.em(2.35F);
    const float height = std::ceil(words.y + pad * 2 + action);
    const ImRect rect(right - width, bottom - height, right, bottom);
    bottom = rect.Min.y - ui.em(0.6F);
    ImGui::SetCursorScreenPos(rect.Min);
    ImGui::BeginChild(hash_id(toast.id), rect.GetSize(), ImGuiChildFlags_None,
                      ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar |
                          ImGuiWindowFlags_NoScrollWithMouse);
    const float rounding = ui.em(0.5F);
    soft_shadow(ui, rect, rounding);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::SurfaceRaised), rounding);
    list.AddRect(rect.Min, rect.Max, paint(ui, Role::Border), rounding);
    list.AddRectFilled(rect.Min, ImVec2(rect.Min.x + ui.em(0.25F), rect.Max.y),
                       paint(ui, toast.role), rounding, ImDrawFlags_RoundCornersLeft);
    const float line = ImGui::GetFontSize();
    draw_icon(ui, list, {rect.Min.x + pad + icon_width(ui) / 2, rect.Min.y + pad + line / 2},
              toast.icon, ui.color(toast.role));
    list.AddText(ImGui::GetFont(), line, ImVec2(rect.Min.x + pad + lead, rect.Min.y + pad),
                 paint(ui, Role::Text), toast.text.data(), toast.text.data() + toast.text.size(),
                 wrap);
    note_ink(ui,
             ImRect(rect.Min.x + pad + lead, rect.Min.y + pad, rect.Min.x + pad + lead + words.x,
                    rect.Min.y + pad + words.y),
             toast.text);
    report(ui, rect, {.kind = Kind::Toast, .id = toast.id, .label = toast.text});
    ToastClick click = ToastClick::None;
    if (!toast.action.empty()) {
        ImGui::SetCursorScreenPos(
            ImVec2(rect.Min.x + pad + lead, rect.Min.y + pad + words.y + ui.em(0.5F)));
        if (button(ui, part_id(toast.id, "action"), toast.action,
                   {.icon = Icon::Undo, .shortcut = toast.shortcut, .small = true})) {
            click = ToastClick::Action;
        }
    }
    ImGui::SetCursorScreenPos(ImVec2(rect.Max.x - ui.em(2.3F), rect.Min.y + ui.em(0.5F)));
    if (icon_button(ui, part_id(toast.id, "dismiss"), ui.own_texts().dismiss, Icon::Close)) {
        click = ToastClick::Dismiss;
    }
    held = held || ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows) ||
           ui.focused() == part_id(toast.id, "action");
    ImGui::EndChild();
    return click;
}

}  // namespace

std::optional<std::string> toasts(Ui& ui, ToastQueue& queue) {
    std::optional<std::string> acted;
    std::string dismissed;
    bool held = false;
    const ImVec2 view = ImGui::GetMainViewport()->Size;
    float bottom = view.y - ui.em(status_bar_em() + 1.0F);
    // The newest is nearest to the corner.
    for (auto toast = queue.items().rbegin(); toast != queue.items().rend(); ++toast) {
        switch (draw_toast(ui, *toast, view.x - ui.em(1.4F), bottom, held)) {
            case ToastClick::Action:
                acted = toast->id;
                break;
            case ToastClick::Dismiss:
                dismissed = toast->id;
                break;
            case ToastClick::None:
                break;
        }
    }
    queue.hold(held);
    if (!dismissed.empty()) {
        queue.remove(dismissed);
        ui.need_frame_in_ms(0);
    }
    return acted;
}

}  // namespace balie::ui
