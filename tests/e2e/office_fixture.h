// A hub with one enrolled terminal that holds customers and a visit, made once for a program of
// tests and copied for each test, as enrolling and importing anew would take minutes.
// Invariant: the copies are never synchronised side by side: they are one device.
// Thread: one at a time.
#pragma once

#include "tests/e2e/world.h"
#include "tests/support/temp_folder.h"

#include <string>

namespace balie::test {

/// What a copy starts with.
inline constexpr int kOfficeRows = 20;

class Office {
  public:
    Office();

    /// The terminal, as it was left by the last person: nothing of it is sent yet.
    [[nodiscard]] const TerminalProgram& terminal() const { return terminal_; }
    [[nodiscard]] HubProgram& hub() { return hub_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return folder_.path() / name;
    }
    /// Serves at the address that the terminal knows.
    void start_hub();
    /// A copy of the terminal's folder elsewhere.
    [[nodiscard]] TerminalProgram terminal_in(const std::filesystem::path& folder) const;
    /// The table that the terminal holds.
    [[nodiscard]] static const BankTable& table();
    /// terminal().everything() as it was at the start.
    [[nodiscard]] static const std::string& everything();

  private:
    TempFolder folder_;
    HubProgram hub_;
    TerminalProgram terminal_;
};

/// An answer that a person can act upon: this exit code, these words, and how to mend it.
void require_clear_error(const Ended& ended, int code, const std::vector<std::string>& words);

}  // namespace balie::test
