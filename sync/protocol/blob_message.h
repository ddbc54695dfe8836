// Messages about the bytes of attachments, sent when WELCOME says that the hub takes them. `blob`
// is the content's hash as it stands in document records; `bytes` the size of all of it. Thread:
// any (values).
#pragma once

#include "storage/base/bytes.h"

#include <cstdint>
#include <string>

namespace balie::sync {

struct BlobHave {  ///< terminal: I have this; hub: I have this now (somebody asked for it before)
    std::string blob;
    std::int64_t bytes{};
    bool operator==(const BlobHave&) const = default;
};
struct BlobWant {  ///< hub: go on from here; at the end: I have all of it, durably
    std::string blob;
    std::int64_t offset{};
    bool operator==(const BlobWant&) const = default;
};
struct BlobPut {  ///< both: so many bytes from there on
    std::string blob;
    std::int64_t bytes{};
    std::int64_t offset{};
    Bytes data;
    bool operator==(const BlobPut&) const = default;
};
struct BlobGet {  ///< terminal: send me at most so much from there on
    std::string blob;
    std::int64_t offset{};
    std::int64_t bytes_max{};
    bool operator==(const BlobGet&) const = default;
};
struct BlobRefused {  ///< hub
    std::string blob;
    std::string code;  ///< "unknown", "scope", "large", "hash", "not_here", "damaged", "no_room",
                       ///< "busy", "read_only"
    std::string text;  ///< for people, English
    bool operator==(const BlobRefused&) const = default;
};

}  // namespace balie::sync
