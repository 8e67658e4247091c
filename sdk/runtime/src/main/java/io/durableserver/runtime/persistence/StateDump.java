package io.durableserver.runtime.persistence;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.turn.Carried;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.UserFailure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The state of one server as the bytes that are stored. A mutable state is dumped inside its turn and kept until it is
 * written; an immutable one is encoded when its write begins. Confined to the server's own thread.
 */
public final class StateDump<S> {
    /** The bytes of an immutable state that is about to be written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Prepared<S>(S state, byte[] bytes) {}

    /** What goes from the record that was loaded to those that are written. */
    public final Carried carried = new Carried();

    private final ServerState<S> server;
    private final StoredBytes stored;
    private byte @Nullable [] snapshot;
    private @Nullable Prepared<S> prepared;

    StateDump(ServerState<S> server, StoredBytes stored) {
        this.server = server;
        this.stored = stored;
    }

    /** The type was replaced by a newer version: nothing that the one before encoded is stored as of this one. */
    void upgraded(RegisteredType<S> before) {
        RegisteredType<S> now = server.type;
        carried.upgraded(before.type().version(), now.type().version());
        stored.upgraded();
        prepared = null;
        boolean otherCodec = !now.codec().name().equals(before.codec().name());
        if (snapshot != null || (otherCodec && now.type().isMutableState())) {
            snapshot();
        }
    }

    /** Takes the dump of a mutable state now, inside its turn. */
    public void snapshot() {
        try {
            snapshot = encode();
        } catch (DurableServerException impossible) {
            // The write that follows meets the same problem, and knows the callers that wait for it.
            snapshot = null;
        }
    }

    /** A write will store a snapshot, and count every turn done by then as stored: it must be the newest. */
    public boolean hasSnapshot() {
        return snapshot != null;
    }

    /** Lets go of the snapshot of a state that is stored. */
    public void forgetSnapshot() {
        if (!server.durability.isDirty()) {
            snapshot = null;
        }
    }

    /**
     * Encodes the state of a turn whose write begins as soon as the turn is done, before anything of the turn counts.
     * Returns why it can never be stored, or null.
     */
    @Nullable
    public DurableServerException prepare(S next) {
        if (server.isMutable() || !server.durability.isQuiet()) {
            return null;
        }
        try {
            prepared = new Prepared<>(next, encode(next));
            return null;
        } catch (DurableServerException impossible) {
            return impossible;
        }
    }

    /** The snapshot, which is gone with this, or the state as it is now; or the error that says why it can never be stored. */
    byte[] take() {
        byte[] bytes = snapshot == null ? encode() : snapshot;
        snapshot = null;
        return bytes;
    }

    /** The state as bytes, or the error that says why it can never be stored. */
    public byte[] encode() {
        Prepared<S> ready = prepared;
        prepared = null;
        S state = server.state();
        return ready != null && ready.state() == state ? ready.bytes() : encode(state);
    }

    private byte[] encode(S state) {
        try {
            return server.type.encode(server.key, server.code(), state, carried);
        } catch (UserFailure failure) {
            throw failure.toCaller(server.key);
        } catch (ConfigurationException unnamed) {
            throw Refusals.unstorable(server.key, unnamed);
        }
    }

    /**
     * Whether a mutable state is as this server encoded it last; true also where there is nothing to compare it with. The
     * bytes it was loaded from are no measure: what comes back from them may be encoded in another order, or with more members.
     */
    public boolean isUntouched() {
        byte[] last = snapshot;
        Fingerprint written = stored.own();
        if (last == null && (server.durability.isDirty() || written.equals(Fingerprint.NONE))) {
            return true;
        }
        try {
            byte[] now = encode();
            return last != null ? Arrays.equals(last, now) : Fingerprint.of(now).equals(written);
        } catch (DurableServerException unstorable) {
            return false;
        }
    }

    /** Lets go of everything the application made. */
    public void release() {
        snapshot = null;
        prepared = null;
    }
}
