// Devices and how they get in: one-time codes, enrolment, revocation, and what is known of the
// fleet. Invariant: a code lets one device in, once, before it expires; only its hash is kept; a
// device's key, user and scope never change after that. Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"
#include "sync/hub/hub_store.h"
#include "sync/hub/people.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

class Devices {
  public:
    Devices(HubCore& core, People& people) : core_(&core), people_(&people) {}

    [[nodiscard]] Result<EnrolCode> make_code(const EnrolCodeRequest& request);
    [[nodiscard]] Result<Enrolled> enrol(const Enrol& enrol);
    /// Errors: NotFound.
    [[nodiscard]] Result<DeviceRecord> find(const DeviceId& device);
    [[nodiscard]] Outcome revoke(const DeviceId& device);
    [[nodiscard]] Result<std::vector<FleetRow>> fleet();

    // What sessions report. Kept in memory and written with the next commit, or by flush(): these
    // are for people to look at, and ten thousand devices saying hello must not cost as many
    // fsyncs.
    void note_hello(const Hello& hello, std::int64_t now_ms);
    /// HELLO of a bundle, which may be old: nothing of its clock, and its cursor only when the hub
    /// has no more of its log than it says (`newest`).
    void note_carried(const Hello& hello, bool newest, std::int64_t now_ms);
    /// Its log is here up to `acked_seq`: so much less of what HELLO told of is left to send.
    void note_taken(const DeviceId& device, std::int64_t acked_seq, std::int64_t now_ms);
    void note_applied(const DeviceId& device, std::int64_t cursor, std::int64_t now_ms);
    [[nodiscard]] bool has_notes() const { return !notes_.empty(); }
    /// Inside a write transaction. The notes are kept until notes_written().
    [[nodiscard]] Outcome write_notes();
    void notes_written() { notes_.clear(); }

  private:
    struct Note {
        std::int64_t last_seen_ms{};
        std::optional<std::int64_t> cursor;
        std::optional<std::int64_t> pending;
        std::optional<std::int64_t> clock_offset_ms;
        std::optional<std::string> program;
    };
    struct Code {
        std::string user;
        std::string scope;
        std::string device_name;
        std::int64_t expires_ms{};
        std::optional<std::int64_t> used_ms;
        DeviceId device;
    };
    [[nodiscard]] Result<std::optional<Code>> find_code(const Hash& hash);
    [[nodiscard]] Result<Enrolled> welcome(const DeviceId& device);
    [[nodiscard]] Result<DeviceId> id_for(const Enrol& enrol, std::int64_t now_ms);
    [[nodiscard]] Outcome save_device(store::UnitOfWork& unit, const DeviceId& device,
                                      const Code& code, const Enrol& enrol);

    HubCore* core_;
    People* people_;
    std::map<DeviceId, Note> notes_;
    /// The end of each device's log as its last HELLO said; stays when the notes are written.
    std::map<DeviceId, std::int64_t> log_ends_;
};

}  // namespace balie::sync
