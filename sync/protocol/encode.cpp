// Message → JSON. Members are named as in message.h; lists of many alike are rows under `columns`.
#include "sync/protocol/codec.h"
#include "sync/protocol/columns.h"
#include "sync/protocol/json_parts.h"
#include "sync/protocol/names.h"
#include "sync/protocol/snapshot_parts.h"

namespace balie::sync {

namespace {

template <std::size_t N>
void write_columns(JsonWriter& out, const std::array<std::string_view, N>& columns) {
    out.key("columns").begin_array();
    for (const std::string_view column : columns) out.plain(column);
    out.end_array();
}

/// The members every row of changes has; null says "as in the row before".
void write_change_cells(JsonWriter& out, const Change& change, const Change* before) {
    if (before != nullptr && before->transaction == change.transaction) {
        out.null();
    } else {
        out.id(change.transaction);
    }
    if (before != nullptr && before->action == change.action) {
        out.null();
    } else {
        out.id(change.action);
    }
    out.number64(change.raw.packed);
    if (before != nullptr && before->user == change.user) {
        out.null();
    } else {
        out.text(change.user);
    }
    out.number(change.schema_version).text(change.payload);
    out.base64(change.salt).base64(change.commitment).base64(change.hash);
}

void write(JsonWriter& out, const Challenge& m) {
    out.key("version_min").number(m.version_min).key("version_max").number(m.version_max);
    out.key("hub").id(m.hub).key("epoch").id(m.epoch).key("nonce").base64(m.nonce);
}

void write(JsonWriter& out, const Enrol& m) {
    out.key("version").number(m.version).key("secret").text(m.secret);
    out.key("public_key").base64(m.public_key).key("device_name").text(m.device_name);
    out.key("program").text(m.program).key("signature").base64(m.signature);
    if (m.device) out.key("device").id(*m.device);
}

void write(JsonWriter& out, const Enrolled& m) {
    out.key("device").id(m.device).key("user").text(m.user).key("user_name").text(m.user_name);
    out.key("role").text(m.role).key("scope").text(m.scope).key("branch").text(m.branch);
    out.key("territory").text(m.territory).key("hub_public_key").base64(m.hub_public_key);
}

void write(JsonWriter& out, const Hello& m) {
    out.key("version").number(m.version).key("schema_version").number(m.schema_version);
    out.key("program").text(m.program).key("device").id(m.origin.device);
    out.key("incarnation").id(m.origin.incarnation).key("last_seq").number64(m.last_seq);
    out.key("last_hash").base64(m.last_hash);
    if (m.epoch_seen) out.key("epoch_seen").id(*m.epoch_seen);
    out.key("cursor").number64(m.cursor).key("digest").base64(m.digest.bytes);
    out.key("pending").number64(m.pending).key("oldest_pending_ms").number64(m.oldest_pending_ms);
    out.key("wall_ms").number64(m.wall_ms).key("signature").base64(m.signature);
}

void write(JsonWriter& out, const Welcome& m) {
    out.key("version").number(m.version).key("directive").plain(name_of(m.directive));
    out.key("text").text(m.text).key("epoch").id(m.epoch).key("wall_ms").number64(m.wall_ms);
    out.key("acked_seq").number64(m.acked_seq).key("acked_hash").base64(m.acked_hash);
    out.key("hub_seq").number64(m.hub_seq).key("cursor").number64(m.cursor);
    out.key("floor").number64(m.floor).key("backed_up_seq").number64(m.backed_up_seq);
    if (m.backed_up_hub_seq > 0) out.key("backed_up_hub_seq").number64(m.backed_up_hub_seq);
    out.key("message_bytes_max").number64(m.message_bytes_max);
    out.key("push_window").number(m.push_window);
    out.key("scope").text(m.scope).key("role").text(m.role);
    if (m.blob_bytes_max > 0) out.key("blob_bytes_max").number64(m.blob_bytes_max);
    if (m.known.empty()) return;
    out.key("known_first").number64(m.known_first).key("known").base64(m.known);
}

void write(JsonWriter& out, const Push& m) {
    out.key("first").number64(m.first).key("previous").base64(m.previous);
    out.key("clock_offset_ms").number64(m.clock_offset_ms);
    write_columns(out, kPushColumns);
    out.key("rows").begin_array();
    const Change* before = nullptr;
    for (const Change& change : m.changes) {
        out.begin_array();
        write_change_cells(out, change, before);
        out.end_array();
        before = &change;
    }
    out.end_array();
}

void write(JsonWriter& out, const Ack& m) {
    out.key("acked_seq").number64(m.acked_seq).key("acked_hash").base64(m.acked_hash);
    out.key("wall_ms").number64(m.wall_ms);
    write_columns(out, kVerdictColumns);
    out.key("verdicts").begin_array();
    for (const Verdict& verdict : m.verdicts) {
        out.begin_array().id(verdict.transaction).number64(verdict.first).number64(verdict.last);
        out.plain(name_of(verdict.kind)).text(verdict.code).text(verdict.detail);
        out.number64(verdict.hub_seq).begin_array();
        for (const Stamp stamp : verdict.effective) out.number64(stamp.packed);
        out.end_array().end_array();
    }
    out.end_array().key("signature").base64(m.signature);
}

void write(JsonWriter& out, const Pull& m) {
    out.key("cursor").number64(m.cursor).key("credit_bytes").number64(m.credit_bytes);
    if (!m.snapshot) return;
    out.key("snapshot").begin_object().key("hub_seq").number64(m.snapshot->hub_seq);
    out.key("after").text(m.snapshot->after);
    if (m.snapshot->compare) out.key("compare").boolean(true);
    if (!m.snapshot->full_to.empty()) out.key("full_to").text(m.snapshot->full_to);
    out.key("own").begin_array();
    for (const Pull::OwnAfter& own : m.own) {
        out.begin_array().id(own.incarnation).number64(own.seq).end_array();
    }
    out.end_array().end_object();
}

void write_entry(JsonWriter& out, const LogChange& entry, const Change* before) {
    out.begin_array().number64(entry.hub_seq).number64(entry.effective.packed);
    const Origin& origin = entry.change.id.origin;
    if (before != nullptr && before->id.origin == origin) {
        out.null().null();
    } else {
        out.id(origin.device).id(origin.incarnation);
    }
    out.number64(entry.change.id.seq);
    write_change_cells(out, entry.change, before);
    out.end_array();
}

void write_entry(JsonWriter& out, const LogOwn& entry) {
    out.begin_object().key("kind").plain("own").key("hub_seq").number64(entry.hub_seq);
    out.key("effective").number64(entry.effective.packed).key("seq").number64(entry.seq);
    if (!entry.hash.empty()) out.key("hash").base64(entry.hash);
    out.end_object();
}

void write_entry(JsonWriter& out, const LogEnter& entry) {
    out.begin_object().key("kind").plain("enter").key("hub_seq").number64(entry.hub_seq);
    out.key("reason").text(entry.reason).key("record_type").text(entry.type);
    out.key("id").id(entry.id).key("birth").begin_array();
    write_version_members(out, entry.birth);
    out.end_array().key("values").begin_object();
    for (const auto& [name, value] : entry.values) {
        out.key(name);
        write_value(out, value);
    }
    out.end_object().key("edited").begin_array();
    for (const auto& edited : entry.edited) {
        out.begin_object().key("field").text(edited.field).key("heads").begin_array();
        for (const Head& head : edited.state.heads()) {
            out.begin_array();
            write_version_members(out, head.version);
            write_value(out, head.value);
            out.end_array();
        }
        out.end_array().key("context");
        write_base(out, edited.state.context());
        out.end_object();
    }
    out.end_array().end_object();
}

void write_entry(JsonWriter& out, const LogLeave& entry) {
    out.begin_object().key("kind").plain("leave").key("hub_seq").number64(entry.hub_seq);
    out.key("reason").text(entry.reason).key("record_type").text(entry.type);
    out.key("id").id(entry.id).end_object();
}

void write(JsonWriter& out, const Changes& m) {
    out.key("from").number64(m.from).key("to").number64(m.to);
    write_columns(out, kLogColumns);
    out.key("entries").begin_array();
    const Change* before = nullptr;
    for (const LogEntry& entry : m.entries) {
        if (const auto* change = std::get_if<LogChange>(&entry); change != nullptr) {
            write_entry(out, *change, before);
            before = &change->change;
        } else if (const auto* own = std::get_if<LogOwn>(&entry); own != nullptr) {
            write_entry(out, *own);
        } else if (const auto* enter = std::get_if<LogEnter>(&entry); enter != nullptr) {
            write_entry(out, *enter);
        } else if (const auto* leave = std::get_if<LogLeave>(&entry); leave != nullptr) {
            write_entry(out, *leave);
        }
    }
    out.end_array();
}

void write(JsonWriter& out, const Snapshot& m) {
    write_snapshot(out, m);
}

void write(JsonWriter& out, const Checkpoint& m) {
    out.key("hub_seq").number64(m.hub_seq).key("digest").base64(m.digest.bytes);
    if (m.own) out.key("own_seq").number64(m.own->seq).key("own_hash").base64(m.own->hash);
}

void write(JsonWriter& out, const Applied& m) {
    out.key("cursor").number64(m.cursor);
}

void write(JsonWriter& out, const Mark& m) {
    out.key("token").text(m.token).key("seq").number64(m.seq).key("reached").boolean(m.reached);
}

void write(JsonWriter& out, const Ping& m) {
    out.key("wall_ms").number64(m.wall_ms);
}

void write(JsonWriter& out, const Pong& m) {
    out.key("wall_ms").number64(m.wall_ms).key("ping_wall_ms").number64(m.ping_wall_ms);
}

void write(JsonWriter& out, const PeerError& m) {
    out.key("level").plain(name_of(m.level)).key("code").text(m.code).key("text").text(m.text);
    out.key("retry_ms").number64(m.retry_ms).key("expected_seq").number64(m.expected_seq);
}

void write(JsonWriter& out, const Bye& m) {
    out.key("reason").text(m.reason);
}

void write(JsonWriter& out, const BlobHave& m) {
    out.key("blob").text(m.blob).key("bytes").number64(m.bytes);
}

void write(JsonWriter& out, const BlobWant& m) {
    out.key("blob").text(m.blob).key("offset").number64(m.offset);
}

void write(JsonWriter& out, const BlobPut& m) {
    out.key("blob").text(m.blob).key("bytes").number64(m.bytes);
    out.key("offset").number64(m.offset).key("data").base64(m.data);
}

void write(JsonWriter& out, const BlobGet& m) {
    out.key("blob").text(m.blob).key("offset").number64(m.offset);
    out.key("bytes_max").number64(m.bytes_max);
}

void write(JsonWriter& out, const BlobRefused& m) {
    out.key("blob").text(m.blob).key("code").text(m.code).key("text").text(m.text);
}

void write(JsonWriter& out, const Find& m) {
    out.key("token").text(m.token).key("text").text(m.text);
}

void write(JsonWriter& out, const Refusal& refusal) {
    out.key("code").text(refusal.code).key("text").text(refusal.text);
}

void write(JsonWriter& out, const Found& m) {
    out.key("token").text(m.token);
    write(out, m.refusal);
    write_columns(out, kFoundColumns);
    out.key("rows").begin_array();
    for (const Found::Row& row : m.rows) {
        out.begin_array().id(row.id).text(row.number).text(row.name).text(row.city);
        out.boolean(row.in_scope).end_array();
    }
    out.end_array().key("more").boolean(m.more);
}

void write(JsonWriter& out, const Fetch& m) {
    out.key("token").text(m.token).key("customer").id(m.customer);
    out.key("reason").text(m.reason).key("note").text(m.note);
}

void write(JsonWriter& out, const Fetched& m) {
    out.key("token").text(m.token);
    write(out, m.refusal);
    out.key("customer").id(m.customer).key("until_ms").number64(m.until_ms);
}

}  // namespace

std::string encode(const Message& message) {
    std::string text;
    std::size_t guess = 512;
    if (const auto* push = std::get_if<Push>(&message); push != nullptr) {
        for (const Change& change : push->changes) guess += encoded_bytes(change);
    } else if (const auto* changes = std::get_if<Changes>(&message); changes != nullptr) {
        for (const LogEntry& entry : changes->entries) guess += encoded_bytes(entry);
    } else if (const auto* part = std::get_if<Snapshot>(&message); part != nullptr) {
        guess += encoded_bytes(*part);
    } else if (const auto* put = std::get_if<BlobPut>(&message); put != nullptr) {
        guess += put->data.size() * 4 / 3;
    }
    text.reserve(guess);
    JsonWriter out(text);
    out.begin_object().key("type").plain(kMessageNames[message.index()]);
    std::visit([&](const auto& each) { write(out, each); }, message);
    out.end_object();
    return text;
}

std::size_t encoded_bytes(const Change& change) {
    // Ids, stamp, hashes and commas of a row: 2 ids of 38, a stamp of 21, 2 hashes of 45, a salt of
    // 24, a number of 11, brackets and commas.
    constexpr std::size_t kRowBytes = 2 * 38 + 21 + 2 * 45 + 24 + 11 + 16;
    return kRowBytes + json_text_bytes(change.user) + json_text_bytes(change.payload);
}

std::size_t encoded_bytes(const LogEntry& entry) {
    constexpr std::size_t kEntryBytes = 256;
    if (const auto* change = std::get_if<LogChange>(&entry); change != nullptr) {
        return kEntryBytes + encoded_bytes(change->change);
    }
    if (const auto* enter = std::get_if<LogEnter>(&entry); enter != nullptr) {
        std::string text;
        JsonWriter out(text);
        write_entry(out, *enter);
        return text.size() + 1;
    }
    if (const auto* leave = std::get_if<LogLeave>(&entry); leave != nullptr) {
        return kEntryBytes + json_text_bytes(leave->reason) + json_text_bytes(leave->type);
    }
    return kEntryBytes;
}

}  // namespace balie::sync
