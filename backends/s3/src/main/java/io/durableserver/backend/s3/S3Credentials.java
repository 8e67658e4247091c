package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import java.util.Optional;

/**
 * A fixed key pair. The secret never reaches a message or {@link #toString}.
 *
 * @param accessKey the access key, 1 to 128 characters
 * @param secretKey the secret key, 1 to 512 characters
 * @param sessionToken the token of temporary credentials
 */
public record S3Credentials(String accessKey, String secretKey, Optional<String> sessionToken) {
    public S3Credentials {
        check("s3.credentials.accessKey", accessKey, 128);
        check("s3.credentials.secretKey", secretKey, 512);
    }

    /** A key pair that does not expire. */
    public static S3Credentials of(String accessKey, String secretKey) {
        return new S3Credentials(accessKey, secretKey, Optional.empty());
    }

    @Override
    public String toString() {
        return "S3Credentials[hidden]";
    }

    private static void check(String option, String value, int maxLength) {
        if (value.isBlank() || value.length() > maxLength) {
            throw ConfigurationException.option(
                    option,
                    "hidden, " + value.length() + " characters",
                    "1 to " + maxLength + " characters, not blank");
        }
    }
}
