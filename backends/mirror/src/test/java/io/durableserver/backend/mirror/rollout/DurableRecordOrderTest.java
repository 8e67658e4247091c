package io.durableserver.backend.mirror.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.Samples;
import io.durableserver.backend.mirror.rollout.RecordOrder.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DurableRecordOrderTest {
    private final RecordOrder order = RecordOrder.durableRecords();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void serversAreOrderedByEpochAndWrites() {
        assertThat(order.position(Samples.server(3, 17, 1, "n"))).contains(new Position("server", 3, 17, false));
        assertThat(order.isAhead(Samples.server(3, 1, 0, "n"), Samples.server(2, 99, 0, "n")))
                .isTrue();
        assertThat(order.isAhead(Samples.server(3, 1, 0, "n"), Samples.server(3, 1, 0, "x")))
                .isFalse();
    }

    @Test
    void leasesAreOrderedByRenewals() {
        byte[] lease = bytes("""
                {"format":1,"kind":"lease","session":{"node":"n1","incarnation":"i1"},"renewals":9,"endpoint":"",\
                "gone":false,"writtenAt":1,"crc32c":"0a1b2c3d"}""");
        assertThat(order.position(lease)).contains(new Position("lease", 0, 9, false));
        assertThat(order.isAhead(lease, Samples.server(1, 1, 0, "n"))).isFalse();
    }

    @Test
    void anythingElseHasNoPosition() {
        for (String foreign : List.of("", "x", "[1]", "{", "{\"kind\":\"server\"", "{\"epoch\":1,\"writes\":2}")) {
            assertThat(order.position(bytes(foreign))).as(foreign).isEmpty();
        }
    }
}
