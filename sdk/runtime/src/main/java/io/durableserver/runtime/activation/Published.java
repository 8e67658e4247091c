package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.wire.DirectoryEntry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The directory entry of one activation; changes go one after another. Thread-safe. */
final class Published {
    private final Directory directory;
    private final String key;
    private DirectoryEntry entry;
    private CompletionStage<Void> last = CompletableFuture.completedFuture(null);

    Published(Directory directory, String key, DirectoryEntry entry) {
        this.directory = directory;
        this.key = key;
        this.entry = entry;
    }

    synchronized DirectoryEntry entry() {
        return entry;
    }

    /** An output that shows new metadata. */
    Output update(Map<String, String> metadata) {
        return new Output() {
            @Override
            public void emit() {
                change(metadata);
            }

            @Override
            public void fail(DurableServerException error) {
                // The server stops: its entry goes with it.
            }
        };
    }

    private synchronized void change(Map<String, String> metadata) {
        DirectoryEntry before = entry;
        DirectoryEntry after = new DirectoryEntry(
                before.type(), before.session(), before.epoch(), before.phase(), before.permanent(), metadata);
        entry = after;
        last = last.thenCompose(done -> directory.set(key, Optional.of(before), after))
                .handle((cas, failure) -> {
                    if (failure != null || !cas.applied()) {
                        Activation.LOG.warn("{}: new metadata could not be shown in the directory", key, failure);
                    }
                    return null;
                });
    }

    /** Puts the entry back when the directory lost it. */
    synchronized CompletionStage<Directory.Cas> restore() {
        return directory.set(key, Optional.empty(), entry);
    }

    /** Removes the entry, after the changes before it. */
    synchronized CompletionStage<Void> remove() {
        return last.thenCompose(done -> directory.remove(key, entry()));
    }
}
