package io.durableserver.ignite.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Test
    void bytesOfVersionOne() {
        assertThat(Frame.data(3, List.of(new byte[] {7}, new byte[] {8, 9})))
                .containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, 7, 0, 0, 0, 2, 8, 9);
        assertThat(Frame.control(Frame.ACKNOWLEDGE, 258)).containsExactly(2, 0, 0, 0, 0, 0, 0, 1, 2);
        Frame parsed = Frame.parse(Frame.data(3, List.of(new byte[] {7}, new byte[0])));
        assertThat(parsed.offset()).isEqualTo(3);
        assertThat(parsed.messages()).containsExactly(new byte[] {7}, new byte[0]);
    }

    @Test
    void anythingElseIsRefusedWithOneKindOfError() {
        Random random = new Random(1);
        byte[] good = Frame.data(10, List.of(new byte[5], new byte[5]));
        for (int i = 0; i < 10_000; i++) {
            byte[] bad = random.nextBoolean() ? good.clone() : new byte[random.nextInt(40)];
            for (int change = 0; change < 3 && bad.length > 0; change++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                Frame.parse(bad);
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageMatching("no frame header|message length -?\\d+");
            }
        }
        assertThatThrownBy(() -> Frame.parse(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
