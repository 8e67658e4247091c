package io.durableserver.ignite.map;

import java.io.Serializable;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;

/** Removes the mark of one removal, unless something was written since. */
final class DropMark implements EntryProcessor<String, byte[], Boolean>, Serializable {
    private static final long serialVersionUID = 1L;

    private final long operationHigh;
    private final long operationLow;

    DropMark(long operationHigh, long operationLow) {
        this.operationHigh = operationHigh;
        this.operationLow = operationLow;
    }

    /** As {@link CasProcessor#introduce}. */
    static void introduce(Ignite ignite) {
        ignite.binary().toBinary(new DropMark(0, 0));
    }

    @Override
    public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
        byte[] present = entry.getValue();
        if (present != null) {
            Row row = Row.parse(present);
            if (row.isMark() && row.writtenBy(operationHigh, operationLow)) {
                entry.remove();
                return true;
            }
        }
        return false;
    }
}
