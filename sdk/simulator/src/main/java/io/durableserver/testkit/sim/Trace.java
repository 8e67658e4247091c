package io.durableserver.testkit.sim;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened in a simulation: the newest lines, and a hash over all of them that tells two runs apart. */
public final class Trace {
    /** How many lines are kept for a failure report. */
    public static final int KEPT_LINES = 200;

    private static final class Line {
        private final long time;
        private final String what;
        private final @Nullable Object[] details;

        Line(long time, String what, @Nullable Object[] details) {
            this.time = time;
            this.what = what;
            this.details = details;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(96);
            text.append(String.format("%12.6f ", time / 1e9)).append(what);
            for (Object detail : details) {
                text.append(' ').append(detail);
            }
            return text.toString();
        }
    }

    private final Line[] ring = new Line[KEPT_LINES];
    private final @Nullable PrintStream echo;
    private long count;
    private long hash = 17;

    /** A trace that also prints every line here, when not null. */
    Trace(@Nullable PrintStream echo) {
        this.echo = echo;
    }

    /**
     * Adds a line. The details are turned into text only when it is read, so they must be immutable.
     *
     * @param time virtual nanoseconds
     */
    void add(long time, String what, @Nullable Object... details) {
        Line line = new Line(time, what, details);
        ring[(int) (count++ % KEPT_LINES)] = line;
        hash = hash * 31 + time;
        hash = hash * 31 + what.hashCode();
        if (echo != null) {
            echo.println(line);
        }
    }

    /** A hash over the times and kinds of all lines so far; equal for two runs that did the same. */
    public long hash() {
        return hash;
    }

    /** The newest lines, oldest first. */
    public List<String> newest() {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - KEPT_LINES); i < count; i++) {
            lines.add(ring[(int) (i % KEPT_LINES)].toString());
        }
        return lines;
    }
}
