package io.durableserver.backend.ignite;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;

/**
 * Conditional writes of several keys, each as {@link CompareAndSet} does it. Arguments: the keys, sorted; then for each key
 * the expected token; then for each key the new value.
 *
 * <p>It has no fields: Ignite sends the processor once for each key, but the arguments once for all. Class name and
 * arguments are part of the protocol between nodes of different releases.
 */
final class CompareAndSetAll implements CacheEntryProcessor<String, byte[], Boolean>, Serializable {
    static final CompareAndSetAll INSTANCE = new CompareAndSetAll();

    private static final long serialVersionUID = 1L;

    /** The arguments for writes in the order of their keys. */
    static Object[] arguments(Collection<WriteRequest> writes) {
        return new Object[] {
            writes.stream().map(WriteRequest::key).toArray(String[]::new),
            writes.stream().map(WriteRequest::expected).toArray(byte[][]::new),
            writes.stream().map(WriteRequest::value).toArray(byte[][]::new)
        };
    }

    @Override
    public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
        int index = Arrays.binarySearch((Object[]) arguments[0], entry.getKey());
        if (index < 0) {
            throw new IllegalArgumentException("No write for this key");
        }
        // Ignite may hand an array of arrays over as an array of objects.
        return CompareAndSet.INSTANCE.process(
                entry, ((Object[]) arguments[1])[index], ((Object[]) arguments[2])[index]);
    }
}
