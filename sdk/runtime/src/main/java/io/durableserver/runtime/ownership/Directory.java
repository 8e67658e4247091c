package io.durableserver.runtime.ownership;

import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The map from key to owner, typed. A hint that makes finding and starting servers fast: what proves ownership is the
 * record and the lease, so losing entries costs a look-up and never a promise.
 */
public final class Directory {
    private static final int MAX_ATTEMPTS = 6;

    private final SharedMap map;
    private final Scheduler scheduler;

    public Directory(SharedMap map, Scheduler scheduler) {
        this.map = map;
        this.scheduler = scheduler;
    }

    /** The end of a compare-and-set: whether the entry now is what was asked for, and what it is. */
    public record Cas(boolean applied, Optional<DirectoryEntry> current) {}

    public CompletionStage<Optional<DirectoryEntry>> get(String key) {
        return attempted(() -> map.get(key)).thenApply(bytes -> bytes.map(WireFormat::decodeEntry));
    }

    /** The session that arbitrates starts of this key. */
    public Session arbiter(String key) {
        return map.owner(key);
    }

    /**
     * Sets an entry that is absent or holds exactly {@code expected}. When the outcome of an attempt is unknown the entry
     * is read and the attempt repeated; fails only when the map cannot be reached at all.
     */
    public CompletionStage<Cas> set(String key, Optional<DirectoryEntry> expected, DirectoryEntry entry) {
        CompletableFuture<Cas> end = new CompletableFuture<>();
        byte[] value = WireFormat.encode(entry);
        set(key, expected.map(WireFormat::encode), value, 1, end);
        return end;
    }

    private void set(String key, Optional<byte[]> expected, byte[] value, int attempt, CompletableFuture<Cas> end) {
        attempted(() -> expected.isPresent() ? map.replace(key, expected.get(), value) : map.putIfAbsent(key, value))
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        boolean there = result.current()
                                .filter(now -> Arrays.equals(now, value))
                                .isPresent();
                        end.complete(new Cas(
                                result.applied() || there, result.current().map(WireFormat::decodeEntry)));
                    } else if (attempt == MAX_ATTEMPTS) {
                        end.completeExceptionally(failure);
                    } else {
                        scheduler.schedule(
                                Store.backoffTime(key, attempt), () -> set(key, expected, value, attempt + 1, end));
                    }
                });
    }

    /** Removes an entry that holds exactly this. */
    public CompletionStage<Void> remove(String key, DirectoryEntry expected) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        remove(key, WireFormat.encode(expected), 1, end);
        return end;
    }

    private void remove(String key, byte[] expected, int attempt, CompletableFuture<Void> end) {
        attempted(() -> map.remove(key, expected)).whenComplete((result, failure) -> {
            if (failure == null) {
                end.complete(null);
            } else if (attempt == MAX_ATTEMPTS) {
                end.completeExceptionally(failure);
            } else {
                scheduler.schedule(Store.backoffTime(key, attempt), () -> remove(key, expected, attempt + 1, end));
            }
        });
    }

    /** A map must not throw; when it does all the same, that is how the attempt failed. */
    private static <T> CompletionStage<T> attempted(Supplier<CompletionStage<T>> attempt) {
        try {
            return Objects.requireNonNull(attempt.get(), "The map answered nothing");
        } catch (RuntimeException | Error defect) {
            return CompletableFuture.failedFuture(defect);
        }
    }
}
