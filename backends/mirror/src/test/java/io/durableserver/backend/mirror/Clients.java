package io.durableserver.backend.mirror;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writers that increment counters by compare-and-set on any node, as owners do: a write whose end is unknown is settled by
 * reading back. They know what was acknowledged and what may have happened, and check each strong read against it.
 */
final class Clients {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final World world;
    private final Supplier<List<Handle>> handles;
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final Map<String, Long> unknown = new HashMap<>();
    private boolean stopped;
    private int busy;
    private long serial;

    /** An open mirror on a node. */
    record Handle(Node node, Backend backend) {}

    Clients(World world, Supplier<List<Handle>> handles) {
        this.world = world;
        this.handles = handles;
    }

    void start(String key) {
        acknowledged.put(key, 0L);
        unknown.put(key, 0L);
        next(key);
    }

    /** Ends after the increments that are under way. */
    void stop() {
        stopped = true;
        world.runUntil(() -> busy == 0, Duration.ofMinutes(2));
    }

    long acknowledged(String key) {
        return acknowledged.getOrDefault(key, 0L);
    }

    long unknown(String key) {
        return unknown.getOrDefault(key, 0L);
    }

    long total() {
        return acknowledged.values().stream().mapToLong(Long::longValue).sum();
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
        Handle handle = all.get(world.random.nextInt(all.size()));
        busy++;
        boolean[] over = new boolean[1];
        Attempt attempt = new Attempt(key, handle, over);
        // A process that dies or hangs takes its attempt with it; the client cannot know more than that.
        world.after(null, TIMEOUT.toNanos() * 4, () -> attempt.end(false, true));
        attempt.read();
    }

    private final class Attempt {
        final String key;
        final Handle handle;
        final boolean[] over;
        final long before;
        boolean sent;
        byte[] bytes = new byte[0];

        Attempt(String key, Handle handle, boolean[] over) {
            this.key = key;
            this.handle = handle;
            this.over = over;
            this.before = acknowledged(key);
        }

        void end(boolean stored, boolean maybe) {
            if (over[0]) {
                return;
            }
            over[0] = true;
            busy--;
            if (stored) {
                acknowledged.merge(key, 1L, Long::sum);
            } else if (maybe && sent) {
                unknown.merge(key, 1L, Long::sum);
            }
            world.after(null, 5_000_000 + world.random.nextInt(60_000_000), () -> next(key));
        }

        void read() {
            var unused = handle.backend().get(key, ReadMode.STRONG, TIMEOUT).thenAccept(this::onRead);
        }

        private void onRead(ReadResult result) {
            if (over[0]) {
                return;
            }
            if (result instanceof ReadResult.Found found) {
                long count = Samples.count(found.record());
                if (count < before) {
                    throw new AssertionError(
                            key + ": a strong read shows " + count + " of " + before + " acknowledged");
                }
                bytes = Samples.server(Samples.epoch(found.record()) + 1, 1, count + 1, "c" + ++serial);
                sent = true;
                var unused = handle.backend()
                        .replace(key, bytes, found.version(), TIMEOUT)
                        .thenAccept(this::onWrite);
            } else if (result instanceof ReadResult.Absent) {
                if (before > 0) {
                    throw new AssertionError(key + ": a strong read finds nothing of " + before + " acknowledged");
                }
                bytes = Samples.server(1, 1, 1, "c" + ++serial);
                sent = true;
                var unused = handle.backend().create(key, bytes, TIMEOUT).thenAccept(this::onWrite);
            } else {
                end(false, false);
            }
        }

        private void onWrite(WriteResult result) {
            if (result instanceof WriteResult.Unknown && !over[0]) {
                var unused = handle.backend()
                        .get(key, ReadMode.STRONG, TIMEOUT)
                        .thenAccept(back -> end(
                                back instanceof ReadResult.Found found && Arrays.equals(found.record(), bytes), true));
            } else {
                end(result instanceof WriteResult.Stored, false);
            }
        }
    }
}
