package io.durableserver.backend.mirror.copy;

import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.util.function.Supplier;

/**
 * What is known of an authoritative record apart from what a read says now. A proxy between the node and a store may make up an
 * answer, an absence or an old record; one reading alone therefore settles nothing. It counts at once where it agrees with
 * this, and otherwise only together with a second reading, apart in time. A place later in the record's own count is no
 * evidence: a record of an earlier life of the key may have come further. Nor is what was known long ago: others may have
 * written since, and mirrored it, and what is made up is what the record was then.
 */
public sealed interface Evidence {
    /**
     * Whether a reading says what is known already, so that it counts at once.
     *
     * @param mirror what the mirror showed before it
     */
    boolean agrees(ReadResult reading, ReadResult mirror);

    /** What becomes known from now on; what is known already is not counted any more. */
    static Supplier<Evidence> fromNowOn(Supplier<Evidence> evidence) {
        Evidence old = evidence.get();
        return () -> {
            Evidence now = evidence.get();
            return now.equals(old) ? new None() : now;
        };
    }

    /** Nothing is known: the outcome of a write was unclear, or it was a removal whose counterpart is unknown. */
    record None() implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, ReadResult mirror) {
            return false;
        }
    }

    /** The store has answered that it stored a record of ours with this version. */
    record Wrote(Version version) implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, ReadResult mirror) {
            return shows(reading, version);
        }
    }

    /** A listing, or a look before, has shown this version: that the key is absent now would contradict it. */
    record Shown(Version version) implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, ReadResult mirror) {
            return shows(reading, version);
        }
    }

    /**
     * Looks apart in time found no record, and a listing after them did not have the key.
     *
     * @param extra what the mirror had all the time: any other record may be of a life of the key that began since
     */
    record Gone(Version extra) implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, ReadResult mirror) {
            return reading instanceof ReadResult.Absent && proves(mirror);
        }

        /** Whether it was found of this record of the mirror. */
        boolean proves(ReadResult mirror) {
            return shows(mirror, extra);
        }
    }

    private static boolean shows(ReadResult reading, Version version) {
        return reading instanceof ReadResult.Found found && found.version().equals(version);
    }
}
