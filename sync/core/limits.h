// Every size, count, delay and retry number of synchronisation, with its unit and its reason.
// Thread: any (constants).
#pragma once

#include <cstddef>
#include <cstdint>

namespace balie::sync {

// Sizes (SYNC 2, "Limits").
inline constexpr std::size_t kMessageBytesMax = 256 * 1024;
inline constexpr std::size_t kTransactionChangesMax = 400;
inline constexpr std::size_t kTransactionBytesMax = 128 * 1024;
/// A record with all of its versions, as ENTER and SNAPSHOT bring it: whole, in one message.
inline constexpr std::size_t kRecordBytesMax = 224 * 1024;
/// An edit with a shorter payload is not asked how large it makes its record.
inline constexpr std::size_t kLargeEditBytes = 512;
/// A push or changes batch stops growing here: one more transaction still fits in a message.
inline constexpr std::size_t kBatchBytesMax = 112 * 1024;
inline constexpr std::size_t kJsonDepthMax = 16;

// Credits: how many bytes of CHANGES a terminal lets the hub have under way.
inline constexpr std::int64_t kPullCreditBytes = 512 * 1024;
/// What a batch of CHANGES counts for besides its entries: one without any is no gift either, or a
/// terminal would be sent, or hold, as many of them as the log grows.
inline constexpr std::int64_t kBatchBytesLeast = 256;
/// PUSH batches a terminal may have unacknowledged; hides the round trip without holding much.
inline constexpr int kPushWindow = 4;

// Attachments.
/// What one message carries of a file: a multiple of the piece it is sealed in (16 KiB), with room
/// for base64 in a message. The first is small, as with batches.
inline constexpr std::size_t kBlobChunkBytes = 96 * 1024;
inline constexpr std::size_t kBlobChunkFirstBytes = 16 * 1024;
/// A device may have so many files half way at the hub; the oldest goes for a new one.
inline constexpr std::int64_t kBlobUploadsMax = 8;
/// One that was not gone on with for so long is removed.
inline constexpr std::int64_t kBlobUploadKeptMs = 30LL * 24 * 3600 * 1000;
/// What no living record names any more stays at the hub for so long: a deletion can be undone.
inline constexpr std::int64_t kBlobUnnamedKeptMs = 30LL * 24 * 3600 * 1000;
/// Files a terminal asked for that the hub did not have yet, and is told of when they come.
inline constexpr std::size_t kBlobsAwaitedMax = 256;
/// Files that were refused on this connection, and are not tried again for a while.
inline constexpr std::size_t kBlobsSkippedMax = 1000;
/// A removed document's bytes stay on a terminal for so long, so that it can be undone offline.
inline constexpr std::int64_t kBlobUndoMs = 24LL * 3600 * 1000;
/// Terminals fetch files up to this size by themselves, as long as all that is here is less than
/// the second; what is larger comes when somebody asks.
inline constexpr std::int64_t kBlobFetchBytesMax = 1024 * 1024;
inline constexpr std::int64_t kBlobFetchSumMax = 1024LL * 1024 * 1024;
/// Blobs that are looked at in one transaction: are they named, are they wanted?
inline constexpr int kBlobChecksPerStep = 200;

// Time (milliseconds).
inline constexpr std::int64_t kPingIntervalMs = 20'000;
/// No message for this long: the connection is half-open, give it up.
inline constexpr std::int64_t kSilenceLimitMs = 45'000;
inline constexpr std::int64_t kHandshakeLimitMs = 15'000;
/// A state that makes no durable progress for this long while work is under way is abandoned.
inline constexpr std::int64_t kProgressLimitMs = 60'000;
inline constexpr std::int64_t kBackoffFirstMs = 500;
inline constexpr std::int64_t kBackoffCapMs = 300'000;
/// Behind a sign-in page somebody is likely to sign in soon, and then to wait for us.
inline constexpr std::int64_t kSignInCapMs = 30'000;
/// When nothing may go over a metered line: how often what is kept here is looked at anew. No byte
/// is sent for it.
inline constexpr std::int64_t kBudgetLookMs = 60'000;
/// An effective stamp is at most this far ahead of the hub's clock (I11).
inline constexpr std::int64_t kStampAheadMaxMs = 60'000;
/// The apply transaction on the store thread, so that a save never waits longer.
inline constexpr std::int64_t kApplySliceMs = 50;

// Hub.
inline constexpr std::size_t kConnectionsMax = 12'000;
/// Bytes waiting to be written to one terminal; a slow reader slows only itself.
inline constexpr std::size_t kWriteQueueBytesMax = 1024 * 1024;
/// Push batches taken into one group commit.
inline constexpr std::size_t kGroupCommitBatchesMax = 64;
inline constexpr std::int64_t kEnrolCodeLifeMs = 24LL * 3600 * 1000;
/// Wrong one-time codes from one address before it has to wait a minute.
inline constexpr int kEnrolTriesPerMinute = 10;

// Asking head office for a customer outside one's scope.
/// Fewer letters would list half of the bank.
inline constexpr std::size_t kFindLettersMin = 3;
inline constexpr std::size_t kFindTextBytesMax = 200;
inline constexpr std::size_t kFoundMax = 20;
/// What one device may ask in a minute and in a day: people at counters stay far below it, and who
/// copies the customer base is stopped. Counted from the audit itself, so no restart forgets it.
inline constexpr std::int64_t kFindsPerMinute = 20;
inline constexpr std::int64_t kFindsPerDay = 500;
inline constexpr std::int64_t kFetchesPerMinute = 20;
inline constexpr std::int64_t kFetchesPerDay = 300;
/// Customers of others that one device may hold at once.
inline constexpr std::int64_t kFetchedMax = 200;
/// How long one stays, unless the hub is told otherwise (`serve --fetch-for`).
inline constexpr std::int64_t kFetchForMs = 24LL * 3600 * 1000;
/// Fetches that the hub ends in one commit: each takes all that hangs on a customer with it.
inline constexpr std::int64_t kFetchEndsPerCommit = 20;
/// A question that got no answer for this long gets none.
inline constexpr std::int64_t kAskLimitMs = 20'000;
/// Questions of one terminal that wait for an answer.
inline constexpr std::size_t kAsksMax = 8;

// Network.
inline constexpr std::int64_t kConnectLimitMs = 10'000;
/// From the accepted socket to the open WebSocket or the end of an HTTP answer; a peer that
/// trickles its handshake gets no longer.
inline constexpr std::int64_t kUpgradeLimitMs = 15'000;
/// A closing handshake may hang on a dead peer: after this the socket is dropped.
inline constexpr std::int64_t kCloseLimitMs = 3'000;
/// No byte of a frame could be written for this long: the reader is gone.
inline constexpr std::int64_t kWriteStallMs = 60'000;
/// One frame: small enough that a ping between two of them is not late on a slow line.
inline constexpr std::size_t kFrameBytes = 16 * 1024;
/// Messages from this size on are compressed where the other side can: what is smaller gains
/// little.
inline constexpr std::size_t kCompressFromBytes = 256;
/// on_drained is told when the queue falls below this.
inline constexpr std::size_t kWriteQueueLowBytes = 256 * 1024;
inline constexpr std::size_t kHttpHeaderBytesMax = 8 * 1024;
/// Unfinished handshakes from one address; keeps one host from taking every place.
inline constexpr std::size_t kHandshakesPerAddressMax = 512;

// Hub service (store thread).
/// Messages and bytes of one terminal that wait for the store thread; then its reading pauses.
inline constexpr std::size_t kInboxPeerMessagesMax = 16;
inline constexpr std::size_t kInboxPeerBytesMax = 512 * 1024;
/// Over all terminals; above it whoever sends more is paused.
inline constexpr std::size_t kInboxBytesMax = 64 * 1024 * 1024;
/// Bytes under way to all terminals together: credits come from one pool, so that ten thousand
/// terminals cannot ask for five gigabytes.
inline constexpr std::size_t kSendPoolBytesMax = 192 * 1024 * 1024;
/// Events worked on between two looks at commits and time-outs.
inline constexpr std::size_t kEventsPerRound = 256;
/// Above this in one terminal's queue no more of the log is read for it.
inline constexpr std::size_t kWriteQueueHighBytes = 512 * 1024;
/// Terminals told of new log entries between two group commits: telling all must not delay a push.
inline constexpr std::size_t kNotifyPerRound = 64;
/// Time-outs of sessions, writes of other processes, and readiness are looked at this often.
inline constexpr std::int64_t kServiceTickMs = 250;
inline constexpr std::int64_t kReadyProbeMs = 2'000;
/// The hub looks this often whether its log can be compacted, and pauses between two steps of it.
inline constexpr std::int64_t kCompactLookMs = 3'600'000;
inline constexpr std::int64_t kCompactPauseMs = 500;
/// What sessions report of their devices (last seen, cursor) is written at most this often.
inline constexpr std::int64_t kNotesIntervalMs = 1'000;

}  // namespace balie::sync
