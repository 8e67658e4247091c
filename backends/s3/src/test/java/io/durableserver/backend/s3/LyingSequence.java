package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.s3test.Lie;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.RandomLies;
import io.durableserver.s3test.SeenRequest;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Random writes, reads and listings of a few keys through something that lies, next to a writer and a reader who are told the
 * truth. No record is told as stored that is not, none as not applied or lost to another that is, none as absent that is there.
 */
final class LyingSequence {
    private static final int KEYS = 3;
    private static final String GONE = "";

    /** What a key holds in truth. */
    private record Now(Optional<Version> version, String record) {}

    private final Backend honest;
    private final LyingProxy proxy;
    private final RandomLies lies;
    private final Random random;
    private final String prefix;
    private final Map<String, List<Version>> issued = new HashMap<>();
    private final Set<String> applied = new HashSet<>();
    private volatile boolean meddles;
    private volatile boolean meddled;
    private int writes;

    LyingSequence(Backend honest, java.net.URI server, long seed, String prefix) {
        this.honest = honest;
        this.lies = new RandomLies(seed, 35);
        this.random = new Random(~seed);
        this.prefix = prefix;
        this.proxy = LyingProxy.before(server, this::lie);
    }

    LyingProxy proxy() {
        return proxy;
    }

    void honest(boolean value) {
        lies.on(!value);
    }

    void run(Backend lied, int steps) {
        for (int step = 0; step < steps; step++) {
            String key = prefix + random.nextInt(KEYS);
            try {
                switch (random.nextInt(6)) {
                    case 0 -> read(lied, key);
                    case 1 -> list(lied);
                    default -> write(lied, key);
                }
            } catch (AssertionError broken) {
                throw new AssertionError("step " + step + ": " + broken.getMessage(), broken);
            }
        }
        lies.on(false);
        write(lied, prefix + "0");
        read(lied, prefix + "0");
    }

    private void write(Backend lied, String key) {
        Now before = now(key);
        String record = "{\"write\":" + ++writes + "}";
        Optional<Version> expected = expected(key, before);
        boolean deletes = expected.isPresent() && random.nextInt(4) == 0;
        String mine = deletes ? GONE : record;
        applied.clear();
        meddled = false;
        meddles = random.nextInt(5) == 0;
        WriteResult result = await(
                expected.isEmpty()
                        ? lied.create(key, bytes(record), TIMEOUT)
                        : deletes
                                ? lied.delete(key, expected.orElseThrow(), TIMEOUT)
                                : lied.replace(key, bytes(record), expected.orElseThrow(), TIMEOUT));
        meddles = false;
        proxy.settle();
        Now after = now(key);
        // A record that was absent before is no trace of a delete.
        boolean took = applied.contains(mine) && !(deletes && before.version().isEmpty());
        if (result instanceof WriteResult.Stored stored) {
            assertThat(took).as("%s is told as stored, and is: %s", mine, after).isTrue();
            if (!meddled && !deletes) {
                assertThat(after.version()).as("the version of what was stored").contains(stored.version());
            }
        } else if (!(result instanceof WriteResult.Unknown)) {
            assertThat(took)
                    .as("%s is told as %s, and was not applied", mine, result)
                    .isFalse();
        }
        if (result instanceof WriteResult.Conflict && !meddled) {
            assertThat(expected).as("the version a conflict is about").isNotEqualTo(before.version());
        }
    }

    private void read(Backend lied, String key) {
        Now truth = now(key);
        ReadResult read = await(lied.get(key, ReadMode.STRONG, TIMEOUT));
        if (read instanceof ReadResult.Found found) {
            assertThat(Optional.of(found.version())).isEqualTo(truth.version());
            assertThat(text(found.record())).isEqualTo(truth.record());
        } else if (read instanceof ReadResult.Absent) {
            assertThat(truth.version()).as("the record that is told as absent").isEmpty();
        } else {
            ReadResult.Failed failed = (ReadResult.Failed) read;
            assertThat(failed.retryable()).as("%s", failed.cause()).isTrue();
        }
    }

    private void list(Backend lied) {
        Map<String, Version> truth = listed(honest);
        Map<String, Version> seen;
        try {
            seen = listed(lied);
        } catch (CompletionException failed) {
            assertThat(failed).hasCauseInstanceOf(NotAppliedException.class);
            return;
        }
        assertThat(seen).isEqualTo(truth);
    }

    private Map<String, Version> listed(Backend backend) {
        Map<String, Version> all = new HashMap<>();
        Optional<PageRequest> request = Optional.of(PageRequest.keys(prefix, 1));
        while (request.isPresent()) {
            Backend.Page page = backend.list(request.orElseThrow(), TIMEOUT)
                    .toCompletableFuture()
                    .join();
            page.entries().forEach(entry -> all.put(entry.key(), entry.version()));
            request = request.orElseThrow().after(page);
        }
        return all;
    }

    private Optional<Version> expected(String key, Now before) {
        List<Version> old = issued.getOrDefault(key, List.of());
        if (!old.isEmpty() && random.nextInt(5) == 0) {
            return Optional.of(old.get(random.nextInt(old.size())));
        }
        return random.nextInt(8) == 0 ? Optional.empty() : before.version();
    }

    private Lie lie(SeenRequest request) {
        boolean ofRecord = request.operation() == Operation.PUT || request.operation() == Operation.GET;
        if (meddles && ofRecord && request.key().contains(prefix)) {
            meddles = false;
            meddle(request.key().substring(request.key().indexOf(prefix)));
        }
        return lies.apply(request);
    }

    /** The other writer writes over whatever is there. */
    private void meddle(String key) {
        WriteResult result;
        do {
            Now there = now(key);
            byte[] theirs = bytes("{\"theirs\":" + there.record().length() + "}");
            result = await(
                    there.version().isEmpty()
                            ? honest.create(key, theirs, TIMEOUT)
                            : honest.replace(key, theirs, there.version().orElseThrow(), TIMEOUT));
        } while (!(result instanceof WriteResult.Stored));
        meddled = true;
    }

    private synchronized Now now(String key) {
        ReadResult read = await(honest.get(key, ReadMode.STRONG, TIMEOUT));
        assertThat(read).isNotInstanceOf(ReadResult.Failed.class);
        if (read instanceof ReadResult.Found found) {
            issued.computeIfAbsent(key, any -> new ArrayList<>()).add(found.version());
            applied.add(text(found.record()));
            return new Now(Optional.of(found.version()), text(found.record()));
        }
        applied.add(GONE);
        return new Now(Optional.empty(), GONE);
    }
}
