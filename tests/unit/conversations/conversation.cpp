#include "tests/unit/conversations/conversation.h"

#include "storage/crypto/encoding.h"
#include "sync/protocol/codec.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace balie::test {

namespace {

std::string rest_of(std::istringstream& words) {
    std::string rest;
    std::getline(words >> std::ws, rest);
    return rest;
}

void read_line(const std::string& line, Conversation& into) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what.empty() || what == "#") return;
    if (what == "hub_seq") {
        words >> into.hub_seq;
    } else if (what == "key") {
        std::string terminal;
        words >> terminal;
        into.keys[terminal] = rest_of(words);
    } else if (what == "end") {
        std::string whose;
        words >> whose;
        into.ends[whose].insert(rest_of(words));
    } else {
        REQUIRE((what == "hub" || what == "terminal"));
        Frame frame;
        frame.from_hub = what == "hub";
        words >> frame.connection >> frame.terminal >> frame.wall_ms;
        frame.text = rest_of(words);
        into.frames.push_back(std::move(frame));
    }
}

}  // namespace

std::vector<std::string> Conversation::connections(const std::string& terminal) const {
    std::vector<std::string> found;
    for (const Frame& frame : frames) {
        const bool wanted = terminal.empty() || frame.terminal == terminal;
        if (wanted && std::find(found.begin(), found.end(), frame.connection) == found.end()) {
            found.push_back(frame.connection);
        }
    }
    return found;
}

std::vector<Frame> Conversation::frames_of(const std::string& connection) const {
    std::vector<Frame> found;
    std::copy_if(frames.begin(), frames.end(), std::back_inserter(found),
                 [&](const Frame& frame) { return frame.connection == connection; });
    return found;
}

Conversation read_conversation(const std::filesystem::path& file) {
    Conversation conversation;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) read_line(line, conversation);
    INFO(file.string());
    REQUIRE_FALSE(conversation.frames.empty());
    return conversation;
}

void write_conversation(const std::filesystem::path& file, const Conversation& conversation) {
    std::ofstream out(file, std::ios::trunc);
    out << "# A conversation of a released version: made by conversation_test \"[record]\", never "
           "changed.\n# Nobody in it exists. How to read it: "
           "tests/unit/conversations/conversation.h.\n";
    out << "hub_seq " << conversation.hub_seq << '\n';
    for (const auto& [terminal, seed] : conversation.keys) {
        out << "key " << terminal << ' ' << seed << '\n';
    }
    for (const Frame& frame : conversation.frames) {
        out << (frame.from_hub ? "hub " : "terminal ") << frame.connection << ' ' << frame.terminal
            << ' ' << frame.wall_ms << ' ' << frame.text << '\n';
    }
    for (const auto& [whose, lines] : conversation.ends) {
        for (const std::string& line : lines) out << "end " << whose << ' ' << line << '\n';
    }
    out.flush();
    REQUIRE(out.good());
}

std::vector<sync::Message> decoded(const std::vector<Frame>& frames, bool from_hub) {
    std::vector<sync::Message> all;
    for (const Frame& frame : frames) {
        if (frame.from_hub == from_hub) all.push_back(must(sync::decode(frame.text)));
    }
    return all;
}

// --- what a hub said --------------------------------------------------------------------------

namespace {

/// One line a fact.
class Said {
  public:
    Said(std::int64_t base, const HubId& hub) : base_(base), hub_(hub) {}

    void operator()(const sync::Enrolled& each) {
        add("enrolled " + each.device.text() + " " + each.user + " " + each.role + " " +
            each.scope);
    }
    void operator()(const sync::Welcome& each) {
        add("welcome " + std::to_string(static_cast<int>(each.directive)) + " has " +
            std::to_string(each.acked_seq) + " " + crypto::base64url_encode(each.acked_hash) +
            " cursor " + place(each.cursor) + " of " + place(each.hub_seq));
    }
    void operator()(const sync::Ack& each) {
        for (const sync::Verdict& verdict : each.verdicts) {
            std::string line = "verdict " + verdict.transaction.text() + " " +
                               std::to_string(verdict.first) + " " + std::to_string(verdict.last) +
                               " " + std::to_string(static_cast<int>(verdict.kind)) + " " +
                               verdict.code + " " + place(verdict.hub_seq);
            for (const sync::Stamp& stamp : verdict.effective) {
                line += " " + std::to_string(stamp.packed);
            }
            add(line);
        }
    }
    void operator()(const sync::Changes& each) {
        for (const sync::LogEntry& entry : each.entries) {
            std::visit([this](const auto& one) { entry_line(one); }, entry);
        }
    }
    void operator()(const sync::Snapshot& each) {
        for (const sync::SnapshotTable& table : each.tables) {
            if (table.type != "customer" && table.type != "interaction") continue;
            for (const auto& row : table.rows) row_line(table, row);
        }
        for (const sync::SnapshotOwn& own : each.own) {
            add("own before the snapshot " + std::to_string(own.seq) + " " + place(own.hub_seq));
        }
    }
    void operator()(const sync::Checkpoint& each) {
        if (!first_) first_ = each.digest;
        last_ = each;
    }
    void operator()(const sync::PeerError& each) { add("error " + each.code); }
    template <typename Other>
    void operator()(const Other& /*each*/) {}

    Lines done() {
        if (last_) {
            last_->digest -= *first_;
            add("checkpoint " + place(last_->hub_seq) + " " +
                crypto::base64url_encode(last_->digest.bytes));
        }
        return std::move(lines_);
    }

  private:
    void add(std::string line) { lines_.insert(std::move(line)); }
    /// Counted from where the recording began.
    [[nodiscard]] std::string place(std::int64_t hub_seq) const {
        return hub_seq == 0 ? "0" : "+" + std::to_string(hub_seq - base_);
    }
    void entry_line(const sync::LogChange& each) {
        if (each.change.id.origin.device.bytes == hub_.bytes) return;
        add("change " + place(each.hub_seq) + " " + std::to_string(each.effective.packed) + " " +
            each.change.id.origin.device.text() + " " + std::to_string(each.change.id.seq) + " " +
            crypto::base64url_encode(each.change.hash) + " " + each.change.payload);
    }
    void entry_line(const sync::LogOwn& each) {
        add("own " + place(each.hub_seq) + " " + std::to_string(each.effective.packed) + " " +
            std::to_string(each.seq));
    }
    void entry_line(const sync::LogEnter& each) {
        add("enter " + place(each.hub_seq) + " " + each.type + " " + each.id.text());
    }
    void entry_line(const sync::LogLeave& each) {
        add("leave " + place(each.hub_seq) + " " + each.type + " " + each.id.text());
    }
    void row_line(const sync::SnapshotTable& table, const sync::SnapshotTable::Row& row) {
        std::string line = "record " + table.type + " " + row.id.text() + " " +
                           std::to_string(row.birth.effective.packed);
        for (std::size_t i = 0; i < table.fields.size(); ++i) {
            if (is_null(row.values[i])) continue;
            line += " " + table.fields[i] + "=" + sync::encode_value(row.values[i]);
        }
        for (const auto& edited : row.edited) {
            for (const sync::Head& head : edited.state.heads()) {
                line += " " + edited.field + "@" + std::to_string(head.version.effective.packed);
            }
        }
        add(line);
    }

    std::int64_t base_;
    HubId hub_;
    Lines lines_;
    std::optional<sync::Digest> first_;
    std::optional<sync::Checkpoint> last_;
};

}  // namespace

Lines said_by_hub(const std::vector<sync::Message>& messages, std::int64_t base, const HubId& hub) {
    Said said(base, hub);
    for (const sync::Message& each : messages) std::visit(said, each);
    return said.done();
}

}  // namespace balie::test
