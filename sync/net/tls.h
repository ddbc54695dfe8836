// TLS for hub and terminal: the hub's own certificate, and the pin by which a terminal knows it.
// Invariant: TLS 1.3 only; a terminal trusts exactly one public key and no authority. A certificate
// that is not valid yet or any more is passed over when the key is the pinned one, and reported: a
// wrong clock must not cut a terminal off. Thread: any. Owns what it holds.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"
#include "sync/core/enrolment_code.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace balie::sync {

/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string pin_text(const Pin& pin);
/// Errors: InvalidInput.
[[nodiscard]] Result<Pin> parse_pin(std::string_view text);

struct CertificateFiles {
    std::string certificate;  ///< PEM
    std::string key;          ///< PEM, mode 0600
};

struct CertificateSpec {
    std::vector<std::string> names;  ///< DNS names and IP addresses; the first is the common name
    std::int64_t not_before_ms{};    ///< UTC milliseconds
    std::int64_t not_after_ms{};
};

[[nodiscard]] CertificateFiles certificate_files_in(const std::string& folder);

/// Makes an ECDSA P-256 key and a certificate signed by itself as hub.crt and hub.key in `folder`.
/// Errors: AlreadyExists when one of the files is there, Io.
[[nodiscard]] Result<Pin> make_self_signed_certificate(const std::string& folder,
                                                       const CertificateSpec& spec);
/// Errors: NotFound, Corrupt.
[[nodiscard]] Result<Pin> pin_of_certificate_file(const std::string& certificate_path);

enum class CertificateTime { Valid, NotYetValid, Expired };

/// Certificate and key of the hub, ready to answer.
class TlsServerContext {
  public:
    struct Impl;

    /// Errors: NotFound, Corrupt (the key is not the certificate's, or no PEM).
    [[nodiscard]] static Result<TlsServerContext> load(const CertificateFiles& files);

    TlsServerContext(TlsServerContext&&) noexcept;
    TlsServerContext& operator=(TlsServerContext&&) noexcept;
    TlsServerContext(const TlsServerContext&) = delete;
    TlsServerContext& operator=(const TlsServerContext&) = delete;
    ~TlsServerContext();

    [[nodiscard]] const Pin& pin() const;
    [[nodiscard]] const std::shared_ptr<Impl>& impl() const { return impl_; }

  private:
    explicit TlsServerContext(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace balie::sync
