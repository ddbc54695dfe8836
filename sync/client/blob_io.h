// What goes into and comes out of a ClientSession about attachments. Thread: any (values).
#pragma once

#include "sync/protocol/blob_message.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace balie::sync {

// --- inputs --------------------------------------------------------------------------------
/// An attachment that is to be sent, or fetched from `offset` on.
struct BlobTask {
    bool fetch{false};
    std::string blob;
    std::int64_t bytes{};
    std::int64_t offset{};  ///< here already (fetch); what the hub has, once it said so
};
/// Answer to FindBlobTask: the next, if there is one that may go.
struct BlobTaskFound {
    std::optional<BlobTask> task;
    bool held_back{false};  ///< there are others, which the rules do not let go
};
/// Answer to ReadBlob; empty: the bytes here are damaged or gone, and it is noted.
struct BlobRead {
    std::string blob;
    std::int64_t offset{};
    Bytes data;
};
/// Answer to SaveBlob. `done`: all of it is here, durable, and has its hash. `wrong`: it has not,
/// and was thrown away.
struct BlobSaved {
    std::string blob;
    std::int64_t offset{};
    bool done{false};
    bool wrong{false};
    bool failed{false};  ///< the disk here did not take it
};
struct BlobNoted {};  ///< answer to NoteBlob

// --- outputs -------------------------------------------------------------------------------
/// What is next of attachments: own ones first, small ones first. Asked when all records are
/// exchanged. `bytes_max`: what may go of one, at most.
struct FindBlobTask {
    std::int64_t bytes_max{};
    std::set<std::string> skip;  ///< were refused on this connection lately
};
struct ReadBlob {
    std::string blob;
    std::int64_t offset{};
    std::size_t bytes_max{};
};
struct SaveBlob {
    BlobPut part;
};
/// The hub has all of it, or (with a code) refused it.
struct NoteBlob {
    std::string blob;
    std::string trouble;
};

}  // namespace balie::sync
