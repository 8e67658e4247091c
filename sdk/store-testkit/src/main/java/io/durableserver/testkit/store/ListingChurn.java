package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.TIMEOUT;
import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.stored;

import io.durableserver.spi.Backend;
import io.durableserver.spi.Version;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A writer that never rests while a listing is read: it replaces some keys, and creates and deletes others. */
final class ListingChurn implements AutoCloseable {
    private static final int REPLACED = 4;
    private static final int PASSING = 20;

    private record Row(String key, Version version) {}

    private final Backend backend;
    private final String prefix;
    private final Map<Row, byte[]> written = new ConcurrentHashMap<>();
    private final List<Row> replaced = new ArrayList<>();
    private final Queue<Row> passing = new ArrayDeque<>();
    private final Random random = new Random(1);
    private final Semaphore changes = new Semaphore(0);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile boolean running = true;
    private CompletableFuture<Void> end = CompletableFuture.completedFuture(null);

    private ListingChurn(Backend backend, String prefix) {
        this.backend = backend;
        this.prefix = prefix;
    }

    static ListingChurn start(Backend backend, String prefix) {
        ListingChurn churn = new ListingChurn(backend, prefix);
        for (int i = 0; i < REPLACED; i++) {
            churn.replaced.add(churn.create(i + "-replaced"));
        }
        churn.end = CompletableFuture.runAsync(churn::run, churn.thread);
        return churn;
    }

    /** The keys that exist as long as this runs. */
    List<String> replaced() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < REPLACED; i++) {
            keys.add(prefix + i + "-replaced");
        }
        return keys;
    }

    /** What a write stored that has ended; none where there was no such write. */
    byte[] written(String key, Version version) {
        byte[] record = written.get(new Row(key, version));
        if (record == null) {
            throw new AssertionError("Nobody wrote version " + version + " of " + key);
        }
        return record;
    }

    /** Waits until something has changed since the last call. */
    void awaitChanges() {
        changes.drainPermits();
        try {
            if (!changes.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new AssertionError("Nothing is written any more");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", interrupted);
        }
    }

    private void run() {
        for (int change = 0; running; change++) {
            passing.add(create(random.nextInt(12) + "-passing-" + change));
            if (passing.size() > PASSING) {
                Row oldest = passing.remove();
                stored(await(backend.delete(oldest.key(), oldest.version(), TIMEOUT)));
            }
            Row row = replaced.get(change % REPLACED);
            byte[] record = bytes("" + change);
            Row next = new Row(row.key(), stored(await(backend.replace(row.key(), record, row.version(), TIMEOUT))));
            written.put(next, record);
            replaced.set(change % REPLACED, next);
            changes.release();
        }
    }

    private Row create(String name) {
        String key = prefix + name;
        Row row = new Row(key, stored(await(backend.create(key, bytes("record"), TIMEOUT))));
        written.put(row, bytes("record"));
        return row;
    }

    /** Stops the writer; a write of it that failed fails the test here. */
    @Override
    public void close() {
        running = false;
        thread.shutdown();
        await(end);
    }
}
