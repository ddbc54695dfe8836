#include "tests/e2e/kill_points.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <limits>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace balie::test {

namespace {

/// Calls by which files and folders change. Writing to a terminal or a pipe counts too; no matter.
constexpr std::array kChanging{
#ifdef SYS_mkdir
    SYS_mkdir,    SYS_rmdir,    SYS_unlink,   SYS_rename,    SYS_link,
#endif
    SYS_mkdirat,  SYS_unlinkat, SYS_renameat, SYS_renameat2, SYS_linkat,    SYS_write,
    SYS_pwrite64, SYS_writev,   SYS_fsync,    SYS_fdatasync, SYS_ftruncate, SYS_fallocate,
};

bool opens_for_making(const __ptrace_syscall_info& call) {
    constexpr int kFlags = 2;  // openat(folder, path, flags)
    if (call.entry.nr != SYS_openat) return false;
    return (call.entry.args[kFlags] & static_cast<unsigned>(O_CREAT)) != 0;
}

bool changes_a_file(const __ptrace_syscall_info& call) {
    if (call.op != PTRACE_SYSCALL_INFO_ENTRY) return false;
    const auto number = static_cast<long>(call.entry.nr);
    return opens_for_making(call) ||
           std::find(kChanging.begin(), kChanging.end(), number) != kChanging.end();
}

[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int each : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, each);
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(126);
    ::raise(SIGSTOP);
    ::execve(program, arguments, environment);
    ::_exit(127);
}

class Watched {
  public:
    explicit Watched(const Command& command) {
        std::vector<std::string> words = command.arguments;
        words.insert(words.begin(), std::string(BALIE_BUILD_DIR) + "/bin/" + command.program);
        // The leak checker of a sanitized build cannot work in a watched process.
        std::vector<std::string> settings{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8",
                                          "ASAN_OPTIONS=detect_leaks=0"};
        for (const auto& [name, value] : command.environment)
            settings.push_back(name + "=" + value);
        const auto pointers = [](std::vector<std::string>& texts) {
            std::vector<char*> out;
            out.reserve(texts.size() + 1);
            for (std::string& text : texts) out.push_back(text.data());
            out.push_back(nullptr);
            return out;
        };
        const auto arguments = pointers(words);
        const auto environment = pointers(settings);
        id_ = ::fork();
        if (id_ < 0) throw std::runtime_error("no process can be started");
        if (id_ == 0) become(arguments.front(), arguments.data(), environment.data());
    }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    ~Watched() {
        if (ended_) return;
        ::kill(id_, SIGKILL);
        while (!ended_) (void)wait();
    }

    /// False when it has ended.
    bool wait() {
        while (::waitpid(id_, &status_, 0) < 0 && errno == EINTR) {
        }
        ended_ = WIFEXITED(status_) || WIFSIGNALED(status_);
        return !ended_;
    }
    [[nodiscard]] pid_t id() const { return id_; }
    [[nodiscard]] int status() const { return status_; }

  private:
    pid_t id_{-1};
    int status_{0};
    bool ended_{false};
};

}  // namespace

std::optional<KillPoint> kill_at(const Command& command, int nth) {
    Watched process(command);
    if (!process.wait()) return std::nullopt;
    if (::ptrace(PTRACE_SETOPTIONS, process.id(), nullptr,
                 PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0) {
        return std::nullopt;
    }
    constexpr int kSystemCall = SIGTRAP | 0x80;
    KillPoint point;
    int deliver = 0;
    while (true) {
        if (::ptrace(PTRACE_SYSCALL, process.id(), nullptr, deliver) != 0) return std::nullopt;
        if (!process.wait()) break;
        const int stopped = WSTOPSIG(process.status());
        deliver = stopped == kSystemCall || stopped == SIGTRAP || stopped == SIGSTOP ? 0 : stopped;
        if (stopped != kSystemCall) continue;
        __ptrace_syscall_info call{};
        if (::ptrace(PTRACE_GET_SYSCALL_INFO, process.id(), sizeof call, &call) <= 0) {
            return std::nullopt;
        }
        if (!changes_a_file(call) || ++point.changes < nth) continue;
        point.reached = true;
        return point;  // Watched ends it
    }
    point.code = WIFEXITED(process.status()) ? WEXITSTATUS(process.status()) : -1;
    return point;
}

}  // namespace balie::test
