// Where one is and where one came from: back and forward, as in a browser.
// Invariant: there is always a current place; at most kPlacesMax are kept, the oldest go first.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/model/screen_id.h"

#include <cstddef>
#include <vector>

namespace balie::app {

inline constexpr std::size_t kPlacesMax = 50;

class Router {
  public:
    explicit Router(Place start) : places_{start} {}

    [[nodiscard]] const Place& current() const { return places_[at_]; }
    /// Forgets what lay forward. Going to where one is changes nothing (false).
    bool go(const Place& place);
    /// The current place becomes another (a form that was saved becomes its record).
    void replace(const Place& place);
    /// Signed in or locked: there is nothing to go back to.
    void restart(const Place& place);
    bool back();
    bool forward();
    [[nodiscard]] bool can_go_back() const { return at_ > 0; }
    [[nodiscard]] bool can_go_forward() const { return at_ + 1 < places_.size(); }

  private:
    std::vector<Place> places_;
    std::size_t at_{0};
};

}  // namespace balie::app
