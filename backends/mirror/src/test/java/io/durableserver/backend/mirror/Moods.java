package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.Lies.Liar;
import io.durableserver.backend.mirror.control.ControlFormat;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.ReadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A liar by seed. It lies in spells: about one key, about all of them (a proxy without a route), or in listings. A spell is
 * shorter than {@code secondLook}, and the next one about the same thing comes much later: so two readings apart in time are
 * independent, as the mirror takes them to be. Only what the mirror asks on its own account is lied about, which its request
 * timeout tells; what a store says to a client passes through the mirror as it is. It likes best to lie in a pause.
 */
final class Moods implements Liar {
    private static final String ALL = "*";
    private static final String ROLLOUT = "__rollout/default";
    private static final long QUIET_NANOS = 15_000_000_000L;
    private static final double IN_PAUSE = 0.3;

    private final World world;
    private final Random random;
    private final long spellNanos;
    private final Duration requestTimeout;
    private final double rate;
    private final Map<String, Spell> spells = new HashMap<>();
    private long lies;
    private boolean paused;

    private enum Kind {
        ABSENT,
        OLD,
        SHORT,
        TWICE
    }

    private record Spell(Kind kind, long until, long quietUntil) {}

    Moods(World world, long seed, Duration secondLook, Duration requestTimeout, double rate) {
        this.world = world;
        this.random = new Random(seed);
        this.spellNanos = secondLook.toNanos() * 4 / 5;
        this.requestTimeout = requestTimeout;
        this.rate = rate;
    }

    /** How many answers were made up. */
    long lies() {
        return lies;
    }

    @Override
    public ReadResult get(String key, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
        if (!timeout.equals(requestTimeout)) {
            return truth;
        }
        if (key.endsWith(ROLLOUT) && truth instanceof ReadResult.Found found) {
            paused = ControlFormat.rollout(key, found.record()).phase().paused();
        }
        boolean all = lying(ALL, rate / 200, Kind.ABSENT) != null;
        Kind kind = all ? Kind.ABSENT : lying(key, often(rate), random.nextInt(3) == 0 ? Kind.OLD : Kind.ABSENT);
        if (kind == null || (kind == Kind.OLD && past.size() < 2)) {
            return truth;
        }
        lies++;
        return kind == Kind.OLD ? past.get(random.nextInt(past.size() - 1)) : new ReadResult.Absent();
    }

    @Override
    public Page list(String prefix, Page truth) {
        Kind kind = lying("list " + prefix, often(rate * 5), random.nextInt(3) == 0 ? Kind.TWICE : Kind.SHORT);
        if (kind == null || truth.entries().isEmpty()) {
            return truth;
        }
        lies++;
        List<Listed> entries = new ArrayList<>(truth.entries());
        if (kind == Kind.TWICE) {
            entries.add(entries.get(random.nextInt(entries.size())));
        } else if (random.nextBoolean()) {
            entries.subList(random.nextInt(entries.size()), entries.size()).clear();
        } else {
            entries.removeIf(entry -> random.nextBoolean());
        }
        return new Page(entries, truth.next());
    }

    private double often(double chance) {
        return paused ? Math.max(chance, IN_PAUSE) : chance;
    }

    private @Nullable Kind lying(String about, double chance, Kind kind) {
        Spell spell = spells.get(about);
        if (spell != null && world.now() < spell.until()) {
            return spell.kind();
        }
        if ((spell != null && world.now() < spell.quietUntil()) || random.nextDouble() >= chance) {
            return null;
        }
        long until = world.now() + (long) (random.nextDouble() * spellNanos);
        spells.put(about, new Spell(kind, until, until + QUIET_NANOS));
        return kind;
    }
}
