// The oracle: what users saved, and what the hub's log must come to, worked out here once more in
// the plainest way and without the code under test (only JSON is read by the codec).
// A version is a head when no other known version names it in its base or is a later one of the
// same origin. Thread: one at a time.
#pragma once

#include "storage/domain/schema.h"
#include "storage/store/store.h"
#include "sync/protocol/message.h"
#include "tests/sim/sim_base.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace balie::sim {

/// A change as its user saved it.
struct SavedChange {
    sync::ChangeId id;
    std::string type;
    RecordId record;
    bool creates{false};
    FieldValues values;
    std::string content{};  ///< content_of(): the same whatever number it is sent under
};

/// A row of the hub's log.
struct LogRow {
    std::int64_t hub_seq{};
    std::int64_t tx_first{};
    bool change{false};
    sync::LogChange entry;
    std::shared_ptr<const sync::ChangeBody> body;
};

using RecordKey = std::pair<std::string, RecordId>;

struct ModelRecord {
    sync::Version birth;
    FieldValues born;
    struct Candidate {
        sync::Version version;
        Value value;
        sync::Base base;
    };
    std::map<std::string, std::vector<Candidate>, std::less<>> edits;
};

/// State of the hub's log up to a cursor.
class Model {
  public:
    void add(const LogRow& row);
    /// Shown values that are not null.
    [[nodiscard]] FieldValues shown(const ModelRecord& record) const;
    [[nodiscard]] std::set<std::string> conflicts(const ModelRecord& record) const;
    [[nodiscard]] const std::map<RecordKey, ModelRecord>& records() const { return records_; }
    [[nodiscard]] const ModelRecord* find(const RecordKey& key) const;
    /// Who sees it, by the rules of SYNC 2. `author_places` gives branch and territory of a login.
    struct Places {
        std::string branch;
        std::string territory;
        std::string scope;
    };
    /// What one device sees: its scope, and customers it fetched whose time is not over.
    struct Eyes {
        std::string scope;
        std::set<RecordId> fetched{};
    };
    [[nodiscard]] std::set<RecordId> fetched_by(const DeviceId& device, std::int64_t now_ms) const;
    [[nodiscard]] bool visible(const RecordKey& key, const Eyes& eyes,
                               const std::map<std::string, Places>& people) const;

  private:
    [[nodiscard]] std::vector<ModelRecord::Candidate> heads(const ModelRecord& record,
                                                            std::string_view field) const;
    /// Some deleted it and some brought it back, or there is an edit that no deletion had seen.
    [[nodiscard]] bool deletion_in_doubt(const ModelRecord& record) const;
    std::map<RecordKey, ModelRecord> records_;
};

/// What a change says, in one text: the same when it is numbered anew.
[[nodiscard]] std::string content_of(const TransactionId& transaction, std::string_view payload);

/// Tells apart what one transaction says more than once: "south", "north" and "south" again.
class Contents {
  public:
    /// `group`: whatever the changes of one transaction have in common and no other sending of it
    /// has. In the order of their numbers.
    [[nodiscard]] std::string name(std::int64_t group, std::string content);

  private:
    std::map<std::pair<std::int64_t, std::string>, int> times_;
};

/// The contents of all changes in whole_log (SimHub::create), hub_set_aside or change_log.
[[nodiscard]] std::set<std::string> contents_of(sqlite::Database& database,
                                                const std::string& table);

/// The hub's log as it stands in the tables.
[[nodiscard]] std::vector<LogRow> read_hub_log(sqlite::Database& database);

/// All rows of a database, by record.
[[nodiscard]] std::map<RecordKey, FieldValues> read_rows(sqlite::Database& database);
/// Open conflicts: record → fields.
[[nodiscard]] std::map<RecordKey, std::set<std::string>> read_conflicts(sqlite::Database& database);

[[nodiscard]] std::string describe(const RecordKey& key);
[[nodiscard]] std::string describe(const FieldValues& values);

}  // namespace balie::sim
