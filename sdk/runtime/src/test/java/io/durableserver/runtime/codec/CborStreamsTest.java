package io.durableserver.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is used again must show nothing of what it was used for before. */
@NullMarked
class CborStreamsTest {
    private static final Codec CODEC = CborCodec.INSTANCE;
    /** Makes a generator and a parser for each value. */
    private static final ObjectMapper PLAIN = Mappers.configure(CBORMapper.builder(), Modules.standard())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    record Message(long by, @Nullable String note, List<Object> more) {}

    @JsonSerialize(using = LeavesOpen.class)
    record HalfWritten(int value) {}

    static final class LeavesOpen extends JsonSerializer<HalfWritten> {
        @Override
        public void serialize(HalfWritten value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeStartArray();
            out.writeNumber(value.value());
        }
    }

    @JsonDeserialize(using = LooksAway.class)
    record Unread() {}

    static final class LooksAway extends JsonDeserializer<Unread> {
        @Override
        public Unread deserialize(JsonParser in, DeserializationContext context) {
            return new Unread();
        }
    }

    @JsonDeserialize(using = StopsHalfWay.class)
    record HalfRead() {}

    static final class StopsHalfWay extends JsonDeserializer<HalfRead> {
        @Override
        public HalfRead deserialize(JsonParser in, DeserializationContext context) throws IOException {
            in.nextToken();
            return new HalfRead();
        }
    }

    @JsonDeserialize(using = ReadsToTheEnd.class)
    record Drained() {}

    /** Ends the parser, and does not tell. */
    static final class ReadsToTheEnd extends JsonDeserializer<Drained> {
        @Override
        public Drained deserialize(JsonParser in, DeserializationContext context) {
            try {
                while (in.nextToken() != null) {
                    in.getText();
                }
                return new Drained();
            } catch (IOException truncated) {
                return new Drained();
            }
        }
    }

    @JsonSerialize(using = Closes.class)
    record Closed(int value) {}

    static final class Closes extends JsonSerializer<Closed> {
        @Override
        public void serialize(Closed value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeNumber(value.value());
            out.close();
        }
    }

    /** Changes a setting and looks at what is there from the value before. */
    @JsonSerialize(using = Meddles.class)
    @JsonDeserialize(using = Meddling.class)
    record Meddler(boolean seen) {}

    static final class Meddles extends JsonSerializer<Meddler> {
        @Override
        public void serialize(Meddler value, JsonGenerator out, SerializerProvider provider) throws IOException {
            boolean changed = !out.isEnabled(JsonGenerator.Feature.IGNORE_UNKNOWN);
            out.enable(JsonGenerator.Feature.IGNORE_UNKNOWN);
            out.writeBoolean(!changed || out.currentValue() != null);
        }
    }

    static final class Meddling extends JsonDeserializer<Meddler> {
        @Override
        public Meddler deserialize(JsonParser in, DeserializationContext context) throws IOException {
            boolean changed = !in.isEnabled(JsonParser.Feature.IGNORE_UNDEFINED);
            in.enable(JsonParser.Feature.IGNORE_UNDEFINED);
            return new Meddler(in.getBooleanValue() || !changed || in.currentValue() != null);
        }
    }

    @JsonSerialize(using = Nests.class)
    record Nested(long inner) {}

    /** Encodes with the codec while the codec encodes. */
    static final class Nests extends JsonSerializer<Nested> {
        @Override
        public void serialize(Nested value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeBinary(CODEC.encode(value.inner(), Long.class));
        }
    }

    @Test
    void valuesOneAfterTheOtherAreWrittenAndReadAsIfEachWereAlone() throws IOException {
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 30_000; i++) {
            Message value = message(random);
            byte[] bytes = CODEC.encode(value, Message.class);
            assertThat(bytes).as("value %d", i).isEqualTo(PLAIN.writeValueAsBytes(value));
            byte[] sent = random.nextInt(4) == 0 ? damaged(bytes, random) : bytes;
            Object alone;
            try {
                alone = PLAIN.readValue(sent, Object.class);
            } catch (IOException wrong) {
                refused++;
                assertThatThrownBy(() -> CODEC.decode(sent, Object.class))
                        .as("value %d: %s", i, wrong.getMessage())
                        .isInstanceOf(ConfigurationException.class);
                continue;
            }
            assertThat(CODEC.decode(sent, Object.class))
                    .as("value %d", i)
                    .usingRecursiveComparison()
                    .isEqualTo(alone);
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void whatASerializerLeavesOpenEndsWithItsValue() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(CODEC.encode(new HalfWritten(i), HalfWritten.class))
                    .isEqualTo(PLAIN.writeValueAsBytes(new HalfWritten(i)));
            assertThat(CODEC.decode(CODEC.encode(5L, Long.class), Long.class)).isEqualTo(5L);
        }
    }

    @Test
    void whatADeserializerLeavesUnreadDoesNotReachTheNextValue() {
        byte[] text = CODEC.encode("hunter2", String.class);
        byte[] list = CODEC.encode(List.of(1), List.class);
        for (int i = 0; i < 3; i++) {
            assertThat(CODEC.decode(text, Unread.class)).isEqualTo(new Unread());
            assertThat(CODEC.decode(CODEC.encode(5L, Long.class), Long.class)).isEqualTo(5L);
            for (Class<?> type : List.of(Unread.class, HalfRead.class)) {
                assertThatThrownBy(() -> CODEC.decode(list, type)).isInstanceOf(ConfigurationException.class);
                assertThat(CODEC.decode(CODEC.encode(5L, Long.class), Long.class))
                        .isEqualTo(5L);
            }
        }
    }

    @Test
    void whatUserCodeClosesOrChangesIsNotUsedAgain() {
        byte[] five = CODEC.encode(5L, Long.class);
        byte[] text = CODEC.encode("hunter2", String.class);
        Message message = new Message(1, "a", List.of());
        for (int i = 0; i < 3; i++) {
            assertThat(CODEC.encode(new Closed(5), Closed.class)).isEqualTo(five);
            assertThat(CODEC.encode(5L, Long.class)).isEqualTo(five);
            for (byte[] bytes : List.of(five, text, Arrays.copyOf(text, 4))) {
                assertThat(CODEC.decode(bytes, Drained.class)).isEqualTo(new Drained());
                assertThat(CODEC.decode(five, Long.class)).isEqualTo(5L);
            }
            assertThat(CODEC.decode(CODEC.encode(message, Message.class), Message.class))
                    .isEqualTo(message);
            byte[] meddler = CODEC.encode(new Meddler(true), Meddler.class);
            assertThat(CODEC.decode(meddler, Meddler.class)).isEqualTo(new Meddler(false));
        }
    }

    @Test
    void aValueMayBeEncodedInTheMiddleOfAnother() {
        byte[] bytes = CODEC.encode(new Nested(9), Nested.class);

        byte[] inner = (byte[]) Objects.requireNonNull(CODEC.decode(bytes, byte[].class));
        assertThat(CODEC.decode(inner, Long.class)).isEqualTo(9L);
    }

    @Test
    void threadsDoNotMeet() throws Exception {
        // More than there are slots, so that they want the same ones.
        int count = 16 * Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int seed = 0; seed < count; seed++) {
                Random random = new Random(seed);
                tasks.add(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        Message value = message(random);
                        byte[] bytes = CODEC.encode(value, Message.class);
                        if (!Arrays.equals(bytes, CODEC.encode(CODEC.decode(bytes, Message.class), Message.class))) {
                            return false;
                        }
                    }
                    return true;
                });
            }
            for (Future<Boolean> equal : threads.invokeAll(tasks)) {
                assertThat(equal.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Message message(Random random) {
        List<Object> more = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            more.add(
                    switch (random.nextInt(5)) {
                        case 0 -> random.nextLong();
                        case 1 -> text(random);
                        case 2 -> names(random);
                        case 3 -> blob(random);
                        default -> List.of(random.nextBoolean(), random.nextDouble());
                    });
        }
        return new Message(random.nextLong() >> random.nextInt(64), random.nextInt(3) == 0 ? null : text(random), more);
    }

    private static byte[] blob(Random random) {
        byte[] blob = new byte[random.nextInt(40)];
        random.nextBytes(blob);
        return blob;
    }

    /** Mostly short; at times longer than the buffers and than what is kept. */
    private static String text(Random random) {
        int length = random.nextInt(500) == 0 ? random.nextInt(100_000) : random.nextInt(20);
        return random.ints(length, 0, 4)
                .mapToObj(i -> List.of("a", "\u00e4", "\u20ac", "\ud83d\ude00").get(i))
                .reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
                .toString();
    }

    private static Map<String, Object> names(Random random) {
        Map<String, Object> names = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            names.put("name-" + random.nextInt(1_000_000), i);
        }
        return names;
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        switch (random.nextInt(3)) {
            case 0 -> damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> damaged = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(3));
            default -> damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        return damaged;
    }
}
