package io.durableserver.backend.s3;

import java.util.regex.Pattern;

/** ETags, kept without their quotes: they are the version tokens of records. */
final class ETags {
    private static final Pattern TOKEN = Pattern.compile("[!#-\\[\\]-~]{1,128}");

    private ETags() {}

    /** Whether an object may have this ETag. In a condition, {@code *} would match every object. */
    static boolean possible(String token) {
        return TOKEN.matcher(token).matches() && !token.equals("*");
    }

    static String bare(String eTag) {
        String bare = eTag.length() >= 2 && eTag.startsWith("\"") && eTag.endsWith("\"")
                ? eTag.substring(1, eTag.length() - 1)
                : eTag;
        if (!possible(bare)) {
            throw new Unproved("The ETag is none: " + eTag);
        }
        return bare;
    }

    static String quoted(String bare) {
        return '"' + bare + '"';
    }
}
