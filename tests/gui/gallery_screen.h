#pragma once
// A made-up screen that holds every widget once: what the toolkit's tests act on, and what a
// person looks at after a change of look.
//
// Invariant: no state but GalleryState; drawing it twice shows the same.
// Thread: UI only. Ownership: the caller owns the state.

#include "app/ui/toast.h"
#include "app/ui/ui.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace balie::test {

enum class GalleryPage : std::uint8_t { Today, Form, Table, Notices };

struct GalleryState {
    GalleryPage page = GalleryPage::Today;
    std::string name;
    std::string secret;
    std::string note;
    std::string when = "+7d";
    std::string channel;  // code
    std::string outcome;
    std::string search;
    std::string name_error;
    bool consent = false;
    int row = -1;
    int opened = -1;
    int rows = 200;
    std::size_t tab = 0;
    int saved = 0;
    std::vector<std::string> log;  // what was activated, in order
    bool dialog = false;
    bool danger = false;
    bool palette = false;
    std::string palette_query;
    int palette_row = 0;
    ui::ToastQueue toasts;
    std::int64_t now_ms = 0;
    bool fail_while_drawing = false;
};

void draw_gallery(ui::Ui& ui, GalleryState& state);

}  // namespace balie::test
