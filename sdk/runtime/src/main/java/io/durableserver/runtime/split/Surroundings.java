package io.durableserver.runtime.split;

import io.durableserver.spi.Session;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What a node knows of its cluster, and of nodes outside of it, beyond the membership. Thread-safe; nothing blocks. */
public interface Surroundings {
    /** Now; the sessions are those of the membership. */
    Side side(Set<Session> sessions);

    /** Sessions that left the cluster without saying goodbye, or that this node lost when it left. */
    List<Session> lost();

    /**
     * The discovery addresses outside the cluster at which a node answers now.
     *
     * @param more addresses to ask besides those that are known here
     */
    CompletionStage<Set<String>> answering(Collection<String> more);

    /**
     * Something is wrong, or nothing when the text is empty. Called when it changes.
     *
     * @param divided whether another side lives in the same store, so that one of them is to step down
     */
    void alarm(String text, boolean divided);

    /** Leaves in good order and joins there; the first call counts. */
    void stepDown(List<String> addresses, String why);
}
