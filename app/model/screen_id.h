// The names of the screens and overlays, and where one is: a screen and what it is about.
// Adding a screen: one line in ScreenId; see app/README.md. Thread: any. Ownership: values.
#pragma once

#include "storage/base/ids.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace balie::app {

enum class ScreenId : std::uint8_t {
    Any,  ///< scope of actions that work everywhere once signed in
    SignIn,
    Today,
    Search,
    Customer,
    Priority,
    Sync,
    CustomerForm,
    Settings,
    Help,
    Departure,
    Tasks,
    // Overlays: drawn over a screen, which stays as it is.
    Capture,
    Flag,
    TaskForm,
    DocumentForm,
    FactForm,
    RelationForm,
    Conflict,
    SetAside,
    Proposal,
    Fetch,
    Palette,
    Count
};

/// "today", "customer_form": used by --screenshot and as the first part of widget ids.
[[nodiscard]] std::string_view screen_name(ScreenId id);
[[nodiscard]] std::optional<ScreenId> parse_screen(std::string_view name);
[[nodiscard]] bool is_overlay(ScreenId id);

struct Place {
    ScreenId screen{ScreenId::Today};
    RecordId subject{};  ///< the customer it is about; nil where it is about none

    bool operator==(const Place&) const = default;
};

}  // namespace balie::app
