package io.durableserver.testkit.sim;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The shared map as one process reaches it. */
final class SimSharedMap implements SharedMap {
    private static final long RETRY_NANOS = 20_000_000;

    private record Watcher(String prefix, Listener listener, Lane lane) {}

    private static final long SILENT_NANOS = 10_000_000;

    private final Simulation simulation;
    private final SimNode node;
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<Runnable> losses = new ArrayList<>();

    SimSharedMap(Simulation simulation, SimNode node) {
        this.simulation = simulation;
        this.node = node;
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return operate(key, () -> Optional.ofNullable(node.directory().value(key)));
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return change(key, null, value.clone());
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return change(key, expected.clone(), value.clone());
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return change(key, expected.clone(), null);
    }

    private CompletionStage<Cas> change(String key, byte @Nullable [] expected, byte @Nullable [] value) {
        return operate(key, () -> {
            boolean applied = node.directory().compareAndSet(key, expected, value);
            simulation.trace("map", node.session(), key, applied);
            return new Cas(applied, Optional.ofNullable(node.directory().value(key)));
        });
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        return node.directory().local(key, node);
    }

    @Override
    public CompletionStage<Map<String, byte[]>> scan(String prefix) {
        return operate(prefix, () -> node.directory().scan(prefix));
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        Watcher watcher = new Watcher(
                prefix, listener, new Lane(simulation, node, simulation.config().viewLag()));
        watchers.add(watcher);
        node.directory().scan(prefix).forEach((key, value) -> tell(watcher, key, Optional.of(value)));
        return () -> watchers.remove(watcher);
    }

    /** An entry changed; this process is told in a while. */
    void changed(String key, Optional<byte[]> value) {
        watchers.stream()
                .filter(watcher -> key.startsWith(watcher.prefix()))
                .forEach(watcher -> tell(watcher, key, value.map(byte[]::clone)));
    }

    private void tell(Watcher watcher, String key, Optional<byte[]> value) {
        watcher.lane().give(() -> {
            if (watchers.contains(watcher)) {
                watcher.listener().changed(key, value);
            }
        });
    }

    @Override
    public Registration onLoss(Runnable listener) {
        losses.add(listener);
        return () -> losses.remove(listener);
    }

    /** Entries may be gone; this process is told in a while, and as long as it is silent it does not come to that. */
    void lost() {
        if (!losses.isEmpty()) {
            long lag = simulation.random().nanos(simulation.config().viewLag());
            simulation.after(node, lag, this::tellOfLoss);
        }
    }

    private void tellOfLoss() {
        if (simulation.network().isSilent(node)) {
            simulation.after(node, SILENT_NANOS, this::tellOfLoss);
        } else {
            List.copyOf(losses).forEach(Runnable::run);
        }
    }

    @Override
    public Session owner(String key) {
        if (node.directory().isDead(key)) {
            throw new MapUnavailableException("Nobody has this part of the map", null);
        }
        return SimDirectory.first(key, node.membership().view().sessions().keySet())
                .orElseGet(node::session);
    }

    private <T> CompletionStage<T> operate(String key, AtServer<T> atPrimary) {
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
            if (node.directory().isDead(key)) {
                refuse("nobody has this part");
            } else if (node.directory().primaryFor(key, node).isPresent()) {
                run();
            } else if (simulation.now() - started
                    > simulation.config().mapTimeout().toNanos()) {
                fail("no primary");
            } else if (!node.isDead()) {
                simulation.after(RETRY_NANOS, this::attempt);
            }
        }

        private void run() {
            if (!node.directory().fails()) {
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
