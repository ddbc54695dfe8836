#include "tests/bench/plain_copy.h"

#include "tests/bench/bench_world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace balie::test {

namespace {

/// Rows are read and then written in pieces of this many, so that memory stays bounded.
constexpr std::int64_t kPieceRows = 20'000;

struct Cell {
    Value value;
    Bytes blob;
    bool is_blob{false};
};
using Row = std::vector<Cell>;

std::vector<std::string> columns_of(sqlite::Database& database, const std::string& table) {
    std::vector<std::string> names;
    auto statement = must(database.prepare("SELECT name FROM pragma_table_info('" + table + "')"));
    while (must(statement.step())) names.emplace_back(statement.text(0));
    REQUIRE_FALSE(names.empty());
    return names;
}

std::string reading(const std::string& table, const std::vector<std::string>& columns,
                    const std::string& select) {
    std::string sql = "SELECT ";
    for (const std::string& name : columns) sql += "typeof(\"" + name + "\"),\"" + name + "\",";
    sql.back() = ' ';
    return sql + "FROM " + table + " " + select;
}

std::string writing(const std::string& table, const std::vector<std::string>& columns) {
    std::string names;
    std::string marks;
    for (const std::string& name : columns) {
        names += (names.empty() ? "\"" : ",\"") + name + "\"";
        marks += marks.empty() ? "?" : ",?";
    }
    return "INSERT INTO " + table + "(" + names + ") VALUES(" + marks + ")";
}

Row read_row(const sqlite::Statement& statement, std::size_t columns) {
    Row row;
    row.reserve(columns);
    for (std::size_t i = 0; i < columns; ++i) {
        const int kind = static_cast<int>(2 * i);
        Cell cell;
        cell.is_blob = statement.text(kind) == "blob";
        if (cell.is_blob) {
            const BytesView bytes = statement.blob(kind + 1);
            cell.blob.assign(bytes.begin(), bytes.end());
        } else {
            cell.value = statement.value(kind + 1);
        }
        row.push_back(std::move(cell));
    }
    return row;
}

void write_rows(sqlite::Database& to, const std::string& sql, const std::vector<Row>& rows,
                std::int64_t batch, std::vector<double>& commits_ms) {
    for (std::size_t done = 0; done < rows.size();) {
        const double begun = now_s();
        auto transaction = must(sqlite::Transaction::begin(to));
        auto* insert = must(to.cached(sql));
        for (std::int64_t i = 0; i < batch && done < rows.size(); ++i, ++done) {
            int position = 1;
            for (const Cell& cell : rows[done]) {
                if (cell.is_blob) {
                    insert->bind(position++, BytesView(cell.blob));
                } else {
                    insert->bind(position++, cell.value);
                }
            }
            REQUIRE_OK(insert->run());
        }
        REQUIRE_OK(transaction.commit());
        commits_ms.push_back((now_s() - begun) * kMsPerSecond);
    }
}

/// Two ends of one connection over the loopback.
struct Line {
    int near{-1};
    int far{-1};
};

Line connected_line() {
    const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(door >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(door, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(door, 1) == 0);
    REQUIRE(::getsockname(door, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    Line line;
    line.near = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(line.near, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    line.far = ::accept(door, nullptr, nullptr);
    REQUIRE(line.far >= 0);
    ::close(door);
    const int yes = 1;
    for (const int end : {line.near, line.far}) {
        REQUIRE(::setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0);
    }
    return line;
}

/// False: the line was closed.
bool read_whole(int line, std::vector<char>& buffer) {
    for (std::size_t got = 0; got < buffer.size();) {
        const auto part = ::read(line, buffer.data() + got, buffer.size() - got);
        if (part <= 0) return false;
        got += static_cast<std::size_t>(part);
    }
    return true;
}

bool write_whole(int line, const std::vector<char>& buffer) {
    for (std::size_t done = 0; done < buffer.size();) {
        const auto part = ::write(line, buffer.data() + done, buffer.size() - done);
        if (part <= 0) return false;
        done += static_cast<std::size_t>(part);
    }
    return true;
}

}  // namespace

void PlainCopy::add(sqlite::Database& from, sqlite::Database& to, const std::string& table,
                    const std::string& select, std::int64_t batch) {
    const auto columns = columns_of(from, table);
    const std::string insert = writing(table, columns);
    auto source = must(from.prepare(reading(table, columns, select)));
    for (bool more = true; more;) {
        std::vector<Row> piece;
        while (static_cast<std::int64_t>(piece.size()) < kPieceRows) {
            more = must(source.step());
            if (!more) break;
            piece.push_back(read_row(source, columns.size()));
        }
        const double begun = now_s();
        write_rows(to, insert, piece, batch, commits_ms);
        seconds += now_s() - begun;
        rows += static_cast<std::int64_t>(piece.size());
    }
}

PlainCopy copy_full_text(sqlite::Database& from, sqlite::Database& to) {
    PlainCopy text;
    text.add(from, to, "customer_text");
    const double begun = now_s();
    REQUIRE_OK(
        to.execute("INSERT INTO customer_words(rowid,words) SELECT doc,words FROM "
                   "customer_text ORDER BY doc;"
                   "INSERT INTO customer_grams(rowid,text) SELECT rowid,text FROM "
                   "customer_text;"));
    text.seconds += now_s() - begun;
    return text;
}

std::vector<double> loopback_trips_ms(std::size_t count, std::size_t bytes) {
    const Line line = connected_line();
    std::thread echo([far = line.far, bytes] {
        std::vector<char> buffer(bytes);
        while (read_whole(far, buffer) && write_whole(far, buffer)) {
        }
    });
    std::vector<char> buffer(bytes, 'x');
    std::vector<double> trips;
    trips.reserve(count);
    bool whole = true;
    for (std::size_t i = 0; i < count && whole; ++i) {
        const double begun = now_s();
        whole = write_whole(line.near, buffer) && read_whole(line.near, buffer);
        trips.push_back((now_s() - begun) * kMsPerSecond);
    }
    ::shutdown(line.near, SHUT_RDWR);
    echo.join();
    ::close(line.near);
    ::close(line.far);
    REQUIRE(whole);
    return trips;
}

double loopback_seconds(std::int64_t bytes, std::size_t message) {
    const Line line = connected_line();
    const double begun = now_s();
    std::int64_t got = 0;
    std::thread reader([&] {
        std::vector<char> buffer(message);
        while (true) {
            const auto part = ::read(line.far, buffer.data(), buffer.size());
            if (part <= 0) break;
            got += part;
        }
    });
    const std::vector<char> buffer(message, 'x');
    for (std::int64_t left = bytes; left > 0;) {
        const auto wanted = std::min<std::int64_t>(left, static_cast<std::int64_t>(message));
        const auto part = ::write(line.near, buffer.data(), static_cast<std::size_t>(wanted));
        if (part <= 0) break;
        left -= part;
    }
    ::shutdown(line.near, SHUT_WR);
    reader.join();
    ::close(line.near);
    ::close(line.far);
    REQUIRE(got == bytes);
    return now_s() - begun;
}

}  // namespace balie::test
