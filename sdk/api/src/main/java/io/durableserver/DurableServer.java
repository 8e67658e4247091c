package io.durableserver;

import io.durableserver.admin.Admin;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A durable, single-threaded, stateful server: one instance per key, on one node of the cluster at a time. Subclass it
 * once per server type.
 *
 * <p>All methods of one instance run one at a time, never on two threads at once, so instance fields need no locks. They
 * are volatile memory, though: only the state is stored. States should be immutable values; see
 * {@link ServerType#mutableState} for the other kind.
 *
 * <p>A handler refuses a message with {@link RejectedException} or {@link Next#reject}, and the server runs on. Any other
 * exception out of a handler crashes the server: its caller gets {@link HandlerFailedException}, the last state
 * before that turn is stored with status {@code crashed}, and the next start loads it. So does a state that cannot be
 * stored, as soon as that shows: too large, not encodable, or {@link #dump} throws. What was acknowledged before it without
 * a sync may then be lost; callers that wait get the error, and if there are none, the next one.
 *
 * <p>Each callback runs as a turn. What it sends (casts, answers) leaves when what it tells of is stored, and not at all
 * when it throws. A server that waits for itself, directly or through others, gets {@code CALL_RING}. Constructors,
 * {@link #load} and {@link #dump} only compute: they may neither send, ask nor wait ({@code NOT_ALLOWED_HERE}).
 *
 * @param <S> the state type
 */
public abstract class DurableServer<S> {
    private @Nullable ServerContext context;

    /** For subclasses. */
    protected DurableServer() {}

    /** Registers the handlers. Called once per instance, before {@link #init}; must not look at the context. */
    protected abstract void handlers(Handlers<S> on);

    /**
     * Runs after ownership was won and the state was loaded, before any message. May call, send and set timers: messages
     * leave once the server runs, and not at all when it does not. An exception fails the start.
     */
    protected Init<S> init(S state, ServerContext context) throws Exception {
        return Init.ok(state);
    }

    /**
     * The part of the state that is stored: a value the type's codec can encode. Must not block and must not have side
     * effects. An exception means that the state can never be stored, and the server stops.
     */
    protected Object dump(S state) {
        return state;
    }

    /**
     * Makes a state from what was stored, possibly by an older version of the type. Pure: may run before ownership is
     * won, on several nodes at once, and for nothing. The default decodes the type's state class.
     *
     * @param type the type being loaded
     * @param stored the dumped state; on first boot the dumped initial state, with the current version
     */
    protected S load(ServerType<S> type, StoredState stored) throws Exception {
        return stored.as(type.stateClass());
    }

    /**
     * Runs after a write that stored a changed state, except the final one. What it returns stays in memory until the next
     * sync. An exception is logged as an error and changes nothing: the write is stored and its callers were answered.
     *
     * @param stored the state as it was dumped
     * @param current the state now; newer than {@code stored} when turns ran meanwhile
     */
    protected S onSync(SyncInfo info, S stored, S current) throws Exception {
        return current;
    }

    /**
     * Carries a live state over to a newer version of the type, see {@link Admin#upgrade}. Runs as part of the
     * turn that comes next; an exception crashes the server as one of its handler does.
     *
     * @param oldVersion the version the server ran with until now
     */
    protected S upgrade(int oldVersion, S state) throws Exception {
        return state;
    }

    /**
     * Runs before the final write. What it returns is handed to {@link #afterTerminate}. What it sends leaves after the
     * final write, and not at all when that fails; what it asks leaves once everything the server has is stored. An
     * exception is logged, and the server stops all the same.
     */
    protected @Nullable Object terminate(StopReason reason, S state) throws Exception {
        return null;
    }

    /** Runs after a graceful stop whose final write succeeded. May call and send. Exceptions are logged. */
    protected void afterTerminate(@Nullable Object terminateResult, StopInfo info) throws Exception {}

    /** The context of this instance; available from {@link #init} on. */
    protected final ServerContext context() {
        return Objects.requireNonNull(context, "context() is not available before init");
    }

    /** The way from the runtime to the protected callbacks. Not for applications. */
    public static final class Entry<S> {
        private final DurableServer<S> server;

        public Entry(DurableServer<S> server) {
            this.server = server;
        }

        public void handlers(Handlers<S> on) {
            server.handlers(on);
        }

        public Init<S> init(S state, ServerContext context) throws Exception {
            bind(context);
            return server.init(state, context);
        }

        public void bind(ServerContext context) {
            server.context = context;
        }

        public ServerContext context() {
            return server.context();
        }

        public Object dump(S state) {
            return server.dump(state);
        }

        public S load(ServerType<S> type, StoredState stored) throws Exception {
            return server.load(type, stored);
        }

        public S onSync(SyncInfo info, S stored, S current) throws Exception {
            return server.onSync(info, stored, current);
        }

        public S upgrade(int oldVersion, S state) throws Exception {
            return server.upgrade(oldVersion, state);
        }

        public @Nullable Object terminate(StopReason reason, S state) throws Exception {
            return server.terminate(reason, state);
        }

        public void afterTerminate(@Nullable Object result, StopInfo info) throws Exception {
            server.afterTerminate(result, info);
        }
    }
}
