#pragma once
// GLFW's key numbers to ours.
//
// Invariant: keys that type a character follow the user's keyboard layout (Ctrl+Z is where "z"
// is printed), as GLFW itself numbers keys by their place on an American keyboard.
// Thread: UI only. Ownership: values.

#include "app/ui/keys.h"

namespace balie::shell {

[[nodiscard]] ui::Key key_from_glfw(int key, int scancode);

}  // namespace balie::shell
