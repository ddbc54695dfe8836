#include "storage/repo/timeline_repo.h"

#include "storage/repo/rows.h"
#include "storage/text/fold.h"

#include <algorithm>
#include <tuple>

namespace balie::repo {

namespace {

/// What one reads from, and how many more are wanted of each kind.
class Collector {
  public:
    Collector(const TimelineFilter& filter, int rows)
        : words_(text::words_of(text::fold_for_search(filter.text))),
          most_(static_cast<std::size_t>(rows) + 1) {}

    /// False: enough of this kind.
    bool take(TimelineEntry&& entry) {
        if (fits(entry.text)) {
            entries_.push_back(std::move(entry));
            ++of_kind_;
        }
        return of_kind_ < most_;
    }
    void next_kind() { of_kind_ = 0; }

    EntryPage page() {
        std::sort(entries_.begin(), entries_.end(),
                  [](const TimelineEntry& one, const TimelineEntry& other) {
                      return std::tie(other.at, other.id.bytes) < std::tie(one.at, one.id.bytes);
                  });
        EntryPage out;
        const bool more = entries_.size() >= most_;
        if (more) entries_.resize(most_ - 1);
        out.entries = std::move(entries_);
        if (more) out.next = TimelineCursor{out.entries.back().at, out.entries.back().id};
        return out;
    }

  private:
    [[nodiscard]] bool fits(const std::string& note) const {
        if (words_.empty()) return true;
        const std::string folded = text::fold_for_search(note);
        return std::all_of(words_.begin(), words_.end(), [&folded](const std::string& word) {
            return folded.find(word) != std::string::npos;
        });
    }

    std::vector<std::string> words_;
    std::size_t most_;
    std::size_t of_kind_{0};
    std::vector<TimelineEntry> entries_;
};

TimelineEntry contact_entry(Interaction&& line) {
    TimelineEntry entry;
    entry.id = line.id;
    entry.at = line.occurred_at;
    entry.text = line.note;
    entry.who = line.author;
    entry.contact = std::move(line);
    return entry;
}

TimelineEntry task_entry(const sqlite::Statement& row) {
    TimelineEntry entry;
    entry.kind = EntryKind::Task;
    entry.id = id_at(row, 0);
    entry.at = row.integer(1);
    entry.text = text_at(row, 2);
    entry.who = text_at(row, 3);
    return entry;
}

TimelineEntry flag_entry(const sqlite::Statement& row) {
    TimelineEntry entry;
    entry.kind = EntryKind::Flag;
    entry.id = id_at(row, 0);
    entry.at = row.integer(1);
    entry.text = text_at(row, 2);
    entry.who = text_at(row, 3);
    entry.code = text_at(row, 4);
    entry.reason = text_at(row, 5);
    entry.until = text_at(row, 6);
    entry.ended = row.text(7) == "ended";
    return entry;
}

TimelineEntry fact_entry(const sqlite::Statement& row) {
    TimelineEntry entry;
    entry.kind = EntryKind::Fact;
    entry.id = id_at(row, 0);
    entry.at = row.integer(1);
    entry.text = text_at(row, 2);
    entry.who = text_at(row, 3);
    entry.code = text_at(row, 4);
    entry.on = text_at(row, 5);
    return entry;
}

/// ?1 the customer, ?2 and ?3 the cursor, ?4 the login or "".
constexpr std::string_view kTasks =
    "SELECT id, done_at, subject, assignee FROM tasks WHERE customer_id=?1 AND deleted_at IS NULL"
    " AND done_at IS NOT NULL AND (done_at, id) < (?2, ?3) AND (?4='' OR assignee=?4)"
    " ORDER BY done_at DESC, id DESC";
constexpr std::string_view kFlags =
    "SELECT id, since, note, author, level, reason, until, state FROM priority_flags"
    " WHERE customer_id=?1 AND (since, id) < (?2, ?3) AND (?4='' OR author=?4)"
    " ORDER BY since DESC, id DESC";
constexpr std::string_view kFacts =
    "SELECT id, noted_at, text, author, kind, \"on\" FROM facts WHERE customer_id=?1"
    " AND deleted_at IS NULL AND (noted_at, id) < (?2, ?3) AND (?4='' OR author=?4)"
    " ORDER BY noted_at DESC, id DESC";

struct Asked {
    const RecordId& customer;
    const TimelineFilter& filter;
    TimelineCursor before;
};

template <typename Read>
Outcome collect(sqlite::Database& database, std::string_view sql, const Asked& asked, Read read,
                Collector& into) {
    into.next_kind();
    BALIE_ASSIGN(auto* select, database.cached(std::string(sql)));
    select->bind(1, asked.customer.text()).bind(2, asked.before.occurred_at);
    select->bind(3, asked.before.id.bytes).bind(4, asked.filter.who);
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return {};
        if (!into.take(read(*select))) break;
    }
    select->reset();
    return {};
}

Outcome collect_contacts(sqlite::Database& database, const Asked& asked, Collector& into) {
    into.next_kind();
    return InteractionRepo(database).each_in_force(
        asked.customer, asked.before, {asked.filter.channel, asked.filter.who},
        [&into](Interaction&& line) { return into.take(contact_entry(std::move(line))); });
}

}  // namespace

Result<EntryPage> TimelineRepo::page(const RecordId& customer, const TimelineFilter& filter,
                                     const std::optional<TimelineCursor>& before, int limit) {
    Collector found(filter, clamp_rows(limit, kEntriesMax));
    const Asked asked{customer, filter,
                      before.value_or(TimelineCursor{.occurred_at = INT64_MAX, .id = {}})};
    const auto wants = [&filter](EntryKind kind) {
        if (!filter.channel.empty() && kind != EntryKind::Contact) return false;
        return !filter.kind || *filter.kind == kind;
    };
    if (wants(EntryKind::Contact)) {
        BALIE_TRY(collect_contacts(*database_, asked, found));
    }
    if (wants(EntryKind::Task)) {
        BALIE_TRY(collect(*database_, kTasks, asked, task_entry, found));
    }
    if (wants(EntryKind::Flag)) {
        BALIE_TRY(collect(*database_, kFlags, asked, flag_entry, found));
    }
    if (wants(EntryKind::Fact)) {
        BALIE_TRY(collect(*database_, kFacts, asked, fact_entry, found));
    }
    return found.page();
}

Result<std::vector<std::string>> TimelineRepo::channels(const RecordId& customer) {
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT channel FROM interactions WHERE customer_id=?"
                                   " GROUP BY channel ORDER BY count(*) DESC, channel LIMIT 100"));
    return read_rows<std::string>(select->bind(1, customer.text()),
                                  [](const sqlite::Statement& row) { return text_at(row, 0); });
}

}  // namespace balie::repo
