#include "app/screens/palette/palette_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/palette.h"

namespace balie::app {

void draw(const PaletteView& view, PaletteForm& form, ui::Ui& ui) {
    std::vector<ui::PaletteRow> rows;
    rows.reserve(view.rows.size());
    for (const PaletteRowView& row : view.rows) {
        rows.push_back({.id = row.id,
                        .label = row.label,
                        .detail = row.detail,
                        .shortcut = row.shortcut,
                        .icon = icon_named(row.icon)});
    }
    const ui::PaletteEvent event =
        ui::palette(ui, form.query, ui.text(Text::PalettePlaceholder), rows, form.marked);
    if (event.query_changed) changed(ui, "palette.query");
    if (event.chosen >= 0) ui.emit<Intent>(RowChosen{"palette.rows", event.chosen, true});
    if (event.closed) run(ui, "overlay.close");
}

}  // namespace balie::app
