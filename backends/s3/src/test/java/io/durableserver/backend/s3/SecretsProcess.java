package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;

import io.durableserver.ServerRef;
import io.durableserver.s3test.Answer;
import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Lie;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.RandomLies;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.TestCluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Does everything with stores that ends well or badly, and prints whatever can be printed; see {@link S3SecretsIT}. */
final class SecretsProcess {
    static final String SECRET = "SECRETKEYsecretKEY0123456789abcdefghijkl";
    static final String WRONG = "WRONGKEYwrongKEY0123456789abcdefghijklmn";
    static final String TOKEN = "SESSIONTOKENsessionTOKEN0123456789abcdef";
    static final String PASSWORD = "PASSWORDpassword0123456789";

    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder()
            .credentials("key", SECRET)
            .bucket(TestNode.BUCKET)
            .start();

    public static void main(String[] arguments) {
        new SecretsProcess().run();
        System.exit(0);
    }

    private void run() {
        S3Credentials right = S3Credentials.of("key", SECRET);
        S3Credentials passing = new S3Credentials("key", SECRET, Optional.of(TOKEN));
        print(List.of(
                right,
                passing,
                config().credentials(right),
                config().credentials(passing).build()));
        refused(() -> config().endpoint(URI.create("http://user:" + PASSWORD + "@127.0.0.1:9000/?x=" + PASSWORD))
                .build());
        refused(() -> S3Credentials.of("key", SECRET.repeat(20)));
        refused(() -> S3Credentials.of(" ", SECRET));
        S3Config fixed = config().credentials(right).build();
        useAll(fixed);
        refuseAll(fixed);
        useAll(config().credentials(passing).build());
        useAll(config().credentials(S3Credentials.of("key", WRONG)).build());
        useAll(config().credentials(new S3Credentials("other", WRONG, Optional.of(TOKEN)))
                .build());
        useAll(config().client(client -> client.credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("key", SECRET))))
                .build());
        useAll(config().client(client -> client.credentialsProvider(() -> {
                    throw SdkClientException.create("No credentials today");
                }))
                .build());
        for (boolean page : new boolean[] {true, false}) {
            Lie login = new Lie.Instead(Answer.of(403, "text/html", "<p>Log in"));
            RandomLies random = new RandomLies(1, 50);
            try (LyingProxy proxy = LyingProxy.before(server.endpoint(), page ? request -> login : random)) {
                useAll(config().credentials(passing).endpoint(proxy.endpoint()).build());
            }
        }
        serve(config().credentials(passing).build());
        server.goDown();
        useAll(config().credentials(right).build());
        System.out.println("done");
    }

    /** A node on the store, which fails under it. */
    private void serve(S3Config config) {
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .types(S3FirstStartIT.Counter.TYPE)
                .configure(node -> node.backend(S3.backend(config)))
                .start()) {
            ServerRef counter =
                    cluster.servers(0).ensureStarted(S3FirstStartIT.Counter.TYPE, "k", new S3FirstStartIT.Count(1));
            print(List.of(counter, counter.call(new S3FirstStartIT.Get())));
            server.faults().next(request -> true, 20, new Fault.Refuse(403, "AccessDenied"));
            refused(() -> cluster.servers(0)
                    .ensureStarted(S3FirstStartIT.Counter.TYPE, "other", new S3FirstStartIT.Count(1)));
            server.faults().clear();
        }
    }

    private S3Config.Builder config() {
        return S3Config.builder()
                .bucket(TestNode.BUCKET)
                .endpoint(server.endpoint())
                .dialect(S3Dialect.MINIO)
                .tuning(S3Tuning.builder().attempts(2).build());
    }

    private void useAll(S3Config config) {
        Backend backend = Hasty.open(node, config);
        print(List.of(config, backend, backend.name()));
        try {
            backend.ready().toCompletableFuture().join();
        } catch (CompletionException failed) {
            print(failed);
        }
        use(backend, "k");
        backend.close();
        use(backend, "closed");
    }

    private void refuseAll(S3Config config) {
        Backend backend = Hasty.open(node, config);
        backend.ready().toCompletableFuture().join();
        for (String code : List.of("ExpiredToken", "AccessDenied", "PreconditionFailed", "InternalError", "")) {
            for (Operation operation : List.of(Operation.PUT, Operation.GET, Operation.DELETE, Operation.LIST)) {
                server.faults().next(operation, 1, new Fault.Refuse(403, code));
                server.faults().next(operation, 1, new Fault.LieAfter(412, code));
                use(backend, code + operation);
                server.faults().clear();
            }
        }
        backend.close();
    }

    private static void use(Backend backend, String key) {
        WriteResult created = end(() -> backend.create(key, TestNode.bytes("{}"), TIMEOUT)
                .toCompletableFuture()
                .join());
        Version version = created instanceof WriteResult.Stored stored ? stored.version() : new Version("none");
        end(() -> backend.replace(key, TestNode.bytes("{\"n\":1}"), version, TIMEOUT)
                .toCompletableFuture()
                .join());
        end(() -> backend.delete(key, version, TIMEOUT).toCompletableFuture().join());
        end(() ->
                backend.get(key, ReadMode.STRONG, TIMEOUT).toCompletableFuture().join());
        end(() -> backend.list(PageRequest.keys("", 10), TIMEOUT)
                .toCompletableFuture()
                .join());
    }

    private static <T> @Nullable T end(Supplier<T> request) {
        @Nullable T end = null;
        try {
            end = request.get();
            print(List.of(end));
            Throwable cause = end instanceof WriteResult.NotApplied refused
                    ? refused.cause()
                    : end instanceof WriteResult.Unknown unknown
                            ? unknown.cause()
                            : end instanceof ReadResult.Failed failed ? failed.cause() : null;
            if (cause != null) {
                print(cause);
            }
        } catch (RuntimeException failed) {
            print(failed);
        }
        return end;
    }

    private static void refused(Supplier<?> configuration) {
        try {
            throw new AssertionError("accepted: " + configuration.get());
        } catch (RuntimeException expected) {
            print(expected);
        }
    }

    private static void print(List<?> values) {
        values.forEach(value -> System.out.println("printed " + value));
    }

    private static void print(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        System.out.println("printed " + text);
    }
}
