#include "app/cli/context.h"

#include "app/runtime/field_texts.h"
#include "storage/base/date.h"

#include <cstdlib>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace balie::app {

namespace {

/// Reads a line without echo; nothing when standard input is no terminal.
std::optional<std::string> ask_hidden(const std::string& question) {
    if (::isatty(STDIN_FILENO) == 0) return std::nullopt;
    std::cerr << question << std::flush;
    termios shown{};
    if (::tcgetattr(STDIN_FILENO, &shown) != 0) return std::nullopt;
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    std::string line;
    std::getline(std::cin, line);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    std::cerr << '\n';
    return line;
}

int exit_code_of(ErrorCode code) {
    const bool offline = code == ErrorCode::Offline || code == ErrorCode::SignInPage;
    return offline ? kExitOffline : kExitFailed;
}

}  // namespace

std::filesystem::path Context::profile_dir() const {
    return profile.empty() ? default_profile_dir() : std::filesystem::path(profile);
}

Result<std::string> Context::password(const std::string& question) const {
    if (const char* given = std::getenv("BALIE_PASSWORD"); given != nullptr)
        return std::string(given);
    if (auto typed = ask_hidden(question)) return std::move(*typed);
    return Error{ErrorCode::InvalidInput,
                 "a password is needed",
                 {},
                 "Set BALIE_PASSWORD, or run this in a terminal and type it"};
}

std::string Context::user() {
    const char* given = std::getenv("BALIE_USER");
    return given != nullptr ? given : "";
}

void Context::fail(const Error& error) {
    exit_code = exit_code_of(error.code);
    say("balie: " + error.text());
    if (!json) return;
    Json document =
        Json::object({{"error", std::string(to_string(error.code))}, {"what", error.what}});
    document.set("where", error.where).set("mend", error.mend);
    std::cout << document.print(2) << '\n';
}

void Context::run(const std::function<Result<int>()>& action) {
    auto done = action();
    if (done.ok()) {
        exit_code = *done;
    } else {
        fail(done.error());
    }
}

void Context::with_profile(const std::function<Result<int>(Profile&)>& action) {
    run([&]() -> Result<int> {
        BALIE_ASSIGN(const std::string secret, password("Password: "));
        BALIE_ASSIGN(const auto opened, Profile::open(profile_dir(), user(), secret));
        return action(*opened);
    });
}

void Context::print(const Json& document, const std::string& text) const {
    if (json) {
        std::cout << document.print(2) << '\n';
    } else if (!text.empty()) {
        std::cout << text << (text.back() == '\n' ? "" : "\n");
    }
    std::cout.flush();
}

void Context::say(const std::string& text) {
    std::cerr << text << '\n';
}

std::string moment_text(const Clock& clock, std::int64_t wall_ms) {
    return format_moment(wall_ms, clock.zone_offset_min(wall_ms));
}

Json optional_moment(const Clock& clock, std::int64_t wall_ms) {
    return wall_ms == 0 ? Json() : Json(moment_text(clock, wall_ms));
}

Result<FieldValues> parse_fields(Profile& profile, domain::RecordType type,
                                 const std::vector<std::string>& assignments) {
    FieldTexts texts;
    for (const std::string& assignment : assignments) {
        const std::size_t equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0) {
            return Error{ErrorCode::InvalidInput,
                         "not a field and its value: '" + assignment + "'",
                         {},
                         "Write it as FIELD=VALUE; an empty value clears the field"};
        }
        texts[assignment.substr(0, equals)] = assignment.substr(equals + 1);
    }
    return parse_field_texts(profile.store().writer(), profile.clock(), type, texts);
}

}  // namespace balie::app
