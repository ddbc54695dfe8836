// Users, the places they work in, and the custom fields an organisation defines, as the hub's own
// writes. Invariant: what has a natural key (login, code, name) gets its record id from it, so that
// it is made once. Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"
#include "sync/hub/hub_store.h"

#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

/// "user" + "anna" → always the same id.
[[nodiscard]] RecordId keyed_record_id(std::string_view type, std::string_view key);

class People {
  public:
    explicit People(HubCore& core) : core_(&core) {}

    /// Makes or changes the user, and its branch and territory when they are new.
    [[nodiscard]] Outcome save_user(const UserRow& user);
    [[nodiscard]] Outcome save_user(store::UnitOfWork& unit, const UserRow& user);
    [[nodiscard]] Result<std::vector<UserRow>> users();
    [[nodiscard]] Result<std::optional<UserRow>> find_user(const std::string& login);
    [[nodiscard]] Result<int> load_fields(const std::vector<domain::CustomField>& fields);

  private:
    [[nodiscard]] Result<std::optional<RecordId>> user_id(const std::string& login);
    [[nodiscard]] Outcome ensure_place(store::UnitOfWork& unit, domain::RecordType type,
                                       const std::string& code);

    HubCore* core_;
};

}  // namespace balie::sync
