#include "sync/net/tls.h"

#include "sync/net/tls_impl.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace balie::sync {

namespace {

template <auto Free>
struct Deleter {
    template <typename T>
    void operator()(T* held) const {
        Free(held);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

Error openssl_error(ErrorCode code, std::string what, std::string where) {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return {code, std::move(what), std::move(where), std::string("OpenSSL says: ") + text.data()};
}

bool pin_of(X509* certificate, Pin& pin) {
    unsigned size = 0;
    unsigned char* der = nullptr;
    const int der_size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (der_size <= 0) return false;
    const int done = EVP_Digest(der, static_cast<std::size_t>(der_size), pin.data(), &size,
                                EVP_sha256(), nullptr);
    OPENSSL_free(der);
    return done == 1 && size == pin.size();
}

bool is_name(std::string_view name) {
    constexpr std::size_t kNameMax = 253;
    return !name.empty() && name.size() <= kNameMax &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':';
           });
}

bool is_address(const std::string& name) {
    return name.find(':') != std::string::npos ||
           std::all_of(name.begin(), name.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (extension == nullptr) return false;
    const int added = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added == 1;
}

bool set_names(X509* certificate, const std::vector<std::string>& names) {
    constexpr std::size_t kCommonNameMax = 64;
    const std::string common = names.front().size() <= kCommonNameMax ? names.front() : "balie-hub";
    X509_NAME* subject = X509_get_subject_name(certificate);
    const auto* bytes = reinterpret_cast<const unsigned char*>(common.data());
    if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes,
                                   static_cast<int>(common.size()), -1, 0) != 1 ||
        X509_set_issuer_name(certificate, subject) != 1) {
        return false;
    }
    std::string alternatives;
    for (const auto& name : names) {
        if (!alternatives.empty()) alternatives += ',';
        alternatives += (is_address(name) ? "IP:" : "DNS:") + name;
    }
    return add_extension(certificate, NID_subject_alt_name, alternatives);
}

Certificate sign_certificate(EVP_PKEY* key, const CertificateSpec& spec) {
    constexpr int kSerialBits = 127;
    constexpr std::int64_t kMsPerSecond = 1000;
    Certificate certificate(X509_new());
    auto* x = certificate.get();
    if (x == nullptr) return nullptr;
    BIGNUM* serial = BN_new();
    const bool good =
        serial != nullptr && X509_set_version(x, X509_VERSION_3) == 1 &&
        BN_rand(serial, kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
        BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x)) != nullptr &&
        ASN1_TIME_set(X509_getm_notBefore(x), spec.not_before_ms / kMsPerSecond) != nullptr &&
        ASN1_TIME_set(X509_getm_notAfter(x), spec.not_after_ms / kMsPerSecond) != nullptr &&
        X509_set_pubkey(x, key) == 1 && set_names(x, spec.names) &&
        add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(x, NID_ext_key_usage, "serverAuth") && X509_sign(x, key, EVP_sha256()) > 0;
    BN_free(serial);
    return good ? std::move(certificate) : nullptr;
}

std::string bio_text(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Outcome write_new_file(const std::string& path, const std::string& text, mode_t mode) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) {
        if (errno == EEXIST) {
            return Error{ErrorCode::AlreadyExists, "the file is already there", path,
                         "Take another folder, or move the file away first"};
        }
        return Error{ErrorCode::Io, std::string("cannot make the file: ") + std::strerror(errno),
                     path, "Check the folder and its permissions"};
    }
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    if (written) return {};
    ::unlink(path.c_str());
    return Error{error == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Io,
                 std::string("cannot write the file: ") + std::strerror(error), path,
                 "Make room or check the disk, then try again"};
}

/// The first name of a certificate, for people to read: only what a name of a host is made of.
std::string name_on(X509* certificate) {
    constexpr std::size_t kNameMax = 80;
    std::array<char, kNameMax> name{};
    const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                                 name.data(), static_cast<int>(name.size()));
    std::string out(name.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const bool plain = std::all_of(out.begin(), out.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '*' || c == '_';
    });
    return plain ? out : std::string();
}

/// Whose a certificate is that has not the pinned key: the hub's place taken by another key, or
/// somebody else who answered.
void look_at_other(X509* certificate, TlsClientContext& client) {
    const bool named =
        is_address(client.host)
            ? X509_check_ip_asc(certificate, client.host.c_str(), 0) == 1
            : X509_check_host(certificate, client.host.data(), client.host.size(), 0, nullptr) == 1;
    client.names_host = named;
    client.other_name = name_on(certificate);
}

/// 1 when the peer's key is the pinned one; nothing else counts but the dates, which are reported.
int check_peer(X509_STORE_CTX* store, void* argument) {
    auto* client = static_cast<TlsClientContext*>(argument);
    X509* certificate = X509_STORE_CTX_get0_cert(store);
    Pin seen{};
    if (certificate == nullptr || !pin_of(certificate, seen) ||
        CRYPTO_memcmp(seen.data(), client->pin.data(), seen.size()) != 0) {
        client->pin_refused = true;
        if (certificate != nullptr) look_at_other(certificate, *client);
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
        return 0;
    }
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
        client->time = CertificateTime::NotYetValid;
    } else if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
        client->time = CertificateTime::Expired;
    }
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

void set_common_options(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
    // Ten thousand idle connections: give the buffers back between records, keep no sessions.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
}

/// Who signs in gets on; who finds no such page has to know that nothing was sent either.
Error sign_in_page(std::string what, const std::string& peer) {
    return {
        ErrorCode::SignInPage, std::move(what), peer,
        "This is most often a network's sign-in page: open a browser, sign in, and it goes on by "
        "itself. Nothing was sent. If there is no such page, use another network, and check the "
        "address and the port"};
}

Error untrusted(std::string what, const std::string& peer, std::string mend) {
    return {ErrorCode::Untrusted, std::move(what), peer, std::move(mend)};
}

}  // namespace

std::string pin_text(const Pin& pin) {
    return to_hex(pin);
}

Result<Pin> parse_pin(std::string_view text) {
    auto bytes = from_hex(text);
    Pin pin{};
    if (!bytes.ok() || bytes->size() != pin.size()) {
        return Error{ErrorCode::InvalidInput, "this is no pin: it has 64 hexadecimal digits", "",
                     "Copy it again from the head office"};
    }
    std::copy(bytes->begin(), bytes->end(), pin.begin());
    return pin;
}

CertificateFiles certificate_files_in(const std::string& folder) {
    return {folder + "/hub.crt", folder + "/hub.key"};
}

Result<Pin> make_self_signed_certificate(const std::string& folder, const CertificateSpec& spec) {
    if (spec.names.empty() || !std::all_of(spec.names.begin(), spec.names.end(), is_name)) {
        return Error{ErrorCode::InvalidInput, "a certificate needs host names or addresses", folder,
                     "Give names such as hub.example.org or 192.0.2.7"};
    }
    const Key key(EVP_EC_gen("P-256"));
    if (!key) return openssl_error(ErrorCode::Internal, "no key could be made", folder);
    const auto certificate = sign_certificate(key.get(), spec);
    Pin pin{};
    const Bio key_bio(BIO_new(BIO_s_secmem()));
    const Bio certificate_bio(BIO_new(BIO_s_mem()));
    if (!certificate || !pin_of(certificate.get(), pin) ||
        PEM_write_bio_PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
            1 ||
        PEM_write_bio_X509(certificate_bio.get(), certificate.get()) != 1) {
        return openssl_error(ErrorCode::Internal, "no certificate could be made", folder);
    }
    const auto files = certificate_files_in(folder);
    std::string key_pem = bio_text(key_bio.get());
    const auto key_written = write_new_file(files.key, key_pem, S_IRUSR | S_IWUSR);
    OPENSSL_cleanse(key_pem.data(), key_pem.size());
    BALIE_TRY(key_written);
    BALIE_TRY(write_new_file(files.certificate, bio_text(certificate_bio.get()),
                             S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH));
    return pin;
}

Result<Pin> pin_of_certificate_file(const std::string& certificate_path) {
    const Bio bio(BIO_new_file(certificate_path.c_str(), "r"));
    if (!bio) {
        ERR_clear_error();
        return Error{ErrorCode::NotFound, "the certificate cannot be read", certificate_path,
                     "Make it with: balie-hub init"};
    }
    const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    Pin pin{};
    if (!certificate || !pin_of(certificate.get(), pin)) {
        return openssl_error(ErrorCode::Corrupt, "this is no certificate", certificate_path);
    }
    return pin;
}

TlsServerContext::TlsServerContext(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsServerContext::TlsServerContext(TlsServerContext&&) noexcept = default;
TlsServerContext& TlsServerContext::operator=(TlsServerContext&&) noexcept = default;
TlsServerContext::~TlsServerContext() = default;

const Pin& TlsServerContext::pin() const {
    return impl_->pin;
}

Result<TlsServerContext> TlsServerContext::load(const CertificateFiles& files) {
    auto impl = std::make_shared<Impl>();
    BALIE_ASSIGN(impl->pin, pin_of_certificate_file(files.certificate));
    SSL_CTX* context = impl->context.native_handle();
    set_common_options(context);
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
        return openssl_error(ErrorCode::Corrupt, "the certificate cannot be used",
                             files.certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return openssl_error(ErrorCode::Corrupt, "the key does not belong to the certificate",
                             files.key);
    }
    return TlsServerContext(std::move(impl));
}

std::shared_ptr<TlsClientContext> TlsClientContext::make(const Pin& pin, std::string host) {
    auto client = std::make_shared<TlsClientContext>();
    client->pin = pin;
    client->host = std::move(host);
    SSL_CTX* context = client->context.native_handle();
    set_common_options(context);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, check_peer, client.get());
    return client;
}

Error describe_tls_failure(const boost::system::error_code& code, const TlsClientContext& context,
                           const std::string& peer) {
    if (context.pin_refused && !context.names_host) {
        return sign_in_page(
            "this network answers in place of head office" +
                (context.other_name.empty() ? std::string()
                                            : ", with a certificate for " + context.other_name),
            peer);
    }
    if (context.pin_refused) {
        return untrusted("this is not the head office's hub: its key is another one", peer,
                         "Nothing was sent. Do not go on over this network; ask the office. If the "
                         "hub was set up anew, ask for a new enrolment code");
    }
    if (code.category() == net::error::get_ssl_category()) {
        switch (ERR_GET_REASON(static_cast<unsigned long>(code.value()))) {
            case SSL_R_WRONG_VERSION_NUMBER:
            case SSL_R_HTTP_REQUEST:
            case SSL_R_HTTPS_PROXY_REQUEST:
            case SSL_R_PACKET_LENGTH_TOO_LONG:
            case SSL_R_RECORD_LENGTH_MISMATCH:
            case SSL_R_BAD_RECORD_TYPE:
                return sign_in_page(
                    "this network answers in place of head office, without encryption", peer);
            case SSL_R_UNSUPPORTED_PROTOCOL:
            case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            case SSL_R_NO_PROTOCOLS_AVAILABLE:
                return untrusted("the other side does not speak TLS 1.3", peer,
                                 "Nothing was sent. Check the address; a sign-in page or an old "
                                 "proxy may stand in "
                                 "between");
            default:
                return untrusted("no safe connection could be made (" + code.message() + ")", peer,
                                 "Nothing was sent. Check the address and the port, and whether a "
                                 "proxy stands in between");
        }
    }
    return {ErrorCode::Offline,
            "the connection broke off while it was made safe (" + code.message() + ")", peer,
            "It is tried again by itself; check the network if it lasts"};
}

Error describe_declined(unsigned status, const std::string& peer) {
    constexpr unsigned kRedirectFirst = 300;
    constexpr unsigned kRedirectLast = 399;
    constexpr unsigned kOk = 200;
    constexpr unsigned kUnavailable = 503;
    const std::string number = std::to_string(status);
    if (status == kOk || (status >= kRedirectFirst && status <= kRedirectLast)) {
        return sign_in_page("a web page answered in place of the hub (HTTP " + number + ")", peer);
    }
    if (status == kUnavailable) {
        return {ErrorCode::Busy, "the hub has no room at the moment", peer,
                "It is tried again by itself"};
    }
    return {ErrorCode::Protocol, "the hub refuses the connection (HTTP " + number + ")", peer,
            "Check the address; the hub and this program may be of different versions"};
}

}  // namespace balie::sync
