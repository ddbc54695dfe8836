#include "app/model/router.h"

namespace balie::app {

bool Router::go(const Place& place) {
    if (place == current()) return false;
    places_.resize(at_ + 1);
    places_.push_back(place);
    if (places_.size() > kPlacesMax) places_.erase(places_.begin());
    at_ = places_.size() - 1;
    return true;
}

void Router::replace(const Place& place) {
    places_[at_] = place;
}

void Router::restart(const Place& place) {
    places_.assign(1, place);
    at_ = 0;
}

bool Router::back() {
    if (!can_go_back()) return false;
    --at_;
    return true;
}

bool Router::forward() {
    if (!can_go_forward()) return false;
    ++at_;
    return true;
}

}  // namespace balie::app
