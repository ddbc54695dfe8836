// Documents of customers and interactions, and where their bytes are; attaching and removing them
// as one unit each. Invariant: "saved" means that the sealed bytes, the record and its change are
// durable: the file is so before the transaction begins, and whatever is cut off and when, no
// record made here is without its bytes. Thread: that of the Database or Store. Owns nothing.
#pragma once

#include "storage/attach/attachments.h"
#include "storage/repo/actions.h"
#include "storage/store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace balie::attach {

inline constexpr int kDocumentRowsMax = 200;
/// Kinds that a hub seeds; the organisation may have others.
inline constexpr std::string_view kPhoto = "photo";
inline constexpr std::string_view kDocument = "document";

/// Where the bytes are, as far as this terminal knows.
enum class BytesAt : std::uint8_t {
    Here,    ///< here, and the hub has said that it has them too
    ToSend,  ///< here, and on their way to the hub
    Asked,   ///< at the hub, and to come here
    Away     ///< at the hub; they come when somebody asks
};
/// "here", "to_send", "asked", "away".
[[nodiscard]] std::string_view to_string(BytesAt at);

struct Document {
    RecordId id;
    std::optional<RecordId> customer;
    std::optional<RecordId> interaction;
    std::string kind;
    std::string name;
    std::string media_type;
    std::int64_t bytes{};
    std::string blob;
    std::string author;
    std::int64_t added_at{};
    std::string note;
    std::optional<std::int64_t> deleted_at;
    BytesAt at{BytesAt::Away};
    std::string trouble;  ///< a code of the protocol; empty: none
};

class DocumentRepo {
  public:
    explicit DocumentRepo(sqlite::Database& database) : database_(&database) {}

    /// Not deleted, the latest first; those of the customer's interactions too.
    [[nodiscard]] Result<std::vector<Document>> of_customer(const RecordId& customer,
                                                            int limit = kDocumentRowsMax);
    [[nodiscard]] Result<std::vector<Document>> of_interaction(const RecordId& interaction,
                                                               int limit = kDocumentRowsMax);
    /// Errors: NotFound.
    [[nodiscard]] Result<Document> get(const RecordId& id);

  private:
    sqlite::Database* database_;
};

struct NewDocument {
    std::optional<RecordId> customer;     ///< one of the two
    std::optional<RecordId> interaction;  ///< then its customer is the document's
    std::string kind;                     ///< empty: by the media type
    std::string note;
};

class DocumentActions {
  public:
    /// `user` is a login.
    DocumentActions(store::Store& store, BlobFiles& files, std::string user)
        : store_(&store), files_(&files), user_(std::move(user)) {}

    /// `taken` was made by take_in(), on any thread; it is removed when this fails.
    [[nodiscard]] Result<RecordId> attach(const NewDocument& document, const TakenIn& taken);
    /// The bytes stay for a day, so that it can be undone without a network.
    [[nodiscard]] Outcome remove(const RecordId& id);
    [[nodiscard]] Outcome restore(const RecordId& id);
    /// The bytes come at the next synchronisation. Fine when they are here.
    [[nodiscard]] Outcome ask(const RecordId& id);

  private:
    store::Store* store_;
    BlobFiles* files_;
    std::string user_;
};

}  // namespace balie::attach
