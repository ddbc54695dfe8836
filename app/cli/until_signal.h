// Catches SIGINT and SIGTERM while it lives, so that a long command ends in order.
// Thread: main only; one at a time.
#pragma once

namespace balie::app {

class UntilSignal {
  public:
    UntilSignal();
    UntilSignal(const UntilSignal&) = delete;
    UntilSignal& operator=(const UntilSignal&) = delete;
    ~UntilSignal();

    [[nodiscard]] bool came() const;
};

}  // namespace balie::app
