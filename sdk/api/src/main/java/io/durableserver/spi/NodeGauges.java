package io.durableserver.spi;

import java.util.List;

/** The figures of a node, read when somebody wants them: nothing is counted for them before. Any thread. */
public interface NodeGauges {
    /**
     * What a node holds now.
     *
     * @param pendingCalls calls made here that wait for a reply
     * @param leaseLeftNanos until serving stops unless the lease is renewed; 0 when it is over
     * @param leaseNanos what is left of the lease when it was just renewed
     * @param locations places of servers that are remembered, roughly
     * @param directoryEntries entries of the directory that this node arbitrates, roughly
     * @param queuedMessages messages that wait on this node to leave for others
     * @param queuedBytes of those messages
     * @param pools the threads of the node; empty in the simulator
     * @param types one for each of {@link NodeGauges#types}, in their order
     */
    record Snapshot(
            int pendingCalls,
            long leaseLeftNanos,
            long leaseNanos,
            long locations,
            long directoryEntries,
            long queuedMessages,
            long queuedBytes,
            List<Scheduler.PoolUse> pools,
            List<OfType> types) {
        /** All is zero, as when the node is closed. */
        public static Snapshot nothing(List<OfType> types) {
            return new Snapshot(0, 0, 0, 0, 0, 0, 0, List.of(), types);
        }

        public Snapshot {
            pools = List.copyOf(pools);
            types = List.copyOf(types);
        }
    }

    /**
     * The servers of one type.
     *
     * @param waiting messages in all mailboxes
     * @param fullest messages in the fullest mailbox
     * @param heldOutputs replies and messages that wait for the store
     * @param unsaved servers with a change that is not stored
     * @param oldestUnsavedNanos the age of the oldest of these changes: what a crash of the node would lose
     */
    record OfType(
            String type,
            int starting,
            int running,
            int stopping,
            long waiting,
            int fullest,
            long heldOutputs,
            int unsaved,
            long oldestUnsavedNanos) {}

    /** The prefix of the node. */
    String prefix();

    /** Its session. */
    Session session();

    /** The name of its store, see {@link Backend#name}. */
    String store();

    /** The names of its types; the place of each is its number for {@link RuntimeHooks}. */
    List<String> types();

    /** Looks at every server of the node: some milliseconds for 100,000 of them. */
    Snapshot read();
}
