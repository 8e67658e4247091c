package io.durableserver.backend.ignite;

import io.durableserver.spi.Backend;
import java.util.Optional;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;
import org.apache.ignite.lang.IgniteClosure;

/** Runs on the writer's node: leaves the record there and sends the token, then the key; zeros stand for "removed". */
final class ChangeEvent implements IgniteClosure<CacheEntryEvent<? extends String, ? extends byte[]>, byte[]> {
    private static final long serialVersionUID = 1L;
    private static final byte[] REMOVED = new byte[StoredValue.TOKEN_BYTES];

    @Override
    public byte[] apply(CacheEntryEvent<? extends String, ? extends byte[]> event) {
        boolean removed = event.getEventType() == EventType.REMOVED || event.getEventType() == EventType.EXPIRED;
        return ListedEntry.encode(event.getKey(), removed ? REMOVED : event.getValue());
    }

    static Backend.Change decode(byte[] event) {
        Backend.Listed listed = ListedEntry.decode(event);
        boolean removed = StoredValue.hasToken(event, REMOVED);
        return new Backend.Change(listed.key(), removed ? Optional.empty() : Optional.of(listed.version()));
    }

    /** Makes the closure on each node. */
    static final class Maker
            implements Factory<IgniteClosure<CacheEntryEvent<? extends String, ? extends byte[]>, byte[]>> {
        private static final long serialVersionUID = 1L;

        @Override
        public IgniteClosure<CacheEntryEvent<? extends String, ? extends byte[]>, byte[]> create() {
            return new ChangeEvent();
        }
    }
}
