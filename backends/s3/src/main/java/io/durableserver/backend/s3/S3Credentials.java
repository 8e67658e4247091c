package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fixed key pair. The secret never reaches a message or {@link #toString}.
 *
 * @param accessKey the access key, 1 to 128 characters
 * @param secretKey the secret key, 1 to 512 characters
 * @param sessionToken the token of temporary credentials, 1 to 16,384 characters
 */
public record S3Credentials(String accessKey, String secretKey, Optional<String> sessionToken) {
    private static final String TOKEN = "s3.credentials.sessionToken";

    public S3Credentials {
        check("s3.credentials.accessKey", accessKey, 128);
        check("s3.credentials.secretKey", secretKey, 512);
        if (sessionToken == null) {
            throw ConfigurationException.option(TOKEN, null, "set, or empty for keys that do not expire");
        }
        sessionToken.ifPresent(token -> check(TOKEN, token, 16_384));
    }

    /** A key pair that does not expire. */
    public static S3Credentials of(String accessKey, String secretKey) {
        return new S3Credentials(accessKey, secretKey, Optional.empty());
    }

    @Override
    public String toString() {
        return "S3Credentials[hidden]";
    }

    private static void check(String option, @Nullable String value, int maxLength) {
        if (value == null) {
            throw ConfigurationException.option(option, null, "set");
        }
        if (value.isBlank() || value.length() > maxLength) {
            throw ConfigurationException.option(
                    option,
                    "hidden, " + value.length() + " characters",
                    "1 to " + maxLength + " characters, not blank");
        }
    }
}
