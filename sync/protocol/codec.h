// JSON ↔ Message, strict and bounded (PROTOCOL.md). A message that is too big, too deep, not UTF-8,
// of an unknown name, or whose members have the wrong type or range is an Error that names the JSON
// path; nothing here throws or allocates more than a small multiple of the input. Unknown members
// of a known message are ignored; inside payloads everything is kept, for they travel as text.
// Thread: any.
#pragma once

#include "storage/base/result.h"
#include "sync/protocol/message.h"

#include <string>
#include <string_view>

namespace balie::sync {

[[nodiscard]] std::string encode(const Message& message);
/// Errors: Protocol (malformed; `where` is the JSON path), LimitExceeded, NewerVersion (a name that
/// this version does not know: answered at level frame, and the session goes on).
[[nodiscard]] Result<Message> decode(std::string_view bytes);

/// Payload of a change: {"t":type,"id":…,"op":"create"|"edit","f":{field:[value] | [value,base]}}.
[[nodiscard]] std::string encode_payload(const ChangeBody& body);
/// Unknown types and fields are kept. Errors: Protocol, LimitExceeded.
[[nodiscard]] Result<ChangeBody> decode_payload(std::string_view payload);

/// One value as JSON: null, text, or integer; beyond ±(2^53 − 1) as {"int64":"…"}.
[[nodiscard]] std::string encode_value(const Value& value);
[[nodiscard]] Result<Value> decode_value(std::string_view json);
/// A FieldState as JSON, for tables and ENTER.
[[nodiscard]] std::string encode_base(const Base& base);
[[nodiscard]] Result<Base> decode_base(std::string_view json);

/// What is signed (PROTOCOL.md): lines of text, so that any language can build them.
[[nodiscard]] std::string enrol_text(const Challenge& challenge, const Enrol& enrol);
[[nodiscard]] std::string hello_text(const Challenge& challenge, const Hello& hello);
[[nodiscard]] std::string receipt_text(const DeviceId& device, const Ack& ack);

/// Bytes that `change` will take in a PUSH, for filling batches; never less than the truth.
[[nodiscard]] std::size_t encoded_bytes(const Change& change);
/// The same for an entry of CHANGES; this is what credit is counted in.
[[nodiscard]] std::size_t encoded_bytes(const LogEntry& entry);
/// About what a row, or a whole part, of a snapshot takes; both ends count credit by it.
[[nodiscard]] std::size_t encoded_bytes(const SnapshotTable::Row& row);
[[nodiscard]] std::size_t encoded_bytes(const Snapshot& part);

}  // namespace balie::sync
