package io.durableserver.testkit.sim;

import java.util.concurrent.CompletionStage;

/** What runs on simulated nodes: started in every process that boots, asked to stop before a process leaves. */
public interface SimHost {
    /** Starts on a process that has just joined. Returns at once. */
    void start(SimNode node);

    /** Stops in good order; the process leaves when the stage completes, in whatever way. */
    CompletionStage<Void> stop(SimNode node);

    /** Puts a copy of some record back into the store, as an operator would; by default does nothing. */
    default void restore(SimNode by) {}
}
