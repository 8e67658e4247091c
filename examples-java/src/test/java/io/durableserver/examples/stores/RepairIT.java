package io.durableserver.examples.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.Termination;
import io.durableserver.admin.Admin;
import io.durableserver.admin.RecordExport;
import io.durableserver.admin.Repair;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.ignite.IgniteCache;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator repairs a damaged record in a real store. */
@Timeout(120)
class RepairIT {
    private static final int PORT = 22_300;
    private static final Repair WHY = Repair.because("OPS-7: a bit fell over");

    @TempDir
    private Path work;

    private DurableIgnite start() {
        return DurableIgnite.start(EmbeddedNode.builder()
                .name("repair")
                .workDirectory(work)
                .discoveryPort(PORT)
                .communicationPort(PORT + 50)
                .portRange(0)
                .peers("127.0.0.1:" + PORT)
                .persistence(true)
                .servers(DurableServersConfig.builder()
                        .prefix("counters/")
                        .type(Counter.TYPE)
                        .backend(IgniteKv.backend(
                                IgniteKvConfig.builder().cacheName("records").build()))
                        .build())
                .build());
    }

    @Test
    void aDamagedRecordIsReplacedAndDeleted() {
        try (DurableIgnite node = start()) {
            node.servers().awaitReady(Duration.ofSeconds(60));
            Admin admin = node.servers().admin();
            ServerRef ref = node.servers().ensureStarted(Counter.TYPE, "visits", new Counter.State(41));
            assertThat(node.servers().admin().terminate("visits", Termination.GRACEFUL))
                    .isTrue();
            byte[] good = admin.export("visits").orElseThrow().bytes();
            damage(node.ignite().cache("records").withKeepBinary());

            assertThat(reason(() -> ref.call(new Counter.Increment(1)))).isEqualTo(Reason.RECORD_CORRUPT);
            RecordExport broken = admin.export("visits").orElseThrow();
            assertThat(broken.condition()).isEqualTo(RecordExport.Condition.CORRUPT);
            admin.replace("visits", broken.version(), good, WHY);
            assertThat(ref.call(new Counter.Increment(1))).isEqualTo(42);

            node.servers().admin().terminate("visits", Termination.GRACEFUL);
            damage(node.ignite().cache("records").withKeepBinary());
            assertThat(reason(() -> admin.delete("visits", broken.version(), WHY)))
                    .isEqualTo(Reason.RECORD_CHANGED);
            admin.delete("visits", admin.export("visits").orElseThrow().version(), WHY);
            assertThat(admin.export("visits")).isEmpty();
            assertThat(node.servers()
                            .ensureStarted(Counter.TYPE, "visits", new Counter.State(0))
                            .call(new Counter.Increment(1)))
                    .isEqualTo(1);
        }
    }

    /** One changed digit of the state, behind the token of the version. */
    private static void damage(IgniteCache<Object, byte[]> records) {
        records.forEach(entry -> {
            String text = new String(entry.getValue(), StandardCharsets.ISO_8859_1);
            if (text.contains("\"kind\":\"server\"")) {
                byte[] value = entry.getValue().clone();
                value[text.indexOf("\"count\":") + "\"count\":".length()] ^= 1;
                records.put(entry.getKey(), value);
            }
        });
    }

    private static Reason reason(ThrowingCallable call) {
        return catchThrowableOfType(NotAppliedException.class, call).reason();
    }
}
