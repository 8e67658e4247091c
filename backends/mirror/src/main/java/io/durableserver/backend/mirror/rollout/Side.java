package io.durableserver.backend.mirror.rollout;

import java.util.Locale;

/** One of the two stores of a mirror. */
public enum Side {
    /** Where the records were before the rollout. */
    SOURCE,
    /** Where they are going. */
    TARGET;

    /** The other store. */
    public Side other() {
        return this == SOURCE ? TARGET : SOURCE;
    }

    /** Its name in control records, and in the details of errors. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
