package io.durableserver.testkit.backend;

import java.time.Duration;

/** What goes wrong with one request. For a read or a listing every fault but {@link None} is a failed answer. */
public sealed interface Fault {
    /** Nothing. */
    record None() implements Fault {}

    /**
     * The store refuses before any effect: {@code NotApplied}, or a failed read.
     *
     * @param retryable what the result says about trying again
     */
    record Refused(boolean retryable) implements Fault {}

    /** The request is lost: {@code Unknown}, and it never has an effect. */
    record LostRequest() implements Fault {}

    /** The request has its effect and the answer is lost: {@code Unknown}. */
    record LostResponse() implements Fault {}

    /**
     * The request hangs somewhere: {@code Unknown} now, and it reaches the store later, where it still has its effect
     * unless the record's version has moved on.
     *
     * @param delay how much later
     */
    record DelayedEffect(Duration delay) implements Fault {}
}
