// A hub on a real encrypted file with a clock that stands still, and a device that writes its log
// by hand, so that a test can send what no honest terminal would. Thread: one.
#pragma once

#include "storage/crypto/signing.h"
#include "sync/hub/hub_store.h"
#include "sync/protocol/codec.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <memory>
#include <string>
#include <vector>

namespace balie::test {

class StandingClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t wall_ms() const override { return now_ms; }
    [[nodiscard]] std::int64_t steady_ms() const override { return now_ms; }
    [[nodiscard]] int zone_offset_min(std::int64_t /*wall_ms*/) const override { return 60; }
    std::int64_t now_ms{1'790'000'000'000};
};

/// What the device that was enrolled with this key byte signs with.
[[nodiscard]] crypto::KeyPair device_key(std::uint8_t key_byte);

struct HubWorld {
    explicit HubWorld(std::uint64_t seed = 1);
    void reopen();
    /// The file that lies there is a backup that was put back.
    void reopen_restored();

    /// Makes a code and lets a device in by it.
    [[nodiscard]] sync::Enrolled enrol(const std::string& user, const std::string& role,
                                       const std::string& scope, std::uint8_t key = 1);
    [[nodiscard]] sync::IngestAnswer push(const sync::DeviceRecord& device,
                                          const sync::Origin& origin, sync::Push batch);
    [[nodiscard]] std::string path() const { return (folder / "hub.db").string(); }

    TempFolder folder;
    StandingClock clock;
    SeededEntropy entropy;
    Bytes key;
    std::unique_ptr<sync::HubStore> hub;
};

/// One edit as a test writes it: field → value. Base: what the author saw.
struct HandEdit {
    std::string type;
    RecordId id;
    sync::Operation operation{sync::Operation::Create};
    FieldValues values;
    sync::Base base;  ///< of every field in it
};

class HandDevice {
  public:
    HandDevice(HubWorld& in, const std::string& user, const std::string& role,
               const std::string& scope, std::uint8_t key = 1);

    [[nodiscard]] RecordId new_id();
    /// Adds a transaction to the log.
    void write(const std::vector<HandEdit>& edits);
    void write(const HandEdit& edit) { write(std::vector<HandEdit>{edit}); }
    void write_payload(const std::string& payload);
    [[nodiscard]] HandEdit customer(const RecordId& id, const FieldValues& values = {}) const;
    [[nodiscard]] HandEdit visit(const RecordId& id, const RecordId& customer) const;
    [[nodiscard]] HandEdit edit(const std::string& type, const RecordId& id, FieldValues values,
                                sync::Base base) const;

    [[nodiscard]] sync::Push batch(std::int64_t first, std::int64_t last) const;
    [[nodiscard]] sync::IngestAnswer push(std::int64_t first, std::int64_t last);
    /// Everything not pushed yet; must be acknowledged.
    [[nodiscard]] sync::Ack push_new();
    /// Everything from `cursor` on, however many reads it takes.
    [[nodiscard]] std::vector<sync::LogEntry> pull(std::int64_t cursor = 0);

    [[nodiscard]] std::int64_t last() const { return static_cast<std::int64_t>(log.size()); }

    HubWorld* world;
    sync::Enrolled enrolled;
    sync::DeviceRecord device;
    sync::Origin origin;
    std::vector<sync::Change> log;
    std::int64_t pushed{0};
    std::int64_t offset_ms{0};
    std::int64_t cursor_after{0};
    sync::Digest digest;
};

}  // namespace balie::test
