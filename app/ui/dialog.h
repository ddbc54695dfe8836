#pragma once
// A dialog over the page: blocks what is behind it and gives the keyboard back when it goes.
//
// Invariant: a dialog is open exactly in the frames in which it is drawn; when it is no longer
// drawn, the widget that had the keyboard before gets it back.
// Thread: UI only. Ownership: a scope; it must not outlive the frame.
//
//   if (view.dialog) {
//       Dialog dialog(ui, "flag", title);
//       text_field(...);
//       switch (dialog.buttons("flag.confirm", label)) { case DialogEvent::Confirmed: ... }
//   }

#include "app/ui/ui.h"
#include "app/ui/widgets.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace balie::ui {

enum class DialogEvent : std::uint8_t { None, Confirmed, Cancelled };

struct DialogOptions {
    float width_em = 30;
    Icon icon = Icon::None;
    Role role = Role::Text;        // Danger: for what cannot be undone
    std::string_view detail = {};  // a sentence under the title
    std::string_view first = {};   // id that gets the keyboard when it opens
    bool closable = true;          // cross "<id>.close" and Esc
};

class Dialog {
  public:
    Dialog(Ui& ui, std::string_view id, std::string_view title, const DialogOptions& options = {});
    ~Dialog();
    Dialog(const Dialog&) = delete;
    Dialog& operator=(const Dialog&) = delete;

    // The row of buttons at the bottom: cancel "<id>.cancel" (Esc) and confirm `confirm_id`
    // (Ctrl+Enter). Call last.
    DialogEvent buttons(std::string_view confirm_id, std::string_view confirm_label,
                        bool enabled = true, ButtonKind kind = ButtonKind::Primary);
    // Page Up and Page Down move through what is higher than the window.
    void scroll_by_keys();
    // For dialogs without buttons(): Esc or the cross.
    [[nodiscard]] bool cancelled() const { return cancelled_; }

  private:
    struct State;
    std::unique_ptr<State> state_;
    bool cancelled_ = false;
};

// Yes or no in one call; confirm id is "<id>.confirm".
DialogEvent confirm(Ui& ui, std::string_view id, std::string_view title, std::string_view detail,
                    std::string_view confirm_label, ButtonKind kind = ButtonKind::Primary);

}  // namespace balie::ui
