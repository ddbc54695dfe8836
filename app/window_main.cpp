// The window's composition: profile, threads, connection, screens and frame loop, joined. With a
// screen's name it draws that one to a file instead and ends.
// Invariant: the order of ending is connection, threads, screens, profile; a save that was accepted
// is carried out before the program ends. Thread: main. Ownership: owns all of it for the call.
#include "app/cli/sync_once.h"
#include "app/cli/window.h"
#include "app/platform/data_dir.h"
#include "app/runtime/app_service.h"
#include "app/runtime/look_file.h"
#include "app/runtime/sync_asks.h"
#include "app/runtime/sync_worker.h"
#include "app/screens/screen_set.h"
#include "app/shell/screenshot.h"
#include "app/shell/window_glfw.h"
#include "storage/vault/vault.h"
#include "sync/net/network_watch.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace balie::app {

namespace {

constexpr std::array<std::string_view, 3> kThemes{"light", "dark", "contrast"};

/// The connection begins when a profile is opened, which the screens need not know.
class LateSync final : public SyncControl {
  public:
    void attach(SyncControl* worker) {
        const std::lock_guard lock(mutex_);
        worker_ = worker;
        if (worker_ != nullptr && !online_) worker_->set_online(false);
    }
    void sync_now() override {
        const std::lock_guard lock(mutex_);
        if (worker_ != nullptr) worker_->sync_now();
    }
    void set_online(bool online) override {
        const std::lock_guard lock(mutex_);
        online_ = online;
        if (worker_ != nullptr) worker_->set_online(online);
    }

  private:
    std::mutex mutex_;
    SyncControl* worker_{nullptr};
    bool online_{true};
};

struct LookFiles {
    ui::FontFiles fonts;
    std::map<std::string, ui::Theme> themes;
};

Result<LookFiles> load_look_files() {
    BALIE_ASSIGN(const std::string folder, platform::data_dir());
    LookFiles out;
    out.fonts = ui::font_files_in(folder + "/fonts");
    for (const std::string_view name : kThemes) {
        BALIE_ASSIGN(auto theme, ui::load_theme(folder + "/themes/" + std::string{name} + ".json"));
        out.themes.emplace(name, std::move(theme));
    }
    return out;
}

/// "1366x768".
Result<ui::Vec2> parse_size(const std::string& text) {
    if (text.empty()) return ui::Vec2{1280, 800};
    const std::size_t cross = text.find('x');
    int width = 0;
    int height = 0;
    if (cross != std::string::npos) {
        std::from_chars(text.data(), text.data() + cross, width);
        std::from_chars(text.data() + cross + 1, text.data() + text.size(), height);
    }
    constexpr int kLeast = 320;
    constexpr int kMost = 8000;
    if (width < kLeast || height < kLeast || width > kMost || height > kMost) {
        return Error{ErrorCode::InvalidInput, "that is no size", text,
                     "write it as width x height in pixels: 1366x768"};
    }
    return ui::Vec2{static_cast<float>(width), static_cast<float>(height)};
}

class Program {
  public:
    Program(std::filesystem::path folder, const Look& look, LookFiles files)
        : folder_(std::move(folder)),
          files_(std::move(files)),
          service_(std::in_place, clock_, mailbox_, service_options()),
          screens_(clock_, look, screen_ports()) {
        if (vault::exists(folder_)) {
            auto users = vault::list_users(folder_);
            if (users.ok()) {
                screens_.set_known_users(std::move(users).value());
            } else {
                screens_.set_start_problem(users.error());
            }
        } else {
            screens_.set_start_problem(
                {ErrorCode::NotFound, "there is no profile here", folder_.string(), ""});
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() { end(); }

    [[nodiscard]] ScreenSet& screens() { return screens_; }
    [[nodiscard]] Mailbox& mailbox() { return mailbox_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }

    void sign_in(const std::string& user, const std::string& password) {
        service_->send(0, SignIn{user, password});
    }
    /// For pictures: the connection is left alone.
    void stay_offline() { connects_ = false; }

    [[nodiscard]] shell::FrameSteps steps() {
        shell::FrameSteps steps;
        steps.drain = [this] { return screens_.handle(mailbox_.drain()); };
        steps.dropped = [this](const std::string& path) { screens_.act(FileDropped{path}); };
        steps.update = [this] { return screens_.update(); };
        steps.draw = [this](ui::Ui& ui) { screens_.draw(ui); };
        steps.failed = [this](const std::string& what) { service_->log(what); };
        steps.may_close = [this] {
            screens_.prepare_close();
            return true;
        };
        return steps;
    }

    void prepare(shell::FrameLoop& loop) {
        loop_ = &loop;
        const Outcome fonts = loop.ui().fonts().load(files_.fonts);
        if (!fonts.ok()) service_->log(fonts.error().text());
        apply(screens_.app().look);
    }

    /// Answers everything that is under way, without a window.
    void settle() {
        do {
            service_->settle();
            screens_.handle(mailbox_.drain());
            screens_.update();
            service_->settle();
        } while (!mailbox_.empty());
    }

    /// The loop is about to go: nothing may wake it any more.
    void detach() {
        mailbox_.set_wake({});
        loop_ = nullptr;
    }

  private:
    [[nodiscard]] ServiceOptions service_options() {
        ServiceOptions options;
        options.folder = folder_;
        options.unlock = [this](const SignIn& who) { return unlock(who); };
        options.network = [] { return sync::network_now().networks; };
        options.ask_hub = [this](const sync::HubQuestion& question, AnswerTaker taker) {
            if (worker_) return worker_->ask(question, std::move(taker));
            const char* why = lock_held_elsewhere_ ? "elsewhere" : "offline";
            taker(sync::refused(question, {why, {}}));
        };
        // A subcommand may hold the lock while the window opens; it ends some time.
        options.pulse = [this] {
            if (profile_ != nullptr && !worker_) connect();
        };
        return options;
    }

    [[nodiscard]] ScreenPorts screen_ports() {
        ScreenPorts ports;
        ports.send = [this](Ticket ticket, Command command) {
            service_->send(ticket, std::move(command));
        };
        ports.ask = [this](Ticket ticket, const Query& query) { service_->ask(ticket, query); };
        ports.sync = &sync_;
        ports.look_changed = [this](const Look& look) { apply(look); };
        return ports;
    }

    void apply(const Look& look) {
        if (loop_ == nullptr) return;
        const auto theme = files_.themes.find(look.theme);
        if (theme != files_.themes.end()) loop_->ui().set_theme(theme->second);
        loop_->set_user_scale(static_cast<float>(look.scale_percent) / 100.0F);
    }

    /// On the store thread. A profile that is open already only has its password checked.
    Result<Session> unlock(const SignIn& who) {
        if (profile_ == nullptr) {
            BALIE_ASSIGN(profile_, Profile::open(folder_, who.user, who.password));
            vault_user_ = who.user;
            connect();
        } else {
            const std::string user = who.user.empty() ? vault_user_ : who.user;
            BALIE_TRY(vault::unlock(folder_, user, who.password));
        }
        return Session{&profile_->store(), &profile_->replica(), profile_->user(),
                       &profile_->blobs()};
    }

    /// On the store thread: the one process that holds the lock synchronises.
    void connect() {
        if (!connects_) return;
        auto lock = profile_->try_sync_lock();
        auto place = hub_place(*profile_);
        if (!place.ok()) {
            if (!std::exchange(told_why_not_, true)) {
                service_->connection_changed(Connection::NotEnrolled, place.error());
            }
            return;
        }
        lock_held_elsewhere_ = lock.ok() && !*lock;
        if (!lock.ok() || !*lock) {
            if (!std::exchange(told_why_not_, true)) {
                service_->log(lock.ok() ? "another process synchronises this profile"
                                        : lock.error().text());
            }
            return;
        }
        lock_ = std::move(*lock);
        SyncWorkerConfig config;
        config.url = place->url;
        config.pin = place->pin;
        config.program = std::string(kProgram);
        config.post = [this](std::function<void()> job) { return service_->post(std::move(job)); };
        config.sign = [this](std::string_view text) { return profile_->sign(text); };
        config.on_connection = [this](Connection connection, const Error& problem) {
            service_->connection_changed(connection, problem);
            if (answers_) answers_->connection_is(connection, problem);
        };
        config.on_rows_changed = [this] { service_->rows_changed(); };
        config.on_log = [this](const std::string& text) { service_->log(text); };
        config.on_settled = [this] {
            const auto removed = profile_->remove_traces();
            if (!removed.ok()) service_->log(removed.error().text());
        };
        worker_ = std::make_unique<SyncWorker>(profile_->replica(), profile_->clock(),
                                               profile_->entropy(), std::move(config));
        answers_.emplace(profile_->store(), profile_->replica(), *worker_);
        service_->set_saved_listener([this] {
            worker_->local_changes_saved();
            answers_->look();
        });
        sync_.attach(worker_.get());
    }

    void end() {
        detach();
        // Nothing is opened on the store thread from here on, so the worker stays what it is.
        service_->settle();
        sync_.attach(nullptr);
        if (worker_) worker_->stop();
        service_.reset();
        worker_.reset();
    }

    SystemClock clock_;
    std::filesystem::path folder_;
    LookFiles files_;
    Mailbox mailbox_;
    LateSync sync_;
    bool connects_{true};
    shell::FrameLoop* loop_{nullptr};
    // Store thread only:
    std::unique_ptr<Profile> profile_;
    std::string vault_user_;
    std::optional<SyncLock> lock_;
    std::unique_ptr<SyncWorker> worker_;
    std::optional<SyncAnswers> answers_;
    bool told_why_not_{false};
    bool lock_held_elsewhere_{false};
    std::optional<AppService> service_;
    ScreenSet screens_;
};

/// A customer to show: a priority customer, else whoever was spoken to last.
std::optional<RecordId> somebody(Program& program) {
    program.screens().go({ScreenId::Search});
    program.settle();
    return program.screens().first_hit();
}

/// Brings the wanted screen or overlay up, with data on it.
void show_screen(Program& program, ScreenId screen) {
    const bool about_somebody = screen == ScreenId::Customer || screen == ScreenId::Capture ||
                                screen == ScreenId::Flag || screen == ScreenId::TaskForm ||
                                screen == ScreenId::DocumentForm || screen == ScreenId::FactForm ||
                                screen == ScreenId::RelationForm;
    if (about_somebody) {
        const auto customer = somebody(program);
        if (customer) program.screens().go({ScreenId::Customer, *customer});
        program.settle();
    } else if (!is_overlay(screen) && screen != ScreenId::SignIn) {
        program.screens().go({screen});
    }
    if (screen == ScreenId::Capture) program.screens().act(RunAction{"customer.log"});
    if (screen == ScreenId::Flag) program.screens().act(RunAction{"customer.flag"});
    if (screen == ScreenId::TaskForm) program.screens().act(RunAction{"customer.task"});
    if (screen == ScreenId::DocumentForm) program.screens().act(RunAction{"customer.attach"});
    if (screen == ScreenId::FactForm) program.screens().act(RunAction{"customer.fact"});
    if (screen == ScreenId::RelationForm) program.screens().act(RunAction{"customer.relation"});
    if (screen == ScreenId::Conflict) {
        program.screens().go({ScreenId::Sync});
        for (const char* action : {"sync.next_tab", "sync.next_tab", "sync.settle"}) {
            program.settle();
            program.screens().act(RunAction{action});
        }
    }
    if (screen == ScreenId::SetAside) {
        program.screens().go({ScreenId::Sync});
        for (const char* action : {"sync.next_tab", "sync.mend"}) {
            program.settle();
            program.screens().act(RunAction{action});
        }
    }
    if (screen == ScreenId::Proposal) {
        program.screens().go({ScreenId::Sync});
        for (const char* action :
             {"sync.next_tab", "sync.next_tab", "sync.next_tab", "sync.decide"}) {
            program.settle();
            program.screens().act(RunAction{action});
        }
    }
    if (screen == ScreenId::Palette) program.screens().act(RunAction{"palette.open"});
    program.settle();
}

Result<int> take_picture(Context& context, Program& program, const WindowOptions& options) {
    const auto screen = parse_screen(options.screen);
    if (!screen) {
        return Error{
            ErrorCode::InvalidInput, "there is no screen of that name", options.screen,
            "take one of: sign_in, today, search, customer, priority, sync, "
            "customer_form, settings, help, departure, tasks, capture, flag, task_form, fact_form, "
            "relation_form, conflict, "
            "set_aside, proposal, fetch, palette"};
    }
    BALIE_ASSIGN(const ui::Vec2 size, parse_size(options.size));
    program.stay_offline();
    if (*screen != ScreenId::SignIn) {
        BALIE_ASSIGN(const std::string password, context.password("Password: "));
        program.sign_in(Context::user(), password);
        program.settle();
        if (!program.screens().app().signed_in) {
            return Error{ErrorCode::Denied, "the profile was not opened",
                         context.profile_dir().string(), "set BALIE_USER and BALIE_PASSWORD"};
        }
        show_screen(program, *screen);
    }
    shell::ScreenshotOptions shot;
    shot.file = options.out.empty() ? options.screen + ".png" : options.out;
    shot.width = static_cast<int>(size.x);
    shot.height = static_cast<int>(size.y);
    BALIE_TRY(
        shell::take_screenshot(shot, program.clock(), program.steps(),
                               [&program](shell::FrameLoop& loop) { program.prepare(loop); }));
    program.detach();
    context.print(Json::object({{"file", shot.file}}), shot.file + "\n");
    return kExitDone;
}

}  // namespace

Result<int> open_window(Context& context, const WindowOptions& options) {
    BALIE_ASSIGN(LookFiles files, load_look_files());
    const std::filesystem::path folder = context.profile_dir();
    Look standard;
    const char* language = std::getenv("LANG");
    if (language != nullptr && std::string_view{language}.starts_with("nl")) {
        standard.language = "nl";
    }
    Look look = read_look(folder, standard);
    if (!options.language.empty()) look.language = options.language;
    if (!options.theme.empty()) look.theme = options.theme;
    if (options.scale_percent > 0) look.scale_percent = options.scale_percent;
    Program program(folder, look, std::move(files));
    if (!options.screen.empty()) return take_picture(context, program, options);

    BALIE_ASSIGN(const ui::Vec2 size, parse_size(options.size));
    BALIE_ASSIGN(auto window, shell::WindowGlfw::open({.title = "Balie",
                                                       .width = static_cast<int>(size.x),
                                                       .height = static_cast<int>(size.y)}));
    shell::FrameLoop loop(*window, program.clock(), program.steps());
    program.prepare(loop);
    program.mailbox().set_wake([&loop] { loop.wake(); });
    const char* password = std::getenv("BALIE_PASSWORD");
    if (password != nullptr) program.sign_in(Context::user(), password);
    loop.run();
    program.detach();
    return kExitDone;
}

}  // namespace balie::app
