#include "sync/protocol/json_parts.h"

namespace balie::sync {

void write_value(JsonWriter& out, const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value); text != nullptr) {
        out.text(*text);
    } else if (const auto* number = std::get_if<std::int64_t>(&value); number != nullptr) {
        if (*number >= -kExactIntegerMax && *number <= kExactIntegerMax) {
            out.number(*number);
        } else {
            out.begin_object().key("int64").number64(*number).end_object();
        }
    } else {
        out.null();
    }
}

void write_base(JsonWriter& out, const Base& base) {
    out.begin_array();
    for (const auto& [origin, seq] : base) {
        out.begin_array().id(origin.device).id(origin.incarnation).number64(seq).end_array();
    }
    out.end_array();
}

Base read_base(const Node& node) {
    Base base;
    for (std::size_t i = 0; i < node.size(); ++i) {
        const Node entry = node.at(i);
        Origin origin;
        origin.device = entry.at(0).id<DeviceId>();
        origin.incarnation = entry.at(1).id<Incarnation>();
        const std::int64_t seq = entry.at(2).number64(1);
        if (!base.emplace(origin, seq).second) entry.fault("names an origin twice");
    }
    return base;
}

void write_version_members(JsonWriter& out, const Version& version) {
    out.number64(version.effective.packed);
    out.id(version.id.origin.device).id(version.id.origin.incarnation).number64(version.id.seq);
}

Version read_version(const Node& node) {
    Version version;
    version.effective = read_stamp(node.at(0));
    version.id.origin.device = node.at(1).id<DeviceId>();
    version.id.origin.incarnation = node.at(2).id<Incarnation>();
    version.id.seq = node.at(3).number64(1);
    return version;
}

Stamp read_stamp(const Node& node) {
    return {node.number64(0, kStampMax)};
}

FieldState checked_state(const Node& list, std::vector<Head> heads, Base context) {
    for (const Head& head : heads) {
        const auto known = context.find(head.version.id.origin);
        if (known == context.end() || known->second < head.version.id.seq) {
            list.fault("has a head that its context does not know");
        }
    }
    if (heads.empty()) list.fault("is empty");
    return {std::move(heads), std::move(context)};
}

}  // namespace balie::sync
