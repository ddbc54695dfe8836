// SNAPSHOT as JSON: origins once, records in columns (PROTOCOL.md). Thread: any. Private to
// sync/protocol.
#pragma once

#include "sync/protocol/json_reader.h"
#include "sync/protocol/json_writer.h"
#include "sync/protocol/message.h"

namespace balie::sync {

void write_snapshot(JsonWriter& out, const Snapshot& part);
void read_snapshot(const Node& in, Snapshot& part);

}  // namespace balie::sync
