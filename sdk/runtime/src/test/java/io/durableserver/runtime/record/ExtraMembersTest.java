package io.durableserver.runtime.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerStatus;
import io.durableserver.runtime.testing.Tries;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Members of a later release stay in an object that this release reads and writes anew, byte for byte. */
@NullMarked
class ExtraMembersTest {

    private static final String SESSION_END = "\"incarnation\":\"5f1c\"";

    /** One kind of stored object: how it is written anew by a node that does not know all of it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kind(String name, byte[] plain, String session, UnaryOperator<byte[]> rewritten) {}

    private static final ClaimRecord CLAIM = new ClaimRecord(
            Samples.OWNER,
            List.of("i1"),
            List.of("c1"),
            List.of("10.0.0.7:47500"),
            1,
            true,
            List.of(),
            List.of(),
            List.of());

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "server",
                    RecordFormat.encode(Samples.json()),
                    "\"owner\":{",
                    bytes -> RecordFormat.encode(RecordFormat.decode("k", bytes))),
            new Kind(
                    "tombstone",
                    RecordFormat.encode(Samples.tombstone()),
                    "\"owner\":{",
                    bytes -> RecordFormat.encode(RecordFormat.decode("k", bytes))),
            new Kind(
                    "cbor",
                    RecordFormat.encode(Samples.cbor()),
                    "\"owner\":{",
                    bytes -> RecordFormat.encode(RecordFormat.decode("k", bytes))),
            new Kind(
                    "lease",
                    LeaseFormat.encode(Samples.lease()),
                    "\"session\":{",
                    bytes -> LeaseFormat.encode(LeaseFormat.decode("k", bytes))),
            new Kind(
                    "claim",
                    ClaimFormat.encode(CLAIM),
                    "\"claimant\":{",
                    bytes -> ClaimFormat.encode(ClaimFormat.decode("k", bytes))));

    @Test
    void anyMembersAtAnyPlaceSurviveByteForByte() {
        for (Kind kind : KINDS) {
            for (long seed = Tries.FIRST; seed < Tries.FIRST + 250L * Tries.EFFORT; seed++) {
                Random random = new Random(seed);
                List<String> top = members(random, "t");
                List<String> inSession = members(random, "s");
                byte[] bytes = with(kind, random, top, inSession);
                String again = new String(kind.rewritten.apply(bytes), UTF_8);
                assertThat(again).as("%s, seed %d", kind.name, seed).isEqualTo(atTheEnd(kind, top, inSession));
                assertThat(new String(kind.rewritten.apply(again.getBytes(UTF_8)), UTF_8))
                        .as("%s, seed %d, again", kind.name, seed)
                        .isEqualTo(again);
            }
        }
    }

    @Test
    void oddMembersSurvive() {
        List<String> odd = List.of(
                "\"\":0",
                "\"\\u0061\\ud83d\\ude00\":\"\\u0000\\/\"",
                "\"ä😀\" : 1.0",
                "\"big\":1e400",
                "\"zero\":-0",
                "\"tiny\":1e-400",
                "\"exact\":12345678901234567890123456789.10",
                "\"inside\":{\"epoch\":{\"a\":1,\"a\":2},\"\":[[],{}]}",
                "\"seal\":\",\\\"crc32c\\\":\\\"00000000\\\"}\"",
                "\"nested\":{\"crc32c\":\"00000000\",\"format\":2,\"kind\":\"x\",\"needs\":[\"all\"]}",
                "\"deep\":" + "[".repeat(1_500) + "]".repeat(1_500),
                "\"half\":\"\\ud800\"",
                "\"yes\":true",
                "\"no\":false",
                "\"none\":null");
        for (Kind kind : KINDS) {
            byte[] bytes = with(kind, new Random(1), odd, odd);
            assertThat(new String(kind.rewritten.apply(bytes), UTF_8))
                    .as(kind.name)
                    .isEqualTo(atTheEnd(kind, odd, odd));
        }
    }

    @Test
    void aMemberGivenTwiceIsRefusedHoweverItIsSpelled() {
        for (Kind kind : KINDS) {
            for (List<String> twice : List.of(
                    List.of("\"a\":1", "\"a\":1"),
                    List.of("\"a\":1", "\"\\u0061\":1"),
                    List.of("\"\":1", "\"\":2"),
                    List.of("\"\\u0066ormat\":1"))) {
                assertThat(refusal(kind, twice, List.of())).as(kind.name).isEqualTo(Reason.RECORD_CORRUPT);
            }
            assertThat(refusal(kind, List.of(), List.of("\"n\\u006fde\":\"x\"")))
                    .isEqualTo(Reason.RECORD_CORRUPT);
            assertThat(refusal(kind, List.of(), List.of("\"a\":1", "\"a\":2"))).isEqualTo(Reason.RECORD_CORRUPT);
        }
    }

    @Test
    void anObjectThatNeedsWhatThisReleaseDoesNotKnowIsLeftAlone() {
        for (Kind kind : KINDS) {
            NotAppliedException refused = catchThrowableOfType(
                    NotAppliedException.class,
                    () -> kind.rewritten.apply(with(
                            kind,
                            new Random(3),
                            List.of("\"needs\":[\"alarms\",\"crashes\"]", "\"alarms\":{}"),
                            List.of())));
            assertThat(refused.reason()).as(kind.name).isEqualTo(Reason.RECORD_NEWER);
            assertThat(refused.context()).containsEntry("needs", "alarms");
            assertThat(refusal(kind, List.of("\"needs\":true"), List.of())).isEqualTo(Reason.RECORD_CORRUPT);
            assertThat(refusal(kind, List.of("\"needs\":[1]"), List.of())).isEqualTo(Reason.RECORD_CORRUPT);
            byte[] nothing = with(kind, new Random(3), List.of("\"needs\":[]"), List.of());
            assertThat(kind.rewritten.apply(nothing)).isEqualTo(kind.plain);
        }
    }

    @Test
    void theChecksumCoversThem() {
        for (Kind kind : KINDS) {
            byte[] good =
                    kind.rewritten.apply(with(kind, new Random(1), List.of("\"later\":[1,2]"), List.of("\"zone\":7")));
            for (int at = 0; at < good.length; at++) {
                byte[] damaged = good.clone();
                damaged[at] ^= 1;
                NotAppliedException refused =
                        catchThrowableOfType(NotAppliedException.class, () -> kind.rewritten.apply(damaged));
                assertThat(refused).as("%s at %d", kind.name, at).isNotNull();
            }
        }
    }

    @Test
    void theyShowInNoText() {
        Kind server = KINDS.get(0);
        byte[] bytes = with(server, new Random(1), List.of("\"later\":\"secret\""), List.of("\"zone\":\"secret\""));
        StoredRecord record = RecordFormat.decode("k", bytes);

        assertThat(record.toString())
                .doesNotContain("secret")
                .contains("extra=" + record.extra().size());
        assertThat(record).isNotEqualTo(Samples.json());
        assertThat(record.status()).isEqualTo(ServerStatus.RUNNING);
    }

    private static Reason refusal(Kind kind, List<String> top, List<String> inSession) {
        NotAppliedException refused = catchThrowableOfType(
                NotAppliedException.class, () -> kind.rewritten.apply(with(kind, new Random(2), top, inSession)));
        assertThat(refused).as("%s %s %s", kind.name, top, inSession).isNotNull();
        return refused.reason();
    }

    /** The object as a later release may have written it: its members here and there, in this order. */
    private static byte[] with(Kind kind, Random random, List<String> top, List<String> inSession) {
        int first = random.nextInt(top.size() + 1);
        int second = first + random.nextInt(top.size() - first + 1);
        int inside = random.nextInt(inSession.size() + 1);
        String session = kind.session;
        return sealed(unsealed(kind)
                        .replace(",\"kind\":", after(top.subList(0, first), "\n") + ",\"kind\":")
                        .replace("," + session, after(top.subList(first, second), " ") + "," + session)
                        .replace(session, session + before(inSession.subList(0, inside)))
                        .replace(SESSION_END, SESSION_END + after(inSession.subList(inside, inSession.size()), " "))
                + after(top.subList(second, top.size()), ""));
    }

    private static String after(List<String> members, String space) {
        return members.stream().map(member -> space + "," + space + member).collect(joining());
    }

    private static String before(List<String> members) {
        return members.stream().map(member -> member + " ,").collect(joining());
    }

    /** What this release writes. */
    private static String atTheEnd(Kind kind, List<String> top, List<String> inSession) {
        String text = unsealed(kind).replace(SESSION_END, SESSION_END + after(inSession, "")) + after(top, "");
        return new String(sealed(text), UTF_8);
    }

    private static String unsealed(Kind kind) {
        return new String(kind.plain, 0, kind.plain.length - Seal.SIZE, UTF_8);
    }

    private static byte[] sealed(String unsealed) {
        return Seal.close(new JsonBytes(64).raw(unsealed.getBytes(UTF_8)));
    }

    private static List<String> members(Random random, String prefix) {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            members.add(name(random, prefix + i) + space(random) + ":" + space(random) + value(random, 0));
        }
        return members;
    }

    private static String name(Random random, String distinct) {
        // Half a surrogate pair is no Unicode, and as a name no JSON reader takes it.
        return string(new String(Samples.randomText(random).getBytes(UTF_8), UTF_8) + distinct);
    }

    private static String string(String text) {
        JsonBytes json = new JsonBytes(16).string(text);
        return new String(json.buffer(), 0, json.size(), UTF_8);
    }

    private static String space(Random random) {
        return " ".repeat(random.nextInt(3)) + (random.nextInt(4) == 0 ? "\n\t" : "");
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 8 : 11)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> "false";
            case 3 ->
                List.of("1.0", "-0", "1e400", "-0.0E-7", "0", "123456789012345678901234567890")
                        .get(random.nextInt(6));
            case 4 -> Long.toString(random.nextLong());
            case 5 -> string(Samples.randomText(random));
            case 6 -> "\"\\u00e4\\ud83d\\ude00\\b\\/\"";
            case 7 -> "[]";
            case 8 -> "[" + value(random, depth + 1) + space(random) + "," + value(random, depth + 1) + "]";
            default ->
                "{" + name(random, "") + ":" + value(random, depth + 1) + "," + space(random) + "\"\":"
                        + value(random, depth + 1) + "}";
        };
    }
}
