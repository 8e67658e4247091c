package io.durableserver.runtime.testing;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that can hold back writes, and answer for the store on purpose. Thread-safe; versions never repeat.
 */
public final class MemoryBackend implements Backend {
    /** What happens to a write instead of being applied and answered. */
    public enum Fault {
        NONE,
        /** Not applied, and the caller is told so. */
        REFUSED,
        /** As {@link #REFUSED}, but trying again is no use. */
        REFUSED_FOR_GOOD,
        /** Not applied, because the store takes no record of this size. */
        TOO_LARGE,
        /** Not applied, and the caller is told that somebody else wrote, though nobody did. */
        FALSE_CONFLICT,
        /** Not applied; the caller cannot tell. */
        LOST_REQUEST,
        /** Applied; the caller cannot tell. */
        LOST_RESPONSE
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(byte[] bytes, Version version) {}

    private record Held(Supplier<WriteResult> write, CompletableFuture<WriteResult> end) {}

    private final Map<String, Entry> entries = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private long versions;
    private int writes;
    private int reads;
    private Predicate<String> holds = key -> false;
    private volatile @Nullable RuntimeException notReady;
    private Fault fault = Fault.NONE;
    private Predicate<String> faulty = key -> false;
    private boolean readable = true;
    private @Nullable Throwable unreadable;
    private Predicate<String> broken = key -> false;
    private int losses;
    private boolean listsRecords;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public CompletionStage<Void> ready() {
        RuntimeException failure = notReady;
        return failure == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(failure);
    }

    /** What keeps it from being ready; null for nothing. */
    public void notReady(@Nullable RuntimeException failure) {
        notReady = failure;
    }

    /** From now on writes of these keys wait for {@link #release}. */
    public synchronized void hold(Predicate<String> keys) {
        holds = keys;
    }

    /** Ends {@link #hold} and performs what waits. */
    public void release() {
        List<Held> released;
        synchronized (this) {
            holds = key -> false;
            released = new ArrayList<>(held);
            held.clear();
        }
        released.forEach(h -> h.end().complete(h.write().get()));
    }

    /** How many writes wait. */
    public synchronized int held() {
        return held.size();
    }

    /** From now on writes of these keys end like this. */
    public synchronized void fault(Fault value, Predicate<String> keys) {
        fault = value;
        faulty = keys;
    }

    /** Whether reads are answered. */
    public synchronized void readable(boolean value) {
        readable = value;
    }

    /** Reads fail for good with this. */
    public synchronized void unreadable(Throwable cause) {
        unreadable(cause, key -> true);
    }

    /** Reads of these keys fail for good with this; with null they no longer do. */
    public synchronized void unreadable(@Nullable Throwable cause, Predicate<String> keys) {
        unreadable = cause;
        broken = keys;
    }

    /** The next reads say that there is no record. */
    public synchronized void lose(int reads) {
        losses = reads;
    }

    /** How many writes were applied. */
    public synchronized int writes() {
        return writes;
    }

    /** Whether listings have records, where they are asked for; at first not, as of a store that lists keys only. */
    public synchronized void listsRecords(boolean value) {
        listsRecords = value;
    }

    /** How many reads were asked for. */
    public synchronized int reads() {
        return reads;
    }

    public synchronized Optional<byte[]> read(String key) {
        return Optional.ofNullable(entries.get(key)).map(e -> e.bytes().clone());
    }

    /** Writes as somebody else. */
    public synchronized Version overwrite(String key, byte[] bytes) {
        Version version = new Version("v" + ++versions);
        entries.put(key, new Entry(bytes.clone(), version));
        return version;
    }

    public synchronized void remove(String key) {
        entries.remove(key);
    }

    @Override
    public synchronized CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        reads++;
        Throwable why = unreadable;
        if (why != null && broken.test(key)) {
            return CompletableFuture.completedFuture(new ReadResult.Failed(false, why));
        }
        Entry entry = losses > 0 ? null : entries.get(key);
        losses = Math.max(0, losses - 1);
        return CompletableFuture.completedFuture(
                !readable
                        ? new ReadResult.Failed(true, new IllegalStateException("unreadable"))
                        : entry == null
                                ? new ReadResult.Absent()
                                : new ReadResult.Found(entry.bytes().clone(), entry.version()));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return write(key, record, null);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return write(key, record, expected);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(key, null, expected);
    }

    private CompletionStage<WriteResult> write(String key, byte @Nullable [] bytes, @Nullable Version expected) {
        byte @Nullable [] copy = bytes == null ? null : bytes.clone();
        CompletableFuture<WriteResult> end = new CompletableFuture<>();
        synchronized (this) {
            if (holds.test(key)) {
                held.add(new Held(() -> perform(key, copy, expected), end));
                return end;
            }
        }
        end.complete(perform(key, copy, expected));
        return end;
    }

    private synchronized WriteResult perform(String key, byte @Nullable [] bytes, @Nullable Version expected) {
        Fault now = faulty.test(key) ? fault : Fault.NONE;
        IllegalStateException cause = new IllegalStateException(now.name());
        return switch (now) {
            case NONE -> apply(key, bytes, expected);
            case REFUSED -> new WriteResult.NotApplied(true, cause);
            case REFUSED_FOR_GOOD -> new WriteResult.NotApplied(false, cause);
            case TOO_LARGE ->
                new WriteResult.NotApplied(
                        false,
                        new NotAppliedException(
                                NotAppliedException.Reason.STATE_TOO_LARGE, "The record is over its limit", Map.of()));
            case FALSE_CONFLICT -> new WriteResult.Conflict();
            case LOST_REQUEST -> new WriteResult.Unknown(cause);
            case LOST_RESPONSE -> {
                apply(key, bytes, expected);
                yield new WriteResult.Unknown(cause);
            }
        };
    }

    private WriteResult apply(String key, byte @Nullable [] bytes, @Nullable Version expected) {
        Entry present = entries.get(key);
        if (expected == null
                ? present != null
                : present == null || !present.version().equals(expected)) {
            return new WriteResult.Conflict();
        }
        writes++;
        Version version = new Version("v" + ++versions);
        if (bytes == null) {
            entries.remove(key);
        } else {
            entries.put(key, new Entry(bytes, version));
        }
        return new WriteResult.Stored(version);
    }

    @Override
    public synchronized CompletionStage<Page> list(PageRequest request, Duration timeout) {
        List<Listed> found = entries.entrySet().stream()
                .filter(e ->
                        e.getKey().startsWith(request.prefix()) && e.getKey().compareTo(request.cursor()) > 0)
                .sorted(Map.Entry.comparingByKey())
                .limit(request.limit())
                .map(e -> new Listed(
                        e.getKey(),
                        e.getValue().version(),
                        listsRecords && request.withRecords()
                                ? Optional.of(e.getValue().bytes().clone())
                                : Optional.empty()))
                .toList();
        Optional<String> next = found.size() < request.limit()
                ? Optional.empty()
                : Optional.of(found.get(found.size() - 1).key());
        return CompletableFuture.completedFuture(new Page(found, next));
    }

    @Override
    public void close() {}
}
