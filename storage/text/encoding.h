// The encodings in which people keep their files: found out, and decoded to UTF-8 as bytes come.
// Invariant: decoding never guesses and never drops: bytes that cannot be are an error.
// Thread: any, one at a time for an object.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace balie::text {

enum class Encoding : std::uint8_t { Utf8, Utf8Bom, Utf16Le, Utf16Be, Windows1252, Latin1 };

/// "UTF-8", "UTF-8 with BOM", "UTF-16LE", "UTF-16BE", "Windows-1252", "ISO-8859-1".
[[nodiscard]] std::string_view encoding_name(Encoding encoding);
/// Accepts those names in any case and the usual others: utf8, utf-16, cp1252, latin1…
/// Errors: InvalidInput.
[[nodiscard]] Result<Encoding> parse_encoding(std::string_view name);

/// Looks at every byte of a file: a BOM; else UTF-16 by where its zero bytes stand; else UTF-8 when
/// all of it is; else Windows-1252, of which ISO-8859-1 text is part.
class EncodingDetector {
  public:
    void update(BytesView bytes);
    /// Errors: InvalidInput: binary content (NUL bytes, or bytes no text encoding has).
    [[nodiscard]] Result<Encoding> finish() const;

  private:
    void step_utf8(std::uint8_t byte);

    std::uint64_t size_{0};
    std::array<std::uint8_t, 3> head_{};
    std::uint64_t zero_even_{0};
    std::uint64_t zero_odd_{0};
    std::uint64_t first_zero_{0};
    std::uint64_t undefined_1252_{0};
    bool utf8_{true};
    int pending_{0};
    std::uint8_t low_{0x80};
    std::uint8_t high_{0xBF};
};
[[nodiscard]] Result<Encoding> detect_encoding(BytesView bytes);

/// Takes a file piece by piece; a code point may be cut between two pieces.
class Decoder {
  public:
    explicit Decoder(Encoding encoding) : encoding_(encoding) {}

    /// Appends the UTF-8 of `bytes` to `out`. A BOM at the start is left out.
    /// Errors: InvalidInput, `where` is "byte N" of the file; out then holds what came before it.
    [[nodiscard]] Outcome decode(BytesView bytes, std::string& out);
    /// The file ends here. Errors: InvalidInput when it ends inside a code point.
    [[nodiscard]] Outcome finish(std::string& out);

  private:
    Outcome decode_utf8(std::string& out, bool last);
    Outcome decode_utf16(std::string& out, bool last);
    Outcome decode_single(std::string& out);
    [[nodiscard]] Error bad(std::size_t at) const;

    Encoding encoding_;
    std::string rest_;           // not decoded yet
    std::uint64_t consumed_{0};  // bytes of the file before rest_
    bool started_{false};
};
[[nodiscard]] Result<std::string> decode_to_utf8(BytesView bytes, Encoding encoding);

}  // namespace balie::text
