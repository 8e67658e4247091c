package io.durableserver.testkit.sim;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.Listeners;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.PageBuilder;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A shared map as one process reaches it. */
final class SimSharedMap implements SharedMap {
    private static final long RETRY_NANOS = 20_000_000;

    private static final long SILENT_NANOS = 10_000_000;

    private final Simulation simulation;
    private final SimNode node;
    private final MapSpec spec;
    private final List<SimWatch> watches = new ArrayList<>();
    private final Listeners<Runnable> losses;
    private final Listeners<Runnable> arbiterListeners;
    private boolean closed;

    SimSharedMap(Simulation simulation, SimNode node, MapSpec spec) {
        this.simulation = simulation;
        this.node = node;
        this.spec = spec;
        this.losses = new Listeners<>(thrown -> simulation.trace("listener threw", node.session(), "losses", thrown));
        this.arbiterListeners =
                new Listeners<>(thrown -> simulation.trace("listener threw", node.session(), "arbiters", thrown));
        node.membership().listen(event -> arbiterListeners.tell(Runnable::run));
    }

    /** The map of the cluster this process is in now. */
    private SimDirectory map() {
        return node.maps().open(spec);
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return operate(SharedMap.checkKey(key), () -> Optional.ofNullable(map().value(key)));
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return change(key, null, value.clone(), "");
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return change(key, expected.clone(), value.clone(), "");
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return change(key, expected.clone(), null, "");
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected, String reason) {
        return change(key, expected.clone(), null, SharedMap.checkReason(reason));
    }

    private CompletionStage<Cas> change(
            String key, byte @Nullable [] expected, byte @Nullable [] value, String reason) {
        SharedMap.checkKey(key);
        if (value != null) {
            SharedMap.checkValue(value);
        }
        return operate(key, () -> {
            boolean applied = map().compareAndSet(key, expected, value, reason);
            simulation.trace("map", node.session(), key, applied);
            long revision = applied && value == null ? map().revision() : map().revision(key);
            return new Cas(applied, Optional.ofNullable(map().value(key)), revision);
        });
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        SharedMap.checkKey(key);
        checkOpen();
        return map().local(key, node);
    }

    @Override
    public CompletionStage<Page> scan(String prefix, String cursor, int limit) {
        PageBuilder page = new PageBuilder(limit);
        return operate(prefix, () -> map().page(prefix, cursor, page, key -> true));
    }

    @Override
    public CompletionStage<Page> owned(String cursor, int limit) {
        PageBuilder page = new PageBuilder(limit);
        if (closed) {
            return CompletableFuture.failedFuture(closed());
        }
        CompletableFuture<Page> end = new CompletableFuture<>();
        simulation.after(node, 0, () -> end.complete(map().page("", cursor, page, this::isOwned)));
        return end;
    }

    @Override
    public long ownedSize() {
        return closed ? 0 : map().count(this::isOwned);
    }

    private boolean isOwned(String key) {
        return !map().isDead(key) && owner(key).equals(node.session());
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        checkOpen();
        SharedMap.checkWatches(watches.size(), prefix);
        SimWatch watch = new SimWatch(simulation, node, this::map, prefix, listener);
        watches.add(watch);
        watch.begin();
        return () -> {
            watches.remove(watch);
            watch.close();
        };
    }

    /** An entry changed; null when it was removed. */
    void changed(String key, byte @Nullable [] value, long revision, String reason) {
        watches.forEach(watch -> watch.changed(key, value, revision, reason));
    }

    /** Tells watchers of entries that are gone without a word. */
    void look() {
        watches.forEach(watch -> watch.lookLater(SharedMap.LOST));
    }

    @Override
    public void close() {
        closed = true;
        watches.forEach(SimWatch::end);
        watches.clear();
        losses.clear();
        arbiterListeners.clear();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    private void checkOpen() {
        if (closed) {
            throw closed();
        }
    }

    private static MapUnavailableException closed() {
        return new MapUnavailableException("The map is closed", null);
    }

    @Override
    public Registration onLoss(Runnable listener) {
        checkOpen();
        return losses.add(listener);
    }

    @Override
    public Registration onArbiterChange(Runnable listener) {
        checkOpen();
        return arbiterListeners.add(listener);
    }

    /** Entries may be gone; this process is told in a while, and as long as it is silent it does not come to that. */
    void lost() {
        look();
        if (!losses.isEmpty()) {
            long lag = simulation.random().nanos(simulation.config().viewLag());
            simulation.after(node, lag, this::tellOfLoss);
        }
    }

    private void tellOfLoss() {
        if (simulation.network().isSilent(node)) {
            simulation.after(node, SILENT_NANOS, this::tellOfLoss);
        } else {
            losses.tell(Runnable::run);
        }
    }

    @Override
    public Session owner(String key) {
        SharedMap.checkKey(key);
        checkOpen();
        if (map().isDead(key)) {
            throw new MapUnavailableException("Nobody has this part of the map", null);
        }
        return SimDirectory.first(key, node.membership().view().sessions()).orElseGet(node::session);
    }

    private <T> CompletionStage<T> operate(String key, AtServer<T> atPrimary) {
        if (closed) {
            return CompletableFuture.failedFuture(closed());
        }
        Operation<T> operation = new Operation<>(key, atPrimary, simulation.now());
        simulation.after(latency(), operation::attempt);
        return operation.end;
    }

    /** One operation on its way to the primary. It may arrive although its sender has crashed meanwhile. */
    private final class Operation<T> {
        private final String key;
        private final AtServer<T> atPrimary;
        private final long started;
        private final CompletableFuture<T> end = new CompletableFuture<>();

        Operation(String key, AtServer<T> atPrimary, long started) {
            this.key = key;
            this.atPrimary = atPrimary;
            this.started = started;
        }

        private void attempt() {
            if (node.isDead() && simulation.random().chance(0.5)) {
                return;
            }
            if (map().isDead(key)) {
                refuse("nobody has this part");
            } else if (map().primaryFor(key, node).isPresent()) {
                run();
            } else if (simulation.now() - started
                    > simulation.config().mapTimeout().toNanos()) {
                fail("no primary");
            } else if (!node.isDead()) {
                simulation.after(RETRY_NANOS, this::attempt);
            }
        }

        private void run() {
            if (!map().fails()) {
                T result = atPrimary.perform();
                simulation.after(node, latency(), () -> end.complete(result));
            } else {
                int dice = simulation.random().between(1, 3);
                if (dice == 1) {
                    refuse("no primary was found"); // which may be wrong, but nothing was sent
                    return;
                }
                if (dice == 2) {
                    atPrimary.perform();
                }
                fail("connection broke");
            }
        }

        private void refuse(String why) {
            simulation.trace("map refused", node.session(), key, why);
            simulation.after(node, latency(), () -> end.completeExceptionally(new MapUnavailableException(why, null)));
        }

        private void fail(String why) {
            simulation.trace("map failed", node.session(), key, why);
            simulation.after(
                    node,
                    latency(),
                    () -> end.completeExceptionally(new OutcomeUnknownException(
                            OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                            "The shared map did not answer",
                            Map.of("why", why))));
        }
    }

    private long latency() {
        return simulation.random().nanos(simulation.config().message());
    }
}
