package io.durableserver.backend.s3;

import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.StoreContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** A node that opens backends, and what tests do with them. */
final class TestNode implements AutoCloseable {
    static final String BUCKET = "durable-test";
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Queue<StoreEvent> told = new ConcurrentLinkedQueue<>();
    private final StoreContext context = StoreContext.real("test/").telling(told::add);

    /** The configuration for a server that checks no signatures. */
    static S3Config.Builder on(S3TestServer server) {
        return S3Config.builder()
                .bucket(BUCKET)
                .createBucket(true)
                .endpoint(server.endpoint())
                .dialect(S3Dialect.MINIO)
                .credentials(S3Credentials.of("test", Secrets.of("test")))
                .tuning(tuning().build());
    }

    static S3Tuning.Builder tuning() {
        return S3Tuning.builder().attemptTimeout(Duration.ofSeconds(5));
    }

    BackendFactory.Context context() {
        return context;
    }

    /** The same, with pauses between attempts that are a twentieth of what they should be. */
    BackendFactory.Context hasty() {
        return new StoreContext(
                context.prefix(),
                context.session(),
                new Hasty(context.scheduler()),
                context.time(),
                List.of(),
                told::add);
    }

    /** The same with this clock. */
    BackendFactory.Context at(LongSupplier nanos) {
        TimeSource time = new TimeSource() {
            @Override
            public long nanoTime() {
                return nanos.getAsLong();
            }

            @Override
            public long wallMillis() {
                return 0;
            }
        };
        return new StoreContext(context.prefix(), context.session(), context.scheduler(), time, List.of(), told::add);
    }

    /** What the backends have told, of one kind. */
    <E extends StoreEvent> List<E> told(Class<E> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    Backend open(S3Config config) {
        return S3.backend(config).open(context);
    }

    Backend ready(S3Config config) {
        Backend backend = open(config);
        await(backend.ready());
        return backend;
    }

    @Override
    public void close() {
        context.close();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static WriteResult createRecord(Backend backend, String key, String record) {
        return await(backend.create(key, bytes(record), TIMEOUT));
    }

    static WriteResult replace(Backend backend, String key, String record, Version expected) {
        return await(backend.replace(key, bytes(record), expected, TIMEOUT));
    }

    static ReadResult read(Backend backend, String key) {
        return await(backend.get(key, ReadMode.STRONG, TIMEOUT));
    }

    /** The record, which must be there. */
    static String record(Backend backend, String key) {
        return text(((ReadResult.Found) read(backend, key)).record());
    }

    static Version stored(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            return stored.version();
        }
        throw new AssertionError("not stored: " + result);
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError("The stage failed", failure.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("The stage did not complete", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", interrupted);
        }
    }
}
