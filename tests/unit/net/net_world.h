// A hub's door and terminals' connections on 127.0.0.1, with everything they were told written
// down. Invariant: every wait ends, with false after twenty seconds. Thread: any. Owns what it
// starts.
#pragma once

#include "sync/net/ws_client.h"
#include "sync/net/ws_server.h"
#include "tests/support/temp_folder.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace balie::test {

/// State that callbacks write and tests wait for.
class Watched {
  public:
    void change(const std::function<void()>& change);
    [[nodiscard]] bool wait(const std::function<bool()>& until);
    template <typename T>
    [[nodiscard]] T read(const T& value) {
        const std::lock_guard lock(mutex_);
        return value;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
};

/// Letters that no compression shortens much: what is said of full queues is not said of a
/// message that fits into a hundred bytes.
[[nodiscard]] std::string noise(std::size_t size);

/// Certificate validity in days from today.
struct Dates {
    int from{-1};
    int to{30};
};
[[nodiscard]] sync::Pin make_certificate(const std::string& folder, Dates dates = {},
                                         std::vector<std::string> names = {"localhost",
                                                                           "127.0.0.1"});

/// A server that echoes every message (unless told otherwise) and notes the rest.
class EchoHub {
  public:
    explicit EchoHub(sync::IoThread& io, const sync::WsLimits& limits = {}, Dates dates = {});
    EchoHub(const EchoHub&) = delete;
    EchoHub& operator=(const EchoHub&) = delete;
    ~EchoHub();

    [[nodiscard]] std::string url() const;
    [[nodiscard]] sync::WsServer& server() { return *server_; }
    [[nodiscard]] const sync::Pin& pin() const { return pin_; }
    /// The one connection that is open.
    [[nodiscard]] sync::ConnectionId first();

    TempFolder folder;
    Watched watched;
    // Read and written under `watched`.
    bool echo{true};
    std::vector<sync::ConnectionId> opened;
    std::map<sync::ConnectionId, Error> closed;
    std::vector<std::string> messages;
    int drained{0};
    bool stopped{false};
    int after_stop{0};

  private:
    sync::Pin pin_{};
    std::unique_ptr<sync::WsServer> server_;
};

class Terminal {
  public:
    explicit Terminal(sync::IoThread& io, const sync::WsLimits& limits = {}) : client(io, limits) {}

    [[nodiscard]] Outcome connect(const std::string& url, const sync::Pin& pin);
    /// Connected and open, or not.
    [[nodiscard]] bool opens(EchoHub& hub);
    /// The Error that ended it; nothing when it did not end in time.
    [[nodiscard]] std::optional<Error> end();
    [[nodiscard]] bool receives(std::size_t count);

    Watched watched;
    bool open{false};
    sync::CertificateTime time{};
    std::vector<std::string> messages;
    int drained{0};
    std::optional<Error> closed;
    int closed_count{0};
    std::function<void(const std::string&)> on_message;  ///< on the io thread

    sync::WsClient client;  ///< last, so that it is gone before what its callbacks write
};

}  // namespace balie::test
