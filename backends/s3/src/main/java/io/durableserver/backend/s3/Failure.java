package io.durableserver.backend.s3;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What a failed request says about its effect. "Not applied" needs proof: whatever this class does not know for sure is
 * ambiguous.
 */
enum Failure {
    /** The object was not as the condition said. */
    CONDITION,
    /** There is no such object. */
    ABSENT,
    /** The object is as the condition said: no body was sent. */
    NOT_MODIFIED,
    /** Not applied: the store wants fewer requests. */
    THROTTLED,
    /** Not applied, and the same request may succeed soon: it never reached the store, or met another one. */
    NOT_TAKEN,
    /** Not applied, and the same request fails again until somebody changes something. */
    REFUSED,
    /** Nobody can tell. */
    AMBIGUOUS;

    private static final Set<String> THROTTLING =
            Set.of("SlowDown", "TooManyRequests", "Throttling", "ThrottlingException", "RequestLimitExceeded");
    // The clock is corrected by the SDK after the first of these; tokens are renewed by their provider.
    private static final Set<String> PASSING =
            Set.of("RequestTimeTooSkewed", "RequestTimeout", "ExpiredToken", "OperationAborted");
    /** Of the SDK's HTTP clients, which need not be on the class path. */
    private static final Set<String> NEVER_SENT =
            Set.of("ConnectTimeoutException", "HttpHostConnectException", "ConnectionRequestTimeoutException");

    static Failure of(Throwable failure) {
        return failure instanceof AwsServiceException answer ? ofAnswer(answer) : ofSilence(failure);
    }

    /** The S3 error code; empty where there is none. */
    static String code(Throwable failure) {
        return failure instanceof AwsServiceException answer
                ? Optional.ofNullable(answer.awsErrorDetails())
                        .map(details -> details.errorCode())
                        .orElse("")
                : "";
    }

    private static Failure ofAnswer(AwsServiceException answer) {
        int status = answer.statusCode();
        String code = code(answer);
        if (status == 429 || THROTTLING.contains(code)) {
            return THROTTLED;
        }
        if (status == 409 || PASSING.contains(code)) {
            return NOT_TAKEN;
        }
        return switch (status) {
            case 304 -> NOT_MODIFIED;
            case 412 -> CONDITION;
            case 404 -> code.equals("NoSuchBucket") ? REFUSED : ABSENT;
            case 408 -> AMBIGUOUS;
            case 501 -> REFUSED;
            default -> status >= 300 && status < 500 ? REFUSED : AMBIGUOUS;
        };
    }

    private static Failure ofSilence(Throwable failure) {
        boolean neverSent = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> cause instanceof ConnectException
                        || cause instanceof UnknownHostException
                        || cause instanceof NoRouteToHostException
                        || cause instanceof SSLHandshakeException
                        || cause instanceof SSLPeerUnverifiedException
                        || NEVER_SENT.contains(cause.getClass().getSimpleName()));
        if (neverSent) {
            return NOT_TAKEN;
        }
        return String.valueOf(failure.getMessage()).startsWith("Unable to load credentials") ? REFUSED : AMBIGUOUS;
    }
}
