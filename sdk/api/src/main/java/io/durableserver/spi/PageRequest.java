package io.durableserver.spi;

import io.durableserver.ConfigurationException;
import java.util.Optional;

/**
 * What is asked of {@link Backend#list}: one page of the records whose keys start with a prefix.
 *
 * @param prefix how the keys start; empty for all
 * @param cursor {@link #START} for the first page, then {@link Backend.Page#next}
 * @param limit at most this many entries, 1 to {@value #MAX_LIMIT}
 * @param withRecords whether entries shall have their records, where the store has them at hand
 */
public record PageRequest(String prefix, String cursor, int limit, boolean withRecords) {
    /** The cursor of the first page. */
    public static final String START = "";

    /** The most entries of a page. */
    public static final int MAX_LIMIT = 1_000;

    /** The most bytes of records in a page of more than one entry: 4 MiB. */
    public static final int MAX_BYTES = 4 << 20;

    /**
     * A request.
     *
     * @throws ConfigurationException when the limit is out of its bounds
     */
    public PageRequest {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw ConfigurationException.option("limit", limit, "1 to " + MAX_LIMIT);
        }
    }

    /** The first page, of keys and versions. */
    public static PageRequest keys(String prefix, int limit) {
        return new PageRequest(prefix, START, limit, false);
    }

    /** The first page, with records. */
    public static PageRequest records(String prefix, int limit) {
        return new PageRequest(prefix, START, limit, true);
    }

    /** The same of the page that begins there. */
    public PageRequest from(String next) {
        return new PageRequest(prefix, next, limit, withRecords);
    }

    /** The same of the page that comes after this one; empty after the last. */
    public Optional<PageRequest> after(Backend.Page page) {
        return page.next().map(this::from);
    }

    public boolean isFirst() {
        return cursor.equals(START);
    }

    /**
     * Whether a page has room for one more entry, for those who implement a store.
     *
     * @param entries how many it has
     * @param bytes the bytes of their records
     * @param more the bytes of the record that would come; ignored where no records are asked for
     */
    public boolean hasRoom(int entries, long bytes, int more) {
        return entries < limit && (!withRecords || entries == 0 || bytes + more <= MAX_BYTES);
    }
}
