package io.durableserver;

import io.durableserver.config.DurableServersConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type of server: a name that is stored with every record, a state class, a factory, a schema version. Immutable;
 * every method that sets something returns a new one.
 *
 * @param <S> the state type
 */
public sealed class ServerType<S> permits TypedServerType {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

    private static final Duration SHORTEST_TURN = Duration.ofMillis(1);
    private static final Duration LONGEST_TURN = Duration.ofDays(1);

    private final String name;
    private final Class<S> stateClass;
    private final Supplier<? extends DurableServer<S>> factory;
    private final Options options;

    /** What can be set; never changed once a type has it. */
    static final class Options {
        private int version = 1;
        private SyncPolicy syncPolicy = SyncPolicy.manual();
        private boolean mutableState;
        private boolean inPlace;
        private Duration slowTurn = Duration.ofSeconds(1);
        private Duration turnDeadline = Duration.ofSeconds(60);
        private @Nullable Codec stateCodec;
        private List<Codec> alsoReads = List.of();
        private @Nullable Function<String, ?> initial;
        private RequestWindow requestWindow = RequestWindow.DEFAULT;

        private Options() {}

        private Options changed(Consumer<Options> change) {
            Options copy = new Options();
            copy.version = version;
            copy.syncPolicy = syncPolicy;
            copy.mutableState = mutableState;
            copy.inPlace = inPlace;
            copy.slowTurn = slowTurn;
            copy.turnDeadline = turnDeadline;
            copy.stateCodec = stateCodec;
            copy.alsoReads = alsoReads;
            copy.initial = initial;
            copy.requestWindow = requestWindow;
            change.accept(copy);
            return copy;
        }
    }

    ServerType(String name, Class<S> stateClass, Supplier<? extends DurableServer<S>> factory, Options options) {
        this.name = name;
        this.stateClass = stateClass;
        this.factory = factory;
        this.options = options;
    }

    ServerType<S> with(Options changed) {
        return new ServerType<>(name, stateClass, factory, changed);
    }

    /**
     * A type with schema version 1 and manual sync.
     *
     * @param name 1 to 64 letters, digits, {@code _ . -}, the first a letter; never change it, records carry it
     * @param factory makes one instance per activation, and one at registration to learn the handlers
     */
    public static <S> ServerType<S> of(String name, Class<S> stateClass, Supplier<? extends DurableServer<S>> factory) {
        if (!NAME.matcher(name).matches()) {
            throw ConfigurationException.option(
                    "type.name", name, "1 to 64 letters, digits and _ . -, the first a letter");
        }
        return new ServerType<>(
                name,
                Objects.requireNonNull(stateClass, "stateClass"),
                Objects.requireNonNull(factory, "factory"),
                new Options());
    }

    /** The schema version dumped states carry, 1 or more. Raise it when the dumped shape changes. */
    public ServerType<S> version(int value) {
        if (value < 1) {
            throw ConfigurationException.option("type.version", value, "1 or more");
        }
        return with(options.changed(changed -> changed.version = value));
    }

    /** The sync policy of servers of this type, unless their {@code init} sets another. */
    public ServerType<S> syncPolicy(SyncPolicy value) {
        Objects.requireNonNull(value);
        return with(options.changed(changed -> changed.syncPolicy = value));
    }

    /**
     * Says that handlers change the state object in place. Every turn then counts as a change, and a crash does not store
     * the state: it is unknown how far the failed turn got.
     */
    public ServerType<S> mutableState() {
        return with(options.changed(changed -> changed.mutableState = true));
    }

    /**
     * Says that handlers never block: a blocking call to an idle server of the caller's node then runs its turn on the
     * caller's own thread, without a hand-off. Such a call cannot end before its turn does, whatever its deadline. Off
     * unless set: turns run on threads of the node, so that deadlines and interrupts of a caller end its wait and nothing else.
     */
    public ServerType<S> inPlace() {
        return with(options.changed(changed -> changed.inPlace = true));
    }

    /**
     * After how long a turn is logged as slow, once and then more and more rarely; 1 s unless set.
     *
     * @param value 1 ms to 24 h
     */
    public ServerType<S> slowTurn(Duration value) {
        if (value.compareTo(SHORTEST_TURN) < 0 || value.compareTo(LONGEST_TURN) > 0) {
            throw ConfigurationException.option("type.slowTurn", value, "1 ms to 24 h");
        }
        return with(options.changed(changed -> changed.slowTurn = value));
    }

    /**
     * How long a turn may stay open whose handler returns its result later, see {@link Handlers#callAsync}; then it is abandoned. 60 s
     * unless set. Turns of other handlers hold a thread and end when their handler does.
     *
     * @param value 1 ms to 24 h
     */
    public ServerType<S> turnDeadline(Duration value) {
        if (value.compareTo(SHORTEST_TURN) < 0 || value.compareTo(LONGEST_TURN) > 0) {
            throw ConfigurationException.option("type.turnDeadline", value, "1 ms to 24 h");
        }
        return with(options.changed(changed -> changed.turnDeadline = value));
    }

    /** The codec of dumped states; that of the node ({@link DurableServersConfig#stateCodec}) when not set. */
    public ServerType<S> stateCodec(Codec value) {
        Objects.requireNonNull(value);
        return with(options.changed(changed -> changed.stateCodec = value));
    }

    /**
     * Codecs by which stored states are read beside {@link #stateCodec}: what is stored by one of them is loaded by it, and stored by
     * the codec of the type at the next sync. Names the codec of the releases before when it is changed, and, where releases run side
     * by side, the codec of the one that follows. Replaces those named before.
     *
     * @param values each with a name of its own; records carry it
     */
    public ServerType<S> alsoReads(Codec... values) {
        Set<String> names = new HashSet<>();
        for (Codec codec : values) {
            if (!names.add(codec.name())) {
                throw ConfigurationException.option("type.alsoReads", codec.name(), "codecs with a name each");
            }
        }
        return with(options.changed(changed -> changed.alsoReads = List.of(values)));
    }

    /**
     * Makes a server of a key that the store does not know when the first call or cast comes for it, also after a delete; without it
     * they are refused with {@code NOT_FOUND}. An {@code init} that rejects or ignores the start leaves nothing in the store. A server
     * that was stopped for good stays stopped.
     *
     * @param value makes the first state of a key: the node that starts the server calls it, on a thread for user code, once for each
     *     try. It only computes. It may throw {@link RejectedException} for a key that it does not take
     */
    public ServerType<S> initial(Function<String, ? extends S> value) {
        Objects.requireNonNull(value, "initial");
        return with(options.changed(changed -> changed.initial = value));
    }

    /** How many calls with a request id a server keeps, and for how long; {@link RequestWindow#DEFAULT} unless set. */
    public ServerType<S> requestWindow(RequestWindow value) {
        Objects.requireNonNull(value, "requestWindow");
        return with(options.changed(changed -> changed.requestWindow = value));
    }

    /**
     * Names the sealed interface of its messages. Registration then checks that each message it permits has a handler, and
     * references made from the type accept nothing else.
     *
     * @throws ConfigurationException when it is not sealed
     */
    public <P extends Protocol<P>> TypedServerType<S, P> messages(Class<P> value) {
        return new TypedServerType<>(name, stateClass, factory, options, Objects.requireNonNull(value, "messages"));
    }

    public final String name() {
        return name;
    }

    public final Class<S> stateClass() {
        return stateClass;
    }

    public final int version() {
        return options.version;
    }

    public final SyncPolicy syncPolicy() {
        return options.syncPolicy;
    }

    public final boolean isMutableState() {
        return options.mutableState;
    }

    public final boolean isInPlace() {
        return options.inPlace;
    }

    public final Duration slowTurn() {
        return options.slowTurn;
    }

    public final Duration turnDeadline() {
        return options.turnDeadline;
    }

    public final Optional<Codec> stateCodec() {
        return Optional.ofNullable(options.stateCodec);
    }

    /** See {@link #alsoReads(Codec...)}; empty unless set. */
    public final List<Codec> alsoReads() {
        return options.alsoReads;
    }

    /** See {@link #initial(Function)}; empty unless set. */
    @SuppressWarnings("unchecked") // only initial(Function) sets it
    public final Optional<Function<String, ? extends S>> initial() {
        return Optional.ofNullable((Function<String, ? extends S>) options.initial);
    }

    /** See {@link #requestWindow(RequestWindow)}. */
    public final RequestWindow requestWindow() {
        return options.requestWindow;
    }

    final Supplier<? extends DurableServer<S>> factory() {
        return factory;
    }

    /** A new instance from the factory. */
    public final DurableServer<S> newServer() {
        return Objects.requireNonNull(factory.get(), "factory of type " + name);
    }

    @Override
    public final String toString() {
        return name + "@" + options.version;
    }
}
