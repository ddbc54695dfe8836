#pragma once
// What the fields share: label above, hint or error below, edge, counter, and the one call of
// ImGui's text editor.
//
// Invariant: raw_input() never loses what was typed, also not by Esc.
// Thread: UI only. Ownership: a FieldFrame lives while its field is drawn.

#include "app/ui/form.h"
#include "app/ui/widget_core.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace balie::ui {

// Opens a group with the label; the destructor adds help or error and closes it.
class FieldFrame {
  public:
    FieldFrame(Ui& ui, std::string_view label, const FieldOptions& options);
    ~FieldFrame();
    FieldFrame(const FieldFrame&) = delete;
    FieldFrame& operator=(const FieldFrame&) = delete;

    [[nodiscard]] ImVec2 top() const { return top_; }
    [[nodiscard]] float width() const { return width_; }
    void paint_edge(const ImRect& rect, bool active) const;
    void paint_counter(std::size_t used) const;

  private:
    Ui& ui_;
    const FieldOptions& options_;
    ImVec2 start_;
    ImVec2 top_;
    float width_;
};

struct RawInput {
    std::string_view id = {};
    std::string_view placeholder = {};
    ImGuiInputTextFlags flags = 0;
    bool enabled = true;
    int lines = 1;
    ImVec2 size = {};
    ImGuiInputTextCallback callback = nullptr;
    void* user = nullptr;
};
// For ImGuiInputTextFlags_CallbackHistory: up and down do nothing in the editor, so that they move
// through the list beside it.
int keep_arrow_keys(ImGuiInputTextCallbackData* data);
// True when the value changed. Afterwards ImGui's "last item" is the editor.
bool raw_input(Ui& ui, const RawInput& input, std::string& value);

}  // namespace balie::ui
