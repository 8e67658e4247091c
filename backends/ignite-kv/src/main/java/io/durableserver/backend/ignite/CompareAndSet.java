package io.durableserver.backend.ignite;

import java.io.Serializable;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;

/**
 * One conditional write, on the primary copy, under the entry's lock. Arguments: the expected token, empty for "absent";
 * then the new value, empty for "remove". Answers whether it was applied.
 *
 * <p>It has no fields, so that its wire form is a type id. Class name and arguments are part of the protocol between
 * nodes of different releases.
 */
final class CompareAndSet implements CacheEntryProcessor<String, byte[], Boolean>, Serializable {
    static final CompareAndSet INSTANCE = new CompareAndSet();
    static final byte[] NONE = new byte[0];

    private static final long serialVersionUID = 1L;

    @Override
    public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
        byte[] expected = (byte[]) arguments[0];
        byte[] value = (byte[]) arguments[1];
        byte[] current = entry.getValue();
        if (current != null && value.length > 0 && StoredValue.hasToken(current, value)) {
            // A token belongs to one write: this is that write, tried again by Ignite.
            return true;
        }
        boolean matches =
                current == null ? expected.length == 0 : expected.length > 0 && StoredValue.hasToken(current, expected);
        if (matches && value.length > 0) {
            entry.setValue(value);
        } else if (matches) {
            entry.remove();
        }
        return matches;
    }
}
