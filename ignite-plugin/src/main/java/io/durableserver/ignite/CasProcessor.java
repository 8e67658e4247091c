package io.durableserver.ignite;

import java.io.Serializable;
import java.util.UUID;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;
import org.jspecify.annotations.Nullable;

/**
 * One compare-and-set, run on the primary under the entry's lock. Compares the bytes of the user, not the headers.
 *
 * <p>Answer: applied (1 byte, 0 or 1), then the {@link Row} the entry holds now, or nothing when it is absent.
 */
final class CasProcessor implements EntryProcessor<String, byte[], byte[]>, Serializable {
    private static final long serialVersionUID = 1L;

    private final byte @Nullable [] expected;
    private final byte @Nullable [] update;
    private final long operationHigh;
    private final long operationLow;

    /**
     * @param expected what the entry must hold; null when it must be absent
     * @param update what it shall hold; null when it shall be removed
     */
    CasProcessor(byte @Nullable [] expected, byte @Nullable [] update) {
        UUID operation = UUID.randomUUID();
        this.expected = expected;
        this.update = update;
        this.operationHigh = operation.getMostSignificantBits();
        this.operationLow = operation.getLeastSignificantBits();
    }

    /**
     * Tells the cluster of this class; blocks. Otherwise the first one that is sent to another node does, which asks all nodes and
     * holds the cache meanwhile: on a node that was just cut off nobody answers, and its Ignite would never end.
     */
    static void introduce(Ignite ignite) {
        ignite.binary().toBinary(new CasProcessor(null, null));
    }

    @Override
    public byte[] process(MutableEntry<String, byte[]> entry, Object... arguments) {
        byte[] present = entry.getValue();
        Row row = present == null ? null : Row.parse(present);
        if (row != null && row.writtenBy(operationHigh, operationLow)) {
            return answer(true, present);
        }
        boolean matches = row == null ? expected == null : expected != null && row.holds(expected);
        if (!matches) {
            return answer(false, present);
        }
        if (update == null) {
            entry.remove();
            return answer(true, null);
        }
        long revision = row == null ? RowRevisions.first() : RowRevisions.after(row.revision());
        byte[] changed = Row.of(revision, operationHigh, operationLow, update).bytes();
        entry.setValue(changed);
        return answer(true, changed);
    }

    private static byte[] answer(boolean applied, byte @Nullable [] row) {
        byte[] answer = new byte[1 + (row == null ? 0 : row.length)];
        answer[0] = (byte) (applied ? 1 : 0);
        if (row != null) {
            System.arraycopy(row, 0, answer, 1, row.length);
        }
        return answer;
    }
}
