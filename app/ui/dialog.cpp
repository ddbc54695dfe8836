#include "app/ui/dialog.h"

#include "app/ui/layout.h"
#include "app/ui/widget_core.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace balie::ui {

bool begin_modal(Ui& ui, std::string_view id, Kind kind, std::string_view label,
                 const ModalPlace& place) {
    WidgetState& state = ui.state();
    const std::string name = "##modal." + std::string(id);
    auto mark = std::find_if(state.dialogs.begin(), state.dialogs.end(),
                             [id](const DialogMark& known) { return known.id == id; });
    const bool opens = mark == state.dialogs.end();
    if (opens) {
        state.dialogs.push_back({.id = std::string(id),
                                 .previous = ui.focused(),
                                 .popup = ImGui::GetID(name.c_str()),
                                 .drawn = true});
        mark = state.dialogs.end() - 1;
        ui.need_frame_in_ms(0);
    }
    mark->drawn = true;
    if (!ImGui::IsPopupOpen(name.c_str())) {
        ImGui::OpenPopup(name.c_str());
    }
    const ImVec2 view = ImGui::GetMainViewport()->Size;
    const float width = std::min(ui.em(place.width_em), view.x - ui.em(2));
    const bool centred = place.top_share < 0;
    ImGui::SetNextWindowPos(
        ImVec2(std::floor(view.x / 2), std::floor(view.y * (centred ? 0.47F : place.top_share))),
        ImGuiCond_Always, ImVec2(0.5F, centred ? 0.5F : 0.0F));
    ImGui::SetNextWindowSizeConstraints(ImVec2(width, 0), ImVec2(width, view.y - ui.em(3)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        ImVec2(ui.em(place.padding_em), ui.em(place.padding_em)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.em(0.6F));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::BeginPopupModal(name.c_str(), nullptr,
                           ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_AlwaysAutoResize |
                               ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize |
                               ImGuiWindowFlags_NoSavedSettings |
                               (place.scrolls ? 0 : ImGuiWindowFlags_NoScrollbar));
    ImGui::PopStyleVar(3);
    const ImRect rect = ImGui::GetCurrentWindow()->Rect();
    soft_shadow(ui, rect, ui.em(0.6F));
    report(ui, rect, {.kind = kind, .id = id, .label = label});
    return opens;
}

void end_modal() {
    ImGui::EndPopup();
}

void close_dialogs_not_drawn(Ui& ui) {
    std::vector<DialogMark>& dialogs = ui.state().dialogs;
    ImGuiContext& g = *ImGui::GetCurrentContext();
    while (!dialogs.empty() && !dialogs.back().drawn) {
        const DialogMark mark = dialogs.back();
        dialogs.pop_back();
        for (int i = 0; i < g.OpenPopupStack.Size; ++i) {
            if (g.OpenPopupStack[i].PopupId == mark.popup) {
                ImGui::ClosePopupToLevel(i, true);
                break;
            }
        }
        if (!mark.previous.empty()) {
            ui.focus(mark.previous);
        }
        ui.need_frame_in_ms(0);
    }
}

struct Dialog::State {
    Ui& ui;
    std::string id;
    bool top = false;
};

Dialog::Dialog(Ui& ui, std::string_view id, std::string_view title, const DialogOptions& options)
    : state_(std::make_unique<State>(State{ui, std::string(id), false})) {
    const bool opens = begin_modal(ui, id, Kind::Dialog, title, {.width_em = options.width_em});
    state_->top = !ui.state().dialogs.empty() && ui.state().dialogs.back().id == id;
    if (opens && !options.first.empty()) {
        ui.focus(options.first);
    }
    // An Esc that an open list used is not among the chords any more.
    const bool asked = !opens && state_->top;
    cancelled_ = options.closable && asked && ui.pressed(Chord{Key::Escape});
    if (options.closable) {
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const float right = place.x + ImGui::GetContentRegionAvail().x;
        ImGui::SetCursorScreenPos(ImVec2(right - ui.em(1.6F), place.y - ui.em(0.35F)));
        // Esc does the same; Tab should walk through the fields only.
        ImGui::PushItemFlag(ImGuiItemFlags_NoNav, true);
        const bool crossed =
            icon_button(ui, part_id(id, "close"), ui.own_texts().close, Icon::Close);
        ImGui::PopItemFlag();
        cancelled_ = cancelled_ || crossed;
        ImGui::SetCursorScreenPos(place);
    }
    {
        const NarrowRegion narrow(ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x -
                                  ui.em(2.2F));
        if (options.icon != Icon::None) {
            text(ui, icon_text(options.icon), {.role = options.role, .face = Face::Heading});
            same_line(ui, 0.5F);
        }
        text(ui, title, {.face = Face::Heading});
    }
    if (!options.detail.empty()) {
        muted(ui, options.detail);
    }
    space(ui, 0.35F);
}

Dialog::~Dialog() {
    end_modal();
}

void Dialog::scroll_by_keys() {
    const float page = ImGui::GetWindowHeight() * 0.8F;
    const float way = (state_->ui.pressed(Chord{Key::PageDown}) ? page : 0) -
                      (state_->ui.pressed(Chord{Key::PageUp}) ? page : 0);
    if (way != 0) {
        ImGui::SetScrollY(std::clamp(ImGui::GetScrollY() + way, 0.0F, ImGui::GetScrollMaxY()));
    }
}

DialogEvent Dialog::buttons(std::string_view confirm_id, std::string_view confirm_label,
                            bool enabled, ButtonKind kind) {
    Ui& ui = state_->ui;
    DialogEvent event = cancelled_ ? DialogEvent::Cancelled : DialogEvent::None;
    space(ui, 0.5F);
    // Where words are long the keys go first, then the one line.
    constexpr std::string_view kKeys = "Ctrl+Enter";
    const float room = ImGui::GetContentRegionAvail().x - ui.em(0.5F);
    const std::string_view cancel = ui.own_texts().cancel;
    const bool keys =
        button_width(ui, cancel, "Esc") + button_width(ui, confirm_label, kKeys) <= room;
    const bool one_line =
        keys || button_width(ui, cancel, {}) + button_width(ui, confirm_label, {}) <= room;
    std::optional<RightGroup> right;
    if (one_line) right.emplace(ui, part_id(state_->id, "buttons"), Line::Own);
    const float width = one_line ? 0.0F : -1.0F;
    if (button(ui, part_id(state_->id, "cancel"), cancel,
               {.shortcut = keys ? "Esc" : "", .width_em = width})) {
        event = DialogEvent::Cancelled;
    }
    if (one_line) same_line(ui);
    const bool by_key = state_->top && enabled && ui.pressed(Chord{Key::Enter, true});
    if (button(
            ui, confirm_id, confirm_label,
            {.kind = kind, .shortcut = keys ? kKeys : "", .enabled = enabled, .width_em = width}) ||
        by_key) {
        event = DialogEvent::Confirmed;
    }
    return event;
}

DialogEvent confirm(Ui& ui, std::string_view id, std::string_view title, std::string_view detail,
                    std::string_view confirm_label, ButtonKind kind) {
    const bool danger = kind == ButtonKind::Danger;
    // What cannot be undone is not one Enter away.
    const std::string first = part_id(id, danger ? "cancel" : "confirm");
    Dialog dialog(ui, id, title,
                  {.width_em = 28,
                   .icon = danger ? Icon::WarningOutline : Icon::None,
                   .role = danger ? Role::Danger : Role::Text,
                   .detail = detail,
                   .first = first});
    return dialog.buttons(part_id(id, "confirm"), confirm_label, true, kind);
}

}  // namespace balie::ui
