// Which bytes of attachments are on this machine: table `attachment`, the same on a terminal and at
// the hub. Invariant: a row says `whole` only when all bytes are durable and have its hash; a row
// goes before its file, so that a file without a row is of no use to anybody and may go.
// Thread: that of the Database. The database and the files outlive it.
#pragma once

#include "storage/attach/sealed_blob.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace balie::attach {

struct Attachment {
    std::string blob;
    std::int64_t bytes{};
    std::string file;
    Bytes key;
    bool whole{false};
    bool at_hub{false};
    bool asked{false};
    std::string trouble;  ///< a code of the protocol: why the hub did not take or give it
};

struct Orphans {
    std::int64_t files{};    ///< that no row names
    std::int64_t missing{};  ///< rows that say whole, and no file is there
};

class Attachments {
  public:
    Attachments(sqlite::Database& database, BlobFiles& files)
        : database_(&database), files_(&files) {}

    [[nodiscard]] Result<std::optional<Attachment>> find(const std::string& blob);
    /// In the transaction of the record that names it. Answers the file that is of no use now: the
    /// one just made, when the bytes were here already, or a part of it that was fetched.
    [[nodiscard]] Result<std::optional<std::string>> keep(const TakenIn& taken,
                                                          std::int64_t now_ms);
    /// A row for bytes that are to be fetched; fine when there is one.
    [[nodiscard]] Outcome ask(const std::string& blob, std::int64_t bytes, Entropy& entropy,
                              std::int64_t now_ms);
    /// `whole` with `at_hub`: it came from there.
    [[nodiscard]] Outcome mark_whole(const std::string& blob);
    [[nodiscard]] Outcome mark_at_hub(const std::string& blob);
    [[nodiscard]] Outcome mark_trouble(const std::string& blob, std::string_view code);
    /// The hub may not have any of it any more: asked again.
    [[nodiscard]] Outcome forget_hub();
    /// The row goes, then the file.
    [[nodiscard]] Outcome drop(const std::string& blob);
    /// The file is gone: its bytes are fetched, if the office has them.
    [[nodiscard]] Outcome mark_lost(const std::string& blob);

    [[nodiscard]] SealedBlob sealed(const Attachment& attachment) {
        return {*files_, attachment.file, attachment.key};
    }
    /// Writes a plain copy to `out`, in pieces, checked by its hash before it has its name. Errors:
    /// NotFound (not here), Corrupt, AlreadyExists, DiskFull, Io.
    [[nodiscard]] Outcome save_copy(const std::string& blob, const std::filesystem::path& out);
    /// Of a document whose bytes are here. Errors: NotFound.
    [[nodiscard]] Result<Attachment> whole(const std::string& blob);

    /// Looks; with `mend` removes files that no row names and that were not written for an hour (a
    /// younger one may be on its way to its row), and marks rows without a file as lost.
    /// `also`: files that another table names.
    [[nodiscard]] Result<Orphans> look_over(bool mend, std::set<std::string> also = {});

  private:
    sqlite::Database* database_;
    BlobFiles* files_;
};

/// What Attachments::save_copy() does when it knows the row. Thread: any.
[[nodiscard]] Outcome write_copy(BlobFiles& files, const Attachment& row,
                                 const std::filesystem::path& out);

/// A file that was written less long ago than this may still get its row.
inline constexpr std::int64_t kOrphanAgeMs = 3'600'000;

}  // namespace balie::attach
