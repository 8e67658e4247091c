package io.durableserver.backend.mirror.rollout;

import java.util.Locale;

/** One of the two stores of a mirror. */
public enum Side {
    /** The store the records were in before the rollout. */
    SOURCE,
    /** The store they are going to. */
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
