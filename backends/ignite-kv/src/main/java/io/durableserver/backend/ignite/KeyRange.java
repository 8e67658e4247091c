package io.durableserver.backend.ignite;

import org.apache.ignite.lang.IgniteBiPredicate;

/** Runs on the partition's node: keys with a prefix, behind a key. Field names are part of the wire form. */
final class KeyRange implements IgniteBiPredicate<String, byte[]> {
    private static final long serialVersionUID = 1L;

    private final String prefix;
    private final String after;

    KeyRange(String prefix, String after) {
        this.prefix = prefix;
        this.after = after;
    }

    @Override
    public boolean apply(String key, byte[] value) {
        return key.startsWith(prefix) && (after.isEmpty() || key.compareTo(after) > 0);
    }
}
