// The whole window without a display: real screens, real threads, a real encrypted store in a
// temporary folder with its change log, and a driver that presses keys. The office is not needed.
// Invariant: the window waits for its threads before it draws, so a test sees the same every time.
// Thread: the test's own. Ownership: owns all of it; Window is one run of the program, World the
// machine it runs on.
#pragma once

#include "app/runtime/app_service.h"
#include "app/screens/screen_set.h"
#include "storage/store/store.h"
#include "sync/log/change_log.h"
#include "tests/support/catch.h"
#include "tests/support/gui_driver.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace balie::test {

/// The driver's time, readable by every thread.
class SharedClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t wall_ms() const override { return kStart + now_.load(); }
    [[nodiscard]] std::int64_t steady_ms() const override { return now_.load(); }
    [[nodiscard]] int zone_offset_min(std::int64_t /*wall_ms*/) const override { return 120; }
    void set(std::int64_t steady_ms) { now_.store(steady_ms); }

  private:
    static constexpr std::int64_t kStart = 1'780'000'000'000;
    std::atomic<std::int64_t> now_{1000};
};

/// The terminal's machine: what stays when the program ends.
struct World {
    World();

    RecordId customer(const std::string& given, const std::string& prefix, const std::string& name,
                      const std::string& phone = {}, const std::string& city = {});
    repo::SavedInteraction visit(const RecordId& customer, const std::string& note);
    /// As if another terminal had changed the same field and both had reached the office: the first
    /// value is this terminal's.
    void conflict(const RecordId& customer, const std::string& field, const Value& mine,
                  const Value& theirs, const std::optional<Value>& former = {});
    /// As if the office had refused all that waits, each transaction with this code.
    void refuse_all(const std::string& code, const std::string& detail);
    [[nodiscard]] repo::Actions actions() { return {*store, "anna"}; }
    [[nodiscard]] std::int64_t count(const std::string& sql);
    [[nodiscard]] std::string text(const std::string& sql);

    TempFolder folder;
    SharedClock clock;
    SeededEntropy entropy;
    attach::BlobFolder blobs{folder / "attachments"};
    std::unique_ptr<store::Store> store;
    std::unique_ptr<sync::ChangeLog> log;
    std::unique_ptr<sync::TerminalReplica> replica;

  private:
    void code(const std::string& list, const std::string& code, const std::string& kind,
              const std::string& en, const std::string& nl);
    std::int64_t position_{0};
};

struct WindowSettings {
    app::Look look{};
    bool signed_in{true};
    app::AskHub ask_hub{};  ///< head office, on the store thread; empty: offline
    GuiOptions gui{};
};

/// One run of the program.
class Window {
  public:
    explicit Window(World& world, const WindowSettings& settings = {});
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;
    ~Window();

    GuiDriver& gui() { return *gui_; }
    app::ScreenSet& screens() { return screens_; }
    /// The next save of a contact fails like this.
    void fail_next_save(Error error) { next_failure_ = std::move(error); }
    /// What workers would send.
    void tell(app::Event event);
    void go(app::ScreenId screen, const RecordId& subject = {});
    void open_customer(const RecordId& id) { go(app::ScreenId::Customer, id); }

  private:
    [[nodiscard]] app::ServiceOptions options(const WindowSettings& settings);
    [[nodiscard]] app::ScreenPorts ports();
    [[nodiscard]] shell::FrameSteps steps();

    World& world_;
    app::Mailbox mailbox_;
    app::AppService service_;
    app::ScreenSet screens_;
    std::optional<Error> next_failure_;
    std::unique_ptr<GuiDriver> gui_;
};

/// Nothing that was drawn breaks a rule of the house (GuiDriver::problems).
void require_sound(Window& window);

}  // namespace balie::test
