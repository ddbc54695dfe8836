// The form of a PUSH, before anything of it is believed. Thread: any.
#pragma once

#include "sync/protocol/message.h"

#include <string>

namespace balie::sync {

/// The limits of a batch and of one transaction, over all changes that name it; a transaction that
/// stops and starts again is no transaction. Empty when all is well.
[[nodiscard]] std::string fault_in(const Push& push);

}  // namespace balie::sync
