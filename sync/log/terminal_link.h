// Carries out a ClientSession's outputs on a TerminalReplica and a wire; the same code in the
// terminal's sync worker and in the simulation. It does no waiting of its own.
// Thread: store only (the wire's send function may hand over to another thread).
#pragma once

#include "storage/base/clock.h"
#include "sync/client/client_session.h"
#include "sync/log/terminal_replica.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace balie::sync {

struct LinkCallbacks {
    std::function<void(std::string bytes)> send;
    /// Signs with the device key. Errors: Denied when the vault is locked.
    std::function<Result<Bytes>(std::string_view text)> sign;
    /// The connection should be closed; with the error to tell, if it is one.
    std::function<void(const Disconnect&)> disconnect;
    /// Progress for people: something durable happened.
    std::function<void()> progressed;
    std::function<void(std::int64_t cursor)> idle;
    std::function<void(const std::string& text)> wipe;
};

class TerminalLink {
  public:
    /// Connects as the enrolled device of this replica. Errors: Denied before enrolment.
    [[nodiscard]] static Result<TerminalLink> for_device(TerminalReplica& replica, Clock& clock,
                                                         std::string program,
                                                         LinkCallbacks callbacks);
    /// Enrols. `hub_address` is remembered.
    [[nodiscard]] static TerminalLink for_enrolment(TerminalReplica& replica, Clock& clock,
                                                    EnrolRequest request, std::string hub_address,
                                                    LinkCallbacks callbacks);

    void received(std::string_view bytes);
    void local_changes_saved();
    void finish_when_idle();
    void tick();
    /// Steady clock.
    [[nodiscard]] std::int64_t wait_until_ms() const;
    [[nodiscard]] const ClientSession& session() const { return *session_; }
    [[nodiscard]] bool closed() const { return closed_; }

  private:
    TerminalLink(TerminalReplica& replica, Clock& clock, std::string program,
                 std::string hub_address, LinkCallbacks callbacks);
    void feed(ClientInput input);
    /// The input that answers the output, if it has one.
    std::optional<ClientInput> carry_out(ClientOutput output);

    TerminalReplica* replica_;
    Clock* clock_;
    std::string program_;
    std::string hub_address_;
    LinkCallbacks callbacks_;
    std::unique_ptr<ClientSession> session_;
    bool closed_{false};
    bool overtaken_{false};  ///< by another session of this device: no clone, only connect again
};

}  // namespace balie::sync
