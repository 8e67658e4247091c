package io.durableserver.ignite.map;

import io.durableserver.spi.SharedMap.Cas;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;
import org.jspecify.annotations.Nullable;

/**
 * One compare-and-set, run on the primary under the entry's lock. Compares the bytes of the user, not the headers.
 *
 * <p>Answer: flags (1 byte: 1 applied, 2 present), the revision (8 bytes), then the value the entry holds now.
 */
public final class CasProcessor implements EntryProcessor<String, byte[], byte[]>, Serializable {
    private static final long serialVersionUID = 1L;
    private static final int HEADER = 1 + Long.BYTES;
    private static final int APPLIED = 1;
    private static final int PRESENT = 2;

    private final byte @Nullable [] expected;
    private final byte @Nullable [] update;
    private final @Nullable String reason;
    private final long operationHigh;
    private final long operationLow;

    private CasProcessor(byte @Nullable [] expected, byte @Nullable [] update, @Nullable String reason) {
        UUID operation = UUID.randomUUID();
        this.expected = expected;
        this.update = update;
        this.reason = reason;
        this.operationHigh = operation.getMostSignificantBits();
        this.operationLow = operation.getLeastSignificantBits();
    }

    /**
     * A change.
     *
     * @param expected what the entry must hold; null when it must be absent
     * @param update what it shall hold; null when it shall be removed
     */
    static CasProcessor change(byte @Nullable [] expected, byte @Nullable [] update) {
        return new CasProcessor(expected, update, null);
    }

    /** A removal that leaves a mark with its reason, to be dropped. */
    static CasProcessor mark(byte[] expected, String reason) {
        return new CasProcessor(expected, null, reason);
    }

    /**
     * Tells the cluster of this class; blocks. Otherwise the first one that is sent to another node does, which asks all nodes and
     * holds the cache meanwhile: on a node that was just cut off no other one answers, and its Ignite would never end.
     */
    static void introduce(Ignite ignite) {
        ignite.binary().toBinary(change(null, null));
    }

    long operationHigh() {
        return operationHigh;
    }

    long operationLow() {
        return operationLow;
    }

    @Override
    public byte[] process(MutableEntry<String, byte[]> entry, Object... arguments) {
        byte[] present = entry.getValue();
        Row row = present == null ? null : Row.parse(present);
        if (row != null) {
            RowRevisions.seen(row.revision());
        }
        if (row != null && row.writtenBy(operationHigh, operationLow)) {
            return answer(true, row);
        }
        Row live = row == null || row.isMark() ? null : row;
        boolean matches = live == null ? expected == null : expected != null && live.holds(expected);
        if (!matches || (live == null && update == null)) {
            return answer(matches, live);
        }
        if (update == null && reason == null) {
            entry.remove();
            return answer(true, RowRevisions.removal(live == null ? 0 : live.revision()));
        }
        long revision = row == null ? RowRevisions.first() : RowRevisions.after(row.revision());
        Row changed = update == null
                ? Row.mark(revision, operationHigh, operationLow, reason == null ? "" : reason)
                : Row.of(revision, operationHigh, operationLow, update);
        entry.setValue(changed.bytes());
        return answer(true, changed);
    }

    private static byte[] answer(boolean applied, @Nullable Row row) {
        if (row == null || row.isMark()) {
            return answer(applied, row == null ? 0 : row.revision());
        }
        byte[] value = row.value();
        return ByteBuffer.allocate(HEADER + value.length)
                .put((byte) (applied ? APPLIED | PRESENT : PRESENT))
                .putLong(row.revision())
                .put(value)
                .array();
    }

    private static byte[] answer(boolean applied, long revision) {
        return ByteBuffer.allocate(HEADER)
                .put((byte) (applied ? APPLIED : 0))
                .putLong(revision)
                .array();
    }

    /** What an answer says. */
    static Cas parse(byte[] answer) {
        Optional<byte[]> current = (answer[0] & PRESENT) == 0
                ? Optional.empty()
                : Optional.of(Arrays.copyOfRange(answer, HEADER, answer.length));
        return new Cas(
                (answer[0] & APPLIED) != 0, current, ByteBuffer.wrap(answer).getLong(1));
    }
}
