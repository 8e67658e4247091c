package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What an answer proves, and what it does not. */
class FailureTest {
    @Test
    void noStatusProvesAnythingWithoutACode() {
        for (int status = 300; status < 600; status++) {
            Failure expected = status == 304 ? Failure.NOT_MODIFIED : Failure.AMBIGUOUS;
            assertThat(Failure.ofAnswer(status, "", Dialect.STANDARD))
                    .as("%s", status)
                    .isEqualTo(expected);
            if (status != 304) {
                assertThat(Failure.ofAnswer(status, "ClientClosedRequest", Dialect.STANDARD))
                        .as("%s with a code on no list", status)
                        .isEqualTo(Failure.AMBIGUOUS);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchKey, ABSENT",
        "412, PreconditionFailed, CONDITION",
        "404, PreconditionFailed, AMBIGUOUS",
        "412, NoSuchKey, AMBIGUOUS",
        "404, NoSuchBucket, REFUSED",
        "403, AccessDenied, REFUSED",
        "400, EntityTooLarge, REFUSED",
        "501, NotImplemented, REFUSED",
        "500, AccessDenied, AMBIGUOUS",
        "503, SlowDown, THROTTLED",
        "409, ConditionalRequestConflict, CONTENDED",
        "409, OperationAborted, CONTENDED",
        "301, PermanentRedirect, REFUSED",
        "307, TemporaryRedirect, NOT_TAKEN",
        "307, Redirect, NOT_TAKEN",
        "400, ExpiredToken, NOT_TAKEN",
        "400, InvalidToken, NOT_TAKEN",
        "400, TokenRefreshRequired, NOT_TAKEN",
        "400, RequestTimeout, AMBIGUOUS",
        "500, InternalError, AMBIGUOUS"
    })
    void aCodeOfTheStoreProvesWhatItsListSays(int status, String code, Failure kind) {
        assertThat(Failure.ofAnswer(status, code, Dialect.STANDARD)).isEqualTo(kind);
    }

    @Test
    void aStoreThatGivesNoCodesIsUnderstoodOnceItHasShownThat() {
        Dialect silent = Dialect.STANDARD.saysAbsent("").refuses("");
        assertThat(Failure.ofAnswer(404, "", silent)).isEqualTo(Failure.PERHAPS_ABSENT);
        assertThat(Failure.ofAnswer(412, "", silent)).isEqualTo(Failure.CONDITION);
        Dialect own = Dialect.STANDARD.saysAbsent("NotFound").refuses("ConditionNotMet");
        assertThat(Failure.ofAnswer(404, "NotFound", own)).isEqualTo(Failure.ABSENT);
        assertThat(Failure.ofAnswer(412, "ConditionNotMet", own)).isEqualTo(Failure.CONDITION);
        assertThat(Failure.ofAnswer(404, "", own)).isEqualTo(Failure.AMBIGUOUS);
        assertThat(own.absentCodes()).isEqualTo(Set.of("NoSuchKey", "NotFound"));
    }

    @Test
    void theErrorOfAnotherServiceIsNoAnswerOfTheStore() {
        AwsServiceException other = AwsServiceException.builder()
                .statusCode(404)
                .awsErrorDetails(software.amazon.awssdk.awscore.exception.AwsErrorDetails.builder()
                        .errorCode("NoSuchKey")
                        .build())
                .build();
        assertThat(Failure.of(other)).isEqualTo(Failure.AMBIGUOUS);
    }

    @Test
    void missingCredentialsAreNeverSent() {
        NoCredentials none = new NoCredentials("none", new IllegalStateException("no token file"));
        assertThat(Failure.of(none)).isEqualTo(Failure.NOT_TAKEN);
        assertThat(Failure.of(SdkClientException.create("wrapped", none))).isEqualTo(Failure.NOT_TAKEN);
        assertThat(Failure.of(new Unproved("odd"))).isEqualTo(Failure.AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<Error><Code>NoSuchKey</Code></Error>",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code></Error>\n",
                "\uFEFF<?xml version='1.0'?><Error xmlns=\"x\"><Code>a</Code></Error>"
            })
    void anErrorDocumentIsTheStores(String body) {
        assertThat(ErrorDocuments.is(body.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "default backend - 404",
                "<html><Error><Code>NoSuchKey</Code></Error></html>",
                "<ErrorResponse><Error><Code>NoSuchKey</Code></Error></ErrorResponse>",
                "<Errors><Code>NoSuchKey</Code></Errors>",
                "<Error><Code>NoSuchKey</Code>"
            })
    void anythingElseIsNot(String body) {
        assertThat(ErrorDocuments.is(body.getBytes(StandardCharsets.UTF_8))).isFalse();
    }
}
