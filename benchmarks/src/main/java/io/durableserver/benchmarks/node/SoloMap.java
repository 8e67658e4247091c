package io.durableserver.benchmarks.node;

import io.durableserver.Registration;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The directory of a node that is alone. */
final class SoloMap implements SharedMap {
    private final Map<String, byte[]> rows = new ConcurrentHashMap<>();
    private final Session self;

    SoloMap(Session self) {
        this.self = self;
    }

    /** Drops all rows; for measuring what they take. */
    void clear() {
        rows.clear();
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return CompletableFuture.completedFuture(localGet(key));
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return cas(key, null, value);
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return cas(key, expected, value);
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return cas(key, expected, null);
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected, String reason) {
        return remove(key, expected);
    }

    private CompletionStage<Cas> cas(String key, byte @Nullable [] expected, byte @Nullable [] value) {
        boolean[] applied = {false};
        byte[] after = rows.compute(key, (k, present) -> {
            applied[0] = Arrays.equals(present, expected);
            return applied[0] ? value : present;
        });
        return CompletableFuture.completedFuture(
                new Cas(applied[0], Optional.ofNullable(after), after == null ? 0 : 1));
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        return Optional.ofNullable(rows.get(key));
    }

    @Override
    public CompletionStage<Page> scan(String prefix, String cursor, int limit) {
        throw new UnsupportedOperationException("Nothing under test scans");
    }

    @Override
    public CompletionStage<Page> owned(String cursor, int limit) {
        throw new UnsupportedOperationException("Nothing under test scans");
    }

    @Override
    public long ownedSize() {
        return rows.size();
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        throw new UnsupportedOperationException("Nothing under test watches");
    }

    @Override
    public Registration onLoss(Runnable listener) {
        return () -> {};
    }

    @Override
    public Registration onArbiterChange(Runnable listener) {
        return () -> {};
    }

    @Override
    public void close() {
        rows.clear();
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public Session owner(String key) {
        return self;
    }
}
