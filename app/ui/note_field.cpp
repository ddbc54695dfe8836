#include "app/ui/field_core.h"
#include "app/ui/form.h"
#include "app/ui/soft_wrap.h"
#include "app/ui/widget_core.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {
namespace {

struct Wrapping {
    std::string before;  // the wrapped text as it was given to the editor
    LineFit fit;
};

// Runs inside the editor after each change: wraps anew and keeps the cursor with its character.
int rewrap(ImGuiInputTextCallbackData* data) {
    auto& wrapping = *static_cast<Wrapping*>(data->UserData);
    const std::string_view after(data->Buf, static_cast<std::size_t>(data->BufTextLen));
    const SoftEdit edit =
        soft_edit(wrapping.before, after, static_cast<std::size_t>(data->CursorPos));
    const std::string wrapped = soft_wrap(edit.text, wrapping.fit);
    if (wrapped != after) {
        data->DeleteChars(0, data->BufTextLen);
        data->InsertChars(0, wrapped.data(), wrapped.data() + wrapped.size());
        data->CursorPos = static_cast<int>(soft_place(wrapped, edit.cursor));
        data->ClearSelection();
    }
    wrapping.before = wrapped;
    return 0;
}

// Bytes of a line that fit into `width`, broken between words where there is one.
LineFit fit_to(Ui& ui, float width) {
    ImFont* const font = ui.fonts().face(Face::Body);
    return [font, width](std::string_view rest) {
        const float scale = ImGui::GetFontSize() / font->FontSize;
        const char* const end = rest.data() + rest.size();
        const char* const stop = font->CalcWordWrapPositionA(scale, rest.data(), end, width);
        return static_cast<std::size_t>(stop - rest.data());
    };
}

}  // namespace

FieldEvent note_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                      const FieldOptions& options) {
    const FieldFrame frame(ui, label, options);
    const FaceScope face(ui, Face::Body);
    const float line = ImGui::GetFontSize();
    const int lines = std::max(2, options.lines);
    const float height = std::ceil(line * static_cast<float>(lines) + ui.em(1.2F));
    const ImVec2 pad(ui.em(0.7F), ui.em(0.545F));
    const float room = frame.width() - pad.x * 2 - ImGui::GetStyle().ScrollbarSize - ui.em(0.2F);
    Wrapping wrapping{{}, fit_to(ui, std::max(room, ui.em(4)))};
    // Carriage returns from elsewhere (a pasted letter) would read as soft breaks.
    std::string edited = soft_wrap(soft_unwrap(value), wrapping.fit);
    wrapping.before = edited;
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, pad);
    ImGui::SetCursorScreenPos(frame.top());
    const bool touched = raw_input(
        ui,
        {.id = id,
         .flags = ImGuiInputTextFlags_NoHorizontalScroll | ImGuiInputTextFlags_CallbackEdit,
         .enabled = options.enabled,
         .lines = lines,
         .size = ImVec2(frame.width(), height),
         .callback = rewrap,
         .user = &wrapping},
        edited);
    ImGui::PopStyleVar();
    FieldEvent event;
    const std::string now = touched ? soft_unwrap(edited) : value;
    event.changed = now != value;
    event.left = ImGui::IsItemDeactivatedAfterEdit();
    value = now;
    const ImRect rect = ImGui::GetCurrentContext()->LastItemData.Rect;
    // As raw_input names it; in the first, measuring frame of a dialog ImGui forgets to say it.
    const ImGuiID item = ImHashStr("##edit", 0, hash_id(id));
    frame.paint_edge(rect, ImGui::IsItemActive());
    frame.paint_counter(value.size());
    if (value.empty() && !options.placeholder.empty()) {
        draw_text(ui, *ImGui::GetWindowDrawList(), {rect.Min.x + pad.x, rect.Min.y + pad.y},
                  Face::Body, ui.color(Role::Muted), options.placeholder,
                  rect.GetWidth() - pad.x * 2);
    }
    if (!ImGui::IsItemActive()) {
        focus_ring(ui, rect, item);
    }
    report(ui, rect,
           {.kind = Kind::Note,
            .id = id,
            .label = label,
            .value = value,
            .error = options.error,
            .item = item,
            .enabled = options.enabled});
    return event;
}

}  // namespace balie::ui
