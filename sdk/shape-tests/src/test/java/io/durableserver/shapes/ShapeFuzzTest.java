package io.durableserver.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ServerStatus;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.codec.Shapes;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.spi.Session;
import io.durableserver.testkit.Effort;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Shapes of states, messages and replies, drawn: each is refused when it is registered, or every value of it is the same
 * after it was stored and read; nothing in between. And none is refused that would have come back.
 */
class ShapeFuzzTest {
    private static final int PER_CLASS = 100;
    private static final int VALUES = 4;
    private static final List<Codec> CODECS = List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);

    private int accepted;
    private int refused;

    @Test
    void shapesAreRefusedAtRegistrationOrComeBackEqual() throws Exception {
        long first = Long.getLong("durableserver.shapes.seed", 1);
        int count = Effort.count(200);
        for (int i = 0; i < count / PER_CLASS; i++) {
            oneClass(first + i);
        }
        System.out.println(
                "Shapes: " + accepted + " came back, " + refused + " were refused, " + Effort.told(count, "shapes"));
        assertThat(accepted).isGreaterThan(count / 4);
        assertThat(refused).isGreaterThan(count / 20);
    }

    private void oneClass(long seed) throws Exception {
        Random random = new Random(seed);
        String name = "Drawn" + seed;
        Grammar grammar = new Grammar(name, random, 0.03);
        for (int i = 0; i < 30; i++) {
            grammar.declare();
        }
        Map<String, Grammar.Shape> shapes = new LinkedHashMap<>();
        for (int i = 0; i < PER_CLASS; i++) {
            shapes.put("shape" + i, grammar.shape("shape" + i));
        }
        Class<?> drawn = Compiled.of(name, grammar.source());
        for (Map.Entry<String, Grammar.Shape> shape : shapes.entrySet()) {
            Type type = drawn.getField(shape.getKey()).getGenericType();
            String what = "-Ddurableserver.shapes.seed=" + seed + " " + shape.getKey() + ": "
                    + shape.getValue().source();
            if (isAccepted(type, shape.getValue().good(), what)) {
                comesBack(type, random, what);
            }
        }
    }

    private boolean isAccepted(Type type, boolean good, String what) {
        for (Codec codec : CODECS) {
            try {
                Shapes.examine(codec, type, "state");
                assertThat(good).as("%s was accepted by %s", what, codec).isTrue();
            } catch (ConfigurationException e) {
                assertThat(good).as("%s was refused: %s", what, e.getMessage()).isFalse();
                assertThat(e.context()).containsKeys("path", "detail");
            }
        }
        if (good) {
            accepted++;
        } else {
            refused++;
        }
        return good;
    }

    private static void comesBack(Type type, Random random, String what) throws Exception {
        Values values = new Values(random);
        for (int i = 0; i < VALUES; i++) {
            Object value = values.draw(type);
            for (Codec codec : CODECS) {
                byte[] bytes;
                Object back;
                try {
                    bytes = codec.encode(value, type);
                    back = codec.decode(stored(codec, bytes), type);
                } catch (RuntimeException e) {
                    throw new AssertionError(what + " in " + codec + ": " + value, e);
                }
                String difference = Same.difference(value, back, "");
                if (difference != null) {
                    throw new AssertionError(what + " in " + codec + difference + "\n" + value + "\n" + back);
                }
            }
        }
    }

    /** The bytes after they were a record. */
    private static byte[] stored(Codec codec, byte[] bytes) {
        StoredRecord record = new StoredRecord(
                "t", 1, ServerStatus.RUNNING, new Session("n", "i"), 1, 1, 1, false, Map.of(), codec.name(), bytes);
        return RecordFormat.decode("k", RecordFormat.encode(record)).state();
    }
}
