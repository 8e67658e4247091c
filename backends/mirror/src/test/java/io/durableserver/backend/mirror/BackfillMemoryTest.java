package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A backfill of 100,000 records of 1 KiB between stores that keep none of them in memory. */
final class BackfillMemoryTest {
    private static final int RECORDS = 100_000;
    private static final Pace PACE = Pace.DEFAULT;

    @Test
    void noMoreRecordsAreInMemoryThanAreWorkedOn() throws Exception {
        AtomicInteger inUse = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Endless source = new Endless(true, inUse, most);
        Endless target = new Endless(false, inUse, most);
        Mirror mirror = Mirror.backend(
                MirrorCompatibility.config(context -> source, context -> target).build());
        try (Backend backend = mirror.open(MirrorCompatibility.context())) {
            backend.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
            BackfillProgress end = mirror.rollout(MirrorCompatibility.PREFIX)
                    .backfill(PACE)
                    .toCompletableFuture()
                    .get(5, TimeUnit.MINUTES);
            assertThat(end.copied()).isEqualTo(RECORDS);
            assertThat(end.failed()).isZero();
            assertThat(target.present.cardinality()).isEqualTo(RECORDS);
            assertThat(most.get()).as("requests at a time").isLessThanOrEqualTo(PACE.concurrency() + 2);
        }
    }

    /** Records are made when they are read; written ones are a bit. Control records are kept. */
    private static final class Endless implements Backend {
        final BitSet present = new BitSet(RECORDS);
        private final Map<String, ReadResult.Found> control = new HashMap<>();
        private final AtomicInteger inUse;
        private final AtomicInteger most;
        private int versions;

        Endless(boolean full, AtomicInteger inUse, AtomicInteger most) {
            this.inUse = inUse;
            this.most = most;
            if (full) {
                present.set(0, RECORDS);
            }
        }

        private static int number(String key) {
            return key.contains("__") ? -1 : Integer.parseInt(key.substring(MirrorCompatibility.PREFIX.length()));
        }

        private <T> CompletionStage<T> answer(T result) {
            most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
            CompletableFuture<T> end = new CompletableFuture<>();
            MirrorCompatibility.context().scheduler().internal().execute(() -> {
                inUse.decrementAndGet();
                end.complete(result);
            });
            return end;
        }

        @Override
        public String name() {
            return "endless";
        }

        @Override
        public CompletionStage<Void> ready() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public synchronized CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
            int number = number(key);
            if (number < 0) {
                ReadResult.Found found = control.get(key);
                return answer(found == null ? new ReadResult.Absent() : found);
            }
            return answer(
                    present.get(number)
                            ? new ReadResult.Found(new byte[1 << 10], new Version("v" + number))
                            : new ReadResult.Absent());
        }

        @Override
        public synchronized CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
            int number = number(key);
            boolean there = number < 0 ? control.containsKey(key) : present.get(number);
            return there ? answer(new WriteResult.Conflict()) : put(key, record);
        }

        private CompletionStage<WriteResult> put(String key, byte[] record) {
            int number = number(key);
            Version version = new Version(number < 0 ? "c" + ++versions : "v" + number);
            if (number < 0) {
                control.put(key, new ReadResult.Found(record.clone(), version));
            } else {
                present.set(number);
            }
            return answer(new WriteResult.Stored(version));
        }

        @Override
        public synchronized CompletionStage<WriteResult> replace(
                String key, byte[] record, Version expected, Duration timeout) {
            ReadResult.Found found = control.get(key);
            return found != null && found.version().equals(expected)
                    ? put(key, record)
                    : answer(new WriteResult.Conflict());
        }

        @Override
        public synchronized CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
            control.remove(key);
            return answer(new WriteResult.Stored(expected));
        }

        @Override
        public synchronized CompletionStage<Page> list(PageRequest request, Duration timeout) {
            if (request.prefix().contains("__")) {
                return answer(new Page(List.of(), Optional.empty()));
            }
            int from = present.nextSetBit(request.isFirst() ? 0 : Integer.parseInt(request.cursor()));
            if (from < 0) {
                return answer(new Page(List.of(), Optional.empty()));
            }
            int to = Math.min(RECORDS, from + request.limit());
            List<Listed> entries = IntStream.range(from, to)
                    .filter(present::get)
                    .mapToObj(i -> new Listed(MirrorCompatibility.PREFIX + i, new Version("v" + i)))
                    .toList();
            return answer(new Page(entries, to < RECORDS ? Optional.of("" + to) : Optional.empty()));
        }

        @Override
        public void close() {}
    }
}
