package io.durableserver.backend.s3;

import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * An answer that does not carry what the store's own would: something between may have made it up, cut it or mixed it up, so
 * it says nothing, neither of a record nor of a write.
 */
final class Unproved extends SdkClientException {
    private static final long serialVersionUID = 1L;

    Unproved(String what) {
        super(SdkClientException.builder().message(what));
    }
}
