package io.durableserver.backend.s3;

import software.amazon.awssdk.services.s3.model.S3Exception;

/** The failure of a token that has expired and that nothing renews: it was configured, and stays as it is. */
final class ExpiredCredentials extends S3Exception {
    private static final long serialVersionUID = 1L;

    ExpiredCredentials(S3Exception answer) {
        super(answer.toBuilder());
    }
}
