// Writes JSON text into a string: commas and escapes, nothing else. Invariant: strings go out as
// they are but for quote, backslash and control characters, so equal values give equal bytes.
// Thread: any, one at a time. The string is the caller's. Private to sync/protocol.
#pragma once

#include "storage/base/bytes.h"
#include "storage/crypto/encoding.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace balie::sync {

/// Bytes that `text` takes as a JSON string, quotes included.
[[nodiscard]] std::size_t json_text_bytes(std::string_view text);

class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(&out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& text(std::string_view value);
    /// A small number, as a JSON number.
    JsonWriter& number(std::int64_t value);
    /// A 64-bit number, as a JSON string.
    JsonWriter& number64(std::int64_t value);
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    JsonWriter& base64(BytesView value) { return plain(crypto::base64url_encode(value)); }
    template <typename AnyId>
    JsonWriter& id(const AnyId& value) {
        return plain(value.text());
    }
    /// Text that is known to need no escapes.
    JsonWriter& plain(std::string_view value);
    /// JSON text.
    JsonWriter& raw(std::string_view json);

  private:
    void comma() {
        if (needs_comma_) out_->push_back(',');
        needs_comma_ = true;
    }
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void digits(std::int64_t value);

    std::string* out_;
    bool needs_comma_{false};
};

}  // namespace balie::sync
