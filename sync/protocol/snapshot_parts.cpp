#include "sync/protocol/snapshot_parts.h"

#include "sync/protocol/codec.h"
#include "sync/protocol/json_parts.h"

#include <limits>
#include <map>

namespace balie::sync {

namespace {

constexpr int kPlacesMax = std::numeric_limits<int>::max();

/// Every origin of a part once; rows name them by their place.
class OriginList {
  public:
    void add(const Origin& origin) {
        if (places_.emplace(origin, origins_.size()).second) origins_.push_back(origin);
    }
    void add(const LogEnter::EditedField& edited) {
        for (const auto& [origin, seq] : edited.state.context()) add(origin);
    }
    [[nodiscard]] std::int64_t place(const Origin& origin) const {
        return static_cast<std::int64_t>(places_.at(origin));
    }
    void write(JsonWriter& out) const {
        out.begin_array();
        for (const Origin& origin : origins_) {
            out.begin_array().id(origin.device).id(origin.incarnation).end_array();
        }
        out.end_array();
    }

  private:
    std::vector<Origin> origins_;
    std::map<Origin, std::size_t> places_;
};

void write_edited(JsonWriter& out, const LogEnter::EditedField& edited, const OriginList& origins) {
    out.begin_array().text(edited.field).begin_array();
    for (const Head& head : edited.state.heads()) {
        out.begin_array().number64(head.version.effective.packed);
        out.number(origins.place(head.version.id.origin)).number64(head.version.id.seq);
        write_value(out, head.value);
        out.end_array();
    }
    out.end_array().begin_array();
    for (const auto& [origin, seq] : edited.state.context()) {
        out.begin_array().number(origins.place(origin)).number64(seq).end_array();
    }
    out.end_array().end_array();
}

void write_row(JsonWriter& out, const SnapshotTable::Row& row, const OriginList& origins) {
    out.begin_array().id(row.id).number64(row.birth.effective.packed);
    out.number(origins.place(row.birth.id.origin)).number64(row.birth.id.seq).begin_array();
    for (const Value& value : row.values) write_value(out, value);
    out.end_array();
    if (!row.edited.empty()) {
        out.begin_array();
        for (const auto& edited : row.edited) write_edited(out, edited, origins);
        out.end_array();
    }
    out.end_array();
}

void write_table(JsonWriter& out, const SnapshotTable& table, const OriginList& origins) {
    out.begin_object().key("record_type").text(table.type).key("fields").begin_array();
    for (const std::string& field : table.fields) out.text(field);
    out.end_array().key("rows").begin_array();
    for (const SnapshotTable::Row& row : table.rows) write_row(out, row, origins);
    out.end_array().end_object();
}

void write_own(JsonWriter& out, const SnapshotOwn& own) {
    out.begin_array().id(own.incarnation).number64(own.seq).number64(own.hub_seq);
    out.number64(own.effective.packed).base64(own.hash).boolean(own.in_scope).end_array();
}

void write_range(JsonWriter& out, const SnapshotRange& range) {
    const auto id = [](const std::optional<RecordId>& each) {
        return each ? each->text() : std::string();
    };
    out.key("compare").begin_object().key("record_type").text(range.type);
    out.key("after").text(id(range.after)).key("to").text(id(range.to));
    out.key("digest").base64(range.digest.bytes).end_object();
}

// --- reading ----------------------------------------------------------------------------------

class Origins {
  public:
    explicit Origins(const Node& list) {
        const std::size_t count = list.size();
        origins_.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            const Node each = list.at(i);
            origins_.push_back({each.at(0).id<DeviceId>(), each.at(1).id<Incarnation>()});
        }
    }
    [[nodiscard]] Origin at(const Node& place) const {
        const auto index = static_cast<std::size_t>(place.number(0, kPlacesMax));
        if (index < origins_.size()) return origins_[index];
        place.fault("names no origin of this message");
        return {};
    }

  private:
    std::vector<Origin> origins_;
};

LogEnter::EditedField read_edited(const Node& node, const Origins& origins) {
    LogEnter::EditedField edited;
    edited.field = node.at(0).line(kNameTextMax);
    const Node list = node.at(1);
    const Node seen = node.at(2);
    std::vector<Head> heads;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Node head = list.at(i);
        const Version version{read_stamp(head.at(0)),
                              {origins.at(head.at(1)), head.at(2).number64(1)}};
        heads.push_back({version, head.at(3).value()});
    }
    Base context;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const Node each = seen.at(i);
        if (!context.emplace(origins.at(each.at(0)), each.at(1).number64(1)).second) {
            each.fault("names an origin twice");
        }
    }
    edited.state = checked_state(list, std::move(heads), std::move(context));
    return edited;
}

SnapshotTable::Row read_row(const Node& node, const Origins& origins, std::size_t fields) {
    SnapshotTable::Row row;
    row.id = node.at(0).id<RecordId>();
    row.birth.effective = read_stamp(node.at(1));
    row.birth.id = {origins.at(node.at(2)), node.at(3).number64(1)};
    const Node values = node.at(4);
    if (values.size() != fields) values.fault("does not fit the fields");
    row.values.reserve(fields);
    for (std::size_t i = 0; i < values.size() && i < fields; ++i) {
        row.values.push_back(values.at(i).value());
    }
    if (node.size() <= 5) return row;
    const Node edited = node.at(5);
    for (std::size_t i = 0; i < edited.size(); ++i) {
        row.edited.push_back(read_edited(edited.at(i), origins));
    }
    return row;
}

SnapshotTable read_table(const Node& node, const Origins& origins) {
    SnapshotTable table;
    table.type = node["record_type"].line(kNameTextMax);
    const Node fields = node["fields"];
    for (std::size_t i = 0; i < fields.size(); ++i) {
        table.fields.push_back(fields.at(i).line(kNameTextMax));
        for (std::size_t before = 0; before < i; ++before) {
            if (table.fields[before] == table.fields.back()) {
                fields.at(i).fault("names a field twice");
            }
        }
    }
    const Node rows = node["rows"];
    table.rows.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        table.rows.push_back(read_row(rows.at(i), origins, table.fields.size()));
    }
    return table;
}

SnapshotOwn read_own(const Node& node) {
    SnapshotOwn own;
    own.incarnation = node.at(0).id<Incarnation>();
    own.seq = node.at(1).number64(1);
    own.hub_seq = node.at(2).number64(1);
    own.effective = read_stamp(node.at(3));
    const auto hash = node.at(4).array<kOwnHashBytes>();
    own.hash.assign(hash.begin(), hash.end());
    own.in_scope = node.at(5).boolean();
    return own;
}

SnapshotRange read_range(const Node& node) {
    SnapshotRange range;
    range.type = node["record_type"].line(kNameTextMax);
    const auto id = [](const Node& each) -> std::optional<RecordId> {
        if (each.peek_text().empty()) return std::nullopt;
        return each.id<RecordId>();
    };
    range.after = id(node["after"]);
    range.to = id(node["to"]);
    range.digest.bytes = node["digest"].array<16>();
    return range;
}

std::size_t value_bytes(const Value& value) {
    constexpr std::size_t kNumberBytes = 22;
    constexpr std::size_t kNullBytes = 5;
    if (const auto* text = std::get_if<std::string>(&value)) return json_text_bytes(*text) + 1;
    return is_null(value) ? kNullBytes : kNumberBytes;
}

}  // namespace

void write_snapshot(JsonWriter& out, const Snapshot& part) {
    OriginList origins;
    for (const SnapshotTable& table : part.tables) {
        for (const SnapshotTable::Row& row : table.rows) {
            origins.add(row.birth.id.origin);
            for (const auto& edited : row.edited) origins.add(edited);
        }
    }
    out.key("hub_seq").number64(part.hub_seq).key("after").text(part.after);
    out.key("to").text(part.to).key("done").boolean(part.done).key("origins");
    origins.write(out);
    out.key("tables").begin_array();
    for (const SnapshotTable& table : part.tables) write_table(out, table, origins);
    out.end_array().key("own").begin_array();
    for (const SnapshotOwn& own : part.own) write_own(out, own);
    out.end_array();
    if (part.range) write_range(out, *part.range);
}

void read_snapshot(const Node& in, Snapshot& part) {
    part.hub_seq = in["hub_seq"].number64();
    part.after = in["after"].line(kNameTextMax);
    part.to = in["to"].line(kNameTextMax);
    part.done = in["done"].boolean();
    const Origins origins(in["origins"]);
    const Node tables = in["tables"];
    for (std::size_t i = 0; i < tables.size(); ++i) {
        part.tables.push_back(read_table(tables.at(i), origins));
    }
    const Node own = in["own"];
    for (std::size_t i = 0; i < own.size(); ++i) part.own.push_back(read_own(own.at(i)));
    if (const auto range = in.find("compare")) part.range = read_range(*range);
}

std::size_t encoded_bytes(const SnapshotTable::Row& row) {
    constexpr std::size_t kRowBytes = 38 + 22 + 6 + 14 + 8;
    constexpr std::size_t kEditedBytes = 16;
    constexpr std::size_t kHeadBytes = 22 + 8 + 14 + 6;
    constexpr std::size_t kSeenBytes = 8 + 14;
    // An origin may be named for the first time, and then whole.
    constexpr std::size_t kOriginBytes = 2 * 38 + 4;
    std::size_t bytes = kRowBytes + kOriginBytes;
    for (const Value& value : row.values) bytes += value_bytes(value);
    for (const auto& edited : row.edited) {
        bytes += kEditedBytes + json_text_bytes(edited.field);
        for (const Head& head : edited.state.heads()) bytes += kHeadBytes + value_bytes(head.value);
        bytes += edited.state.context().size() * (kSeenBytes + kOriginBytes);
    }
    return bytes;
}

std::size_t encoded_bytes(const Snapshot& part) {
    constexpr std::size_t kPartBytes = 512;
    constexpr std::size_t kTableBytes = 64;
    constexpr std::size_t kOwnBytes = 38 + 14 + 14 + 22 + 26 + 8;
    std::size_t bytes = kPartBytes + part.own.size() * kOwnBytes;
    for (const SnapshotTable& table : part.tables) {
        bytes += kTableBytes;
        for (const std::string& field : table.fields) bytes += json_text_bytes(field) + 1;
        for (const SnapshotTable::Row& row : table.rows) bytes += encoded_bytes(row);
    }
    return bytes;
}

}  // namespace balie::sync
