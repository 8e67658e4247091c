package io.durableserver.runtime.sync;

/** How urgently a turn wants its state stored. */
public enum Demand {
    /** When the background sync comes by. */
    NONE,
    /** Soon, but nothing waits for it. */
    BEHIND,
    /** Before anything leaves. */
    STRICT,
    /** As strict, and even when nothing changed. */
    FORCED
}
