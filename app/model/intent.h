// What drawing may ask for. Few and general, so that a new screen needs no new kind: a screen's own
// verbs are actions, and its lists and forms are told apart by their ids.
// Thread: any. Ownership: values.
#pragma once

#include "app/model/screen_id.h"

#include <string>
#include <variant>

namespace balie::app {

/// As if the action's shortcut was pressed: buttons, palette and menus.
struct RunAction {
    std::string id;  ///< "visit.save"
};
/// Go to a screen, remembering this one.
struct GoTo {
    Place place;
};
/// A row of a list was selected, or opened (Enter, double click).
struct RowChosen {
    std::string list;  ///< "search.hits"
    int row{-1};
    bool open{false};
};
/// The person typed or chose something in the form of the screen or overlay on top.
struct FormChanged {
    std::string field;  ///< "visit.note"
};
/// The action of a toast or banner.
struct NoticeAction {
    std::string id;
};

/// A file was dropped on the window.
struct FileDropped {
    std::string path;
};

using Intent = std::variant<RunAction, GoTo, RowChosen, FormChanged, NoticeAction, FileDropped>;

}  // namespace balie::app
