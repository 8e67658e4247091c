package io.durableserver.testkit.backend;

import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.PageRequest;
import java.util.List;
import java.util.Optional;

/** The cursors of a {@link LyingBackend}: those of the store behind it, and one for its first page, after one without keys. */
final class Cursors {
    private static final String EMPTY_FIRST = "start";
    private static final String AFTER = "after ";

    private Cursors() {}

    /** The store's cursor. */
    static String inner(String outer) {
        return outer.startsWith(AFTER) ? outer.substring(AFTER.length()) : PageRequest.START;
    }

    /** The store's page, with a cursor that {@link #inner} understands. */
    static Page outer(Page page) {
        return new Page(page.entries(), page.next().map(cursor -> AFTER + cursor));
    }

    /** A page without keys, before the one that begins there. */
    static Page before(String inner) {
        return new Page(List.of(), Optional.of(inner.equals(PageRequest.START) ? EMPTY_FIRST : AFTER + inner));
    }
}
