package io.durableserver.runtime.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.ConfigurationException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetadataAndFingerprintTest {
    @Test
    void metadataIsBoundedInBytesOfNamesAndValues() {
        assertThatCode(() -> Metadata.check("k", Map.of("a", "x".repeat(4_095))))
                .doesNotThrowAnyException();
        for (Map<String, String> tooLarge : List.of(
                Map.of("a", "x".repeat(4_096)), Map.of("a", "é".repeat(2_048)), Map.of("x".repeat(4_097), ""))) {
            assertThat(catchThrowableOfType(ConfigurationException.class, () -> Metadata.check("k", tooLarge))
                            .context())
                    .containsEntry("option", "metadata of k")
                    .containsKeys("value", "bound");
        }
    }

    @Test
    void fingerprintTellsContentsApart() {
        assertThat(Fingerprint.of("a".getBytes(UTF_8))).isEqualTo(Fingerprint.of("a".getBytes(UTF_8)));
        assertThat(Fingerprint.of("a".getBytes(UTF_8))).isNotEqualTo(Fingerprint.of("b".getBytes(UTF_8)));
        assertThat(Fingerprint.of(new byte[0])).isNotEqualTo(Fingerprint.NONE);
    }
}
