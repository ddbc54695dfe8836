// Wrong one-time codes by address: after kEnrolTriesPerMinute within a minute an address has to
// wait. Invariant: bounded memory; a full table forgets the oldest. Thread: store only.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace balie::sync {

class CodeGuard {
  public:
    /// False: this address has to wait.
    [[nodiscard]] bool may_try(const std::string& host, std::int64_t now_ms);
    void was_wrong(const std::string& host, std::int64_t now_ms);

  private:
    struct Tries {
        int count{};
        std::int64_t since_ms{};
    };
    void make_room(std::int64_t now_ms);
    std::unordered_map<std::string, Tries> tries_;
};

}  // namespace balie::sync
