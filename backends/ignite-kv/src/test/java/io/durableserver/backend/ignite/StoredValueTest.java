package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Version;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class StoredValueTest {
    private static final byte[] RECORD = "ab".getBytes(StandardCharsets.UTF_8);

    @Test
    void theStoredFormIsTheTokenAndThenTheRecord() {
        byte[] value = StoredValue.of(0x0102030405060708L, 9, RECORD);
        assertThat(HexFormat.of().formatHex(value)).isEqualTo("01020304050607080000000000000009" + "6162");
        assertThat(StoredValue.version(value)).isEqualTo(new Version("AQIDBAUGBwgAAAAAAAAACQ"));
        assertThat(StoredValue.record(value)).isEqualTo(RECORD);
    }

    @Test
    void aVersionLeadsBackToItsToken() {
        byte[] value = StoredValue.of(-1, Long.MAX_VALUE, RECORD);
        assertThat(StoredValue.token(StoredValue.version(value))).isEqualTo(StoredValue.token(value));
    }

    @Test
    void otherBackendsVersionsHaveNoToken() {
        assertThat(StoredValue.token(new Version(""))).isNull();
        assertThat(StoredValue.token(new Version("\"etag\""))).isNull();
        assertThat(StoredValue.token(new Version("!".repeat(22)))).isNull();
    }
}
