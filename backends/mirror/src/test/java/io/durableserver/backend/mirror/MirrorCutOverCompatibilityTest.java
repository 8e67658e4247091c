package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.spi.Backend;
import java.util.concurrent.TimeUnit;

/** While the target is the authority. */
final class MirrorCutOverCompatibilityTest extends MirrorCompatibility {
    private boolean cutOver;

    @Override
    protected Backend openBackend() {
        if (!cutOver) {
            cutOver = true;
            cutOver();
        }
        return open(MirrorMode.BEST_EFFORT);
    }

    private void cutOver() {
        Mirror mirror = mirror(MirrorMode.BEST_EFFORT);
        try (Backend backend = mirror.open(context())) {
            backend.ready().toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            Rollout rollout = mirror.rollout(PREFIX);
            Handover end = rollout.backfill(Pace.DEFAULT)
                    .thenCompose(filled -> rollout.cutOver(Pace.DEFAULT))
                    .toCompletableFuture()
                    .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (!(end instanceof Handover.Done)) {
                throw new AssertionError("No cut-over: " + end);
            }
        } catch (Exception failure) {
            throw new AssertionError("No cut-over", failure);
        }
    }
}
