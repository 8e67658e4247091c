package io.durableserver.backend.s3;

import software.amazon.awssdk.core.exception.SdkClientException;

/** A failure for want of credentials to send a request with: nothing was sent, whatever the service that keeps them answered. */
final class NoCredentials extends SdkClientException {
    private static final long serialVersionUID = 1L;

    NoCredentials(String message, Throwable cause) {
        super(SdkClientException.builder().message(message).cause(cause));
    }

    static NoCredentials because(Throwable failure) {
        return new NoCredentials("No credentials: " + failure.getClass().getSimpleName(), failure);
    }
}
