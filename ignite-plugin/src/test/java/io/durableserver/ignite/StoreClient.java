package io.durableserver.ignite;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A node's way to the {@link StoreServer} of another JVM. A request that fails on the way may have been applied. */
final class StoreClient implements Backend {
    private static final byte[] NOTHING = {};

    @FunctionalInterface
    private interface Answer<T> {
        T read(DataInputStream in) throws IOException;
    }

    private final HttpClient client;
    private final URI server;

    StoreClient(int port, Executor executor) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor)
                .build();
        this.server = URI.create("http://127.0.0.1:" + port + "/");
    }

    @Override
    public String name() {
        return "test-store";
    }

    @Override
    public CompletionStage<Void> ready() {
        return get("ready", ReadMode.STRONG, Duration.ofSeconds(10)).thenAccept(read -> {
            if (read instanceof ReadResult.Failed failed) {
                throw new IllegalStateException(failed.cause());
            }
        });
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return this.<ReadResult>ask(
                        StoreServer.GET,
                        key,
                        "",
                        NOTHING,
                        timeout,
                        in -> in.readByte() == StoreServer.FOUND ? found(in) : new ReadResult.Absent())
                .exceptionally(failure -> new ReadResult.Failed(true, failure));
    }

    private static ReadResult found(DataInputStream in) throws IOException {
        Version version = new Version(in.readUTF());
        return new ReadResult.Found(in.readNBytes(in.readInt()), version);
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return write(StoreServer.CREATE, key, "", record, timeout);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return write(StoreServer.REPLACE, key, expected.token(), record, timeout);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(StoreServer.DELETE, key, expected.token(), NOTHING, timeout);
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        return ask(StoreServer.LIST, request.prefix(), request.cursor(), NOTHING, timeout, in -> {
                    List<Listed> entries = new ArrayList<>();
                    for (int left = in.readInt(); left > 0; left--) {
                        entries.add(new Listed(in.readUTF(), new Version(in.readUTF())));
                    }
                    String next = in.readUTF();
                    return new Page(entries, next.isEmpty() ? Optional.empty() : Optional.of(next));
                })
                .exceptionally(failure -> {
                    throw new NotAppliedException(
                            NotAppliedException.Reason.STORAGE_UNAVAILABLE, "No listing", Map.of(), failure);
                });
    }

    @Override
    public void close() {}

    private CompletionStage<WriteResult> write(int kind, String key, String expected, byte[] record, Duration timeout) {
        return this.<WriteResult>ask(
                        kind,
                        key,
                        expected,
                        record,
                        timeout,
                        in -> in.readByte() == StoreServer.STORED
                                ? new WriteResult.Stored(new Version(in.readUTF()))
                                : new WriteResult.Conflict())
                .exceptionally(WriteResult.Unknown::new);
    }

    private <T> CompletionStage<T> ask(
            int kind, String key, String expected, byte[] record, Duration timeout, Answer<T> answer) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeByte(kind);
            out.writeUTF(key);
            out.writeUTF(expected);
            out.writeInt(record.length);
            out.write(record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HttpRequest request = HttpRequest.newBuilder(server)
                .timeout(timeout)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(response -> {
                    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(response.body()))) {
                        return answer.read(in);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
