package io.durableserver.benchmarks.node;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteMessaging;

/** The raw path below the transport: one Ignite message of 128 bytes there and one back, per call. */
public final class RawMessages {
    private static final int BYTES = 128;

    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final IgniteMessaging messaging;

    public RawMessages(Ignite ignite) {
        messaging = ignite.message(ignite.cluster().forRemotes());
        ignite.message().localListen(GridChild.REPLIES, (UUID from, Object message) -> {
            byte[] bytes = (byte[]) message;
            CompletableFuture<byte[]> call =
                    waiting.remove(ByteBuffer.wrap(bytes).getLong());
            if (call != null) {
                call.complete(bytes);
            }
            return true;
        });
    }

    /** Sends in order, as the transport does. */
    public CompletableFuture<byte[]> ordered() {
        CompletableFuture<byte[]> call = new CompletableFuture<>();
        messaging.sendOrdered(GridChild.ECHO_ORDERED, message(call), 0);
        return call;
    }

    /** Sends without order: Ignite may use several threads. */
    public CompletableFuture<byte[]> plain() {
        CompletableFuture<byte[]> call = new CompletableFuture<>();
        messaging.send(GridChild.ECHO_PLAIN, message(call));
        return call;
    }

    private byte[] message(CompletableFuture<byte[]> call) {
        long id = ids.incrementAndGet();
        waiting.put(id, call);
        return ByteBuffer.allocate(BYTES).putLong(id).array();
    }
}
