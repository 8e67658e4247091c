package io.durableserver.testkit;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shared map as one node of a cluster in this JVM reaches it. It never loses entries. */
final class LocalMap implements SharedMap {
    private record Watcher(String prefix, Listener listener) {}

    private final LocalNetwork network;
    private final LocalNode node;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    LocalMap(LocalNetwork network, LocalNode node) {
        this.network = network;
        this.node = node;
    }

    private <T> CompletionStage<T> locked(Function<Map<String, byte[]>, T> operation) {
        synchronized (network.entries) {
            if (node.isAlive()) {
                return CompletableFuture.completedFuture(operation.apply(network.entries));
            }
        }
        return CompletableFuture.failedFuture(new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, "This node is gone", Map.of("node", node.session())));
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return locked(entries -> copy(entries.get(key)));
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return change(key, null, value.clone());
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return change(key, expected, value.clone());
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return change(key, expected, null);
    }

    private CompletionStage<Cas> change(String key, byte @Nullable [] expected, byte @Nullable [] value) {
        return locked(entries -> {
            byte[] now = entries.get(key);
            if (!Arrays.equals(now, expected)) {
                return new Cas(false, copy(now));
            }
            if (value == null) {
                entries.remove(key);
            } else {
                entries.put(key, value);
            }
            network.changed(key, value);
            return new Cas(true, copy(value));
        });
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        synchronized (network.entries) {
            return copy(network.entries.get(key));
        }
    }

    @Override
    public CompletionStage<Map<String, byte[]>> scan(String prefix) {
        return locked(entries -> {
            Map<String, byte[]> found = new TreeMap<>();
            entries.forEach((key, value) -> {
                if (key.startsWith(prefix)) {
                    found.put(key, value.clone());
                }
            });
            return found;
        });
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        Watcher watcher = new Watcher(prefix, listener);
        synchronized (network.entries) {
            watchers.add(watcher);
            network.entries.forEach((key, value) -> tell(watcher, key, value));
        }
        return () -> watchers.remove(watcher);
    }

    void changed(String key, byte @Nullable [] value) {
        watchers.forEach(watcher -> tell(watcher, key, value));
    }

    private void tell(Watcher watcher, String key, byte @Nullable [] value) {
        if (key.startsWith(watcher.prefix())) {
            Optional<byte[]> copy = copy(value);
            node.wire(() -> {
                if (watchers.contains(watcher)) {
                    watcher.listener().changed(key, copy);
                }
            });
        }
    }

    /** Rendezvous hashing over this node's view. */
    @Override
    public Session owner(String key) {
        return node.membership().view().sessions().keySet().stream()
                .max(Comparator.comparingInt((Session session) -> (session + key).hashCode() * 0x9E3779B9)
                        .thenComparing(Session::incarnation))
                .orElseGet(node::session);
    }

    private static Optional<byte[]> copy(byte @Nullable [] value) {
        return value == null ? Optional.empty() : Optional.of(value.clone());
    }
}
