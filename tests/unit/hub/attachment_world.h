// An office and terminals with folders for attachments, and a wire between them that a test can cut
// and bend. Thread: one.
#pragma once

#include "storage/attach/documents.h"
#include "sync/hub/blob_desk.h"
#include "sync/hub/hub_link.h"
#include "sync/log/terminal_link.h"
#include "tests/support/memory_blobs.h"
#include "tests/unit/hub/hub_terminal.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace balie::test {

/// A file that is no other's.
[[nodiscard]] inline Bytes picture(std::size_t bytes, std::uint8_t seed = 1) {
    Bytes out(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
        out[i] = static_cast<std::uint8_t>(seed + i * 7 + i / 251);
    }
    return out;
}

struct PaperOffice {
    PaperOffice() { world.hub->use_blobs(blobs); }
    void reopen() {
        world.reopen();
        world.hub->use_blobs(blobs);
    }
    [[nodiscard]] sync::BlobDesk& desk() { return *must(world.hub->blobs()); }

    HubWorld world;
    std::shared_ptr<MemoryBlobs> blobs = std::make_shared<MemoryBlobs>();
};

/// Both ends of one connection, in one thread.
class PaperLine {
  public:
    /// Sees every message on its way and may bend it; false: the line breaks there.
    using Watch = std::function<bool(bool to_hub, sync::Message& message)>;

    PaperLine(PaperOffice& office, Terminal& terminal, Watch watch = {})
        : office_(&office), terminal_(&terminal), watch_(std::move(watch)) {
        sync::HubLinkCallbacks hub;
        hub.send = [this](std::string bytes) {
            to_terminal_.push_back(std::move(bytes));
            return true;
        };
        hub.ingest = [this](sync::IngestRequest request) {
            auto answers = must(office_->world.hub->ingest({std::move(request)}));
            answers_.push_back(std::move(answers.front()));
        };
        hub.disconnect = [this](const std::string& /*reason*/) { closed = true; };
        hub.on_blob = [this](const std::string& blob, std::int64_t bytes) {
            arrived.push_back(blob);
            if (on_blob) on_blob(blob, bytes);
        };
        hub_ = std::make_unique<sync::HubLink>(*office.world.hub, office.world.clock,
                                               office.world.entropy, std::move(hub));
        sync::LinkCallbacks here;
        here.send = [this](std::string bytes) { to_hub_.push_back(std::move(bytes)); };
        here.sign = [&terminal](std::string_view text) -> Result<Bytes> {
            const auto signature = device_key(terminal.key.front()).sign(as_bytes(text));
            return Bytes(signature.begin(), signature.end());
        };
        here.disconnect = [this](const sync::Disconnect& end) {
            closed = true;
            error = end.error;
        };
        here.idle = [this](std::int64_t /*cursor*/, bool is_held) {
            idle = true;
            held = is_held;
        };
        link.emplace(must(sync::TerminalLink::for_device(*terminal.replica, office.world.clock,
                                                         "test", std::move(here))));
        hub_->start();
    }

    /// Until nothing is on its way.
    void run() {
        while (!closed && (!to_hub_.empty() || !to_terminal_.empty() || !answers_.empty())) {
            if (!answers_.empty()) {
                auto answer = std::move(answers_.front());
                answers_.pop_front();
                hub_->ingested(std::move(answer));
                hub_->log_grew(must(office_->world.hub->hub_seq()));
            }
            if (!deliver(to_hub_, true) || !deliver(to_terminal_, false)) {
                closed = true;
                return;
            }
        }
    }
    void later(std::int64_t ms) {
        office_->world.clock.now_ms += ms;
        link->tick();
        hub_->tick();
        run();
    }
    [[nodiscard]] sync::HubLink& hub() { return *hub_; }

    std::optional<sync::TerminalLink> link;
    std::vector<std::string> arrived;
    std::function<void(const std::string&, std::int64_t)> on_blob;
    std::optional<Error> error;
    bool closed{false};
    bool idle{false};
    bool held{false};

  private:
    bool deliver(std::deque<std::string>& queue, bool to_hub) {
        if (queue.empty()) return true;
        std::string bytes = std::move(queue.front());
        queue.pop_front();
        if (watch_) {
            auto message = must(sync::decode(bytes));
            if (!watch_(to_hub, message)) return false;
            bytes = sync::encode(message);
        }
        if (to_hub) {
            hub_->received(bytes);
        } else {
            link->received(bytes);
        }
        return true;
    }

    PaperOffice* office_;
    Terminal* terminal_;
    Watch watch_;
    std::unique_ptr<sync::HubLink> hub_;
    std::deque<std::string> to_hub_;
    std::deque<std::string> to_terminal_;
    std::deque<sync::IngestAnswer> answers_;
};

/// Somebody's terminal with a folder of its own.
struct PaperDesk {
    PaperDesk(PaperOffice& in, const std::string& user, const std::string& scope, std::uint8_t key)
        : office(&in), terminal(in.world, user, "representative", scope, key) {
        terminal.replica->use_blobs(blobs);
        exchange();
    }
    void exchange() {
        PaperLine line(*office, terminal);
        line.run();
        INFO((line.error ? line.error->text() : std::string("no error")));
        REQUIRE(line.idle);
    }
    [[nodiscard]] RecordId customer(const std::string& territory = "north") {
        return terminal.create(domain::RecordType::Customer, {{"kind", Value{"person"}},
                                                              {"name", Value{"Jansen"}},
                                                              {"territory", Value{territory}}});
    }
    [[nodiscard]] attach::DocumentActions actions() {
        return {*terminal.store, blobs, terminal.enrolled.user};
    }
    [[nodiscard]] RecordId add(const RecordId& customer, const Bytes& bytes,
                               const std::string& name = "contract.pdf") {
        const auto taken = must(attach::take_in_bytes(blobs, office->world.entropy, name, bytes));
        return must(actions().attach({customer, {}, {}, {}}, taken));
    }
    [[nodiscard]] attach::Document document(const RecordId& id) {
        return must(attach::DocumentRepo(terminal.store->writer()).get(id));
    }
    [[nodiscard]] Bytes bytes_of(const RecordId& id) {
        attach::Attachments book(terminal.store->writer(), blobs);
        const auto row = must(book.find(document(id).blob));
        REQUIRE(row);
        Bytes out;
        while (out.size() < static_cast<std::size_t>(row->bytes)) {
            const Bytes more = must(
                book.sealed(*row).read(static_cast<std::int64_t>(out.size()), MemoryBlobs::kPiece));
            REQUIRE_FALSE(more.empty());
            out.insert(out.end(), more.begin(), more.end());
        }
        return out;
    }

    PaperOffice* office;
    MemoryBlobs blobs;
    Terminal terminal;
};

}  // namespace balie::test
