package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.StoreContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The timer against the answer, step by step: "not applied" is told only of what cannot have been applied (P2). */
class WriteRequestTest {
    private static final S3Config CONFIG = S3Config.builder().bucket("bucket").build();

    private final Steps steps = new Steps();
    private final Queue<Runnable> threads = new ArrayDeque<>();
    private int puts;
    private Supplier<PutObjectResponse> answer = this::taken;
    private Optional<byte[]> there = Optional.empty();
    private byte[] sent = {};
    private final CompletableFuture<WriteResult> result = request();

    @Test
    void aWriteThatNoThreadHasTakenIsNotAppliedAndNeverSent() {
        steps.timeOver();
        run(threads);
        assertThat(result).isCompletedWithValueMatching(WriteResult.NotApplied.class::isInstance);
        assertThat(puts).isZero();
    }

    @Test
    void aWriteThatIsWithTheStoreIsUnknown() {
        answer = () -> {
            steps.timeOver();
            return taken();
        };
        run(threads);
        run(steps.internal);
        assertThat(result).isCompletedWithValueMatching(WriteResult.Unknown.class::isInstance);
    }

    @Test
    void aWriteWhoseEndIsKnownButNotYetToldIsUnknown() {
        run(threads);
        assertThat(puts).isOne();
        assertThat(steps.internal).hasSize(1);
        steps.timeOver();
        run(steps.internal);
        assertThat(result).isCompletedWithValueMatching(WriteResult.Unknown.class::isInstance);
    }

    @Test
    void aWriteThatTheStoreRefusedToTakeIsNotAppliedWhileItWaitsForTheNextAttempt() {
        answer = () -> {
            throw failure(503, "SlowDown");
        };
        run(threads);
        steps.timeOver();
        assertThat(result).isCompletedWithValueMatching(WriteResult.NotApplied.class::isInstance);
        run(threads);
        assertThat(puts).isOne();
    }

    @Test
    void aWriteThatMayHaveBeenAppliedIsUnknownWhileItWaitsForTheNextAttempt() {
        answer = () -> {
            throw failure(500, "InternalError");
        };
        run(threads);
        steps.timeOver();
        assertThat(result).isCompletedWithValueMatching(WriteResult.Unknown.class::isInstance);
    }

    /** What it met may be its own twin. */
    @Test
    void aWriteThatMetAnotherOneIsUnknownWhileItWaitsForTheNextAttempt() {
        answer = () -> {
            throw failure(409, "ConditionalRequestConflict");
        };
        run(threads);
        steps.timeOver();
        assertThat(result).isCompletedWithValueMatching(WriteResult.Unknown.class::isInstance);
    }

    @Test
    void aWriteThatEndsInTimeIsToldAsItEnded() {
        run(threads);
        run(steps.internal);
        steps.timeOver();
        assertThat(result).isCompletedWithValueMatching(WriteResult.Stored.class::isInstance);
    }

    @Test
    void aDoubledWriteThatWasFoundByReadingBackIsUnknownUntilItIsTold() {
        answer = () -> {
            there = Optional.of(sent);
            throw failure(412, "PreconditionFailed");
        };
        run(threads);
        assertThat(steps.internal).hasSize(1);
        steps.timeOver();
        assertThat(result).isCompletedWithValueMatching(WriteResult.Unknown.class::isInstance);
    }

    @Test
    void aWriteThatWaitsAfterARefusalSaysWhyWhenItsTimeIsOver() {
        answer = () -> {
            throw failure(503, "SlowDown");
        };
        run(threads);
        steps.timeOver();
        assertThat(result)
                .isCompletedWithValueMatching(ended -> ended instanceof WriteResult.NotApplied refused
                        && refused.cause() instanceof NotAppliedException cause
                        && cause.reason() == NotAppliedException.Reason.STORAGE_UNAVAILABLE);
    }

    private CompletableFuture<WriteResult> request() {
        Outcomes outcomes = new Outcomes(CONFIG);
        Bucket bucket = new Bucket(
                new Store(),
                Credentials.ofTheClient(),
                CONFIG,
                new BucketFacts(CONFIG, new StoreContext("test/", new Session("n", "1"), steps, steps, List.of())));
        bucket.use(new Capabilities(true, true, false, Dialect.STANDARD.tags(true, true)));
        ObjectCache cache =
                new ObjectCache(CONFIG.tuning().cacheBytes(), CONFIG.tuning().weakReadAge(), steps);
        Request.Terms terms = new Request.Terms(
                new Waiting(steps),
                threads::add,
                steps,
                CONFIG.tuning().attemptTimeout(),
                Duration.ofSeconds(20),
                () -> {});
        return new WriteRequest(
                        terms,
                        bucket,
                        new Reader(bucket, cache, CONFIG, outcomes),
                        cache,
                        outcomes,
                        CONFIG,
                        new WriteRequest.Target("k", "k", TestNode.bytes("one"), "n", Optional.of("e0"), false))
                .start()
                .toCompletableFuture();
    }

    private static void run(Queue<Runnable> tasks) {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private PutObjectResponse taken() {
        return (PutObjectResponse) PutObjectResponse.builder()
                .eTag(Answers.md5(sent).orElseThrow())
                .sdkHttpResponse(SdkHttpResponse.builder().statusCode(200).build())
                .build();
    }

    private static S3Exception failure(int status, String code) {
        return (S3Exception) S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }

    /** Answers writes as the test says, and no read. */
    private final class Store implements S3Client {
        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            puts++;
            sent = bytes(body);
            return answer.get();
        }

        @Override
        public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
            byte[] body = there.orElseThrow(() -> failure(500, "InternalError"));
            GetObjectResponse found = (GetObjectResponse) GetObjectResponse.builder()
                    .eTag(Answers.md5(body).orElseThrow())
                    .contentLength((long) body.length)
                    .sdkHttpResponse(SdkHttpResponse.builder().statusCode(200).build())
                    .build();
            try {
                return transformer.transform(found, AbortableInputStream.create(new ByteArrayInputStream(body)));
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }

        private static byte[] bytes(RequestBody body) {
            try (InputStream in = body.contentStreamProvider().newStream()) {
                return in.readAllBytes();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    /** Tasks that wait until a test runs them, and the first timer, which is the request's. */
    private static final class Steps implements Scheduler, TimeSource {
        final Queue<Runnable> internal = new ArrayDeque<>();
        private Optional<Runnable> timer = Optional.empty();

        void timeOver() {
            timer.orElseThrow().run();
        }

        @Override
        public Executor turns() {
            return internal::add;
        }

        @Override
        public Executor internal() {
            return internal::add;
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            timer = timer.or(() -> Optional.of(task));
            return () -> {};
        }

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public void close() {}

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    }
}
