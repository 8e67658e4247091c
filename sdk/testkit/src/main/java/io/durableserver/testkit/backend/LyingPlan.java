package io.durableserver.testkit.backend;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which requests of a {@link LyingBackend} meet which lies, drawn from a seed. Thread-safe. */
public final class LyingPlan {
    private final Random random;
    private final int percent;
    private final List<Lie> allowed;
    private final Duration longest;
    private volatile boolean on = true;

    /**
     * A plan.
     *
     * @param percent how many requests of a hundred meet a lie, 0 to 100
     * @param allowed the lies they meet
     * @param longest bound of what is late, at most the time of the request
     */
    public LyingPlan(long seed, int percent, Set<Lie> allowed, Duration longest) {
        if (percent < 0 || percent > 100) {
            throw ConfigurationException.option("percent", percent, "0 to 100");
        }
        this.random = new Random(seed);
        this.percent = percent;
        this.allowed = List.copyOf(allowed.isEmpty() ? Set.of() : EnumSet.copyOf(allowed));
        this.longest = longest;
    }

    /** Whether requests meet lies from now on. */
    public void on(boolean value) {
        on = value;
    }

    synchronized Drawn draw(Operation operation, boolean weak, Duration timeout) {
        if (!on || random.nextInt(100) >= percent) {
            return Drawn.TRUTH;
        }
        List<Lie> fitting =
                allowed.stream().filter(lie -> lie.fits(operation, weak)).toList();
        if (fitting.isEmpty()) {
            return Drawn.TRUTH;
        }
        Lie lie = fitting.get(random.nextInt(fitting.size()));
        long bound = Math.max(1, Math.min(longest.toNanos(), timeout.toNanos()));
        boolean late = lie == Lie.LATE_ANSWER || lie == Lie.LATE_EFFECT || lie == Lie.LATE_CREATE;
        // Half of the other answers are there before the method returns.
        boolean delayed = late || random.nextBoolean();
        Duration delay = delayed ? Duration.ofNanos(random.nextLong(bound)) : Duration.ZERO;
        return new Drawn(lie, delay, random.nextInt(Integer.MAX_VALUE));
    }

    /**
     * What one request meets.
     *
     * @param lie null for none
     * @param delay how late
     * @param number for whatever else the lie has to choose
     */
    record Drawn(@Nullable Lie lie, Duration delay, int number) {
        static final Drawn TRUTH = new Drawn(null, Duration.ZERO, 0);

        boolean is(Lie wanted) {
            return lie == wanted;
        }

        boolean isRefused() {
            return lie == Lie.REFUSED || lie == Lie.REFUSED_FOR_GOOD;
        }

        boolean even() {
            return number % 2 == 0;
        }

        Backend.Page shuffled(Backend.Page page) {
            List<Backend.Listed> entries = new ArrayList<>(page.entries());
            Collections.shuffle(entries, new Random(number));
            return new Backend.Page(entries, page.next());
        }
    }
}
