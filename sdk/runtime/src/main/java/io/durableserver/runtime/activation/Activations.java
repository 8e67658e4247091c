package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.StopReason;
import io.durableserver.runtime.ownership.Acquisition;
import io.durableserver.runtime.persistence.Published;
import io.durableserver.runtime.persistence.Republish;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.server.Phase;
import io.durableserver.runtime.server.ServerFacts;
import io.durableserver.runtime.turn.NodeFuture;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ServerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The only map from key to activation on this node. */
public final class Activations {
    private record Entry(Activation<?> activation, Starting<?> starting) {}

    private final Map<String, Activation<?>> running = new ConcurrentHashMap<>();
    private final Map<String, Entry> starting = new ConcurrentHashMap<>();
    private final NodeScope node;
    private final TypeRegistry types;
    private final Acquisition acquisition;
    private final StartFailures failures;
    private final Republish republish;
    private final Registration losses;
    private volatile boolean draining;

    public Activations(NodeScope node, TypeRegistry types, Acquisition acquisition) {
        this.node = node;
        this.types = types;
        this.acquisition = acquisition;
        this.failures = new StartFailures(node.time());
        this.republish = new Republish(node.scheduler(), node.facts());
        this.losses = node.directory().onLoss(() -> node.scheduler().internal().execute(this::republish));
    }

    /** The activation of a key in any phase, or null. */
    public @Nullable Activation<?> find(String key) {
        return running.get(key);
    }

    /** Whether all that a server here has done is stored; true when it is not here. */
    public CompletionStage<Boolean> isStored(String key) {
        Activation<?> activation = running.get(key);
        return activation == null ? CompletableFuture.completedFuture(true) : activation.isStored();
    }

    public int count() {
        return running.size();
    }

    /**
     * Whether this node owns the key or is about to, so that no other node may take it (P4). The lease does not count: one that
     * ran out may be renewed before that is noticed, and until its servers are fenced they are here.
     */
    public boolean owns(String key) {
        Activation<?> activation = running.get(key);
        return activation != null && activation.server.steps.owns();
    }

    /**
     * Starts a server here, or joins a start that goes on, or finds that it runs. After its deadline nothing new is tried.
     */
    public CompletionStage<Control.Placed> activate(Start wanted) {
        Activation<?> present = running.get(wanted.key());
        if (present == null) {
            if (draining) {
                return refuse(Reason.DRAINING, "The node is draining", wanted);
            }
            if (!node.mayServe()) {
                return refuse(Reason.NOT_READY, "The node does not hold its lease", wanted);
            }
            return create(types.get(wanted.type()), wanted);
        }
        if (!present.typeName().equals(wanted.type())) {
            return CompletableFuture.failedFuture(
                    NotAppliedException.typeMismatch(wanted.key(), wanted.type(), present.typeName()));
        }
        if (!present.isRunning() && wanted.origin().chain().contains(wanted.key())) {
            // Its own init or terminate waits for this start.
            return CompletableFuture.failedFuture(
                    Rings.closed(wanted.key(), wanted.origin().chain()));
        }
        return switch (present.phase()) {
            case STARTING -> join(present, wanted);
            case RUNNING -> {
                Published published = present.keeper.published();
                if (published == null) {
                    yield join(present, wanted);
                }
                long epoch = present.keeper.epoch();
                yield published.restore().handle((shown, failure) -> new Control.Started(node.session(), epoch, true));
            }
            case LOST -> tellOfLoss(present, wanted);
            case STOPPING, STOPPED -> {
                CompletableFuture<Control.Placed> again = new CompletableFuture<>();
                present.ends.end().whenComplete((done, failure) -> NodeFuture.relay(activate(wanted), again));
                yield again;
            }
        };
    }

    /** Ends a start with the error of the server that lost its state; the next start finds what the store has. */
    private CompletionStage<Control.Placed> tellOfLoss(Activation<?> present, Start wanted) {
        CompletableFuture<Control.Placed> end = new CompletableFuture<>();
        present.signal(() -> {
            DurableServerException lost = present.ends.failure();
            if (present.phase() == Phase.LOST && lost != null) {
                present.ends.tellOfLoss();
                end.completeExceptionally(lost);
            } else {
                NodeFuture.relay(activate(wanted), end);
            }
        });
        return end;
    }

    private <S> CompletionStage<Control.Placed> create(RegisteredType<S> type, Start wanted) {
        NotAppliedException later = failures.refusal(wanted.key(), type);
        if (later != null) {
            return refuse(later, wanted);
        }
        Activation<S> fresh = new Activation<>(node, types, type, wanted.key(), this::ended);
        Starting<S> start = new Starting<>(fresh, wanted, republish);
        if (running.putIfAbsent(wanted.key(), fresh) != null) {
            return activate(wanted);
        }
        if (draining && running.remove(wanted.key(), fresh)) {
            // The drain may have counted the servers just before.
            return refuse(Reason.DRAINING, "The node is draining", wanted);
        }
        starting.put(wanted.key(), new Entry(fresh, start));
        CompletionStage<Control.Placed> end = start.end();
        start.end().whenComplete((done, failure) -> {
            failures.ended(wanted.key(), type, failure);
            starting.remove(wanted.key(), new Entry(fresh, start));
        });
        start.begin(acquisition);
        return end;
    }

    private CompletionStage<Control.Placed> join(Activation<?> present, Start wanted) {
        Entry entry = starting.get(wanted.key());
        if (entry == null || entry.activation() != present) {
            return later(wanted);
        }
        return entry.starting().end().thenApply(Activations::joined);
    }

    /** Looks again in a while, at a server between two phases. */
    private CompletionStage<Control.Placed> later(Start wanted) {
        if (node.time().nanoTime() - wanted.origin().deadlineNanos() >= 0) {
            return refuse(Reason.DEADLINE_BEFORE_START, "The deadline passed before the start", wanted);
        }
        CompletableFuture<Control.Placed> again = new CompletableFuture<>();
        node.scheduler().schedule(RETRY, () -> NodeFuture.relay(activate(wanted), again));
        return again;
    }

    private static final Duration RETRY = Duration.ofMillis(2);

    private static Control.Placed joined(Control.Placed placed) {
        return placed instanceof Control.Started started ? started.joined() : placed;
    }

    private CompletionStage<Control.Placed> refuse(Reason reason, String message, Start wanted) {
        return refuse(
                new NotAppliedException(reason, message, Map.of("key", wanted.key(), "type", wanted.type())), wanted);
    }

    private CompletionStage<Control.Placed> refuse(NotAppliedException refusal, Start wanted) {
        String type = types.find(wanted.type()) == null ? ServerEvent.UNKNOWN : wanted.type();
        new ServerFacts(node.facts(), wanted.key(), type).refused(wanted.cause(), refusal);
        return CompletableFuture.failedFuture(refusal);
    }

    /**
     * Stops a server of this node; false when there is none, or when it ended because of a weaker stop before. Fails with what holds the server when that takes longer than the
     * timeout; the stop goes on all the same.
     *
     * @param chain the servers that wait for it, outermost first
     */
    public CompletionStage<Boolean> stop(String key, StopReason reason, List<String> chain, Duration timeout) {
        Activation<?> activation = running.get(key);
        if (activation == null) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Registration limit = node.scheduler().schedule(timeout, () -> end.completeExceptionally(held(activation)));
        stop(activation, reason, chain, timeout).whenComplete((done, failure) -> {
            limit.close();
            if (failure == null) {
                end.complete(activation.stopping.did(reason));
            } else {
                end.completeExceptionally(failure);
            }
        });
        return end;
    }

    private OutcomeUnknownException held(Activation<?> activation) {
        long now = node.time().nanoTime();
        Inside.Stay stay = activation.thread.inside().stay(now);
        UnfinishedTurn open = activation.thread.open();
        if (stay == null && open != null) {
            return new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.DEADLINE,
                    "The server is held by a turn, and stops after it",
                    Holder.of(open, now).context(activation.key()));
        }
        return stay == null
                ? new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.DEADLINE,
                        "The server did not stop in time; the stop goes on",
                        Map.of("key", activation.key()))
                : new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.DEADLINE,
                        "The server is held by a turn, and stops after it",
                        Holder.of(stay, now).context(activation.key()));
    }

    /**
     * Interrupts the user code that runs in a server of this node, or abandons its open turn; false when there is neither.
     *
     * @throws ConfigurationException {@code NOT_ALLOWED_HERE} when it is a thread of the application: that is not ours to
     *     interrupt, but its owner's
     */
    public boolean interrupt(String key) {
        Activation<?> activation = running.get(key);
        long now = node.time().nanoTime();
        Inside.Stay stay =
                activation == null ? null : activation.thread.inside().stay(now);
        if (activation != null && stay == null && activation.thread.open() != null) {
            activation.thread.abandonOpenTurn("An operator ended the turn");
            return true;
        }
        if (activation == null || stay == null) {
            return false;
        }
        Map<String, Object> holder = Holder.of(stay, now).context(key);
        if (stay.borrowed()) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "The turn runs in place, on a thread of the application",
                    holder);
        }
        boolean interrupted = activation.thread.inside().interrupt(stay);
        if (interrupted) {
            node.facts().tell(new ServerEvent.TurnInterrupted(key, activation.typeName(), holder.toString()));
        }
        return interrupted;
    }

    /** Takes no new servers from now on. */
    public void drain() {
        draining = true;
    }

    /** The activations there are, as they come and go. */
    public Collection<Activation<?>> running() {
        return running.values();
    }

    /** The directory may have lost entries. */
    private void republish() {
        node.facts().tell(new NodeEvent.DirectoryLost(running.size()));
        republish.all(running.values().stream()
                .map(server -> server.keeper.published())
                .filter(Objects::nonNull)
                .toList());
    }

    /** The directory is left. */
    public void close() {
        losses.close();
    }

    /** All activations there are now. */
    public List<Activation<?>> all() {
        return new ArrayList<>(running.values());
    }

    /**
     * Stops one in good order. Of the time there is, three quarters are for a turn that is open; then it is abandoned, so that
     * what came before it is stored. A mutable state would not be: such a server is waited for.
     */
    public CompletionStage<Void> stop(Activation<?> activation, StopReason reason, List<String> chain, Duration time) {
        CompletionStage<Void> end = activation.stopping.request(reason, chain);
        if (!activation.server.type.table().hasOpenTurns() || activation.server.isMutable()) {
            return end;
        }
        Registration patience = node.scheduler()
                .schedule(
                        time.dividedBy(4).multipliedBy(3),
                        () -> activation.thread.abandonOpenTurn("The turn was open for longer than a stop could wait"));
        return end.whenComplete((done, failure) -> patience.close());
    }

    /** Stops serving everything without storing. */
    public void fenceAll() {
        running.values().forEach(Activation::fence);
    }

    private void ended(Activation<?> activation) {
        running.remove(activation.key(), activation);
    }
}
