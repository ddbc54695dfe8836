// IoThread: one event loop on one named thread, on which every socket of a program lives.
// Invariant: after stop() no function given to it runs any more. Stop what uses it (WsServer,
// WsClient) first. Thread: any. Owns its thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace balie::sync {

class IoThread {
  public:
    struct Impl;

    /// The thread starts at once. Linux shows the first 15 characters of `name`.
    explicit IoThread(std::string name = "balie-net");
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;
    ~IoThread();

    /// Runs `function` on the thread, after what was posted before it.
    void post(std::function<void()> function);
    /// Runs `function` on the thread and waits for it; on the thread itself it runs at once.
    /// After stop() it runs on the caller's thread.
    void call(const std::function<void()>& function);
    [[nodiscard]] bool on_thread() const;
    /// What is under way is dropped. Not from the thread itself. A second call does nothing.
    void stop();

    [[nodiscard]] Impl& impl() { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace balie::sync
