package io.durableserver.runtime.mailbox;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.type.Slot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way back to all who made one request: to whom it began for, and to those who made it again while its reply was open. Replies
 * are prepared as {@link EncodedReply}, which suits them all. Thread-safe.
 */
public final class SharedSink implements ReplySink {
    private final ReplySink first;
    private final List<ReplySink> others = new ArrayList<>();
    private boolean over;

    public SharedSink(ReplySink first) {
        this.first = first;
    }

    /** One more waits; false when the answer has left. */
    public synchronized boolean join(ReplySink other) {
        return !over && others.add(other);
    }

    @Override
    public boolean begin() {
        return first.begin();
    }

    @Override
    public @Nullable Object prepared(@Nullable Object value, Slot slot) {
        return first.prepared(value, slot);
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        all().forEach(sink -> sink.success(value, slot));
    }

    @Override
    public void failure(DurableServerException error) {
        all().forEach(sink -> sink.failure(error));
    }

    @Override
    public void notHere() {
        all().forEach(ReplySink::notHere);
    }

    private synchronized List<ReplySink> all() {
        over = true;
        List<ReplySink> all = new ArrayList<>(others);
        all.add(0, first);
        return all;
    }
}
