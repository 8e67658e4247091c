package io.durableserver.runtime.persistence;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.wire.DirectoryEntry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The directory entry of one activation; changes go one after another. What the directory does not take is put back later
 * ({@link Republish}): the server runs all the same, because its record proves it. Thread-safe.
 */
public final class Published {
    private final NodeScope node;
    private final Republish republish;
    private final String key;
    private DirectoryEntry entry;
    private boolean removed;
    private CompletionStage<Void> last = CompletableFuture.completedFuture(null);

    public Published(NodeScope node, Republish republish, String key, DirectoryEntry entry) {
        this.node = node;
        this.republish = republish;
        this.key = key;
        this.entry = entry;
    }

    synchronized DirectoryEntry entry() {
        return entry;
    }

    private synchronized boolean isRemoved() {
        return removed;
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
        DirectoryEntry after = before.withMetadata(metadata);
        entry = after;
        last = last.thenCompose(done -> node.directory().set(key, Optional.of(before), after))
                .handle((cas, failure) -> {
                    if (failure != null || !cas.applied()) {
                        republish.later(this);
                    }
                    return null;
                });
    }

    /** Puts the entry where this is expected. Ends when the directory has it, or cannot take it now: then it gets it later. */
    public synchronized CompletionStage<Void> show(DirectoryEntry expected) {
        last = put(Optional.of(expected)).handle(this::retryUnlessThere);
        return last;
    }

    /** Puts the entry back when the directory lost it; ends as {@link #show}. */
    public CompletionStage<Void> restore() {
        return put().handle(this::retryUnlessThere);
    }

    private Void retryUnlessThere(Boolean there, Throwable failure) {
        if (failure != null || !there) {
            republish.later(this);
        }
        return null;
    }

    /** Tries once to put the entry back, after the changes before it; true as well when it is not wanted any more. */
    synchronized CompletionStage<Boolean> put() {
        CompletionStage<Boolean> put = last.thenCompose(done -> put(Optional.empty()));
        last = put.handle((there, failure) -> null);
        return put;
    }

    private CompletionStage<Boolean> put(Optional<DirectoryEntry> expected) {
        if (isRemoved()) {
            return CompletableFuture.completedFuture(true);
        }
        DirectoryEntry now = entry();
        return node.directory().set(key, expected, now).thenCompose(cas -> {
            if (cas.applied()) {
                return CompletableFuture.completedFuture(true);
            }
            // Nothing, an older entry of ours, or one of a node that is gone. A live node that tries to start the
            // server finds that it is here, and takes its entry away.
            boolean free = !cas.current().equals(expected)
                    && cas.current()
                            .filter(there -> !there.session().equals(now.session())
                                    && node.membership().view().contains(there.session()))
                            .isEmpty();
            return free ? put(cas.current()) : CompletableFuture.completedFuture(false);
        });
    }

    /** Removes the entry, after the changes before it. */
    synchronized CompletionStage<Void> remove() {
        removed = true;
        return last.thenCompose(done -> node.directory().remove(key, entry()));
    }
}
