package io.durableserver.runtime.testing;

/** How many random cases a test of this module tries, and from which seed on; {@code Effort} of the testkit says it elsewhere. */
public final class Tries {
    /** Multiplies the counts. */
    public static final int EFFORT = Integer.getInteger("durableserver.effort", 1);

    /** The first seed: a nightly run tries others than every build does. */
    public static final long FIRST = Long.getLong("durableserver.seeds.from", 0);

    private Tries() {}
}
