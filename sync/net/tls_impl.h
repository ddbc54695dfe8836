// OpenSSL contexts behind tls.h, and what a failed handshake means in words. Private to sync/net.
// Thread: a context is used from the io thread only.
#pragma once

#include "sync/net/aliases.h"
#include "sync/net/tls.h"

#include <memory>
#include <string>

namespace balie::sync {

struct TlsServerContext::Impl {
    net::ssl::context context{net::ssl::context::tls_server};
    Pin pin{};
};

/// The context of one connection attempt; it remembers what the check of the certificate found.
struct TlsClientContext {
    static std::shared_ptr<TlsClientContext> make(const Pin& pin, std::string host);

    net::ssl::context context{net::ssl::context::tls_client};
    Pin pin{};
    std::string host;  ///< that was asked for
    bool pin_refused{false};
    /// A certificate with another key: for this host, or whom it names, as far as that can be told.
    bool names_host{false};
    std::string other_name;
    CertificateTime time{CertificateTime::Valid};
};

/// Why a terminal's TLS handshake failed, and how to mend it.
[[nodiscard]] Error describe_tls_failure(const boost::system::error_code& code,
                                         const TlsClientContext& context, const std::string& peer);
/// Why something that has the right key did not open a WebSocket; `status` is HTTP's.
[[nodiscard]] Error describe_declined(unsigned status, const std::string& peer);

}  // namespace balie::sync
