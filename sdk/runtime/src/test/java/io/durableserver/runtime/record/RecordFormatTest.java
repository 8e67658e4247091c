package io.durableserver.runtime.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class RecordFormatTest {
    @Test
    void objectsOfOthersAreForeign() {
        List<String> foreign =
                List.of("", "hello", "[1]", "7", "null", "{}", "{\"a\":1}", "{\"format\":1}", "{\"kind\":\"server\"}");
        for (String text : foreign) {
            assertThat(reason(text)).as(text).isEqualTo(Reason.RECORD_FOREIGN);
        }
        assertThat(reason(seal("{\"a\":1"))).isEqualTo(Reason.RECORD_FOREIGN);
        assertThat(reason("{\0\"\0a\0")).isEqualTo(Reason.RECORD_FOREIGN);
    }

    @Test
    void leaseIsNoServer() {
        byte[] lease = LeaseFormat.encode(Samples.lease());
        byte[] server = RecordFormat.encode(Samples.json());

        assertThat(failure(lease).reason()).isEqualTo(Reason.RECORD_FOREIGN);
        assertThatThrownBy(() -> LeaseFormat.decode("k", server)).isInstanceOf(NotAppliedException.class);
    }

    @Test
    void newerFormatIsNamedWithItsBoundWhateverItsMembers() {
        for (String text : List.of(
                seal("{\"format\":2,\"kind\":\"server\""), "{\"format\":2,\"kind\":\"server\",\"sha256\":\"x\"}")) {
            NotAppliedException error = failure(text.getBytes(UTF_8));
            assertThat(error.reason()).isEqualTo(Reason.RECORD_NEWER);
            assertThat(error.context())
                    .containsEntry("key", "the-key")
                    .containsEntry("format", "2")
                    .containsEntry("bound", "1");
        }
    }

    @Test
    void missingOrWrongMembersAreCorruptEvenUnderARightChecksum() {
        String good = unsealed(RecordFormat.encode(Samples.json()));
        for (String member :
                List.of("type", "schema", "status", "owner", "epoch", "writes", "writtenAt", "permanent")) {
            String missing = good.replace("\"" + member + "\":", "\"x\":");
            assertThat(reason(seal(missing))).as(member).isEqualTo(Reason.RECORD_CORRUPT);
        }
        for (String wrong : List.of(
                good.replace("\"running\"", "\"dancing\""),
                good.replace("\"epoch\":3", "\"epoch\":\"3\""),
                good.replace("\"epoch\":3", "\"epoch\":3,\"epoch\":3"),
                good.replace("\"status\":", "\"status\":\"cordoned\",\"status\":"),
                good.replace("\"node\":\"node-1\",", "\"node\":\"node-2\",\"node\":\"node-1\","),
                good.replace("\"epoch\":3", "\"epoch\":3,\"later\":1,\"later\":2"),
                good.replace("\"epoch\":3", "\"epoch\":99999999999999999999"),
                good.replace("\"node\":\"node-1\",", ""),
                good.replace("\"permanent\":true", "\"permanent\":null"),
                good.replace("\"codec\":\"json\"", "\"codec\":\"cbor\""),
                good.replace("\"state\":{", "\"state\":{{"),
                good + "}")) {
            assertThat(reason(seal(wrong))).as(wrong).isEqualTo(Reason.RECORD_CORRUPT);
        }
    }

    @Test
    void unknownMembersAreKeptAndCoveredByTheChecksum() {
        StoredRecord record = Samples.json();
        String extended = unsealed(RecordFormat.encode(record))
                .replace(",\"owner\":{", ",\"later\":{\"state\":[1,2]},\"owner\":{\"rack\":7,");

        StoredRecord decoded = RecordFormat.decode("k", seal(extended).getBytes(UTF_8));
        assertThat(decoded.state()).isEqualTo(record.state());
        assertThat(unsealed(RecordFormat.encode(decoded)))
                .contains("\"incarnation\":\"5f1c\",\"rack\":7}")
                .endsWith(",\"later\":{\"state\":[1,2]}");
        String tampered = seal(extended).replace("[1,2]", "[1,3]");
        assertThat(reason(tampered)).isEqualTo(Reason.RECORD_CORRUPT);
    }

    @Test
    void membersMayComeInAnyOrder() {
        String reordered = "{\"state\":-1.5e3,\"codec\":\"json\",\"metadata\":{},\"permanent\":true,\"writtenAt\":1,"
                + "\"writes\":2,\"epoch\":3,\"owner\":{\"incarnation\":\"i\",\"node\":\"n\"},\"status\":\"cordoned\","
                + "\"schema\":1,\"type\":\"t\",\"kind\":\"server\",\"format\":1";

        StoredRecord record = RecordFormat.decode("k", seal(reordered).getBytes(UTF_8));

        assertThat(record.status()).isEqualTo(ServerStatus.CORDONED);
        assertThat(record.state()).isEqualTo("-1.5e3".getBytes(UTF_8));
    }

    @Test
    void corruptionIsReportedWithTheKeyAndWithoutTheState() {
        byte[] bytes = RecordFormat.encode(Samples.json());
        NotAppliedException error =
                failure(new String(bytes, UTF_8).replace("count", "c\"unt").getBytes(UTF_8));

        assertThat(error.context()).containsEntry("key", "the-key");
        assertThat(error.getMessage()).doesNotContain("unt\"").doesNotContain("blau");
    }

    @Test
    void tombstoneHasNoState() {
        StoredRecord tombstone = Samples.tombstone();

        assertThat(RecordFormat.decode("k", RecordFormat.encode(tombstone)).state())
                .isEmpty();
        assertThat(tombstone.toString()).contains("deleting");
    }

    @Test
    void metadataOverItsBoundIsRefused() {
        assertThat(RecordFormat.decode("k", RecordFormat.encode(withMetadata(Map.of("ä", "x".repeat(4094)))))
                        .metadata())
                .hasSize(1);
        assertThatThrownBy(() -> RecordFormat.encode(withMetadata(Map.of("ä", "x".repeat(4095)))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("4097 bytes")
                .hasMessageContaining("at most 4096 bytes");
    }

    @Test
    void metadataThatIsNoUnicodeTextIsRefused() {
        for (Map<String, String> broken : List.of(Map.of("a\ud800", "b"), Map.of("a", "\udc00"))) {
            assertThatThrownBy(() -> RecordFormat.encode(withMetadata(broken)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("surrogate");
        }
    }

    @Test
    void jsonCodecThatProducesNothingIsRefused() {
        StoredRecord base = Samples.json();
        StoredRecord empty = new StoredRecord(
                base.type(), 1, base.status(), base.owner(), 1, 1, 1, true, Map.of(), "json", new byte[0]);

        assertThatThrownBy(() -> RecordFormat.encode(empty)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void neitherStateNorMetadataShowUpInToString() {
        assertThat(Samples.json().toString()).doesNotContain("blau").doesNotContain("count\"");
    }

    private static StoredRecord withMetadata(Map<String, String> metadata) {
        StoredRecord base = Samples.json();
        return new StoredRecord(
                base.type(), 1, base.status(), base.owner(), 1, 1, 1, true, metadata, base.codec(), base.state());
    }

    private static String unsealed(byte[] bytes) {
        return new String(bytes, 0, bytes.length - Seal.SIZE, UTF_8);
    }

    private static String seal(String open) {
        return new String(Seal.close(new JsonBytes(16).raw(open.getBytes(UTF_8))), UTF_8);
    }

    private static Reason reason(String text) {
        return failure(text.getBytes(UTF_8)).reason();
    }

    private static NotAppliedException failure(byte[] bytes) {
        NotAppliedException error =
                catchThrowableOfType(NotAppliedException.class, () -> RecordFormat.decode("the-key", bytes));
        assertThat(error).isNotNull();
        return error;
    }
}
