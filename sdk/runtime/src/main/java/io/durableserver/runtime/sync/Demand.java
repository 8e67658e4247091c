package io.durableserver.runtime.sync;

/** How urgently a turn wants its state stored. */
public enum Demand {
    /** A write when the background sync comes by. */
    NONE,
    /** Soon, but nothing waits for it. */
    BEHIND,
    /** A write before anything leaves. */
    STRICT,
    /** A write before anything leaves, even when nothing changed. */
    FORCED
}
