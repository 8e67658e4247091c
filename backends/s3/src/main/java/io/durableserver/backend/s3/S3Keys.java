package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.config.OptionValues;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The options of a bucket as texts by key. */
final class S3Keys {
    private static final String DIALECT = "dialect";
    private static final String ACCESS_KEY = "access-key";
    private static final String SECRET_KEY = "secret-key";
    private static final String SESSION_TOKEN = "session-token";
    private static final String ENDPOINT = "endpoint";

    private S3Keys() {}

    static Map<String, String> all() {
        Map<String, String> keys = new LinkedHashMap<>(S3Config.ownKeys());
        keys.put(ACCESS_KEY, "1 to 128 characters, with secret-key");
        keys.put(SECRET_KEY, "1 to 512 characters, with access-key");
        keys.put(SESSION_TOKEN, "1 to 16384 characters, of temporary credentials, with access-key and secret-key");
        keys.put(DIALECT, "one of " + String.join(", ", S3Dialect.presets().keySet()));
        keys.putAll(S3Dialect.keys());
        keys.putAll(S3Tuning.keys());
        return keys;
    }

    static S3Config.Builder read(OptionValues values) {
        values.refuseOthers(all().keySet());
        S3Config.Builder builder = S3Config.builder();
        // The endpoint may hold a password, which no error repeats.
        values.get(ENDPOINT).ifPresent(text -> builder.endpoint(endpoint(text)));
        S3Config.fill(builder, values.without(ENDPOINT));
        S3Dialect.Builder dialect = S3Dialect.from(preset(values));
        S3Dialect.fill(dialect, values);
        S3Tuning.Builder tuning = S3Tuning.builder();
        S3Tuning.fill(tuning, values);
        credentials(values).ifPresent(builder::credentials);
        return builder.dialect(dialect.build()).tuning(tuning.build());
    }

    private static URI endpoint(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException none) {
            throw ConfigurationException.option(ENDPOINT, "hidden", "an http or https URI");
        }
    }

    private static S3Dialect preset(OptionValues values) {
        String name = values.get(DIALECT).orElse("aws");
        S3Dialect preset = S3Dialect.presets().get(name);
        if (preset == null) {
            throw ConfigurationException.option(
                    DIALECT,
                    name,
                    "one of " + String.join(", ", S3Dialect.presets().keySet()));
        }
        return preset;
    }

    private static Optional<S3Credentials> credentials(OptionValues values) {
        Optional<String> access = values.get(ACCESS_KEY);
        Optional<String> secret = values.get(SECRET_KEY);
        Optional<String> token = values.get(SESSION_TOKEN);
        if (access.isEmpty() && secret.isEmpty() && token.isEmpty()) {
            return Optional.empty();
        }
        if (access.isEmpty() && secret.isEmpty()) {
            throw ConfigurationException.option(ACCESS_KEY, null, "set, and secret-key, where session-token is");
        }
        if (access.isEmpty() || secret.isEmpty()) {
            throw ConfigurationException.option(
                    access.isEmpty() ? ACCESS_KEY : SECRET_KEY,
                    null,
                    "set where " + (access.isEmpty() ? SECRET_KEY : ACCESS_KEY) + " is");
        }
        return Optional.of(new S3Credentials(access.get(), secret.get(), token));
    }
}
