package io.durableserver.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.runtime.testing.Tries;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class WireFormatPropertiesTest {
    /** {@code -Ddurableserver.effort=10} or 100 tries more. */

    /** A decoder under attack. */
    @FunctionalInterface
    private interface Decoder {
        Object decode(byte[] bytes);
    }

    private static final List<Decoder> DECODERS =
            List.of(WireFormat::decodeMessage, WireFormat::decodeControl, WireFormat::decodeEntry);

    private int refused;

    @Test
    void everyTruncationIsRefused() {
        List<ByteBuffer> whole = WireSamples.fewerParts().stream()
                .map(entry -> ByteBuffer.wrap(WireFormat.encode(entry)))
                .toList();
        for (byte[] good : encodedSamples()) {
            for (int length = 0; length < good.length; length++) {
                byte[] cut = Arrays.copyOf(good, length);
                if (whole.contains(ByteBuffer.wrap(cut))) {
                    continue;
                }
                for (Decoder decoder : DECODERS) {
                    assertThatThrownBy(() -> decoder.decode(cut)).isInstanceOf(WireFormatException.class);
                }
            }
        }
    }

    @Test
    void damageGivesAMessageOrAWireFormatException() {
        List<byte[]> samples = encodedSamples();
        for (long seed = Tries.FIRST; seed < Tries.FIRST + 100_000L * Tries.EFFORT; seed++) {
            Random random = new Random(seed);
            byte[] bytes = samples.get(random.nextInt(samples.size())).clone();
            for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            attack(bytes, seed);
        }
        assertThat(refused).isPositive();
    }

    @Test
    void randomBytesGiveAMessageOrAWireFormatException() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + 100_000L * Tries.EFFORT; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[2 + random.nextInt(64)];
            random.nextBytes(bytes);
            // Past the version check, and often past the kind.
            bytes[0] = 1;
            bytes[1] = (byte) random.nextInt(40);
            attack(bytes, seed);
        }
        assertThat(refused).isPositive();
    }

    @Test
    void randomNumbersComeBack() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + 20_000L * Tries.EFFORT; seed++) {
            long id = new Random(seed).nextLong() >> (seed % 64);
            assertThat(WireFormat.decodeMessage(WireFormat.encode(new Message.NotHereMessage(id))))
                    .isEqualTo(new Message.NotHereMessage(id));
        }
    }

    private void attack(byte[] bytes, long seed) {
        for (Decoder decoder : DECODERS) {
            try {
                Objects.requireNonNull(decoder.decode(bytes));
            } catch (WireFormatException expected) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static List<byte[]> encodedSamples() {
        List<byte[]> encoded = new ArrayList<>();
        WireSamples.messages().values().forEach(sample -> encoded.add(WireFormat.encode(sample)));
        WireSamples.controls().values().forEach(sample -> encoded.add(WireFormat.encode(sample)));
        WireSamples.entries().values().forEach(sample -> encoded.add(WireFormat.encode(sample)));
        return encoded;
    }
}
