package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.VerificationReport.Kind;
import io.durableserver.spi.ReadResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Compares all records of the two stores: every key of the authority with the mirror, then every key of the mirror that the
 * authority does not have. Writes may go on meanwhile; a key that differs is looked at again before it is counted.
 */
final class Verification {
    private static final int LOOKS = 3;

    private final Parts parts;
    private final Side authority;
    private final Repair repair;
    private final Pace pace;
    private final Findings findings = new Findings();

    Verification(Parts parts, Side authority, Repair repair, Pace pace) {
        this.parts = parts;
        this.authority = authority;
        this.repair = repair;
        this.pace = pace;
    }

    /** Fails with a {@link io.durableserver.NotAppliedException} when a store cannot be listed. */
    CompletableFuture<VerificationReport> run() {
        long started = parts.time().nanoTime();
        return walk(authority, this::visit)
                .thenCompose(walked -> walk(authority.other(), this::visitExtra))
                .thenApply(walked ->
                        findings.report(authority, Duration.ofNanos(parts.time().nanoTime() - started)));
    }

    private CompletableFuture<Void> walk(Side side, Function<String, CompletableFuture<?>> visit) {
        return new PageWalk(parts, pace)
                .run(
                        side,
                        Optional.empty(),
                        entry -> visit.apply(entry.key()),
                        next -> CompletableFuture.completedFuture(null));
    }

    /** Keys that are in both stores were compared in the first walk, or came into the authority since. */
    private CompletableFuture<?> visitExtra(String key) {
        return parts.sides()
                .get(authority, key)
                .thenCompose(result ->
                        result instanceof ReadResult.Found ? CompletableFuture.completedFuture(null) : visit(key));
    }

    private CompletableFuture<Void> visit(String key) {
        return repair == Repair.NONE ? look(key, 1, new ReadResult.Absent()) : mend(key, 1);
    }

    private CompletableFuture<Void> mend(String key, int attempt) {
        return parts.copier()
                .copy(authority, key, repair == Repair.AUTHORITY_WINS)
                .thenCompose(copied -> {
                    if (copied instanceof Copied.Failed && attempt < LOOKS) {
                        return later(() -> mend(key, attempt + 1));
                    }
                    note(key, copied);
                    return CompletableFuture.completedFuture(null);
                });
    }

    /** A key that somebody else mirrors at this moment is followed, so it needs no repair. */
    private void note(String key, Copied copied) {
        if (copied instanceof Copied.Same same && same.wrote()) {
            findings.repaired();
        } else if (copied instanceof Copied.Same || copied instanceof Copied.Busy) {
            findings.equal();
        } else {
            findings.differs(key, copied instanceof Copied.Ahead ? Kind.AHEAD : Kind.FAILED);
        }
    }

    /**
     * Compares a key.
     *
     * @param before what the authority had at the last look
     */
    private CompletableFuture<Void> look(String key, int attempt, ReadResult before) {
        return parts.sides()
                .get(authority.other(), key)
                .thenCompose(mirror -> parts.sides().get(authority, key).thenCompose(wanted -> {
                    Optional<Kind> difference = difference(wanted, mirror);
                    if (difference.isEmpty() || follows(mirror, before)) {
                        findings.equal();
                        return CompletableFuture.completedFuture(null);
                    }
                    if (attempt < LOOKS) {
                        return later(() -> look(key, attempt + 1, wanted));
                    }
                    findings.differs(key, difference.get());
                    return CompletableFuture.completedFuture(null);
                }));
    }

    /** A key that is written all the time is never caught equal; the mirror has got what the authority had then. */
    private static boolean follows(ReadResult mirror, ReadResult before) {
        return mirror instanceof ReadResult.Found now
                && before instanceof ReadResult.Found then
                && Arrays.equals(now.record(), then.record());
    }

    private CompletableFuture<Void> later(Supplier<CompletableFuture<Void>> next) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        parts.scheduler().schedule(parts.config().pollEvery().dividedBy(2), () -> {
            Futures.forward(next.get(), end);
        });
        return end;
    }

    private Optional<Kind> difference(ReadResult wanted, ReadResult mirror) {
        if (wanted instanceof ReadResult.Failed || mirror instanceof ReadResult.Failed) {
            return Optional.of(Kind.FAILED);
        }
        if (wanted instanceof ReadResult.Found one && mirror instanceof ReadResult.Found two) {
            if (Arrays.equals(one.record(), two.record())) {
                return Optional.empty();
            }
            return Optional.of(
                    parts.config().order().isAhead(two.record(), one.record()) ? Kind.AHEAD : Kind.DIFFERENT);
        }
        if (wanted instanceof ReadResult.Found) {
            return Optional.of(Kind.MISSING);
        }
        return mirror instanceof ReadResult.Found ? Optional.of(Kind.EXTRA) : Optional.empty();
    }
}
