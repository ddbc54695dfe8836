// JSON → Message, strict (codec.h). One function a message; rows are read by column name.
#include "storage/crypto/encoding.h"
#include "storage/domain/schema.h"
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"
#include "sync/protocol/columns.h"
#include "sync/protocol/json_parts.h"
#include "sync/protocol/names.h"
#include "sync/protocol/snapshot_parts.h"

namespace balie::sync {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr int kVersionMax = 1'000'000;
/// A displayed name is made of several fields.
constexpr std::size_t kFoundTextMax = 1000;

/// Where each known column stands in a row. Unknown columns are passed over.
template <std::size_t N>
class Rows {
  public:
    Rows(const Node& message, const std::array<std::string_view, N>& names) {
        const Node columns = message["columns"];
        places_.fill(kAbsent);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::string_view name = columns.at(i).peek_text();
            for (std::size_t known = 0; known < N; ++known) {
                if (names[known] != name) continue;
                if (places_[known] != kAbsent) columns.at(i).fault("names a column twice");
                places_[known] = i;
            }
        }
        for (const std::size_t place : places_) {
            if (place == kAbsent) columns.fault("lacks a column");
        }
    }
    /// Which of the names, as an index of the array they were given in.
    [[nodiscard]] Node cell(const Node& row, std::size_t column) const {
        return row.at(places_[column]);
    }

  private:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);
    std::array<std::size_t, N> places_{};
};

template <typename Enum, std::size_t N>
Enum read_name(const Node& node, const Names<Enum, N>& names) {
    const auto value = value_in(names, node.peek_text());
    if (value) return *value;
    node.fault("is not a known name");
    return names.front().first;
}

/// `first_column` is where "transaction" stands among the names; null is "as in the row before".
template <std::size_t N>
void read_change_cells(const Node& row, const Rows<N>& rows, std::size_t first_column,
                       const Change* before, Change& change) {
    const auto repeated = [&](std::size_t column) {
        const Node cell = rows.cell(row, first_column + column);
        if (cell.is_null() && before == nullptr) cell.fault("repeats a row that is not there");
        return cell.is_null() && before != nullptr;
    };
    change.transaction = repeated(0) ? before->transaction
                                     : rows.cell(row, first_column).template id<TransactionId>();
    change.action =
        repeated(1) ? before->action : rows.cell(row, first_column + 1).template id<ActionId>();
    change.raw = read_stamp(rows.cell(row, first_column + 2));
    change.user = repeated(3) ? before->user : rows.cell(row, first_column + 3).line(kNameTextMax);
    change.schema_version = rows.cell(row, first_column + 4).number(0, kVersionMax);
    change.payload = rows.cell(row, first_column + 5).text(kTransactionBytesMax);
    change.salt = rows.cell(row, first_column + 6).template array<16>();
    change.commitment = rows.cell(row, first_column + 7).template array<32>();
    change.hash = rows.cell(row, first_column + 8).template array<32>();
}

void read(const Node& in, Challenge& m) {
    m.version_min = in["version_min"].number(0, kVersionMax);
    m.version_max = in["version_max"].number(0, kVersionMax);
    m.hub = in["hub"].id<HubId>();
    m.epoch = in["epoch"].id<HubEpoch>();
    const auto nonce = in["nonce"].array<kKeyBytes>();
    m.nonce.assign(nonce.begin(), nonce.end());
}

void read(const Node& in, Enrol& m) {
    m.version = in["version"].number(0, kVersionMax);
    m.secret = in["secret"].line(kNameTextMax);
    m.public_key = in["public_key"].bytes(kKeyBytes);
    m.device_name = in["device_name"].line(kNameTextMax);
    m.program = in["program"].line(kNameTextMax);
    m.signature = in["signature"].bytes(kSignatureBytes);
    if (const auto device = in.find("device")) m.device = device->id<DeviceId>();
}

void read(const Node& in, Enrolled& m) {
    m.device = in["device"].id<DeviceId>();
    m.user = in["user"].line(kNameTextMax);
    m.user_name = in["user_name"].text(kNameTextMax);
    m.role = in["role"].line(kNameTextMax);
    m.scope = in["scope"].line(kNameTextMax);
    m.branch = in["branch"].line(kNameTextMax);
    m.territory = in["territory"].line(kNameTextMax);
    m.hub_public_key = in["hub_public_key"].bytes(kKeyBytes);
}

void read(const Node& in, Hello& m) {
    m.version = in["version"].number(0, kVersionMax);
    m.schema_version = in["schema_version"].number(0, kVersionMax);
    m.program = in["program"].line(kNameTextMax);
    m.origin.device = in["device"].id<DeviceId>();
    m.origin.incarnation = in["incarnation"].id<Incarnation>();
    m.last_seq = in["last_seq"].number64();
    m.last_hash = in["last_hash"].array<32>();
    if (const auto epoch = in.find("epoch_seen")) m.epoch_seen = epoch->id<HubEpoch>();
    m.cursor = in["cursor"].number64();
    m.digest.bytes = in["digest"].array<16>();
    m.pending = in["pending"].number64();
    m.oldest_pending_ms = in["oldest_pending_ms"].number64(kInt64Min);
    m.wall_ms = in["wall_ms"].number64(kInt64Min);
    m.signature = in["signature"].bytes(kSignatureBytes);
}

void read(const Node& in, Welcome& m) {
    m.version = in["version"].number(0, kVersionMax);
    m.directive = read_name(in["directive"], kDirectiveNames);
    m.text = in["text"].text(kPeopleTextMax);
    m.epoch = in["epoch"].id<HubEpoch>();
    m.wall_ms = in["wall_ms"].number64(kInt64Min);
    m.acked_seq = in["acked_seq"].number64();
    m.acked_hash = in["acked_hash"].array<32>();
    m.hub_seq = in["hub_seq"].number64();
    m.cursor = in["cursor"].number64();
    m.floor = in["floor"].number64();
    m.backed_up_seq = in["backed_up_seq"].number64();
    if (const auto seq = in.find("backed_up_hub_seq")) m.backed_up_hub_seq = seq->number64();
    m.message_bytes_max = in["message_bytes_max"].number64();
    m.push_window = in["push_window"].number(0, kVersionMax);
    m.scope = in["scope"].line(kNameTextMax);
    m.role = in["role"].line(kNameTextMax);
    if (const auto bytes = in.find("blob_bytes_max")) m.blob_bytes_max = bytes->number64();
    const auto known = in.find("known");
    if (!known) return;
    m.known = known->bytes(kKnownBytes * kKnownMax);
    m.known_first = in["known_first"].number64(1);
    if (m.known.size() % kKnownBytes != 0) known->fault("has the wrong length");
}

void read(const Node& in, Push& m) {
    m.first = in["first"].number64(1);
    m.previous = in["previous"].array<32>();
    m.clock_offset_ms = in["clock_offset_ms"].number64(kInt64Min);
    const Rows<kPushColumns.size()> columns(in, kPushColumns);
    const Node rows = in["rows"];
    const std::size_t count = rows.size();
    if (m.first > kInt64Max - static_cast<std::int64_t>(count)) rows.fault("is out of range");
    m.changes.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Change* before = m.changes.empty() ? nullptr : &m.changes.back();
        Change change;
        read_change_cells(rows.at(i), columns, 0, before, change);
        change.id.seq = m.first + static_cast<std::int64_t>(i);
        m.changes.push_back(std::move(change));
    }
}

Verdict read_verdict(const Node& row, const Rows<kVerdictColumns.size()>& columns) {
    Verdict verdict;
    verdict.transaction = columns.cell(row, 0).id<TransactionId>();
    verdict.first = columns.cell(row, 1).number64(1);
    verdict.last = columns.cell(row, 2).number64(verdict.first);
    verdict.kind = read_name(columns.cell(row, 3), kVerdictNames);
    verdict.code = columns.cell(row, 4).line(kNameTextMax);
    verdict.detail = columns.cell(row, 5).text(kPeopleTextMax);
    verdict.hub_seq = columns.cell(row, 6).number64();
    const Node stamps = columns.cell(row, 7);
    verdict.effective.reserve(stamps.size());
    for (std::size_t i = 0; i < stamps.size(); ++i) {
        verdict.effective.push_back(read_stamp(stamps.at(i)));
    }
    return verdict;
}

void read(const Node& in, Ack& m) {
    m.acked_seq = in["acked_seq"].number64();
    m.acked_hash = in["acked_hash"].array<32>();
    m.wall_ms = in["wall_ms"].number64(kInt64Min);
    const Rows<kVerdictColumns.size()> columns(in, kVerdictColumns);
    const Node verdicts = in["verdicts"];
    m.verdicts.reserve(verdicts.size());
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        m.verdicts.push_back(read_verdict(verdicts.at(i), columns));
    }
    m.signature = in["signature"].bytes(kSignatureBytes);
}

void read(const Node& in, Pull& m) {
    m.cursor = in["cursor"].number64();
    m.credit_bytes = in["credit_bytes"].number64();
    const auto snapshot = in.find("snapshot");
    if (!snapshot) return;
    m.snapshot =
        SnapshotPlace{(*snapshot)["hub_seq"].number64(), (*snapshot)["after"].line(kNameTextMax)};
    if (const auto compare = snapshot->find("compare")) m.snapshot->compare = compare->boolean();
    if (const auto to = snapshot->find("full_to")) m.snapshot->full_to = to->line(kNameTextMax);
    const Node own = (*snapshot)["own"];
    if (own.size() > kOwnLivesMax) own.fault("is too long");
    for (std::size_t i = 0; i < own.size() && i < kOwnLivesMax; ++i) {
        m.own.push_back({own.at(i).at(0).id<Incarnation>(), own.at(i).at(1).number64()});
    }
}

LogChange read_log_change(const Node& row, const Rows<kLogColumns.size()>& columns,
                          const Change* before) {
    LogChange entry;
    entry.hub_seq = columns.cell(row, 0).number64(1);
    entry.effective = read_stamp(columns.cell(row, 1));
    ChangeId& id = entry.change.id;
    if (columns.cell(row, 2).is_null() && before != nullptr) {
        id.origin = before->id.origin;
    } else {
        id.origin.device = columns.cell(row, 2).id<DeviceId>();
        id.origin.incarnation = columns.cell(row, 3).id<Incarnation>();
    }
    id.seq = columns.cell(row, 4).number64(1);
    read_change_cells(row, columns, 5, before, entry.change);
    return entry;
}

LogEnter::EditedField read_edited(const Node& node) {
    LogEnter::EditedField edited;
    edited.field = node["field"].line(kNameTextMax);
    const Node list = node["heads"];
    std::vector<Head> heads;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Node head = list.at(i);
        heads.push_back({read_version(head), head.at(4).value()});
    }
    Base context = read_base(node["context"]);
    edited.state = checked_state(list, std::move(heads), std::move(context));
    return edited;
}

LogEnter read_enter(const Node& node) {
    LogEnter entry;
    entry.hub_seq = node["hub_seq"].number64(1);
    entry.reason = node["reason"].line(kNameTextMax);
    entry.type = node["record_type"].line(kNameTextMax);
    entry.id = node["id"].id<RecordId>();
    entry.birth = read_version(node["birth"]);
    const Node values = node["values"];
    if (const auto* members = values.object(); members != nullptr) {
        for (const auto& member : *members) {
            entry.values.emplace_hint(entry.values.end(), member.first,
                                      values[member.first].value());
        }
    }
    const Node edited = node["edited"];
    for (std::size_t i = 0; i < edited.size(); ++i) {
        entry.edited.push_back(read_edited(edited.at(i)));
    }
    return entry;
}

LogEntry read_entry(const Node& node) {
    const std::string_view kind = node["kind"].peek_text();
    if (kind == "enter") return read_enter(node);
    if (kind == "leave") {
        LogLeave entry;
        entry.hub_seq = node["hub_seq"].number64(1);
        entry.reason = node["reason"].line(kNameTextMax);
        entry.type = node["record_type"].line(kNameTextMax);
        entry.id = node["id"].id<RecordId>();
        return entry;
    }
    if (kind != "own") node["kind"].fault("is not a known name");
    LogOwn entry;
    entry.hub_seq = node["hub_seq"].number64(1);
    entry.effective = read_stamp(node["effective"]);
    entry.seq = node["seq"].number64(1);
    if (const auto hash = node.find("hash")) entry.hash = hash->bytes(kOwnHashBytes);
    return entry;
}

void read(const Node& in, Changes& m) {
    m.from = in["from"].number64();
    m.to = in["to"].number64(m.from);
    const Rows<kLogColumns.size()> columns(in, kLogColumns);
    const Node entries = in["entries"];
    const std::size_t count = entries.size();
    // Rows point at the one before: the entries must not move while they are read.
    m.entries.reserve(count);
    const Change* before = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
        const Node entry = entries.at(i);
        if (entry.is_array()) {
            m.entries.emplace_back(read_log_change(entry, columns, before));
            before = &std::get<LogChange>(m.entries.back()).change;
        } else {
            m.entries.push_back(read_entry(entry));
        }
    }
}

void read(const Node& in, Snapshot& m) {
    read_snapshot(in, m);
}

void read(const Node& in, Checkpoint& m) {
    m.hub_seq = in["hub_seq"].number64();
    m.digest.bytes = in["digest"].array<16>();
    if (const auto seq = in.find("own_seq")) m.own = {seq->number64(), in["own_hash"].array<32>()};
}

void read(const Node& in, Applied& m) {
    m.cursor = in["cursor"].number64();
}

void read(const Node& in, Mark& m) {
    m.token = in["token"].line(kNameTextMax);
    m.seq = in["seq"].number64();
    m.reached = in["reached"].boolean();
}

void read(const Node& in, Ping& m) {
    m.wall_ms = in["wall_ms"].number64(kInt64Min);
}

void read(const Node& in, Pong& m) {
    m.wall_ms = in["wall_ms"].number64(kInt64Min);
    m.ping_wall_ms = in["ping_wall_ms"].number64(kInt64Min);
}

void read(const Node& in, PeerError& m) {
    m.level = read_name(in["level"], kLevelNames);
    m.code = in["code"].line(kNameTextMax);
    m.text = in["text"].text(kPeopleTextMax);
    m.retry_ms = in["retry_ms"].number64(-1);
    m.expected_seq = in["expected_seq"].number64();
}

void read(const Node& in, Bye& m) {
    m.reason = in["reason"].text(kPeopleTextMax);
}

/// 32 bytes, in the one spelling that records have too.
std::string read_blob(const Node& in) {
    const auto hash = in["blob"].array<32>();
    return crypto::base64url_encode(hash);
}

void read(const Node& in, BlobHave& m) {
    m.blob = read_blob(in);
    m.bytes = in["bytes"].number64(1);
}

void read(const Node& in, BlobWant& m) {
    m.blob = read_blob(in);
    m.offset = in["offset"].number64();
}

void read(const Node& in, BlobPut& m) {
    m.blob = read_blob(in);
    m.bytes = in["bytes"].number64(1);
    m.offset = in["offset"].number64();
    m.data = in["data"].bytes(kBlobChunkBytes);
}

void read(const Node& in, BlobGet& m) {
    m.blob = read_blob(in);
    m.offset = in["offset"].number64();
    m.bytes_max = in["bytes_max"].number64(1);
}

void read(const Node& in, BlobRefused& m) {
    m.blob = read_blob(in);
    m.code = in["code"].line(kNameTextMax);
    m.text = in["text"].text(kPeopleTextMax);
}

void read(const Node& in, Find& m) {
    m.token = in["token"].line(kNameTextMax);
    m.text = in["text"].line(kFindTextBytesMax);
}

void read(const Node& in, Refusal& refusal) {
    refusal.code = in["code"].line(kNameTextMax);
    refusal.text = in["text"].text(kPeopleTextMax);
}

void read(const Node& in, Found& m) {
    m.token = in["token"].line(kNameTextMax);
    read(in, m.refusal);
    const Rows<kFoundColumns.size()> columns(in, kFoundColumns);
    const Node rows = in["rows"];
    if (rows.size() > kFoundMax) return rows.fault("has more rows than an answer may");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Node row = rows.at(i);
        m.rows.push_back(
            {columns.cell(row, 0).id<RecordId>(), columns.cell(row, 1).text(kFoundTextMax),
             columns.cell(row, 2).text(kFoundTextMax), columns.cell(row, 3).text(kFoundTextMax),
             columns.cell(row, 4).boolean()});
    }
    m.more = in["more"].boolean();
}

void read(const Node& in, Fetch& m) {
    m.token = in["token"].line(kNameTextMax);
    m.customer = in["customer"].id<RecordId>();
    m.reason = in["reason"].line(kNameTextMax);
    m.note = in["note"].text(domain::kAuditNoteBytesMax);
}

void read(const Node& in, Fetched& m) {
    m.token = in["token"].line(kNameTextMax);
    read(in, m.refusal);
    m.customer = in["customer"].id<RecordId>();
    m.until_ms = in["until_ms"].number64();
}

template <std::size_t I = 0>
bool read_named(std::string_view name, const Node& in, Message& out) {
    if constexpr (I < std::variant_size_v<Message>) {
        if (name != kMessageNames[I]) return read_named<I + 1>(name, in, out);
        read(in, out.emplace<I>());
        return true;
    }
    return false;
}

}  // namespace

Result<Message> decode(std::string_view bytes) {
    BALIE_ASSIGN(Json document, parse_json(bytes, kMessageBytesMax));
    Faults faults;
    const Node root(document, faults);
    const std::string name(root["type"].peek_text());
    Message message;
    const bool known = faults.any() || read_named(name, root, message);
    if (faults.any()) return *std::move(faults.first);
    if (!known) {
        // Not the peer's fault: it may be newer. The sessions answer it at level frame.
        return Error{ErrorCode::NewerVersion, "This message is not known to this version", "/type",
                     ""};
    }
    return message;
}

}  // namespace balie::sync
