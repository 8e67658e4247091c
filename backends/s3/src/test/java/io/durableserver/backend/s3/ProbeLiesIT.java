package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.s3test.Answer;
import io.durableserver.s3test.EveryLie;
import io.durableserver.s3test.Lie;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.s3test.SeenRequest;
import io.durableserver.testkit.Effort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;

/** One lie at a time about each request of the probe: a store that ignores conditions is never taken for one that keeps them. */
class ProbeLiesIT {
    /** Of the lies about a request, one of so many at effort 1. */
    private static final int PART = 34;

    private static final int MAX_REQUESTS = 40;
    private static final int MAX_LIES = 170;

    private final S3TestServer server =
            S3TestServer.builder().bucket(TestNode.BUCKET).start();
    private final LyingProxy proxy = LyingProxy.before(server.endpoint(), this::lie);
    private final TestNode node = new TestNode();
    private final AtomicInteger seen = new AtomicInteger();
    private volatile int about = -1;
    private volatile int which;
    private volatile String told = "";
    /** What is made up of answers about the one object, where it is not one lie at a time. */
    private volatile Optional<Function<SeenRequest, Lie>> script = Optional.empty();

    @AfterEach
    void close() {
        proxy.close();
        server.close();
        node.close();
    }

    private Lie lie(SeenRequest request) {
        if (script.isPresent()) {
            return script.orElseThrow().apply(request);
        }
        if (seen.getAndIncrement() != about) {
            return new Lie.None();
        }
        List<EveryLie.Named> all = EveryLie.of(request.operation());
        EveryLie.Named lie = all.get(which % all.size());
        told = request.operation() + " " + lie.name();
        return lie.lie();
    }

    private interface Trial {
        /** Empty where all is well. */
        String problem();
    }

    private void tellAll(Trial trial) {
        int step = Math.max(1, PART / Effort.count(1));
        List<String> believed = new ArrayList<>();
        boolean met = true;
        int request = 0;
        for (; met && request < MAX_REQUESTS; request++) {
            about = request;
            int lie = request % step;
            do {
                which = lie;
                seen.set(0);
                told = "";
                String problem = trial.problem();
                met = !told.isEmpty();
                if (!problem.isEmpty()) {
                    believed.add("request " + request + ", " + told + ": " + problem);
                }
                lie += step;
            } while (met && lie < MAX_LIES);
        }
        assertThat(request).isGreaterThan(3);
        assertThat(believed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-None-Match"})
    void aStoreThatIgnoresAConditionOfWritesIsNeverAdmitted(String ignored) {
        try (S3Client client = client(List.of(ignored), "PUT")) {
            tellAll(() -> probe(client) == Found.REFUSED ? "" : "it was admitted");
        }
    }

    @Test
    void aStoreThatIgnoresTheConditionOfDeletesNeverLosesItsTombstones() {
        server.faults().ignoreDeleteConditions(true);
        try (S3Client client = client(List.of(), "")) {
            tellAll(() -> probe(client) != Found.DELETES ? "" : "it was trusted with deletes");
        }
    }

    @Test
    void aStoreThatKeepsAllConditionsIsNeverTakenForOneThatDoesNot() {
        try (S3Client client = client(List.of(), "")) {
            tellAll(() ->
                    probe(client) != Found.NO_DELETES ? "" : "its tombstones would stay, and others remove theirs");
        }
    }

    @Test
    void aRequestThatWasNotTakenProvesNothing() {
        for (String ignored : List.of("If-Match", "If-None-Match")) {
            refuseEach(List.of(ignored), found -> assertThat(found).isEqualTo(Found.REFUSED));
        }
        server.faults().ignoreDeleteConditions(true);
        refuseEach(List.of(), found -> assertThat(found).isNotEqualTo(Found.DELETES));
    }

    /** Whoever said it was not asked about the condition, and a store that refuses without a code says no more. */
    @ParameterizedTest
    @ValueSource(ints = {400, 403, 429, 500, 503, 504})
    void anErrorWithoutACodeIsNotTheRefusalOfAStoreThatRefusesWithoutOne(int status) {
        script = Optional.of(request -> isCreateOfWhatIsThere(request)
                ? new Lie.Instead(Answer.of(status, "text/html", ""))
                : new Lie.Changed(answer -> answer.status() == 412 ? answer.withBody(new byte[0]) : answer));
        try (S3Client client = client(List.of("If-None-Match"), "PUT")) {
            assertThat(probe(client)).isEqualTo(Found.REFUSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<Error><Code>Precondition</Code></Error>"})
    void aConditionThatIsRefusedInAnotherWayIsNotRefusedByTheStore(String body) {
        script = Optional.of(request -> isCreateOfWhatIsThere(request)
                ? new Lie.Instead(Answer.of(412, "application/xml", body))
                : new Lie.None());
        try (S3Client client = client(List.of("If-None-Match"), "PUT")) {
            assertThat(probe(client)).isEqualTo(Found.REFUSED);
        }
    }

    /** The second PUT of the probe: its condition is on the way to the store no more. */
    private boolean isCreateOfWhatIsThere(SeenRequest request) {
        return request.operation() == Operation.PUT && !request.conditional() && seen.incrementAndGet() == 2;
    }

    /** The connection of one request after the other is refused. */
    private void refuseEach(List<String> ignored, Consumer<Found> check) {
        AtomicInteger left = new AtomicInteger();
        ExecutionInterceptor refuse = new ExecutionInterceptor() {
            @Override
            public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
                // Nobody listens on this port.
                return left.getAndDecrement() == 0
                        ? context.httpRequest().toBuilder().port(1).build()
                        : context.httpRequest();
            }
        };
        try (S3Client client = Clients.of(config(ignored, "PUT", refuse))) {
            for (int refused = 0; refused < MAX_REQUESTS / 2; refused++) {
                left.set(refused);
                check.accept(probe(client));
            }
        }
    }

    private enum Found {
        REFUSED,
        DELETES,
        NO_DELETES
    }

    private Found probe(S3Client client) {
        S3Config config = config(List.of(), "", new ExecutionInterceptor() {});
        Bucket bucket = new Bucket(client, Credentials.ofTheClient(), config, new BucketFacts(config, node.context()));
        try {
            Capabilities found = new Probe(bucket, config, new Outcomes(config), "probe/" + Nonces.next()).run();
            return found.conditionalDelete() ? Found.DELETES : Found.NO_DELETES;
        } catch (SdkException | ConfigurationException refused) {
            return Found.REFUSED;
        }
    }

    private S3Client client(List<String> ignored, String method) {
        return Clients.of(config(ignored, method, new ExecutionInterceptor() {}));
    }

    /** A client that takes out conditions before they are sent, which is a store that ignores them. */
    private S3Config config(List<String> ignored, String method, ExecutionInterceptor another) {
        ExecutionInterceptor strip = new ExecutionInterceptor() {
            @Override
            public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
                SdkHttpRequest.Builder request = context.httpRequest().toBuilder();
                if (context.httpRequest().method().name().equals(method)) {
                    ignored.forEach(request::removeHeader);
                }
                return request.build();
            }
        };
        return TestNode.on(server)
                .endpoint(proxy.endpoint())
                .tuning(TestNode.tuning().attemptTimeout(Duration.ofSeconds(5)).build())
                .client(client -> client.overrideConfiguration(
                        override -> override.addExecutionInterceptor(strip).addExecutionInterceptor(another)))
                .build();
    }
}
