package io.durableserver.backend.s3;

import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The error code of an answer, as the store made it: {@link ErrorDocuments} leaves no other. */
final class StoreCode {
    private StoreCode() {}

    /** Empty where the store did not make the answer, as far as anyone can tell. */
    static String of(Throwable failure) {
        return failure instanceof S3Exception answer ? of(answer) : "";
    }

    private static String of(AwsServiceException answer) {
        return Optional.ofNullable(answer.awsErrorDetails())
                .map(details -> details.errorCode())
                .orElse("");
    }
}
