package io.durableserver.backend.mirror.data;

import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Version;
import java.util.Optional;

/**
 * Version tokens as the mirror hands them out: the token of one store, marked with the store it is from, so that it can
 * never be taken for one of the other. Cursors of listings are marked in the same way.
 */
public final class Tokens {
    private static final String SOURCE = "s:";
    private static final String TARGET = "t:";

    private Tokens() {}

    /** A token of one store. */
    record Marked(Side side, Version raw) {}

    static Version mark(Side side, Version raw) {
        return new Version(mark(side, raw.token()));
    }

    static String mark(Side side, String raw) {
        return (side == Side.SOURCE ? SOURCE : TARGET) + raw;
    }

    /** Empty for a token no mirror made: no record has it. */
    static Optional<Marked> parse(Version version) {
        return parseSide(version.token())
                .map(side -> new Marked(side, new Version(version.token().substring(2))));
    }

    static Optional<Side> parseSide(String marked) {
        if (marked.startsWith(SOURCE)) {
            return Optional.of(Side.SOURCE);
        }
        return marked.startsWith(TARGET) ? Optional.of(Side.TARGET) : Optional.empty();
    }
}
