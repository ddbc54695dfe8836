// SecretBytes: key material that is wiped when it goes out of use.
// Invariant: the bytes are zeroed before their memory is given back; they are moved, never copied
// by accident (clone() says so aloud). Thread: any. Owns its bytes.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace balie::crypto {

/// Overwrites in a way the compiler may not leave out.
void wipe(std::span<std::uint8_t> bytes);
void wipe(std::string& text);

class SecretBytes {
  public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    explicit SecretBytes(BytesView bytes) : bytes_(bytes.begin(), bytes.end()) {}
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    [[nodiscard]] static SecretBytes random(std::size_t size, Entropy& entropy);
    [[nodiscard]] static SecretBytes from_text(std::string_view text);
    [[nodiscard]] SecretBytes clone() const { return SecretBytes(view()); }

    [[nodiscard]] BytesView view() const { return bytes_; }
    [[nodiscard]] std::span<std::uint8_t> mutable_view() { return bytes_; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] bool empty() const { return bytes_.empty(); }

  private:
    Bytes bytes_;
};

/// Takes the same time wherever the first difference is; false for different lengths.
[[nodiscard]] bool constant_time_equal(BytesView left, BytesView right);

}  // namespace balie::crypto
