package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.s3.ObjectFormat.Content;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The golden texts pin the format: a newer release must read them. */
class ObjectFormatTest {
    private static final String NONCE = "00112233445566778899aabbccddeeff";
    private static final String RECORD = "{\"format\":1,\"kind\":\"server\"}";
    private static final String OBJECT = RECORD + "\n{\"object\":1,\"nonce\":\"" + NONCE
            + "\",\"length\":28,\"crc32c\":\"b8bf605a\",\"replaces\":\"abc\"}\n";

    @Test
    void anObjectIsTheRecordAndALineAboutIt() {
        byte[] object = ObjectFormat.record(bytes(RECORD), NONCE, Optional.of("abc"), Optional.empty());
        assertThat(text(object)).isEqualTo(OBJECT);
        Content.Ours ours = ours(object);
        assertThat(text(ours.record())).isEqualTo(RECORD);
        assertThat(ours.trailer().nonce()).isEqualTo(NONCE);
        assertThat(ours.trailer().replaces()).contains("abc");
        assertThat(ours.trailer().deleted()).isFalse();
    }

    @Test
    void whereETagsTellNothingTheLineNamesTheWriteBefore() {
        byte[] object = ObjectFormat.record(
                bytes(RECORD), NONCE, Optional.of("abc"), Optional.of("ffeeddccbbaa99887766554433221100"));
        assertThat(text(object))
                .isEqualTo(OBJECT.replace("\"abc\"", "\"abc\",\"after\":\"ffeeddccbbaa99887766554433221100\""));
        assertThat(ours(object).trailer().after()).contains("ffeeddccbbaa99887766554433221100");
    }

    @Test
    void aTombstoneHasASizeOfItsOwn() {
        for (Optional<String> replaces : java.util.List.of(Optional.<String>empty(), Optional.of("e".repeat(128)))) {
            byte[] object = ObjectFormat.tombstone(NONCE, replaces, replaces.map(before -> NONCE));
            assertThat(object).hasSize(ObjectFormat.TOMBSTONE_BYTES);
            Content.Ours ours = ours(object);
            assertThat(ours.record()).isEmpty();
            assertThat(ours.trailer().deleted()).isTrue();
            assertThat(ours.trailer().replaces()).isEqualTo(replaces);
            assertThat(ours.trailer().after()).isEqualTo(replaces.map(before -> NONCE));
        }
    }

    @Test
    void anyBytesComeBack() {
        Random random = new Random(3);
        for (int length = 0; length < 200; length++) {
            byte[] record = new byte[length];
            random.nextBytes(record);
            assertThat(ours(ObjectFormat.record(record, NONCE, Optional.empty(), Optional.empty()))
                            .record())
                    .isEqualTo(record);
        }
        byte[] lines = bytes("\n\n{\"object\":1}\n");
        assertThat(ours(ObjectFormat.record(lines, NONCE, Optional.empty(), Optional.empty()))
                        .record())
                .isEqualTo(lines);
    }

    @Test
    void everyFlippedBitOfARecordIsFound() {
        byte[] object = bytes(OBJECT);
        for (int bit = 0; bit < 8 * RECORD.length(); bit++) {
            object[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(ObjectFormat.read(object)).isInstanceOf(Content.Corrupt.class);
            object[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    @Test
    void whatHasNoTrailerIsForeign() {
        for (String text : new String[] {"", "\n", "{}", "{}\n", "a\nb\n", RECORD, OBJECT.substring(0, 40)}) {
            assertThat(ObjectFormat.read(bytes(text))).as(text).isInstanceOf(Content.Foreign.class);
        }
    }

    @Test
    void aBrokenTrailerIsDamageAndANewerOneIsNewer() {
        assertThat(ObjectFormat.read(bytes("x\n{\"object\":1,\n"))).isInstanceOf(Content.Corrupt.class);
        assertThat(ObjectFormat.read(bytes("x\n{\"object\":1}\n"))).isInstanceOf(Content.Corrupt.class);
        assertThat(ObjectFormat.read(
                        bytes(OBJECT.replace("{\"object\":1,", "{\"object\":1,\"deleted\":false,\"deleted\":true,"))))
                .isInstanceOf(Content.Corrupt.class);
        assertThat(ObjectFormat.read(bytes("x\n{\"object\":2,\"new\":[1]}\n"))).isEqualTo(new Content.Newer(2));
        assertThat(ObjectFormat.read(bytes(OBJECT.replace("\"abc\"}", "\"abc\",\"later\":{\"x\":1}}"))))
                .isInstanceOf(Content.Ours.class);
    }

    private static Content.Ours ours(byte[] object) {
        Content content = ObjectFormat.read(object);
        assertThat(content).isInstanceOf(Content.Ours.class);
        return (Content.Ours) content;
    }
}
