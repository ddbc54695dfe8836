// A real process for a test: started by its full path, its output in files, bounded in time.
// Invariant: a process never outlives its object: it is ended by its own id and waited for.
// BALIE_TRACE=1 tells of each how long it took. Thread: one at a time for an object.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace balie::test {

using Milliseconds = std::chrono::milliseconds;

struct Command {
    std::string program;                 ///< name within the build's bin folder, or a full path
    std::vector<std::string> arguments;  ///< without the program's name
    std::map<std::string, std::string> environment;  ///< besides the little that is always set
    std::filesystem::path files;                     ///< folder for what it prints
    std::optional<std::uint64_t> file_bytes_max;     ///< RLIMIT_FSIZE, as a disk that is full
};

/// How a process ended, with everything it printed.
struct Ended {
    int code{-1};        ///< exit code, or -1
    int signal{0};       ///< that ended it, or 0
    bool in_time{true};  ///< false: it was killed at its deadline
    std::string out;
    std::string err;
    double seconds{};

    /// All of it in words, for a failed check.
    [[nodiscard]] std::string text() const;
};

class Process {
  public:
    explicit Process(const Command& command);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    [[nodiscard]] pid_t id() const { return id_; }
    /// False when it has ended.
    [[nodiscard]] bool running();
    void signal(int number);
    /// Waits until it ends by itself; at the deadline it is killed.
    [[nodiscard]] Ended wait(Milliseconds deadline);
    /// True when it ended by itself within this time; it goes on otherwise.
    [[nodiscard]] bool ends_within(Milliseconds time);
    /// SIGKILL, at once.
    Ended kill_now();

  private:
    [[nodiscard]] Ended ended();
    /// Waits for the end of the process on its descriptor; answers whether it came.
    [[nodiscard]] bool wait_on_descriptor(Milliseconds time);

    pid_t id_{-1};
    int descriptor_{-1};
    std::string name_;
    std::filesystem::path out_;
    std::filesystem::path err_;
    std::chrono::steady_clock::time_point begun_;
    std::optional<Ended> ended_;
};

/// Starts it and waits for its end; four minutes are long enough for anything but a whole
/// import on a busy machine.
[[nodiscard]] Ended run(const Command& command, Milliseconds deadline = Milliseconds(240'000));

[[nodiscard]] std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace balie::test
