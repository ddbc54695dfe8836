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
#include <string_view>
#include <vector>

namespace balie::sync {

struct LinkCallbacks {
    std::function<void(std::string bytes)> send;
    /// Signs with the device key. Errors: Denied when the vault is locked.
    std::function<Result<Bytes>(std::string_view text)> sign;
    /// The connection should be closed; with the error to tell, if it is one.
    std::function<void(const Disconnect&)> disconnect;
    /// Progress for people: something durable happened.
    std::function<void()> progressed;
    /// `held`: nothing more is allowed to go; otherwise everything is exchanged.
    std::function<void(std::int64_t cursor, bool held)> idle;
    std::function<void(const std::string& text)> wipe;
    /// May be empty where nobody asks. What was granted is noted here already.
    std::function<void(const HubQuestion&, const HubAnswer&)> answered{};
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
    /// Several messages, in their order, with one durable commit: what they cause is sent and told
    /// after it. When the commit fails all of it is undone and the connection given up.
    void received_all(const std::vector<std::string>& messages);
    void local_changes_saved();
    void set_rules(const LinkRules& rules);
    void network_changed();
    void finish_when_idle();
    /// Answered by the callback, unless the connection ends first.
    void ask(HubQuestion question);
    void tick();
    /// Steady clock.
    [[nodiscard]] std::int64_t wait_until_ms() const;
    [[nodiscard]] const ClientSession& session() const { return *session_; }
    [[nodiscard]] bool closed() const { return closed_; }

  private:
    TerminalLink(TerminalReplica& replica, Clock& clock, std::string program,
                 std::string hub_address, LinkCallbacks callbacks);
    void feed(ClientInput input);
    /// Another session of this device found the copy unequal and began to read it anew: this one
    /// believes itself at the end of the log, and would wait there for ever.
    [[nodiscard]] Result<bool> overtaken_by_reread();
    /// The input that answers the output, if it has one.
    using Answer = std::optional<ClientInput>;
    Answer carry_out(ClientOutput output);
    Answer answer(Send& send);
    Answer answer(NeedSignature& need);
    Answer answer(SaveEnrolment& save);
    Answer answer(PrepareResume& resume);
    Answer answer(LoadOutbox& load);
    Answer answer(SaveAck& ack);
    Answer answer(ApplyChanges& apply);
    Answer answer(ApplySnapshot& apply);
    Answer answer(CompareDigest& compare);
    Answer answer(LookForOwn& look);
    Answer answer(FindBlobTask& find);
    Answer answer(ReadBlob& read);
    Answer answer(SaveBlob& save);
    Answer answer(NoteBlob& note);
    Answer answer(NewIncarnationNeeded& needed);
    Answer answer(WipeOrdered& wipe);
    Answer answer(Idle& idle);
    Answer answer(HubAnswered& answered);
    Answer answer(Disconnect& end);
    /// Now, or in a group after its commit.
    void tell(std::function<void()> callback);
    void tell_progress();
    void give_up_group(const Error& why);

    TerminalReplica* replica_;
    Clock* clock_;
    std::string program_;
    std::string hub_address_;
    LinkCallbacks callbacks_;
    std::unique_ptr<ClientSession> session_;
    bool closed_{false};
    std::optional<Disconnect> closing_;
    bool grouping_{false};
    bool progressed_{false};                   ///< in this group
    std::vector<std::function<void()>> held_;  ///< until the group is durable
    bool overtaken_{false};  ///< by another session of this device: no clone, only connect again
};

}  // namespace balie::sync
