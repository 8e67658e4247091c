package io.durableserver.testkit.sim;

/** What a request does where it arrives; its answer may get lost on the way back. */
@FunctionalInterface
interface AtServer<T> {
    T perform();
}
