#include "sync/hub/hub_core.h"

namespace balie::sync {

HubCore::HubCore(std::unique_ptr<store::Store> opened, Clock& the_clock, Entropy& the_entropy)
    : store(std::move(opened)),
      clock(&the_clock),
      entropy(&the_entropy),
      tables(store->writer()),
      origins(store->writer()),
      confirmed(store->writer(), tables, origins, deltas),
      scopes(store->writer()),
      digests(store->writer()),
      log(store->writer(), origins),
      outline(scopes) {}

Origin HubCore::origin() const {
    return {DeviceId{identity.hub.bytes}, Incarnation{identity.epoch.bytes}};
}

Outcome HubCore::begin_read() {
    BALIE_ASSIGN(const std::int64_t version, database().data_version());
    if (version != data_version_) {
        forget();
        data_version_ = version;
    }
    return {};
}

Outcome HubCore::begin_write() {
    BALIE_TRY(begin_read());
    return log.begin();
}

Outcome HubCore::before_commit() {
    return digests.save();
}

void HubCore::forget() {
    origins.forget();
    deltas.clear();
    scopes.forget();
    digests.forget();
    outline.forget();
    custom_.reset();
    data_version_ = -1;
}

Result<const std::vector<domain::CustomField>*> HubCore::custom_fields() {
    if (!custom_) {
        BALIE_ASSIGN(custom_, tables.custom_fields());
    }
    return &*custom_;
}

}  // namespace balie::sync
