package io.durableserver.backend.s3;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What a failed request says about its effect. Anything but {@link #AMBIGUOUS} needs proof: a code on one of these lists that
 * the store itself made ({@link StoreCode}), or that nothing was sent. A status alone proves nothing, since a proxy may have
 * made it up, before the effect or after it.
 */
enum Failure {
    /** The object was not as the condition said. */
    CONDITION,
    /** There is no such object. */
    ABSENT,
    /** There is none, says a store that gives no code for it: a listing has to say the same. */
    PERHAPS_ABSENT,
    /** The object is as the condition said: no body was sent. */
    NOT_MODIFIED,
    /** Not applied: the store wants fewer requests. */
    THROTTLED,
    /** Not applied, and the same request may succeed soon: it never reached the store, or met another one. */
    NOT_TAKEN,
    /** Refused because another request for the object was under way: maybe its own twin, which a layer below sent. */
    CONTENDED,
    /** Not applied, and the same request fails again until the configuration or the store changes. */
    REFUSED,
    /** Whether it was applied is unknown. */
    AMBIGUOUS;

    private static final Set<String> THROTTLING =
            Set.of("SlowDown", "TooManyRequests", "Throttling", "ThrottlingException", "RequestLimitExceeded");

    // The clock is corrected by the SDK after the first of these; names of new buckets get around.
    private static final Set<String> PASSING = Set.of("RequestTimeTooSkewed", "Redirect", "TemporaryRedirect");

    /** Renewed by their provider, unless it cannot: {@link ExpiredCredentials}. */
    private static final Set<String> TOKENS = Set.of("ExpiredToken", "InvalidToken", "TokenRefreshRequired");

    private static final Set<String> CONTENTION = Set.of("OperationAborted", "ConditionalRequestConflict");

    private static final Set<String> LASTING = Set.of(
            "AccessDenied",
            "AccountProblem",
            "AllAccessDisabled",
            "AuthorizationHeaderMalformed",
            "AuthorizationQueryParametersError",
            "BadDigest",
            "BucketAlreadyExists",
            "BucketAlreadyOwnedByYou",
            "EntityTooLarge",
            "IllegalLocationConstraintException",
            "InvalidAccessKeyId",
            "InvalidAccessPoint",
            "InvalidArgument",
            "InvalidBucketName",
            "InvalidBucketState",
            "InvalidDigest",
            "InvalidLocationConstraint",
            "InvalidPayer",
            "InvalidRegion",
            "InvalidRequest",
            "InvalidSecurity",
            "InvalidStorageClass",
            "InvalidURI",
            "KMS.DisabledException",
            "KMS.KMSInvalidStateException",
            "KMS.NotFoundException",
            "KeyTooLongError",
            "MetadataTooLarge",
            "MethodNotAllowed",
            "MissingContentLength",
            "MissingSecurityHeader",
            "NoSuchBucket",
            "NotImplemented",
            "NotSignedUp",
            "PermanentRedirect",
            "QuotaExceeded",
            "RequestHeaderSectionTooLarge",
            "SignatureDoesNotMatch",
            "UserSuspended",
            "XAmzContentSHA256Mismatch");

    /** The failures of the SDK's HTTP clients before anything is sent; the clients need not be on the class path. */
    private static final Set<String> NEVER_SENT =
            Set.of("ConnectTimeoutException", "HttpHostConnectException", "ConnectionRequestTimeoutException");

    static Failure of(Throwable failure, Dialect dialect) {
        if (failure instanceof ExpiredCredentials) {
            return REFUSED;
        }
        if (failure instanceof S3Exception answer) {
            return ofAnswer(answer.statusCode(), StoreCode.of(answer), dialect);
        }
        return failure instanceof AwsServiceException ? AMBIGUOUS : ofSilence(failure);
    }

    /** As {@link #of}, where it does not matter how the store says that an object is absent. */
    static Failure of(Throwable failure) {
        return of(failure, Dialect.STANDARD);
    }

    /** The failure that an answer stands for: its status, and the store's code, empty where it has none. */
    static Failure ofAnswer(int status, String code, Dialect dialect) {
        if (status == 304) {
            return NOT_MODIFIED;
        }
        if (THROTTLING.contains(code)) {
            return THROTTLED;
        }
        if (PASSING.contains(code) || TOKENS.contains(code)) {
            return NOT_TAKEN;
        }
        if (CONTENTION.contains(code)) {
            return CONTENDED;
        }
        if (LASTING.contains(code)) {
            return (status >= 300 && status < 500) || status == 501 ? REFUSED : AMBIGUOUS;
        }
        if (status == 404) {
            return dialect.absentCodes().contains(code)
                    ? ABSENT
                    : code.isEmpty() && dialect.silentAbsence() ? PERHAPS_ABSENT : AMBIGUOUS;
        }
        boolean condition = dialect.conditionCodes().contains(code) || (code.isEmpty() && dialect.silentRefusal());
        return status == 412 && condition ? CONDITION : AMBIGUOUS;
    }

    /** Whether it is about the token of temporary credentials. */
    static boolean isOfToken(S3Exception answer) {
        return TOKENS.contains(StoreCode.of(answer));
    }

    private static Failure ofSilence(Throwable failure) {
        boolean neverSent = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> cause instanceof NoCredentials
                        || cause instanceof ConnectException
                        || cause instanceof UnknownHostException
                        || cause instanceof NoRouteToHostException
                        || cause instanceof SSLHandshakeException
                        || cause instanceof SSLPeerUnverifiedException
                        || NEVER_SENT.contains(cause.getClass().getSimpleName()));
        return neverSent ? NOT_TAKEN : AMBIGUOUS;
    }
}
