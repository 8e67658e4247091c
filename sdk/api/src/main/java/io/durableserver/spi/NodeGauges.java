package io.durableserver.spi;

import java.util.List;

/** The figures of a node, read when somebody wants them: nothing is counted for them before. Any thread. */
public interface NodeGauges {
    /**
     * What a node holds now.
     *
     * @param pendingCalls calls made here that wait for a reply
     * @param leaseLeftNanos until serving stops unless the lease is renewed; 0 when it is over
     * @param types one for each of {@link NodeGauges#types}, in their order
     */
    record Snapshot(int pendingCalls, long leaseLeftNanos, List<OfType> types) {
        public Snapshot {
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
     */
    record OfType(
            String type,
            int starting,
            int running,
            int stopping,
            long waiting,
            int fullest,
            long heldOutputs,
            int unsaved) {}

    /** The prefix of the node. */
    String prefix();

    /** Its session. */
    Session session();

    /** The names of its types; the place of each is its number for {@link RuntimeHooks}. */
    List<String> types();

    /** Looks at every server of the node: some milliseconds for 100,000 of them. */
    Snapshot read();
}
