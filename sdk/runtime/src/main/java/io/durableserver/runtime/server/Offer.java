package io.durableserver.runtime.server;

/** What became of a message that was offered to an activation. */
public enum Offer {
    ACCEPTED,
    FULL,
    NOT_HERE
}
