package io.durableserver.runtime.testing;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.Member;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeStates;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Transport;
import io.durableserver.spi.View;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster of one node: nobody else to talk to, a directory in memory. */
public final class LoneCluster implements Membership, Transport, SharedMap, NodeStates {
    private final Session self;
    private final CopyOnWriteArrayList<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> map = new HashMap<>();
    private volatile List<Member> members;
    private volatile Map<Session, byte[]> rows = Map.of();
    private volatile Session owner;
    private volatile boolean provablyGone;
    private volatile Trap trap = new Trap();
    private volatile boolean queueFull;
    private volatile @Nullable RuntimeException viewFailure;
    private volatile boolean mapLost;
    private volatile boolean mapSilent;
    private final List<Runnable> losses = new CopyOnWriteArrayList<>();
    private volatile RequestHandler others = (to, request) -> CompletableFuture.failedFuture(
            new NotAppliedException(NotAppliedException.Reason.NOT_READY, "Nobody is there", Map.of("to", to)));
    private volatile Executor lookUps = Runnable::run;
    private final List<byte[]> sent = new CopyOnWriteArrayList<>();
    private MessageHandler receiver = (from, message) -> {};
    private RequestHandler answerer =
            (from, request) -> CompletableFuture.failedFuture(new IllegalStateException("no handler yet"));

    public LoneCluster(Session self) {
        this.self = self;
        this.owner = self;
        this.members = List.of(new Member(self, Map.of()));
    }

    public Cluster with(Scheduler scheduler, TimeSource time) {
        return Cluster.of(this, this, spec -> this, this, scheduler, time);
    }

    /** From now on the directory steps on this trap. */
    public void trap(Trap value) {
        trap = value;
    }

    /** Changes who seems to be there. */
    public void sessions(Session... present) {
        members =
                Stream.of(present).map(session -> new Member(session, Map.of())).toList();
    }

    /** Changes who seems to be there, and what types they host. */
    public void hosts(Map<Session, String> types) {
        members = types.entrySet().stream()
                .map(each -> new Member(each.getKey(), Map.of(Member.TYPES, each.getValue())))
                .toList();
    }

    /** The messages sent so far. */
    public List<byte[]> sent() {
        return sent;
    }

    /** Whether messages are refused. */
    public void queueFull(boolean value) {
        queueFull = value;
    }

    /** From now on the directory answers look-ups on this executor. */
    public void lookUpsOn(Executor executor) {
        lookUps = executor;
    }

    /** What asking for the members throws; null for nothing. */
    public void viewFails(@Nullable RuntimeException failure) {
        viewFailure = failure;
    }

    /** A message arrives. */
    public void receive(Session from, byte[] message) {
        receiver.receive(from, message);
    }

    public void provablyGone(boolean value) {
        provablyGone = value;
    }

    public void tell(Event event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public Session self() {
        return self;
    }

    @Override
    public View view() {
        RuntimeException failure = viewFailure;
        if (failure != null) {
            throw failure;
        }
        return new View(1, members);
    }

    @Override
    public Registration listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public String cluster() {
        return "c1";
    }

    @Override
    public String endpoint() {
        return "nowhere";
    }

    @Override
    public CompletionStage<Boolean> provablyGone(Session session, String endpoint) {
        return CompletableFuture.completedFuture(provablyGone);
    }

    @Override
    public void onMessage(MessageHandler handler) {
        receiver = handler;
    }

    @Override
    public void onRequest(RequestHandler handler) {
        answerer = handler;
    }

    /** Another session asks. */
    public CompletionStage<byte[]> ask(Session from, byte[] request) {
        return answerer.handle(from, request);
    }

    @Override
    public boolean send(Session to, byte[] message) {
        if (queueFull) {
            return false;
        }
        sent.add(message);
        return true;
    }

    /** Nothing leaves this node, so all that was sent waits. */
    @Override
    public Waiting waiting() {
        return new Waiting(
                sent.size(), sent.stream().mapToLong(message -> message.length).sum());
    }

    @Override
    public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
        return others.handle(to, request);
    }

    /** What other sessions answer. */
    public void others(RequestHandler value) {
        others = value;
    }

    /** From now on the directory cannot answer: all copies of its entries are gone. */
    public void loseMap() {
        mapLost = true;
    }

    /** Whether the directory leaves open what it is asked. */
    public void mapSilent(boolean value) {
        mapSilent = value;
    }

    /** Ends {@link #loseMap}: the directory begins empty. */
    public void resetMap() {
        synchronized (this) {
            map.clear();
            mapLost = false;
        }
        losses.forEach(Runnable::run);
    }

    @Override
    public Registration onLoss(Runnable listener) {
        losses.add(listener);
        return () -> losses.remove(listener);
    }

    private static MapUnavailableException lost() {
        return new MapUnavailableException(
                "All copies are gone", new IllegalStateException("Failed to get primary node"));
    }

    private <T> CompletionStage<T> answer(Supplier<T> operation) {
        trap.step();
        if (mapLost) {
            return CompletableFuture.failedFuture(lost());
        }
        return mapSilent ? new CompletableFuture<>() : CompletableFuture.completedFuture(operation.get());
    }

    @Override
    public synchronized CompletionStage<Optional<byte[]>> get(String key) {
        CompletionStage<Optional<byte[]>> found = answer(() -> Optional.ofNullable(map.get(key)));
        return found.thenApplyAsync(value -> value, lookUps);
    }

    @Override
    public synchronized CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return answer(() -> {
            byte[] before = map.putIfAbsent(key, value);
            return new Cas(before == null, Optional.of(before == null ? value : before), 1);
        });
    }

    @Override
    public synchronized CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return answer(() -> {
            boolean applied = Arrays.equals(map.get(key), expected);
            if (applied) {
                map.put(key, value);
            }
            return new Cas(applied, Optional.ofNullable(map.get(key)), 1);
        });
    }

    @Override
    public synchronized CompletionStage<Cas> remove(String key, byte[] expected) {
        return answer(() -> {
            boolean applied = Arrays.equals(map.get(key), expected);
            if (applied) {
                map.remove(key);
            }
            return new Cas(applied, Optional.ofNullable(map.get(key)), 1);
        });
    }

    @Override
    public synchronized Optional<byte[]> localGet(String key) {
        return Optional.ofNullable(map.get(key));
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected, String reason) {
        return remove(key, expected);
    }

    @Override
    public CompletionStage<Page> scan(String prefix, String cursor, int limit) {
        throw new UnsupportedOperationException("A cluster of one has nothing to scan for");
    }

    @Override
    public CompletionStage<Page> owned(String cursor, int limit) {
        throw new UnsupportedOperationException("A cluster of one has nothing to scan for");
    }

    @Override
    public synchronized long ownedSize() {
        return map.size();
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        throw new UnsupportedOperationException("A cluster of one has nobody to watch");
    }

    @Override
    public Registration onArbiterChange(Runnable listener) {
        return () -> {};
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("A cluster of one keeps its map");
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public Session owner(String key) {
        if (mapLost) {
            throw lost();
        }
        return owner;
    }

    /** Who owns all keys of the map; this session unless said otherwise. */
    public void ownedBy(Session session) {
        owner = session;
    }

    @Override
    public synchronized void publish(byte[] row) {
        says(self, row);
    }

    /** A session says something about itself. */
    public synchronized void says(Session session, byte[] row) {
        Map<Session, byte[]> next = new HashMap<>(rows);
        next.put(session, row);
        rows = Map.copyOf(next);
    }

    @Override
    public Map<Session, byte[]> rows() {
        return rows;
    }
}
