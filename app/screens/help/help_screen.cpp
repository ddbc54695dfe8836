#include "app/screens/help/help_screen.h"

#include "app/screens/parts_screen.h"

namespace balie::app {

namespace {
constexpr float kKeysEm = 8.5F;
}  // namespace

void draw(const HelpView& view, HelpForm& /*form*/, ui::Ui& ui) {
    ui::Page page(ui, "help", ui.text(Text::HelpTitle), {.subtitle = ui.text(Text::HelpSubtitle)});
    page.body();
    const std::size_t half = (view.groups.size() + 1) / 2;
    ui::Columns columns(ui, {1, 1}, 1.2F, 22);
    for (std::size_t i = 0; i < view.groups.size(); ++i) {
        if (i == 0 || i == half) columns.next();
        const HelpGroup& group = view.groups[i];
        const ui::Card card(ui, group.id, group.title, {.icon = ui::Icon::Keyboard});
        for (const HelpKey& key : group.keys) ui::key_hint(ui, key.keys, key.what, kKeysEm);
    }
}

}  // namespace balie::app
