package io.durableserver.backend.mirror;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writers that increment counters by compare-and-set on any node, delete them, and begin again, as owners do: a write whose
 * end is unknown is settled by reading back. A {@link Ledger} for each key checks what strong reads show.
 */
final class Clients {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    /** One change in so many removes the record. */
    private static final int DELETES = 5;

    private final World world;
    private final Supplier<List<Handle>> handles;
    private final Map<String, Ledger> ledgers = new HashMap<>();
    private final Set<String> rare = new HashSet<>();
    private boolean stopped;
    private int busy;
    private long serial;
    private long stored;
    private long deleted;

    /** An open mirror on a node. */
    record Handle(Node node, Backend backend) {}

    Clients(World world, Supplier<List<Handle>> handles) {
        this.world = world;
        this.handles = handles;
    }

    /**
     * Begins to change a key.
     *
     * @param rarely whether every few seconds only, so that what became of one change shows before the next one mends it
     */
    void start(String key, boolean rarely) {
        ledgers.put(key, new Ledger(key));
        if (rarely) {
            rare.add(key);
        }
        next(key);
    }

    /** Ends after the changes that are under way. */
    void stop() {
        stopped = true;
        world.runUntil(() -> busy == 0, Duration.ofMinutes(2));
    }

    Ledger ledger(String key) {
        return Objects.requireNonNull(ledgers.get(key));
    }

    /** Changes that were acknowledged. */
    long total() {
        return stored;
    }

    /** Those of them that removed a record. */
    long deletes() {
        return deleted;
    }

    private void next(String key) {
        if (stopped) {
            return;
        }
        List<Handle> all = handles.get();
        if (all.isEmpty()) {
            world.after(null, 50_000_000, () -> next(key));
            return;
        }
        Attempt attempt = new Attempt(key, all.get(world.random.nextInt(all.size())));
        busy++;
        // A process that dies or hangs takes its attempt with it; the client cannot know more than that.
        world.after(null, TIMEOUT.toNanos() * 4, () -> attempt.end(false, true));
        attempt.read();
    }

    private final class Attempt {
        final String key;
        final Handle handle;
        final Ledger ledger;
        boolean over;
        String from = Ledger.ABSENT;
        Optional<String> to = Optional.empty();

        Attempt(String key, Handle handle) {
            this.key = key;
            this.handle = handle;
            this.ledger = ledger(key);
        }

        void end(boolean applied, boolean maybe) {
            if (over) {
                return;
            }
            over = true;
            busy--;
            if (applied) {
                ledger.acknowledged(to.orElseThrow());
                stored++;
                deleted += to.orElseThrow().equals(Ledger.ABSENT) ? 1 : 0;
            } else if (maybe) {
                to.ifPresent(state -> ledger.unknown(from, state));
            }
            // Mostly at once, so that a change meets the copy of the one before it.
            long pauseNanos = world.random.nextInt(8) == 0 ? 60_000_000 : world.random.nextInt(4_000_000);
            world.after(null, rare.contains(key) ? 1_000_000_000L + pauseNanos * 60 : pauseNanos, () -> next(key));
        }

        void read() {
            var unused = handle.backend().get(key, ReadMode.STRONG, TIMEOUT).thenAccept(this::onRead);
        }

        private void onRead(ReadResult result) {
            if (over) {
                return;
            }
            if (result instanceof ReadResult.Failed) {
                end(false, false);
                return;
            }
            from = Ledger.state(result);
            ledger.seen(from);
            if (!(result instanceof ReadResult.Found found)) {
                send(bytes -> handle.backend().create(key, bytes, TIMEOUT), Samples.server(1, 1, 1, writer()));
            } else if (world.random.nextInt(DELETES) == 0) {
                to = Optional.of(Ledger.ABSENT);
                var unused =
                        handle.backend().delete(key, found.version(), TIMEOUT).thenAccept(this::onWrite);
            } else {
                byte[] next = Samples.server(
                        Samples.epoch(found.record()) + 1, 1, Samples.count(found.record()) + 1, writer());
                send(bytes -> handle.backend().replace(key, bytes, found.version(), TIMEOUT), next);
            }
        }

        private void send(Function<byte[], CompletionStage<WriteResult>> request, byte[] record) {
            to = Optional.of(Ledger.state(record));
            var unused = request.apply(record).thenAccept(this::onWrite);
        }

        /** In no two records. */
        private String writer() {
            return "c" + ++serial;
        }

        private void onWrite(WriteResult result) {
            if (result instanceof WriteResult.Unknown && !over) {
                var unused = handle.backend()
                        .get(key, ReadMode.STRONG, TIMEOUT)
                        .thenAccept(back -> end(
                                !(back instanceof ReadResult.Failed)
                                        && Optional.of(Ledger.state(back)).equals(to),
                                true));
            } else {
                end(result instanceof WriteResult.Stored, false);
            }
        }
    }
}
