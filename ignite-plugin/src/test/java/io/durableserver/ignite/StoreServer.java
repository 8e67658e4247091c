package io.durableserver.ignite;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The records of this JVM, served to nodes in other JVMs over loopback: what outlives a killed or frozen process. */
final class StoreServer implements AutoCloseable {
    /** The requests, by their first byte. */
    static final int GET = 0;

    static final int CREATE = 1;
    static final int REPLACE = 2;
    static final int DELETE = 3;
    static final int LIST = 4;

    /** The answers. */
    static final int FOUND = 0;

    static final int ABSENT = 1;
    static final int STORED = 2;
    static final int CONFLICT = 3;

    private static final Duration NEVER = Duration.ofMinutes(1);

    final InMemoryStore store = new InMemoryStore();
    private final Backend records = new InMemoryBackend(store);
    private final HttpServer server;
    // A frozen client may hold a thread for as long as it is frozen.
    private final ExecutorService threads = Executors.newCachedThreadPool();

    StoreServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            answer(new DataInputStream(exchange.getRequestBody()), new DataOutputStream(body));
            exchange.sendResponseHeaders(200, body.size());
            exchange.getResponseBody().write(body.toByteArray());
        }
    }

    private void answer(DataInputStream in, DataOutputStream out) throws IOException {
        int request = in.readByte();
        String key = in.readUTF();
        String expected = in.readUTF();
        byte[] record = in.readNBytes(in.readInt());
        switch (request) {
            case GET -> found(TestCluster.get(records.get(key, ReadMode.STRONG, NEVER)), out);
            case CREATE -> stored(TestCluster.get(records.create(key, record, NEVER)), out);
            case REPLACE -> stored(TestCluster.get(records.replace(key, record, new Version(expected), NEVER)), out);
            case DELETE -> stored(TestCluster.get(records.delete(key, new Version(expected), NEVER)), out);
            case LIST ->
                page(TestCluster.get(records.list(PageRequest.keys(key, 1_000).from(expected), NEVER)), out);
            default -> throw new IOException("no request " + request);
        }
    }

    private static void found(ReadResult result, DataOutputStream out) throws IOException {
        if (result instanceof ReadResult.Found found) {
            out.writeByte(FOUND);
            out.writeUTF(found.version().token());
            out.writeInt(found.record().length);
            out.write(found.record());
        } else {
            out.writeByte(ABSENT);
        }
    }

    private static void stored(WriteResult result, DataOutputStream out) throws IOException {
        if (result instanceof WriteResult.Stored stored) {
            out.writeByte(STORED);
            out.writeUTF(stored.version().token());
        } else {
            out.writeByte(CONFLICT);
        }
    }

    private static void page(Backend.Page page, DataOutputStream out) throws IOException {
        out.writeInt(page.entries().size());
        for (Backend.Listed entry : page.entries()) {
            out.writeUTF(entry.key());
            out.writeUTF(entry.version().token());
        }
        out.writeUTF(page.next().orElse(""));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
