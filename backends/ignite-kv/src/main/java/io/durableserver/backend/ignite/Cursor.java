package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;

/**
 * Where a listing goes on: in this partition, behind this key.
 *
 * @param partition the partition to list next
 * @param after its last key listed; empty for its start
 */
record Cursor(int partition, String after) {
    static final Cursor START = new Cursor(0, "");

    static Cursor parse(String text, int partitions) {
        int colon = text.indexOf(':');
        try {
            int partition = colon < 0 ? -1 : Integer.parseInt(text.substring(0, colon));
            if (partition >= 0 && partition < partitions) {
                return new Cursor(partition, text.substring(colon + 1));
            }
        } catch (NumberFormatException foreign) {
            throw foreign(text);
        }
        throw foreign(text);
    }

    private static ConfigurationException foreign(String text) {
        return ConfigurationException.option("cursor", text, "the next of a page of this backend");
    }

    String text() {
        return partition + ":" + after;
    }
}
