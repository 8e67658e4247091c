package io.durableserver.backend.mirror.walk;

import io.durableserver.backend.mirror.copy.CopySteps;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport.Kind;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the records of one key over several looks, as a state without I/O. No verdict stands on one reading: not that they
 * are equal (a listing agrees, or another look does), and not that they differ (the next look shows the same).
 */
public final class Looks {
    private static final int MAX = 6;
    private static final int FAILURES = 3;
    /** A reading that was made up makes at most two looks good: its own, and the one that compares with it. */
    private static final int GOOD = 3;

    /** What the looks so far say. */
    sealed interface Verdict {
        /** Nothing yet: look again, apart in time. */
        record Again() implements Verdict {}

        /** The mirror has what the authority has, or what it had at the look before; or the key moves all the time. */
        record Equal() implements Verdict {}

        /**
         * The authority has no record: a question for its listing.
         *
         * @param extra the version that the mirror had at both looks; empty where it has no record either
         */
        record Gone(Optional<Version> extra) implements Verdict {}

        /**
         * They differ.
         *
         * @param shown the authority's version; empty where it cannot be told
         */
        record Differs(Kind kind, Optional<Version> shown) implements Verdict {}
    }

    private final RecordOrder order;
    private final Side authority;
    private final Side lister;
    private final Version listed;
    private @Nullable ReadResult before;
    private @Nullable ReadResult mirrorBefore;
    private @Nullable Kind kindBefore;
    private int looks;
    private int equal;
    private int good;
    private int failures;

    /**
     * Nothing has been looked at yet.
     *
     * @param lister whose listing has shown the key
     * @param listed the version it showed
     */
    Looks(RecordOrder order, Side authority, Side lister, Version listed) {
        this.order = order;
        this.authority = authority;
        this.lister = lister;
        this.listed = listed;
    }

    Verdict onLook(ReadResult mirror, ReadResult wanted) {
        Kind kind = difference(mirror, wanted);
        Verdict verdict = verdict(mirror, wanted, kind);
        if (verdict instanceof Verdict.Again && ++looks == MAX) {
            // It never stood still: the node that changes it mirrors it.
            verdict = kind == Kind.FAILED ? new Verdict.Differs(kind, Optional.empty()) : new Verdict.Equal();
        }
        before = wanted;
        mirrorBefore = mirror;
        kindBefore = kind;
        return verdict;
    }

    private Verdict verdict(ReadResult mirror, ReadResult wanted, @Nullable Kind kind) {
        if (kind == Kind.FAILED) {
            return ++failures == FAILURES ? new Verdict.Differs(kind, Optional.empty()) : new Verdict.Again();
        }
        boolean unmoved = before != null && CopySteps.sameReading(before, wanted);
        if (wanted instanceof ReadResult.Absent && (lister == authority || kind != null)) {
            // Another record of the mirror is of another life of the key, which the look before says nothing of.
            boolean stood = mirrorBefore != null && CopySteps.sameReading(mirrorBefore, mirror);
            return unmoved && stood ? new Verdict.Gone(version(mirror)) : new Verdict.Again();
        }
        if (kind == null) {
            ReadResult listing = lister == authority ? wanted : mirror;
            boolean agreed =
                    listing instanceof ReadResult.Found found && found.version().equals(listed);
            return ++good == GOOD || ++equal == 2 || agreed ? new Verdict.Equal() : new Verdict.Again();
        }
        if (kind == Kind.DIFFERENT && follows(mirror)) {
            return ++good == GOOD ? new Verdict.Equal() : new Verdict.Again();
        }
        return unmoved && kind == kindBefore ? new Verdict.Differs(kind, version(wanted)) : new Verdict.Again();
    }

    /** A key that is written all the time is never caught equal; the mirror has what the authority had then, or later. */
    private boolean follows(ReadResult mirror) {
        if (!(mirror instanceof ReadResult.Found now) || !(before instanceof ReadResult.Found then)) {
            return false;
        }
        return Arrays.equals(now.record(), then.record()) || order.follows(now.record(), then.record());
    }

    private @Nullable Kind difference(ReadResult mirror, ReadResult wanted) {
        if (wanted instanceof ReadResult.Failed || mirror instanceof ReadResult.Failed) {
            return Kind.FAILED;
        }
        if (wanted instanceof ReadResult.Found one && mirror instanceof ReadResult.Found two) {
            if (Arrays.equals(one.record(), two.record())) {
                return null;
            }
            return order.isAhead(two.record(), one.record()) ? Kind.AHEAD : Kind.DIFFERENT;
        }
        if (wanted instanceof ReadResult.Found) {
            return Kind.MISSING;
        }
        return mirror instanceof ReadResult.Found ? Kind.EXTRA : null;
    }

    private static Optional<Version> version(ReadResult reading) {
        return reading instanceof ReadResult.Found found ? Optional.of(found.version()) : Optional.empty();
    }
}
