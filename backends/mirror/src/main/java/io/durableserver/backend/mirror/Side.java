package io.durableserver.backend.mirror;

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

    /** Its name in control records. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
