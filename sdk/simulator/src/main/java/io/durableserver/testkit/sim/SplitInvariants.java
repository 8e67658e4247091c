package io.durableserver.testkit.sim;

import io.durableserver.runtime.record.ClaimRecord;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Never both sides of a split step down, and none does that no settlement in the store names; by every claim the store has
 * ever had, which no node knows.
 */
public final class SplitInvariants {
    private final Simulation simulation;
    private final Set<String> named = new HashSet<>();
    private @Nullable ClaimRecord last;

    public SplitInvariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /** The store has this claim now. */
    public void claimed(SimNode by, ClaimRecord claim) {
        simulation.trace("claim", by.session(), claim);
        ClaimRecord before = last;
        if (claim.settled()) {
            if (before != null && before.settled()) {
                broken("what was settled was settled otherwise by " + by.session());
            }
            if (claim.down().contains(claim.claimant().incarnation())
                    && claim.down().contains(by.session().incarnation())) {
                broken(by.session() + " settled that both sides step down: " + claim.down());
            }
            named.addAll(claim.down());
        }
        last = claim;
    }

    /** A process leaves its cluster to join another one. */
    public void steppedDown(SimNode node) {
        if (!named.contains(node.session().incarnation())) {
            broken(node.session() + " steps down, and was never named");
        }
    }

    private void broken(String message) {
        simulation.fail("split", message);
    }
}
