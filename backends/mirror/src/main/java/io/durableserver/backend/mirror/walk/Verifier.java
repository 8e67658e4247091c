package io.durableserver.backend.mirror.walk;

import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import java.util.concurrent.CompletableFuture;

/** Compares all records of the two stores; see {@link Verification}. */
@FunctionalInterface
public interface Verifier {
    /** Fails with a {@link io.durableserver.NotAppliedException} when a store cannot be listed. */
    CompletableFuture<VerificationReport> verify(Side authority, Repair repair, Pace pace);
}
