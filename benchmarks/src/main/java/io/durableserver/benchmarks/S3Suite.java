package io.durableserver.benchmarks;

import io.durableserver.ServerRef;
import io.durableserver.backend.s3.S3;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.backend.s3.S3Credentials;
import io.durableserver.backend.s3.S3Dialect;
import io.durableserver.benchmarks.load.ClosedLoop;
import io.durableserver.benchmarks.load.Measured;
import io.durableserver.benchmarks.load.Plan;
import io.durableserver.benchmarks.load.Usage;
import io.durableserver.benchmarks.load.Windowed;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
import io.durableserver.benchmarks.report.Check;
import io.durableserver.benchmarks.report.Report;
import io.durableserver.benchmarks.report.Row;
import io.durableserver.s3test.S3TestServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Strict increments of one counter on a bucket that takes its time: what group commit makes of a slow store. */
final class S3Suite {
    private static final int CALLERS = 512;
    private static final Duration LATENCY = Duration.ofMillis(20);
    private static final String BUCKET = "bench";
    private static final String OURS = "DurableServer, strict";

    private S3Suite() {}

    static Report run(boolean quick) throws InterruptedException {
        Report report = new Report("s3", quick);
        Plan plan = Plan.of(quick, Usage::here);
        try (S3TestServer server = S3TestServer.builder().bucket(BUCKET).start();
                SoloNode node = new SoloNode(S3.backend(config(server)))) {
            ServerRef counter = node.counters(1)[0];
            AtomicLong acknowledged = new AtomicLong();
            Windowed.Operation increment = number -> counter.callAsync(new Counter.IncrementDurably(1))
                    .thenAccept(value -> acknowledged.incrementAndGet());
            // At 20 ms a PUT a few hundred would be over before the JVM has compiled the way of one: first without.
            Windowed.run(plan.warmingUp(plan.warmUp().multipliedBy(4)), CALLERS, increment);
            long turnsBefore = acknowledged.get();
            long writesBefore = writes(node, counter);
            server.faults().latency(LATENCY);
            Measured many = Windowed.run(plan, CALLERS, increment);
            long turns = acknowledged.get() - turnsBefore;
            long writes = writes(node, counter) - writesBefore;
            Measured one = ClosedLoop.run(plan, 1, (caller, number) -> {
                counter.call(new Counter.IncrementDurably(1));
                acknowledged.incrementAndGet();
            });
            server.faults().clear();
            long sum = counter.call(new Counter.Get());
            Row hot = report.add(many.row("512 callers, one key", OURS));
            report.add(one.row("1 blocking caller: one PUT each", OURS));
            report.check(Check.atLeast("acknowledged/s", hot.perSecond(), 5_000));
            report.check(Check.atMost("p50 / injected latency", hot.p50Micros() * 1_000 / LATENCY.toNanos(), 3));
            report.check(Check.atLeast("turns per PUT", (double) turns / writes, 20));
            report.check(Check.exactly("sum", sum, acknowledged.get()));
        }
        report.note("The server is in this JVM and waits " + LATENCY.toMillis() + " ms before each request.");
        report.note("512 callers are asynchronous calls in a window of 512.");
        return report;
    }

    private static long writes(SoloNode node, ServerRef counter) {
        return node.servers().admin().info(counter.key()).orElseThrow().writes();
    }

    private static S3Config config(S3TestServer server) {
        return S3Config.builder()
                .bucket(BUCKET)
                .endpoint(server.endpoint())
                .dialect(S3Dialect.MINIO)
                .credentials(S3Credentials.of("bench", "bench"))
                .build();
    }
}
