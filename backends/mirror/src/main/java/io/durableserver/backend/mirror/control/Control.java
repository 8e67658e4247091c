package io.durableserver.backend.mirror.control;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** Reads and changes control records, one conditional write at a time. */
public final class Control {
    private static final int MAX_ATTEMPTS = 5;

    private final StorePair stores;
    private final ControlKeys keys;
    private final TimeSource time;

    public Control(StorePair stores, ControlKeys keys, TimeSource time) {
        this.stores = stores;
        this.keys = keys;
        this.time = time;
    }

    /** A control record and the version it has. */
    public record Versioned<T>(T record, Version version) {}

    public ControlKeys keys() {
        return keys;
    }

    /** A rollout record with a nonce of its own. */
    public RolloutRecord rollout(Side side, Phase phase, long revision) {
        return new RolloutRecord(side, phase, revision, UUID.randomUUID().toString(), time.wallMillis(), "");
    }

    /** The rollout record of a store. Fails with a {@link ConfigurationException} where it is another store's. */
    public CompletableFuture<Optional<Versioned<RolloutRecord>>> rollout(Side side) {
        return read(side, keys.rollout(), ControlFormat::rollout).thenApply(found -> {
            found.ifPresent(rollout -> {
                if (rollout.record().side() != side) {
                    throw exchanged(side);
                }
            });
            return found;
        });
    }

    /** How far the newest backfill is, which the source keeps. */
    public CompletableFuture<Optional<Versioned<ProgressRecord>>> backfill() {
        return read(Side.SOURCE, keys.backfill(), ControlFormat::progress);
    }

    /** Stores a rollout record over the one before; see {@link #write(Side, String, Optional, byte[])}. */
    public CompletableFuture<Versioned<RolloutRecord>> write(
            Optional<Versioned<RolloutRecord>> before, RolloutRecord next) {
        RolloutRecord kept = before.map(Versioned::record).map(next::over).orElse(next);
        return write(next.side(), keys.rollout(), before.map(Versioned::version), ControlFormat.encode(kept))
                .thenApply(version -> new Versioned<>(kept, version));
    }

    /** Reads a record. Fails with a {@link NotAppliedException} where the store cannot answer. */
    <T> CompletableFuture<Optional<Versioned<T>>> read(Side side, String key, BiFunction<String, byte[], T> format) {
        return stores.get(side, key).thenApply(result -> {
            if (result instanceof ReadResult.Found found) {
                return Optional.of(new Versioned<>(format.apply(key, found.record()), found.version()));
            }
            if (result instanceof ReadResult.Failed failed) {
                throw stores.unavailable(side, "read " + key, failed.cause());
            }
            return Optional.empty();
        });
    }

    /**
     * Creates a record, or replaces one of this version. A write without an answer is settled by reading back: the bytes are
     * unique to it. Fails with a {@link NotAppliedException}, {@code FENCED} when another actor was faster.
     */
    public CompletableFuture<Version> write(Side side, String key, Optional<Version> expected, byte[] bytes) {
        return attempt(side, key, expected, bytes, 1, false);
    }

    private CompletableFuture<Version> attempt(
            Side side, String key, Optional<Version> expected, byte[] bytes, int attempt, boolean ambiguous) {
        CompletableFuture<WriteResult> write = expected.isPresent()
                ? stores.replace(side, key, bytes, expected.get())
                : stores.create(side, key, bytes);
        return write.thenCompose(result -> {
            if (result instanceof WriteResult.Stored stored) {
                return CompletableFuture.completedFuture(stored.version());
            }
            if (result instanceof WriteResult.NotApplied refused && !ambiguous) {
                throw stores.unavailable(side, "write " + key, refused.cause());
            }
            return settle(side, key, expected, bytes, attempt, ambiguous || result instanceof WriteResult.Unknown);
        });
    }

    private CompletableFuture<Version> settle(
            Side side, String key, Optional<Version> expected, byte[] bytes, int attempt, boolean ambiguous) {
        return stores.get(side, key).thenCompose(result -> {
            if (result instanceof ReadResult.Found found && Arrays.equals(found.record(), bytes)) {
                return CompletableFuture.completedFuture(found.version());
            }
            boolean untouched = result instanceof ReadResult.Found found
                    ? expected.isPresent() && expected.get().equals(found.version())
                    : result instanceof ReadResult.Absent && expected.isEmpty();
            if (untouched && ambiguous && attempt < MAX_ATTEMPTS) {
                return attempt(side, key, expected, bytes, attempt + 1, true);
            }
            // A record that is absent although it was there says no more of our write than a read that failed.
            boolean vanished = result instanceof ReadResult.Absent && (expected.isPresent() || ambiguous);
            if (untouched || vanished || result instanceof ReadResult.Failed) {
                throw new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                        "A control record of the mirror may or may not be written",
                        Map.of("side", side.wireName(), "key", key));
            }
            throw new NotAppliedException(
                    Reason.FENCED,
                    "Another operator or node changed the rollout",
                    Map.of("side", side.wireName(), "key", key));
        });
    }

    private ConfigurationException exchanged(Side side) {
        return new ConfigurationException(
                ConfigurationException.Reason.CLUSTER_MISMATCH,
                "This store is the other side of the rollout: source and target are exchanged, or the same store",
                Map.of(
                        "option",
                        "mirror." + side.wireName(),
                        "value",
                        stores.of(side).name(),
                        "bound",
                        keys.rollout()));
    }
}
