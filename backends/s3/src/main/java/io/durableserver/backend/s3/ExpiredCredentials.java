package io.durableserver.backend.s3;

import software.amazon.awssdk.services.s3.model.S3Exception;

/** A token that the store takes no more, and nobody renews: it was given to us, and stays what it is. */
final class ExpiredCredentials extends S3Exception {
    private static final long serialVersionUID = 1L;

    ExpiredCredentials(S3Exception answer) {
        super(answer.toBuilder());
    }
}
