#include "tests/sim/sim_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

namespace balie::sim::disk {

namespace {

constexpr const char* kName = "balie-sim";
constexpr int kShmLocks = SQLITE_SHM_NLOCK;
constexpr std::size_t kBlockBytes = 16 * 1024;

/// Copies share their blocks until one of them is written: most of a database never is.
class Blocks {
  public:
    [[nodiscard]] std::size_t size() const { return size_; }
    void resize(std::size_t size) {
        blocks_.resize((size + kBlockBytes - 1) / kBlockBytes);
        if (size < size_ && size % kBlockBytes != 0) {
            // What was cut off reads as zero when it is grown again.
            std::uint8_t* block = own(size / kBlockBytes);
            std::fill(block + size % kBlockBytes, block + kBlockBytes, std::uint8_t{0});
        }
        size_ = size;
    }
    void read(void* to, std::size_t amount, std::size_t offset) const {
        auto* out = static_cast<std::uint8_t*>(to);
        while (amount > 0) {
            const auto [at, begin, part] = place(amount, offset);
            if (blocks_[at] == nullptr) {
                std::memset(out, 0, part);
            } else {
                std::memcpy(out, blocks_[at].get() + begin, part);
            }
            out += part;
            offset += part;
            amount -= part;
        }
    }
    void write(const void* from, std::size_t amount, std::size_t offset) {
        if (size_ < offset + amount) resize(offset + amount);
        const auto* in = static_cast<const std::uint8_t*>(from);
        while (amount > 0) {
            const auto [at, begin, part] = place(amount, offset);
            std::memcpy(own(at) + begin, in, part);
            in += part;
            offset += part;
            amount -= part;
        }
    }

  private:
    struct Place {
        std::size_t block;
        std::size_t begin;
        std::size_t part;
    };
    static Place place(std::size_t amount, std::size_t offset) {
        const std::size_t begin = offset % kBlockBytes;
        return {offset / kBlockBytes, begin, std::min(amount, kBlockBytes - begin)};
    }
    std::uint8_t* own(std::size_t at) {
        auto& block = blocks_[at];
        if (block != nullptr && block.use_count() == 1) return block.get();
        std::shared_ptr<std::uint8_t[]> made(new std::uint8_t[kBlockBytes]);
        if (block != nullptr) {
            std::memcpy(made.get(), block.get(), kBlockBytes);
        } else {
            std::memset(made.get(), 0, kBlockBytes);
        }
        block = std::move(made);
        return block.get();
    }

    std::vector<std::shared_ptr<std::uint8_t[]>> blocks_;  ///< null: zeros
    std::size_t size_{0};
};

/// Written and not synced: a power cut may leave it, a part of it, or nothing.
struct Unsynced {
    std::size_t offset{};
    std::vector<std::uint8_t> data;
    bool truncates{false};  ///< to `offset`
};

/// Of one machine: how much it still writes before the power goes.
struct Fuse {
    std::int64_t left{0};
    bool blown{false};
};

/// What lies under one name. Locks are held by handles.
struct Medium {
    Blocks bytes;
    Blocks synced;
    std::vector<Unsynced> unsynced;
    std::shared_ptr<Fuse> fuse;
    bool stopped{false};

    /// False: the power went, with this very operation under way.
    [[nodiscard]] bool powered() {
        if (fuse == nullptr) return true;
        if (!fuse->blown && --fuse->left >= 0) return true;
        fuse->blown = true;
        return false;
    }
    [[nodiscard]] bool dead() const { return stopped || (fuse != nullptr && fuse->blown); }

    std::vector<const void*> readers;
    const void* writer{nullptr};     ///< RESERVED or more
    const void* excluding{nullptr};  ///< PENDING or EXCLUSIVE
    std::vector<std::unique_ptr<std::uint8_t[]>> index;
    std::array<std::vector<const void*>, kShmLocks> index_shared;
    std::array<const void*, kShmLocks> index_exclusive{};
};

std::map<std::string, std::shared_ptr<Medium>>& media() {
    static auto& all = *new std::map<std::string, std::shared_ptr<Medium>>;
    return all;
}

bool pages_are_encrypted{true};

struct Handle {
    std::shared_ptr<Medium> medium;
    std::string forget_at_close;
    int level{SQLITE_LOCK_NONE};
};

/// As SQLite allocates it.
struct File {
    sqlite3_file base;
    Handle* handle;
};

Handle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<File*>(file)->handle;
}

void drop(std::vector<const void*>& from, const void* who) {
    from.erase(std::remove(from.begin(), from.end(), who), from.end());
}

bool others(const std::vector<const void*>& holders, const void* me) {
    return std::any_of(holders.begin(), holders.end(),
                       [me](const void* each) { return each != me; });
}

int unlock(sqlite3_file* file, int level) {
    Handle& me = handle_of(file);
    if (me.level <= level) return SQLITE_OK;
    Medium& medium = *me.medium;
    if (medium.excluding == &me) medium.excluding = nullptr;
    if (medium.writer == &me) medium.writer = nullptr;
    if (level == SQLITE_LOCK_NONE) drop(medium.readers, &me);
    me.level = level;
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    Handle& me = handle_of(file);
    if (me.level >= level) return SQLITE_OK;
    Medium& medium = *me.medium;
    if (medium.excluding != nullptr && medium.excluding != &me) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_SHARED) {
        medium.readers.push_back(&me);
        me.level = level;
        return SQLITE_OK;
    }
    if (medium.writer != nullptr && medium.writer != &me) return SQLITE_BUSY;
    medium.writer = &me;
    if (level == SQLITE_LOCK_RESERVED) {
        me.level = level;
        return SQLITE_OK;
    }
    medium.excluding = &me;
    me.level = SQLITE_LOCK_PENDING;
    if (others(medium.readers, &me)) return SQLITE_BUSY;
    me.level = level;
    return SQLITE_OK;
}

int is_reserved(sqlite3_file* file, int* answer) {
    *answer = handle_of(file).medium->writer != nullptr ? 1 : 0;
    return SQLITE_OK;
}

int unmap_index(sqlite3_file* file, int forget) {
    Handle& me = handle_of(file);
    Medium& medium = *me.medium;
    for (auto& holders : medium.index_shared) drop(holders, &me);
    for (const void*& holder : medium.index_exclusive) {
        if (holder == &me) holder = nullptr;
    }
    if (forget != 0) medium.index.clear();
    return SQLITE_OK;
}

int close(sqlite3_file* file) {
    unlock(file, SQLITE_LOCK_NONE);
    unmap_index(file, 0);
    Handle* handle = reinterpret_cast<File*>(file)->handle;
    if (!handle->forget_at_close.empty()) media().erase(handle->forget_at_close);
    delete handle;
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
    const Medium& medium = *handle_of(file).medium;
    if (medium.dead()) return SQLITE_IOERR_READ;
    const auto size = static_cast<sqlite3_int64>(medium.bytes.size());
    const auto wanted = static_cast<std::size_t>(amount);
    const auto there = static_cast<std::size_t>(
        std::clamp<sqlite3_int64>(size - offset, 0, static_cast<sqlite3_int64>(amount)));
    if (there > 0) medium.bytes.read(to, there, static_cast<std::size_t>(offset));
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<std::uint8_t*>(to) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    Medium& medium = *handle_of(file).medium;
    if (medium.dead()) return SQLITE_IOERR_WRITE;
    const auto size = static_cast<std::size_t>(amount);
    const auto at = static_cast<std::size_t>(offset);
    const auto* data = static_cast<const std::uint8_t*>(from);
    medium.unsynced.push_back({at, {data, data + size}, false});
    if (!medium.powered()) return SQLITE_IOERR_WRITE;
    medium.bytes.write(from, size, at);
    return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Medium& medium = *handle_of(file).medium;
    if (medium.dead()) return SQLITE_IOERR_TRUNCATE;
    medium.unsynced.push_back({static_cast<std::size_t>(size), {}, true});
    if (!medium.powered()) return SQLITE_IOERR_TRUNCATE;
    medium.bytes.resize(static_cast<std::size_t>(size));
    return SQLITE_OK;
}

int sync(sqlite3_file* file, int /*flags*/) {
    Medium& medium = *handle_of(file).medium;
    if (medium.dead() || !medium.powered()) return SQLITE_IOERR_FSYNC;
    medium.synced = medium.bytes;
    medium.unsynced.clear();
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(handle_of(file).medium->bytes.size());
    return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*what*/, void* /*argument*/) {
    return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file* /*file*/) {
    constexpr int kBytes = 4096;
    return kBytes;
}

int device(sqlite3_file* /*file*/) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_index(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
    auto& index = handle_of(file).medium->index;
    const auto wanted = static_cast<std::size_t>(region);
    while (index.size() <= wanted && extend != 0) {
        index.push_back(std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(size)));
    }
    *at = wanted < index.size() ? index[wanted].get() : nullptr;
    return SQLITE_OK;
}

int lock_index(sqlite3_file* file, int offset, int count, int flags) {
    Handle& me = handle_of(file);
    Medium& medium = *me.medium;
    const auto from = static_cast<std::size_t>(offset);
    const auto end = from + static_cast<std::size_t>(count);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (std::size_t i = from; i < end; ++i) {
            drop(medium.index_shared[i], &me);
            if (medium.index_exclusive[i] == &me) medium.index_exclusive[i] = nullptr;
        }
        return SQLITE_OK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (std::size_t i = from; i < end; ++i) {
        const void* holder = medium.index_exclusive[i];
        if (holder != nullptr && holder != &me) return SQLITE_BUSY;
        if (exclusive && others(medium.index_shared[i], &me)) return SQLITE_BUSY;
    }
    for (std::size_t i = from; i < end; ++i) {
        if (exclusive) {
            medium.index_exclusive[i] = &me;
        } else {
            medium.index_shared[i].push_back(&me);
        }
    }
    return SQLITE_OK;
}

void barrier(sqlite3_file* /*file*/) {}

const sqlite3_io_methods kMethods{
    2,          close,   read,        write,        truncate,    sync,   file_size,
    lock,       unlock,  is_reserved, file_control, sector_size, device, map_index,
    lock_index, barrier, unmap_index, nullptr,      nullptr};

int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* given) {
    auto* made = reinterpret_cast<File*>(file);
    made->base.pMethods = nullptr;
    std::shared_ptr<Medium> medium;
    if (name == nullptr) {
        medium = std::make_shared<Medium>();
    } else if (const auto found = media().find(name); found != media().end()) {
        medium = found->second;
    } else if ((flags & SQLITE_OPEN_CREATE) != 0) {
        medium = media().emplace(name, std::make_shared<Medium>()).first->second;
    } else {
        return SQLITE_CANTOPEN;
    }
    const bool forget = name != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    made->handle = new Handle{std::move(medium), forget ? name : "", SQLITE_LOCK_NONE};
    made->base.pMethods = &kMethods;
    if (given != nullptr) *given = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs* /*vfs*/, const char* name, int /*sync*/) {
    const auto found = media().find(name);
    if (found == media().end()) return SQLITE_IOERR_DELETE_NOENT;
    if (found->second->dead()) return SQLITE_IOERR_DELETE;
    media().erase(found);
    return SQLITE_OK;
}

int access(sqlite3_vfs* /*vfs*/, const char* name, int /*flags*/, int* answer) {
    const auto found = media().find(name);
    *answer = found != media().end() && found->second->bytes.size() > 0 ? 1 : 0;
    return SQLITE_OK;
}

int full_name(sqlite3_vfs* /*vfs*/, const char* name, int room, char* out) {
    sqlite3_snprintf(room, out, "%s", name);
    return SQLITE_OK;
}

/// A copy of the machine's own, for chance and time, with files of ours.
void install() {
    static sqlite3_vfs vfs = [] {
        // As the product does before its first database, which is too late after this.
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_vfs made = *sqlite3_vfs_find(nullptr);
        made.szOsFile = sizeof(File);
        made.pNext = nullptr;
        made.zName = kName;
        made.xOpen = open;
        made.xDelete = remove;
        made.xAccess = access;
        made.xFullPathname = full_name;
        return made;
    }();
    static const int kDone = sqlite3_vfs_register(&vfs, 0);
    (void)kDone;
}

void copy(const std::string& from, const std::string& to) {
    const auto found = media().find(from);
    if (found == media().end()) {
        media().erase(to);
        return;
    }
    auto made = std::make_shared<Medium>();
    made->bytes = made->synced = found->second->bytes;
    media()[to] = std::move(made);
}

/// One write of those that were under way: all of it, its first sectors, or nothing.
void settle(Blocks& bytes, const Unsynced& write, Entropy& chance) {
    constexpr std::size_t kSector = 512;
    std::array<std::uint8_t, 2> drawn{};
    chance.fill(drawn);
    const bool whole = drawn[0] % 2 == 0;
    if (write.truncates) {
        if (whole) bytes.resize(write.offset);
        return;
    }
    const std::size_t sectors = write.data.size() / kSector;
    const std::size_t kept = whole ? write.data.size() : kSector * (drawn[1] % (sectors + 1));
    bytes.write(write.data.data(), std::min(kept, write.data.size()), write.offset);
}

std::array<std::string, 2> files_of(const std::string& path) {
    return {path, path + "-wal"};
}

}  // namespace

store::StoreOptions options(bool create) {
    install();
    store::StoreOptions options;
    options.create = create;
    options.vfs = kName;
    return options;
}

void copy_database(const std::string& from, const std::string& to) {
    copy(from, to);
    copy(from + "-wal", to + "-wal");
}

void copy_after_power_cut(const std::string& from, const std::string& to, Entropy& chance) {
    const auto targets = files_of(to);
    std::size_t which = 0;
    for (const std::string& name : files_of(from)) {
        const std::string& target = targets.at(which++);
        const auto found = media().find(name);
        if (found == media().end()) {
            media().erase(target);
            continue;
        }
        auto made = std::make_shared<Medium>();
        made->bytes = found->second->synced;
        for (const Unsynced& write : found->second->unsynced) settle(made->bytes, write, chance);
        made->synced = made->bytes;
        media()[target] = std::move(made);
    }
}

void cut_power_after(const std::string& path, std::int64_t count) {
    const auto fuse = std::make_shared<Fuse>(Fuse{count, false});
    for (const std::string& name : files_of(path)) {
        if (const auto found = media().find(name); found != media().end()) {
            found->second->fuse = fuse;
        }
    }
}

bool disarm(const std::string& path) {
    bool blown = false;
    for (const std::string& name : files_of(path)) {
        const auto found = media().find(name);
        if (found == media().end() || found->second->fuse == nullptr) continue;
        blown = found->second->fuse->blown;
        if (!blown) found->second->fuse.reset();
    }
    return blown;
}

std::string bytes_of(const std::string& path) {
    const auto found = media().find(path);
    if (found == media().end()) return {};
    const Blocks& blocks = found->second->bytes;
    std::string bytes(blocks.size(), '\0');
    blocks.read(bytes.data(), bytes.size(), 0);
    return bytes;
}

void stop(const std::string& path) {
    for (const std::string& name : files_of(path)) {
        if (const auto found = media().find(name); found != media().end()) {
            found->second->stopped = true;
        }
    }
}

void remove_all(const std::string& prefix) {
    auto& all = media();
    auto each = all.lower_bound(prefix);
    while (each != all.end() && each->first.starts_with(prefix)) each = all.erase(each);
}

void encrypt_pages(bool wanted) {
    pages_are_encrypted = wanted;
}

}  // namespace balie::sim::disk

/// In the place of the library's own, in this program alone: the product has no way to leave its
/// pages open, and gets none for the sake of a test.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the library's are no names
extern "C" int sqlite3_key(sqlite3* database, const void* key, int size) {
    if (!balie::sim::disk::pages_are_encrypted) return SQLITE_OK;
    return sqlite3_key_v2(database, "main", key, size);
}
