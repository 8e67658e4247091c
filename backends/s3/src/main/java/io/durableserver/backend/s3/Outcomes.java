package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.WriteResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Errors that say what to fix. None of them holds a secret: the SDK's messages don't, and ours name places and keys. */
final class Outcomes {
    private static final String NO_BUCKET = "The bucket does not exist: create it, or set s3.createBucket";

    private static final Set<String> ACCOUNT =
            Set.of("AccountProblem", "AllAccessDisabled", "InvalidPayer", "NotSignedUp", "UserSuspended");
    private static final Set<String> CREDENTIALS = Set.of(
            "AccessDenied",
            "ExpiredToken",
            "InvalidAccessKeyId",
            "InvalidSecurity",
            "InvalidToken",
            "MissingSecurityHeader",
            "SignatureDoesNotMatch",
            "TokenRefreshRequired");

    private final String bucket;
    private final String place;

    Outcomes(S3Config config) {
        this.bucket = config.bucket();
        this.place = config.place();
    }

    WriteResult notApplied(boolean retryable, Throwable cause) {
        return new WriteResult.NotApplied(retryable, cause);
    }

    /** The store refused or could not be reached. */
    NotAppliedException unavailable(Throwable failure) {
        return failure instanceof NotAppliedException known
                ? known
                : new NotAppliedException(Reason.STORAGE_UNAVAILABLE, advice(failure), context(failure), failure);
    }

    /** What keeps the backend from starting: the configuration, where the store said so. */
    DurableServerException notReady(Throwable failure) {
        if (failure instanceof DurableServerException known) {
            return known;
        }
        return Failure.of(failure) == Failure.REFUSED || StoreCode.of(failure).equals("RequestTimeTooSkewed")
                ? new ConfigurationException(
                        ConfigurationException.Reason.INVALID_OPTION, advice(failure), context(failure), failure)
                : unavailable(failure);
    }

    ConfigurationException noBucket() {
        Map<String, Object> context = context();
        context.put("option", "s3.createBucket");
        context.put("value", false);
        return new ConfigurationException(ConfigurationException.Reason.INVALID_OPTION, NO_BUCKET, context);
    }

    ConfigurationException losesWrites(String ignored) {
        Map<String, Object> context = context();
        context.put("ignored", ignored);
        return new ConfigurationException(
                ConfigurationException.Reason.INVALID_OPTION,
                "The store ignores conditions of writes: it would lose data. Use one that keeps them",
                context);
    }

    ConfigurationException mixesKeys(String difference) {
        Map<String, Object> context = context();
        context.put("ignored", difference);
        return new ConfigurationException(
                ConfigurationException.Reason.INVALID_OPTION,
                "The store takes keys for the same that are not: records would share an object. Use one that keeps them apart",
                context);
    }

    NotAppliedException unreadable(String key, Reason reason, String message, String problem) {
        Map<String, Object> context = context();
        context.put("key", key);
        context.put("problem", problem);
        return new NotAppliedException(reason, message, context);
    }

    /** The object may be well. */
    NotAppliedException missingLibrary(String key, Encoding.MissingLibrary missing) {
        Map<String, Object> context = context();
        context.put("key", key);
        context.put("library", missing.library);
        context.put("problem", String.valueOf(missing.getMessage()));
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                "This node lacks the library that the stored object is compressed with: add " + missing.library
                        + " to its class path",
                context);
    }

    NotAppliedException tooLarge(String key, long bytes, int maxBytes) {
        Map<String, Object> context = context();
        context.put("key", key);
        context.put("bytes", bytes);
        context.put("s3.maxRecordBytes", maxBytes);
        return new NotAppliedException(Reason.STATE_TOO_LARGE, "The record is over its limit", context);
    }

    /** The request stayed on this node. */
    NotAppliedException notSent(Reason reason, String message) {
        return new NotAppliedException(reason, message, context());
    }

    OutcomeUnknownException late() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.DEADLINE, "The store did not answer in time", context());
    }

    OutcomeUnknownException ambiguous(Throwable failure) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "The store failed during the write, and reading back did not settle it",
                context(failure),
                failure);
    }

    private static String advice(Throwable failure) {
        if (failure instanceof NoCredentials) {
            return "There are no credentials to ask the store with, so nothing was sent: check s3.credentials, or where the"
                    + " SDK looks for them";
        }
        if (failure instanceof Unproved) {
            return "The answer is not one of the store: check what stands between, and s3.endpoint";
        }
        String code = StoreCode.of(failure);
        int status = failure instanceof AwsServiceException answer ? answer.statusCode() : 0;
        if (code.isEmpty()) {
            return silence(failure)
                    ? "The store cannot be reached, or did not answer: check s3.endpoint and the network"
                    : status == 0
                            ? "The answer cannot be read, or the HTTP client failed: check s3.endpoint, s3.client and what stands"
                                    + " between"
                            : "The answer has no error code of the store: check what stands between, and s3.endpoint";
        }
        if (code.equals("RequestTimeTooSkewed")) {
            return "The store refuses this machine's clock: synchronise it";
        }
        if (code.equals("NoSuchBucket")) {
            return NO_BUCKET;
        }
        if (status == 307) {
            return "The store redirects for a while, as for a new bucket: try again later, or set s3.endpoint to where it is";
        }
        if (status == 301
                || code.equals("AuthorizationHeaderMalformed")
                || code.equals("IllegalLocationConstraintException")) {
            return "The bucket is in another region: set s3.region, or s3.endpoint, to where it is";
        }
        if (ACCOUNT.contains(code)) {
            return "The store refuses the account, not the credentials: ask the operator of the store";
        }
        if (code.equals("QuotaExceeded")) {
            return "The store's quota is used up: free some of it, or raise it";
        }
        if (CREDENTIALS.contains(code)) {
            return "The store refuses the credentials: check s3.credentials and what they may do with the bucket";
        }
        if (status == 501) {
            return "The store does not know this request: it cannot keep records";
        }
        return "The store refused the request";
    }

    private static boolean silence(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> cause instanceof IOException
                        || cause instanceof ApiCallTimeoutException
                        || cause instanceof ApiCallAttemptTimeoutException
                        || cause instanceof AbortedException);
    }

    private Map<String, Object> context(Throwable failure) {
        Map<String, Object> context = context();
        if (failure instanceof Unproved) {
            context.put("problem", String.valueOf(failure.getMessage()));
        }
        if (failure instanceof NoCredentials && failure.getCause() != null) {
            context.put("credentials", failure.getCause().getClass().getName());
        }
        if (failure instanceof AwsServiceException answer) {
            context.put("status", answer.statusCode());
            context.put("code", StoreCode.of(failure));
            // A region's name, where the store tells.
            if (answer.awsErrorDetails() != null && answer.awsErrorDetails().sdkHttpResponse() != null) {
                answer.awsErrorDetails()
                        .sdkHttpResponse()
                        .firstMatchingHeader("x-amz-bucket-region")
                        .ifPresent(region -> context.put("bucketRegion", region));
            }
        }
        return context;
    }

    private Map<String, Object> context() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("bucket", bucket);
        context.put("store", place);
        return context;
    }
}
