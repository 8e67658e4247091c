package io.durableserver.testkit.backend;

import io.durableserver.spi.Backend.Page;
import java.util.List;
import java.util.Optional;

/** The cursors of a {@link LyingBackend}: those of the store behind it, and one for the start, which the store has none for. */
final class Cursors {
    private static final String START = "start";
    private static final String AFTER = "after ";

    private Cursors() {}

    /** The store's cursor. */
    static Optional<String> inner(Optional<String> outer) {
        return outer.filter(cursor -> cursor.startsWith(AFTER)).map(cursor -> cursor.substring(AFTER.length()));
    }

    /** The store's page, with a cursor that {@link #inner} understands. */
    static Page outer(Page page) {
        return new Page(page.entries(), page.next().map(cursor -> AFTER + cursor));
    }

    /** A page without keys, before the one that begins there. */
    static Page before(Optional<String> inner) {
        return new Page(
                List.of(), Optional.of(inner.map(cursor -> AFTER + cursor).orElse(START)));
    }
}
