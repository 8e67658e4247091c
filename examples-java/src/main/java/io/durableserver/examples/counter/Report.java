package io.durableserver.examples.counter;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a caller of {@link Load} tells: first what it is about to do, then how that went. One line each. */
sealed interface Report {
    Pattern ATTEMPT = Pattern.compile("attempt (\\d+) (\\S+) (\\d+)");
    Pattern SETTLED = Pattern.compile("settled (\\d+) (\\S+) acknowledged=(\\d+) not-applied=(\\d+) unknown=(\\d+)");

    /** The number that ties the two together; unique in one life of a node. */
    long batch();

    String key();

    String line();

    /**
     * Printed and flushed before the first increment of a batch is sent.
     *
     * @param count the most increments, by one each, that are going to be sent
     */
    record Attempt(long batch, String key, int count) implements Report {
        @Override
        public String line() {
            return "attempt " + batch + " " + key + " " + count;
        }
    }

    /** Printed when the outcome of each increment that was sent is as known as it will ever be. */
    record Settled(long batch, String key, int acknowledged, int notApplied, int unknown) implements Report {
        @Override
        public String line() {
            return "settled %d %s acknowledged=%d not-applied=%d unknown=%d"
                    .formatted(batch, key, acknowledged, notApplied, unknown);
        }

        int sent() {
            return acknowledged + notApplied + unknown;
        }
    }

    /** The report in a line; empty when the line is something else. */
    static Optional<Report> parse(String line) {
        Matcher attempt = ATTEMPT.matcher(line);
        if (attempt.matches()) {
            return Optional.of(new Attempt(
                    Long.parseLong(attempt.group(1)), attempt.group(2), Integer.parseInt(attempt.group(3))));
        }
        Matcher settled = SETTLED.matcher(line);
        if (settled.matches()) {
            return Optional.of(new Settled(
                    Long.parseLong(settled.group(1)),
                    settled.group(2),
                    Integer.parseInt(settled.group(3)),
                    Integer.parseInt(settled.group(4)),
                    Integer.parseInt(settled.group(5))));
        }
        return Optional.empty();
    }
}
