package io.durableserver.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimFormatTest {
    private static final ClaimRecord PLAIN = new ClaimRecord(
            new Session("n1", "i1"),
            List.of("i1", "i2"),
            List.of("c1"),
            List.of("10.0.0.7:47500"),
            1767225600000L,
            true,
            List.of(),
            List.of(),
            List.of());

    @Test
    void claimsComeBack() {
        for (ClaimRecord claim : List.of(
                PLAIN,
                PLAIN.rivalled(new Session("n3", "i3"), "a \"split\""),
                PLAIN.settle(List.of("i1", "i2"), List.of("[::1]:47500", "10.0.0.9:47500")))) {
            assertThat(ClaimFormat.decode("k", ClaimFormat.encode(claim))).isEqualTo(claim);
        }
    }

    @Test
    void theBytesAreThoseOfThePage() {
        assertThat(new String(ClaimFormat.encode(PLAIN), StandardCharsets.UTF_8))
                .startsWith("{\"format\":1,\"kind\":\"claim\",\"claimant\":{\"node\":\"n1\",\"incarnation\":\"i1\"},"
                        + "\"sessions\":[\"i1\",\"i2\"],\"clusters\":[\"c1\"],\"addresses\":[\"10.0.0.7:47500\"],"
                        + "\"since\":1767225600000,\"moves\":true,\"rival\":[],\"down\":[],\"join\":[],\"crc32c\":\"");
    }

    @Test
    void whatIsNoClaimIsRefused() {
        byte[] lease = LeaseFormat.encode(new LeaseRecord(new Session("n1", "i1"), 1, "", false, 1));
        assertThatThrownBy(() -> ClaimFormat.decode("k", lease)).isInstanceOf(NotAppliedException.class);
        byte[] broken = ClaimFormat.encode(PLAIN);
        broken[40] ^= 1;
        assertThatThrownBy(() -> ClaimFormat.decode("k", broken)).isInstanceOf(NotAppliedException.class);
    }
}
