package io.durableserver.backend.mirror;

import java.util.concurrent.CompletableFuture;

/** Compares all records of the two stores; see {@link Verification}. */
@FunctionalInterface
interface Verifier {
    /** Fails with a {@link io.durableserver.NotAppliedException} when a store cannot be listed. */
    CompletableFuture<VerificationReport> verify(Side authority, Repair repair, Pace pace);
}
