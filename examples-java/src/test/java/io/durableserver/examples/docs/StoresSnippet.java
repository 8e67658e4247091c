package io.durableserver.examples.docs;

import io.durableserver.backend.mirror.Mirror;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.mirror.Rollout;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.backend.s3.S3;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.backend.s3.S3Credentials;
import io.durableserver.backend.s3.S3Dialect;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.BackendFactory;
import java.net.URI;
import java.time.Duration;

/** The samples of the page about stores. */
final class StoresSnippet {
    private StoresSnippet() {}

    static BackendFactory s3(String accessKey, String secretKey) {
        // readme: s3
        S3Config aws = S3Config.builder()
                .bucket("my-servers")
                .region("eu-central-1") // credentials: the SDK's chain
                .build();
        S3Config own = S3Config.builder() // MinIO, Ceph, Tigris, R2 ...
                .bucket("my-servers")
                .endpoint(URI.create("http://127.0.0.1:9000"))
                .dialect(S3Dialect.MINIO)
                .credentials(S3Credentials.of(accessKey, secretKey))
                .build();
        BackendFactory backend = S3.backend(aws); // or own
        // readme: end
        return own.bucket().isEmpty() ? backend : S3.backend(own);
    }

    static void testServer() {
        // readme: test-server
        try (S3TestServer server = S3TestServer.builder().bucket("test-bucket").start()) {
            server.faults().latency(Duration.ofMillis(20)).next(Operation.PUT, 1, new Fault.LoseAnswer());
            server.goDown(); // and comeUp()
        }
        // readme: end
    }

    static Mirror mirror(BackendFactory s3, BackendFactory igniteKv) {
        // readme: mirror
        // Source, target: any two stores.
        Mirror mirror = Mirror.backend(MirrorConfig.builder(s3, igniteKv).build());
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix("myapp/")
                .type(Counter.TYPE)
                .backend(mirror)
                .build();
        // readme: end
        if (!config.prefix().equals("myapp/")) {
            throw new AssertionError(config.prefix());
        }
        return mirror;
    }

    static Handover migrate(Mirror mirror) {
        // readme: rollout
        // On any one node, once its backend is open. Every method gives a CompletionStage.
        Rollout rollout = mirror.rollout("myapp/");

        // SHADOW -> BACKFILL -> VERIFY; call it again after a crash: it goes on.
        rollout.backfill(Pace.DEFAULT).toCompletableFuture().join();

        // Compared, equal, missing, extra, different, ahead, failed; changes nothing.
        VerificationReport report =
                rollout.verify(Pace.DEFAULT).toCompletableFuture().join();

        // Done(phase, pause, report) or Refused(why, detail, report); rollBack is the way back, any number of times.
        Handover end = rollout.cutOver(Pace.DEFAULT).toCompletableFuture().join();

        if (report.clean() && end instanceof Handover.Done) {
            rollout.retire().toCompletableFuture().join(); // ends the mirroring; then configure the target alone
        }
        // readme: end
        return end;
    }
}
