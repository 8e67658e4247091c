package io.durableserver.ignite.transport;

/** How far the messages of one session have been handed on. Frames of one session come one after another. */
final class Inbound {
    private static final long ACKNOWLEDGE_EVERY = 1L << 20;

    private volatile long consumed;
    private volatile long acknowledged;

    /** Whether a data frame that ends here comes after all that came before. */
    boolean inOrder(long offset) {
        return offset >= consumed;
    }

    /** Notes the end of a frame; true when it is time to acknowledge. */
    boolean consumed(long offset) {
        consumed = offset;
        return offset - acknowledged >= ACKNOWLEDGE_EVERY;
    }

    /** What to acknowledge. */
    long acknowledge() {
        acknowledged = consumed;
        return consumed;
    }
}
