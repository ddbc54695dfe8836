// What is signed: one line a member, ended by a newline, so that any language can build it
// (PROTOCOL.md, "Signatures"). Members that are lines hold no control character: codec.
#include "storage/crypto/encoding.h"
#include "sync/protocol/codec.h"
#include "sync/protocol/names.h"

namespace balie::sync {

namespace {

class Lines {
  public:
    explicit Lines(std::string_view first) { add(first); }
    Lines& add(std::string_view line) {
        text_.append(line);
        text_.push_back('\n');
        return *this;
    }
    Lines& add(std::int64_t number) { return add(std::to_string(number)); }
    Lines& add_bytes(BytesView bytes) { return add(crypto::base64url_encode(bytes)); }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

void add_challenge(Lines& lines, const Challenge& challenge) {
    lines.add(challenge.hub.text()).add(challenge.epoch.text()).add_bytes(challenge.nonce);
}

}  // namespace

std::string enrol_text(const Challenge& challenge, const Enrol& enrol) {
    Lines lines("balie.enrol.v1");
    add_challenge(lines, challenge);
    lines.add(std::int64_t{enrol.version}).add(enrol.secret).add_bytes(enrol.public_key);
    lines.add(enrol.device_name).add(enrol.program);
    if (enrol.device) lines.add(enrol.device->text());
    return lines.take();
}

std::string hello_text(const Challenge& challenge, const Hello& hello) {
    Lines lines("balie.hello.v1");
    add_challenge(lines, challenge);
    lines.add(std::int64_t{hello.version}).add(std::int64_t{hello.schema_version});
    lines.add(hello.program);
    lines.add(hello.origin.device.text()).add(hello.origin.incarnation.text());
    lines.add(hello.last_seq).add_bytes(hello.last_hash);
    lines.add(hello.epoch_seen ? hello.epoch_seen->text() : std::string("-"));
    lines.add(hello.cursor).add_bytes(hello.digest.bytes);
    lines.add(hello.pending).add(hello.oldest_pending_ms).add(hello.wall_ms);
    return lines.take();
}

std::string receipt_text(const DeviceId& device, const Ack& ack) {
    Lines lines("balie.receipt.v1");
    lines.add(device.text()).add(ack.acked_seq).add_bytes(ack.acked_hash).add(ack.wall_ms);
    for (const Verdict& verdict : ack.verdicts) {
        std::string line = verdict.transaction.text();
        line += " " + std::to_string(verdict.first) + " " + std::to_string(verdict.last) + " ";
        line += name_of(verdict.kind);
        line += " " + std::to_string(verdict.hub_seq) + " ";
        line += verdict.code.empty() ? "-" : verdict.code;
        for (const Stamp stamp : verdict.effective) line += " " + std::to_string(stamp.packed);
        lines.add(line);
    }
    return lines.take();
}

}  // namespace balie::sync
