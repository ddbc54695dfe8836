#include "app/cli/until_signal.h"

#include <csignal>

namespace balie::app {

namespace {

// A signal handler can reach nothing but a global; it is written here and read in came() alone.
volatile std::sig_atomic_t signal_came = 0;

void note_signal(int /*number*/) {
    signal_came = 1;
}

}  // namespace

UntilSignal::UntilSignal() {
    signal_came = 0;
    std::signal(SIGINT, note_signal);
    std::signal(SIGTERM, note_signal);
}

UntilSignal::~UntilSignal() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

bool UntilSignal::came() const {
    return signal_came != 0;
}

}  // namespace balie::app
