// A profile on disk, enrolled without a hub: what a save needs and no more. Thread: one.
#pragma once

#include "app/runtime/profile.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <string>

namespace balie::test {

inline const std::string kPassword = "correct horse";

inline app::ProfileOptions cheap() {
    app::ProfileOptions options;
    options.cost = crypto::kCheapForTests;
    return options;
}

/// Settings that the hub's ENROLLED would have left.
inline void pretend_enrolled(app::Profile& profile, const std::string& login) {
    auto& store = profile.store();
    must(store.set_setting(sync::setting::kDevice, DeviceId::random(profile.entropy()).text()));
    must(store.set_setting(sync::setting::kIncarnation,
                           Incarnation::random(profile.entropy()).text()));
    must(store.set_setting(sync::setting::kUser, login));
    must(profile.refresh_user());
}

}  // namespace balie::test
