// The content of a change and the small values kept as JSON in tables (codec.h).
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"
#include "sync/protocol/json_parts.h"

namespace balie::sync {

namespace {

FieldEdit read_edit(const Node& node) {
    FieldEdit edit;
    const std::size_t size = node.size();
    if (size < 1 || size > 2) node.fault("is neither [value] nor [value, base]");
    edit.value = node.at(0).value();
    if (size == 2) edit.base = read_base(node.at(1));
    return edit;
}

Operation read_operation(const Node& node) {
    const std::string_view name = node.peek_text();
    if (name == "edit") return Operation::Edit;
    if (name != "create") node.fault("is neither create nor edit");
    return Operation::Create;
}

}  // namespace

std::string encode_payload(const ChangeBody& body) {
    std::string text;
    JsonWriter out(text);
    out.begin_object();
    out.key("t").text(body.type);
    out.key("id").id(body.id);
    out.key("op").plain(body.operation == Operation::Create ? "create" : "edit");
    out.key("f").begin_object();
    for (const auto& [name, edit] : body.fields) {
        out.key(name).begin_array();
        write_value(out, edit.value);
        if (!edit.base.empty()) write_base(out, edit.base);
        out.end_array();
    }
    out.end_object().end_object();
    return text;
}

Result<ChangeBody> decode_payload(std::string_view payload) {
    BALIE_ASSIGN(Json document, parse_json(payload, kTransactionBytesMax));
    Faults faults;
    const Node root(document, faults);
    ChangeBody body;
    body.type = root["t"].line(kNameTextMax);
    body.id = root["id"].id<RecordId>();
    body.operation = read_operation(root["op"]);
    const Node fields = root["f"];
    if (const auto* members = fields.object(); members != nullptr) {
        for (const auto& member : *members) {
            const Node field = fields[member.first];
            if (member.first.empty() || member.first.size() > kNameTextMax) {
                field.fault("has a name of a wrong length");
            }
            body.fields.emplace_hint(body.fields.end(), member.first, read_edit(field));
            if (faults.any()) break;
        }
    }
    if (faults.any()) return *std::move(faults.first);
    return body;
}

std::string encode_value(const Value& value) {
    std::string text;
    JsonWriter out(text);
    write_value(out, value);
    return text;
}

Result<Value> decode_value(std::string_view json) {
    BALIE_ASSIGN(Json document, parse_json(json, kMessageBytesMax));
    Faults faults;
    Value value = Node(document, faults).value();
    if (faults.any()) return *std::move(faults.first);
    return value;
}

std::string encode_base(const Base& base) {
    std::string text;
    JsonWriter out(text);
    write_base(out, base);
    return text;
}

Result<Base> decode_base(std::string_view json) {
    BALIE_ASSIGN(Json document, parse_json(json, kMessageBytesMax));
    Faults faults;
    Base base = read_base(Node(document, faults));
    if (faults.any()) return *std::move(faults.first);
    return base;
}

}  // namespace balie::sync
