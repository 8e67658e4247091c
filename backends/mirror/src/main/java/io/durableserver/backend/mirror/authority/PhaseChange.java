package io.durableserver.backend.mirror.authority;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.control.RolloutRecord;
import io.durableserver.backend.mirror.control.Standing;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Changes of the phase that leave the authority where it is: each is one conditional write. */
public final class PhaseChange {
    private final Control control;
    private final PhaseWatch watch;

    public PhaseChange(Control control, PhaseWatch watch) {
        this.control = control;
        this.watch = watch;
    }

    /** Changes the phase from one of these; does nothing where it is there already. Fails with {@code NOT_READY} in another phase. */
    public CompletableFuture<RolloutRecord> change(Set<Phase> from, Phase to) {
        Side side = to.holder();
        return control.rollout(side).thenCompose(found -> {
            Optional<RolloutRecord> now = found.map(Versioned::record).filter(RolloutRecord::owns);
            if (now.isEmpty() || !from.contains(now.get().phase())) {
                return Standing.read(control).<RolloutRecord>thenApply(standing -> {
                    throw refused(standing.phase(), from);
                });
            }
            if (now.get().phase() == to) {
                return CompletableFuture.completedFuture(now.get());
            }
            RolloutRecord next = control.rollout(side, to, now.get().revision() + 1);
            return control.write(found, next)
                    .thenCompose(written -> watch.refresh().thenApply(looked -> next));
        });
    }

    /** The refusal of an operation in a phase that does not allow it. */
    public static NotAppliedException refused(Phase now, Set<Phase> needed) {
        return new NotAppliedException(
                Reason.NOT_READY,
                "The rollout is not in a phase for this",
                Map.of("phase", now.wireName(), "needed", needed));
    }
}
