#include "tests/e2e/process.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace balie::test {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

/// Nothing of the machine's own settings reaches the program.
std::vector<std::string> environment_of(const Command& command) {
    std::map<std::string, std::string> all{{"PATH", "/usr/bin:/bin"},
                                           {"LC_ALL", "C.UTF-8"},
                                           {"TZ", "Europe/Amsterdam"},
                                           {"HOME", command.files.string()}};
    for (const char* kept : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
        if (const char* value = std::getenv(kept); value != nullptr) all[kept] = value;
    }
    for (const auto& [name, value] : command.environment) all[name] = value;
    std::vector<std::string> out;
    out.reserve(all.size());
    for (const auto& [name, value] : all) out.push_back(name + "=" + value);
    return out;
}

/// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment,
                         int out, int err, const Command& command) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // also when the tests themselves are ended from outside
    const int in = ::open("/dev/null", O_RDONLY);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    if (command.file_bytes_max) {
        // With the signal ignored a write over the limit fails, as it does on a full disk.
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit limit{};
        limit.rlim_cur = limit.rlim_max = *command.file_bytes_max;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ::execve(program, arguments, environment);
    ::_exit(127);
}

int output_file(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error("cannot write " + path.string());
    return file;
}

}  // namespace

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

std::string Ended::text() const {
    std::ostringstream all;
    all << "exit code " << code;
    if (signal != 0) all << ", signal " << signal;
    if (!in_time) all << ", killed at its deadline";
    all << ", " << seconds << " s\n--- standard output\n" << out << "--- standard error\n" << err;
    return all.str();
}

Process::Process(const Command& command) : begun_(std::chrono::steady_clock::now()) {
    static std::atomic<int> number{0};
    const std::string name =
        std::filesystem::path(command.program).filename().string() + "-" + std::to_string(++number);
    name_ = name;
    for (const std::string& word : command.arguments) name_ += " " + word.substr(0, 40);
    out_ = command.files / (name + ".out");
    err_ = command.files / (name + ".err");
    const auto program =
        (std::filesystem::path(BALIE_BUILD_DIR) / "bin" / command.program).string();
    std::vector<std::string> texts = command.arguments;
    texts.insert(texts.begin(), program);
    std::vector<std::string> settings = environment_of(command);
    const auto arguments = pointers(texts);
    const auto environment = pointers(settings);
    const int out = output_file(out_);
    const int err = output_file(err_);
    id_ = ::fork();
    if (id_ == 0) become(program.c_str(), arguments.data(), environment.data(), out, err, command);
    ::close(out);
    ::close(err);
    if (id_ < 0) throw std::runtime_error("no process can be started");
    descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
    if (descriptor_ < 0) {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
        throw std::runtime_error("this system cannot watch a process (pidfd_open)");
    }
}

Process::~Process() {
    if (!ended_) kill_now();
    ::close(descriptor_);
}

bool Process::wait_on_descriptor(Milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<Milliseconds>(until - std::chrono::steady_clock::now());
        pollfd watched{descriptor_, POLLIN, 0};
        const int came = ::poll(&watched, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
        if (came > 0) return true;
        if (came == 0) return false;
        if (errno != EINTR) throw std::runtime_error("cannot wait for a process");
    }
}

bool Process::ends_within(Milliseconds time) {
    return ended_ || wait_on_descriptor(time);
}

bool Process::running() {
    return !ends_within(Milliseconds(0));
}

void Process::signal(int number) {
    if (!ended_) ::kill(id_, number);
}

Ended Process::ended() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    Ended how;
    if (WIFEXITED(status)) how.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) how.signal = WTERMSIG(status);
    how.out = read_text(out_);
    how.err = read_text(err_);
    how.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    if (std::getenv("BALIE_TRACE") != nullptr) {
        std::cerr << how.seconds << " s, code " << how.code << ", signal " << how.signal << ": "
                  << name_ << std::endl;
    }
    ended_ = how;
    return how;
}

Ended Process::wait(Milliseconds deadline) {
    if (ended_) return *ended_;
    const bool in_time = wait_on_descriptor(deadline);
    if (!in_time) ::kill(id_, SIGKILL);
    Ended how = ended();
    how.in_time = in_time;
    return how;
}

Ended Process::kill_now() {
    if (ended_) return *ended_;
    ::kill(id_, SIGKILL);
    return ended();
}

Ended run(const Command& command, Milliseconds deadline) {
    return Process(command).wait(deadline);
}

}  // namespace balie::test
