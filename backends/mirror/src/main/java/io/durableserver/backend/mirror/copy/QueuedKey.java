package io.durableserver.backend.mirror.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One key of {@link CopyQueue}, under their lock. */
final class QueuedKey {
    final String key;
    boolean force;
    boolean again;
    int failures;
    /** Whether it was told that the mirror is ahead. */
    boolean toldAhead;

    /** The newest thing this handle knows of the authoritative record. */
    Evidence evidence = new Evidence.None();
    /** The time since which it waits. */
    long knownAt;

    List<CompletableFuture<Optional<Throwable>>> waiting = new ArrayList<>();
    List<CompletableFuture<Optional<Throwable>>> served = new ArrayList<>();

    QueuedKey(String key) {
        this.key = key;
    }
}
