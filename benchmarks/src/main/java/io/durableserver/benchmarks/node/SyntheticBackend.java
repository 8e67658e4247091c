package io.durableserver.benchmarks.node;

import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/**
 * A store of many records of 1 KiB that takes no heap for them: a record is made when it is read, and of a written one only
 * is remembered that it is there. Other keys, such as control records, are kept.
 */
public final class SyntheticBackend implements Backend {
    private static final int RECORD_BYTES = 1_024;
    private static final int DIGITS = 9;

    private final String first;
    private final int records;
    private final BitSet present;
    private final Map<String, Kept> others = new TreeMap<>();
    private long versions;
    private long written;
    private LongConsumer onWrite = count -> {};

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(byte[] record, Version version) {}

    private SyntheticBackend(String prefix, int records, boolean full) {
        this.first = prefix + "record-";
        this.records = records;
        this.present = new BitSet(records);
        if (full) {
            present.set(0, records);
        }
    }

    /** A store that has all records. */
    public static SyntheticBackend full(String prefix, int records) {
        return new SyntheticBackend(prefix, records, true);
    }

    /** A store that has none of them yet. */
    public static SyntheticBackend empty(String prefix, int records) {
        return new SyntheticBackend(prefix, records, false);
    }

    /** Tells how many records were written, after each. */
    public synchronized void onWrite(LongConsumer listener) {
        onWrite = listener;
    }

    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        int number = number(key);
        ReadResult result;
        if (number >= 0) {
            result = present.get(number)
                    ? new ReadResult.Found(record(number), version(number))
                    : new ReadResult.Absent();
        } else {
            Kept kept = others.get(key);
            result = kept == null ? new ReadResult.Absent() : new ReadResult.Found(kept.record.clone(), kept.version);
        }
        return CompletableFuture.completedFuture(result);
    }

    @Override
    public synchronized CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        int number = number(key);
        if (number < 0) {
            return CompletableFuture.completedFuture(
                    others.containsKey(key) ? new WriteResult.Conflict() : keep(key, record));
        }
        if (present.get(number)) {
            return CompletableFuture.completedFuture(new WriteResult.Conflict());
        }
        present.set(number);
        onWrite.accept(++written);
        return CompletableFuture.completedFuture(new WriteResult.Stored(version(number)));
    }

    @Override
    public synchronized CompletionStage<WriteResult> replace(
            String key, byte[] record, Version expected, Duration timeout) {
        Kept kept = others.get(key);
        return CompletableFuture.completedFuture(
                kept != null && kept.version.equals(expected) ? keep(key, record) : new WriteResult.Conflict());
    }

    @Override
    public synchronized CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        Kept kept = others.get(key);
        if (kept == null || !kept.version.equals(expected)) {
            return CompletableFuture.completedFuture(new WriteResult.Conflict());
        }
        others.remove(key);
        return CompletableFuture.completedFuture(new WriteResult.Stored(expected));
    }

    @Override
    public synchronized CompletionStage<Page> list(PageRequest request, Duration timeout) {
        List<Listed> page = new ArrayList<>();
        int next = request.isFirst() ? -1 : Integer.parseInt(request.cursor());
        if (next < 0) {
            others.forEach((key, kept) -> {
                if (key.startsWith(request.prefix())) {
                    page.add(new Listed(key, kept.version));
                }
            });
            next = 0;
        }
        int number = present.nextSetBit(next);
        while (number >= 0 && page.size() < request.limit()) {
            String key = key(number);
            if (key.startsWith(request.prefix())) {
                page.add(new Listed(key, version(number)));
            }
            number = present.nextSetBit(number + 1);
        }
        return CompletableFuture.completedFuture(
                new Page(page, number < 0 ? Optional.empty() : Optional.of(Integer.toString(number))));
    }

    @Override
    public void close() {}

    private WriteResult keep(String key, byte[] record) {
        Version version = new Version("kept-" + ++versions);
        others.put(key, new Kept(record.clone(), version));
        return new WriteResult.Stored(version);
    }

    private String key(int number) {
        return first + String.format("%0" + DIGITS + "d", number);
    }

    /** -1 for a key that is none of the records'. */
    private int number(String key) {
        if (!key.startsWith(first) || key.length() != first.length() + DIGITS) {
            return -1;
        }
        int number = Integer.parseInt(key.substring(first.length()));
        return number < records ? number : -1;
    }

    private static Version version(int number) {
        return new Version("made-" + number);
    }

    /** As the runtime writes them, filled up to its size. */
    private static byte[] record(int number) {
        String head = "{\"format\":1,\"kind\":\"server\",\"type\":\"bench\",\"schema\":1,\"status\":\"running\","
                + "\"owner\":{\"node\":\"n\",\"incarnation\":\"1\"},\"epoch\":1,\"writes\":" + (number + 1)
                + ",\"state\":\"";
        String end = "\"}";
        return (head + "x".repeat(RECORD_BYTES - head.length() - end.length()) + end)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
