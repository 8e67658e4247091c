package io.durableserver;

/**
 * Bounds of one node (P7). Every queue and every size has one.
 *
 * @param mailboxCapacity messages waiting for one server, 16 to 1,048,576; rounded up to a power of two, and the
 *     message that is next
 * @param turnBatch turns one server may run before others get the thread, 1 to 10,000
 * @param stateBytes size of an encoded state, 1 KiB to 256 MiB
 * @param messageBytes size of an encoded message or reply, 1 KiB to 64 MiB
 * @param pendingCalls calls from this node that wait for a reply, 16 to 10,000,000
 * @param locations remembered places of servers on other nodes, 16 to 10,000,000
 * @param gatedOutputs replies and messages of one server that may wait for its writes, 16 to 1,048,576
 * @param timers timers of one server that have not fired, 16 to 1,000,000
 */
public record Limits(
        int mailboxCapacity,
        int turnBatch,
        int stateBytes,
        int messageBytes,
        int pendingCalls,
        int locations,
        int gatedOutputs,
        int timers) {
    /** 16,384 messages, batches of 64, states of 8 MiB, messages of 1 MiB, 1,000,000 calls, 100,000 locations, 10,000 timers. */
    public static final Limits DEFAULT = new Limits(16_384, 64, 8 << 20, 1 << 20, 1_000_000, 100_000, 65_536, 10_000);

    public Limits {
        check("limits.mailboxCapacity", mailboxCapacity, 16, 1 << 20);
        check("limits.turnBatch", turnBatch, 1, 10_000);
        check("limits.stateBytes", stateBytes, 1 << 10, 256 << 20);
        check("limits.messageBytes", messageBytes, 1 << 10, 64 << 20);
        check("limits.pendingCalls", pendingCalls, 16, 10_000_000);
        check("limits.locations", locations, 16, 10_000_000);
        check("limits.gatedOutputs", gatedOutputs, 16, 1 << 20);
        check("limits.timers", timers, 16, 1_000_000);
    }

    /** Limits with as many timers as the default has. */
    public Limits(
            int mailboxCapacity,
            int turnBatch,
            int stateBytes,
            int messageBytes,
            int pendingCalls,
            int locations,
            int gatedOutputs) {
        this(
                mailboxCapacity,
                turnBatch,
                stateBytes,
                messageBytes,
                pendingCalls,
                locations,
                gatedOutputs,
                DEFAULT.timers());
    }

    private static void check(String option, int value, int low, int high) {
        if (value < low || value > high) {
            throw ConfigurationException.option(option, value, low + " to " + high);
        }
    }

    /** The same limits with another mailbox capacity. */
    public Limits withMailboxCapacity(int value) {
        return new Limits(value, turnBatch, stateBytes, messageBytes, pendingCalls, locations, gatedOutputs, timers);
    }

    /** The same limits with another fairness batch. */
    public Limits withTurnBatch(int value) {
        return new Limits(
                mailboxCapacity, value, stateBytes, messageBytes, pendingCalls, locations, gatedOutputs, timers);
    }

    /** The same limits with another state size. */
    public Limits withStateBytes(int value) {
        return new Limits(
                mailboxCapacity, turnBatch, value, messageBytes, pendingCalls, locations, gatedOutputs, timers);
    }

    /** The same limits with another message size. */
    public Limits withMessageBytes(int value) {
        return new Limits(mailboxCapacity, turnBatch, stateBytes, value, pendingCalls, locations, gatedOutputs, timers);
    }

    /** The same limits with another number of pending calls. */
    public Limits withPendingCalls(int value) {
        return new Limits(mailboxCapacity, turnBatch, stateBytes, messageBytes, value, locations, gatedOutputs, timers);
    }

    /** The same limits with another number of timers. */
    public Limits withTimers(int value) {
        return new Limits(
                mailboxCapacity, turnBatch, stateBytes, messageBytes, pendingCalls, locations, gatedOutputs, value);
    }
}
