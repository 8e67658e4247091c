package io.durableserver.s3test;

import java.time.Duration;
import java.util.function.UnaryOperator;

/** What a {@link LyingProxy} does with one request. */
public sealed interface Lie {
    /** Nothing: the truth. */
    record None() implements Lie {}

    /** An answer of its own; the store sees nothing. */
    record Instead(Answer answer) implements Lie {}

    /** The store does what was asked, and an answer of its own comes back. */
    record After(Answer answer) implements Lie {}

    /** The store's answer, changed on the way. */
    record Changed(UnaryOperator<Answer> change) implements Lie {}

    /** An answer of its own, and the request reaches the store after it. */
    record Late(Answer answer, Duration delay) implements Lie {}

    /** The request reaches the store twice; the second answer comes back. */
    record Twice() implements Lie {}

    /** The connection breaks in the middle of the store's answer. */
    record Cut() implements Lie {}

    /** The connection breaks before the store sees anything. */
    record Drop() implements Lie {}
}
