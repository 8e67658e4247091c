package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import java.net.ConnectException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What an error says to do fits what happened. */
class OutcomesTest {
    private static final Outcomes OUTCOMES =
            new Outcomes(S3Config.builder().bucket("bucket").build());

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, s3.credentials",
        "400, ExpiredToken, s3.credentials",
        "403, SignatureDoesNotMatch, s3.credentials",
        "403, QuotaExceeded, quota",
        "403, AccountProblem, account",
        "403, UserSuspended, account",
        "403, RequestTimeTooSkewed, clock",
        "403, SomethingElse, The store refused the request",
        "403, '', no error code"
    })
    void aRefusalIsToldByItsCode(int status, String code, String advice) {
        NotAppliedException told = OUTCOMES.unavailable(OpaqueStore.failure(status, code, Optional.empty()));
        assertThat(told).hasMessageContaining(advice);
        if (!advice.equals("s3.credentials")) {
            assertThat(told.getMessage()).doesNotContain("s3.credentials");
        }
    }

    @Test
    void onlyAStoreThatWasSilentCannotBeReached() {
        assertThat(OUTCOMES.unavailable(SdkClientException.create("refused", new ConnectException("refused"))))
                .hasMessageContaining("cannot be reached");
        assertThat(OUTCOMES.unavailable(
                        SdkClientException.create("Unable to unmarshall", new IllegalStateException("XML"))))
                .hasMessageContaining("cannot be read")
                .hasMessageNotContaining("be reached");
        try {
            ETags.bare("\"\"");
            throw new AssertionError("an ETag");
        } catch (SdkClientException none) {
            assertThat(OUTCOMES.unavailable(none)).hasMessageContaining("is not one of the store");
        }
    }

    @Test
    void aMissingLibraryIsNoDamageOfTheRecord() {
        NotAppliedException told =
                OUTCOMES.missingLibrary("k", new Encoding.MissingLibrary("zstd", "com.github.luben:zstd-jni"));
        assertThat(told.reason()).isNotEqualTo(NotAppliedException.Reason.RECORD_CORRUPT);
        assertThat(told).hasMessageContaining("com.github.luben:zstd-jni");
        assertThat(told.context()).containsEntry("key", "k").containsEntry("library", "com.github.luben:zstd-jni");
    }
}
