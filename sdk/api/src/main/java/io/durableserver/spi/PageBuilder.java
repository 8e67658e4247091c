package io.durableserver.spi;

import io.durableserver.spi.SharedMap.Entry;
import io.durableserver.spi.SharedMap.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A page of a {@link SharedMap} while it is read, for those who implement one: holds at most the entries that were asked
 * for, and at most {@value SharedMap#MAX_PAGE_BYTES} bytes unless a single entry is larger. Not thread-safe.
 */
public final class PageBuilder {
    private final int limit;
    private final List<Entry> entries = new ArrayList<>();
    private long bytes;

    /**
     * An empty page.
     *
     * @throws IllegalArgumentException when the limit is none, see {@link SharedMap#scan}
     */
    public PageBuilder(int limit) {
        this.limit = SharedMap.checkLimit(limit);
    }

    /** The size of an entry, as the bound of a page counts it. */
    public static long size(String key, byte[] value) {
        return key.length() + (long) value.length;
    }

    /** Adds an entry; false when the page has no room for it. */
    public boolean add(Entry entry) {
        long size = size(entry.key(), entry.value());
        if (entries.size() == limit || (!entries.isEmpty() && bytes + size > SharedMap.MAX_PAGE_BYTES)) {
            return false;
        }
        bytes += size;
        entries.add(entry);
        return true;
    }

    /** How many more entries the limit allows. */
    public int room() {
        return limit - entries.size();
    }

    /** How many more bytes the bound allows; anything may be added to an empty page. */
    public long roomBytes() {
        return SharedMap.MAX_PAGE_BYTES - bytes;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The key that was added last, of a page that is not empty. */
    public String lastKey() {
        return entries.get(entries.size() - 1).key();
    }

    /** The page, with more after it. */
    public Page before(String next) {
        return new Page(entries, Optional.of(next));
    }

    /** The page, with nothing after it. */
    public Page last() {
        return new Page(entries, Optional.empty());
    }
}
