package io.durableserver.backend.mirror.authority;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.control.RolloutRecord;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Passes the authority from one store to the other, or back. Both stores never have it, however many actors try the same at
 * the same time and wherever one of them dies (P1).
 *
 * <p>Each actor first writes a pause into the record of the store that gives, then one into the record of the store that
 * takes, then makes sure that the first is still its own. Only then may it write the record that owns, and only over the
 * pause it wrote itself. Of two actors, the one that comes second to the giver's record takes away what the first one's last
 * write depends on: in the giver's record at once, in the taker's with its second step. If the first one's last write is
 * there already, the second actor's second step meets it and stops.
 */
public final class AuthorityTransfer {
    private final Control control;

    public AuthorityTransfer(Control control) {
        this.control = control;
    }

    /**
     * A pause of this actor.
     *
     * @param giver the side that had the authority
     */
    public record Claim(Side giver, Versioned<RolloutRecord> given, Versioned<RolloutRecord> taken) {
        public long revision() {
            return given.record().revision();
        }

        private Versioned<RolloutRecord> of(Side side) {
            return side == giver ? given : taken;
        }
    }

    /** Begins a pause, or takes one over. Fails with {@code FENCED} when another actor is faster. */
    public CompletableFuture<Claim> take(Side giver) {
        return control.rollout(giver)
                .thenCompose(gives -> control.rollout(giver.other()).thenCompose(takes -> pause(giver, gives, takes)));
    }

    private CompletableFuture<Claim> pause(
            Side giver, Optional<Versioned<RolloutRecord>> gives, Optional<Versioned<RolloutRecord>> takes) {
        if (gives.isEmpty()) {
            throw missing(giver);
        }
        Optional<RolloutRecord> given = takes.map(Versioned::record).filter(RolloutRecord::owns);
        Phase now = given.orElse(gives.get().record()).phase();
        if (given.isPresent() || now.holder() != giver || now == Phase.RETIRED) {
            throw fenced(
                    "Another operator or node was faster: the phase of the rollout is " + now.wireName() + " by now",
                    giver);
        }
        Phase phase = giver == Side.SOURCE ? Phase.CUTTING_OVER : Phase.ROLLING_BACK;
        long before = Math.max(
                gives.get().record().revision(),
                takes.map(record -> record.record().revision()).orElse(0L));
        long revision = before + 1;
        return control.write(gives, control.rollout(giver, phase, revision))
                .thenCompose(mine -> control.write(takes, control.rollout(giver.other(), phase, revision))
                        .thenCompose(other -> stillMine(new Claim(giver, mine, other))));
    }

    private CompletableFuture<Claim> stillMine(Claim claim) {
        return control.rollout(claim.giver()).thenApply(now -> {
            if (now.isEmpty()) {
                throw missing(claim.giver());
            }
            if (!now.get().version().equals(claim.given().version())) {
                throw fenced("Another operator or node has taken over the pause of the rollout", claim.giver());
            }
            return claim;
        });
    }

    /** Ends the pause: this side has the authority from now on. Fails with {@code FENCED} when the pause was taken over. */
    public CompletableFuture<RolloutRecord> give(Claim claim, Side owner) {
        RolloutRecord next = control.rollout(owner, phaseOf(owner), claim.revision() + 1);
        return control.write(Optional.of(claim.of(owner)), next).thenApply(Versioned::record);
    }

    /** Undoes the pause, if there is one. Fails with {@code NOT_READY} when there is none. */
    public CompletableFuture<RolloutRecord> giveBack() {
        return control.rollout(Side.SOURCE)
                .thenCombine(control.rollout(Side.TARGET), AuthorityTransfer::giver)
                .thenCompose(giver -> take(giver).thenCompose(claim -> give(claim, giver)));
    }

    /** Takes away what a pause that is still on its way depends on. Fails with {@code FENCED} when it was faster. */
    public CompletableFuture<Void> moveOn(Side owner) {
        return control.rollout(owner).thenCompose(now -> {
            RolloutRecord record = now.map(Versioned::record).orElseThrow(() -> missing(owner));
            if (!record.owns()) {
                throw fenced("The phase of the rollout is " + record.phase().wireName() + " by now", owner);
            }
            return control.write(now, control.rollout(owner, record.phase(), record.revision() + 1))
                    .thenAccept(written -> {});
        });
    }

    /** The phase that begins when a store gets the authority, or gets it back. */
    public static Phase phaseOf(Side owner) {
        return owner == Side.SOURCE ? Phase.VERIFY : Phase.CUT_OVER;
    }

    private static Side giver(Optional<Versioned<RolloutRecord>> source, Optional<Versioned<RolloutRecord>> target) {
        RolloutRecord one = source.map(Versioned::record).orElseThrow(() -> missing(Side.SOURCE));
        RolloutRecord newest = target.map(Versioned::record)
                .filter(two -> two.revision() > one.revision())
                .orElse(one);
        if (!newest.phase().paused()) {
            throw new NotAppliedException(
                    Reason.NOT_READY,
                    "There is no pause of the rollout to undo",
                    Map.of("phase", newest.phase().wireName()));
        }
        return newest.phase().holder();
    }

    /** Whether another actor has ended the pause already. */
    public static boolean isNoPause(Throwable failure) {
        return Futures.unwrap(failure) instanceof NotAppliedException none && none.reason() == Reason.NOT_READY;
    }

    private static NotAppliedException missing(Side side) {
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                "A store does not show its rollout record, which must be there",
                Map.of("side", side.wireName()));
    }

    private static NotAppliedException fenced(String message, Side giver) {
        return new NotAppliedException(Reason.FENCED, message, Map.of("side", giver.wireName()));
    }
}
