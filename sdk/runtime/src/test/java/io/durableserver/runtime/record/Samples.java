package io.durableserver.runtime.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.durableserver.ServerStatus;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullMarked;

/** Records to store: one of each shape, and any number of random ones. */
@NullMarked
final class Samples {
    static final Session OWNER = new Session("node-1", "5f1c");

    private static final List<ServerStatus> STATUSES = List.of(ServerStatus.values());

    private Samples() {}

    static StoredRecord json() {
        return new StoredRecord(
                "counter",
                2,
                ServerStatus.RUNNING,
                OWNER,
                3,
                17,
                1_767_225_600_000L,
                true,
                Map.of("room", "blau \"ä\" 😀", "\n", ""),
                "json",
                "{\"count\":7,\"names\":[\"a\",\"}\"]}".getBytes(UTF_8));
    }

    static StoredRecord cbor() {
        return new StoredRecord(
                "cart",
                1,
                ServerStatus.STOPPED_GRACEFUL,
                OWNER,
                Long.MAX_VALUE,
                0,
                0,
                false,
                Map.of(),
                "cbor",
                new byte[] {(byte) 0xa1, 0x61, 0x61, (byte) 0xff, 0});
    }

    /** A server that was called with request ids: one was answered, one is still to be. */
    static StoredRecord requests() {
        return new StoredRecord(
                "cart",
                1,
                ServerStatus.RUNNING,
                OWNER,
                3,
                17,
                1_767_225_600_000L,
                false,
                Map.of(),
                "json",
                List.of(),
                "{\"count\":7}".getBytes(UTF_8),
                new StoredRequests(
                        90_061,
                        List.of(
                                new StoredRequest("order-1", -1, 690_061, new byte[] {7}),
                                new StoredRequest("ä", 0, 95_061, null))),
                ExtraMembers.NONE);
    }

    /** A state with members that its writer calls optional, one of them kept by a node that does not know it. */
    static StoredRecord optional() {
        return new StoredRecord(
                "customer",
                1,
                ServerStatus.STOPPED_GRACEFUL,
                OWNER,
                2,
                9,
                1_767_225_600_002L,
                false,
                Map.of(),
                "json",
                List.of("address.zip", "dotted~1name", "note", "tags"),
                "{\"name\":\"Ada\",\"address\":{\"street\":\"St\",\"zip\":\"N1\"},\"note\":null,\"tags\":[1.10, 1e3]}"
                        .getBytes(UTF_8));
    }

    static StoredRecord tombstone() {
        return new StoredRecord(
                "cart",
                1,
                ServerStatus.DELETING,
                OWNER,
                4,
                18,
                1_767_225_600_001L,
                false,
                Map.of(),
                "json",
                new byte[0]);
    }

    /** A cart as a shop would store it, written once more with each status. */
    static StoredRecord cart(ServerStatus status) {
        return new StoredRecord(
                "cart",
                3,
                status,
                new Session("shop-a", "0b7e"),
                5,
                40 + STATUSES.indexOf(status),
                1_767_225_600_000L,
                true,
                Map.of("customer", "42"),
                "json",
                "{\"total\":4200,\"lines\":[{\"sku\":\"A-1\",\"count\":2}]}".getBytes(UTF_8));
    }

    static LeaseRecord goodbye() {
        return new LeaseRecord(OWNER, 10, "", true, 1_767_225_600_001L);
    }

    static LeaseRecord lease() {
        return new LeaseRecord(OWNER, 9, "10.0.0.7:47500", false, 1_767_225_600_000L);
    }

    static StoredRecord random(Random random) {
        boolean json = random.nextBoolean();
        byte[] state = json ? randomJson(random, 0).getBytes(UTF_8) : randomBytes(random);
        return new StoredRecord(
                randomText(random),
                random.nextInt(),
                STATUSES.get(random.nextInt(STATUSES.size())),
                new Session(randomText(random), randomText(random)),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextBoolean(),
                random.nextBoolean()
                        ? Map.of()
                        : Map.of(unicode(randomText(random)), unicode(randomText(random)), "fixed", "value"),
                json ? "json" : "codec-" + random.nextInt(),
                random.nextBoolean() ? List.of() : List.of(randomText(random), "fixed"),
                state);
    }

    /** Any chars at all, control characters and halves of surrogate pairs included. */
    static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append((char) (random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(0x10000)));
        }
        return text.toString();
    }

    /** The text without halves of surrogate pairs, which metadata must not have. */
    private static String unicode(String text) {
        return new String(text.getBytes(UTF_8), UTF_8);
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String randomJson(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 8)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> Integer.toString(random.nextInt());
            case 3 -> "-0.5e+7";
            case 4 -> "\"ä,\\\"crc32c\\\":\\u0000" + random.nextInt() + "\"";
            case 5 -> "[]";
            case 6 -> "[" + randomJson(random, depth + 1) + " ,\n" + randomJson(random, depth + 1) + "]";
            default ->
                "{\"crc32c\":" + randomJson(random, depth + 1) + ",\"state\":" + randomJson(random, depth + 1) + "}";
        };
    }
}
