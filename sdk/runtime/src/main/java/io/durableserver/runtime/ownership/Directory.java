package io.durableserver.runtime.ownership;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The map from key to owner, typed. A hint that makes finding and starting servers fast: what proves ownership is the
 * record and the lease, so losing entries costs a look-up and never a promise. No caller waits long for a hint: a map that
 * cannot answer fails what is asked of it at once, and one that does not answer after {@link #PATIENCE}.
 */
public final class Directory {
    /** The map it is kept in; with as many backups as the node is configured with. */
    public static final MapSpec MAP = MapSpec.partitioned("directory");

    /** How long an answer is waited for, with all attempts. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

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
        CompletableFuture<Optional<byte[]>> end = new CompletableFuture<>();
        attempted(() -> map.get(key)).whenComplete((bytes, failure) -> end(end, bytes, failure));
        return patient(key, end).thenApply(bytes -> bytes.map(WireFormat::decodeEntry));
    }

    /**
     * The session that arbitrates starts of this key.
     *
     * @throws MapUnavailableException when the map cannot tell
     */
    public Session arbiter(String key) {
        return map.owner(key);
    }

    /** How many entries this node arbitrates, roughly; any thread. */
    public long ownedSize() {
        return map.ownedSize();
    }

    /** Runs when entries may be gone without a word; on a thread of the map. */
    public Registration onLoss(Runnable listener) {
        return map.onLoss(listener);
    }

    /** Whether what failed so may have changed an entry all the same. */
    static boolean mayHaveChanged(Throwable failure) {
        return !(Causes.of(failure) instanceof MapUnavailableException);
    }

    /**
     * Sets an entry that is absent or holds exactly {@code expected}. When the outcome of an attempt is unknown the entry
     * is read and the attempt repeated; fails only when the map cannot be reached at all.
     */
    public CompletionStage<Cas> set(String key, Optional<DirectoryEntry> expected, DirectoryEntry entry) {
        CompletableFuture<Cas> end = new CompletableFuture<>();
        byte[] value = WireFormat.encode(entry);
        set(key, expected.map(WireFormat::encode), value, 1, end);
        return patient(key, end);
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
                    } else {
                        again(key, attempt, failure, end, () -> set(key, expected, value, attempt + 1, end));
                    }
                });
    }

    /** Removes an entry that holds exactly this. */
    public CompletionStage<Void> remove(String key, DirectoryEntry expected) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        remove(key, WireFormat.encode(expected), 1, end);
        return patient(key, end);
    }

    private void remove(String key, byte[] expected, int attempt, CompletableFuture<Void> end) {
        attempted(() -> map.remove(key, expected)).whenComplete((result, failure) -> {
            if (failure == null) {
                end.complete(null);
            } else {
                again(key, attempt, failure, end, () -> remove(key, expected, attempt + 1, end));
            }
        });
    }

    private void again(String key, int attempt, Throwable failure, CompletableFuture<?> end, Runnable next) {
        if (attempt == MAX_ATTEMPTS || !mayHaveChanged(failure)) {
            end.completeExceptionally(failure);
        } else if (!end.isDone()) {
            scheduler.schedule(Store.backoffTime(key, attempt), next);
        }
    }

    /** Ends what the map leaves open. */
    private <T> CompletionStage<T> patient(String key, CompletableFuture<T> end) {
        if (!end.isDone()) {
            Registration limit = scheduler.schedule(
                    PATIENCE,
                    () -> end.completeExceptionally(new OutcomeUnknownException(
                            OutcomeUnknownException.Reason.DEADLINE,
                            "The directory did not answer in time",
                            Map.of("key", key))));
            CompletionStage<T> watched = end;
            watched.whenComplete((done, failure) -> limit.close());
        }
        return end;
    }

    private static <T> void end(CompletableFuture<T> end, T result, Throwable failure) {
        if (failure == null) {
            end.complete(result);
        } else {
            end.completeExceptionally(failure);
        }
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
