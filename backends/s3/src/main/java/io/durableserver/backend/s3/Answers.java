package io.durableserver.backend.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What an answer that looks good has to carry; throws {@link Unproved} where it does not. What is missing is not made up. */
final class Answers {
    private Answers() {}

    /** Any other success comes from a server that did something else: it accepted the request for later, or sent a part. */
    static void whole(AwsResponse answer) {
        int status =
                answer.sdkHttpResponse() == null ? 0 : answer.sdkHttpResponse().statusCode();
        if (status != 200) {
            throw new Unproved("The status is " + status + " where the store says 200");
        }
    }

    /** The ETag without its quotes. */
    static String eTag(@Nullable String eTag) {
        if (eTag == null) {
            throw new Unproved("There is no ETag");
        }
        return ETags.bare(eTag);
    }

    /** Whether an ETag is, or may be, the one of these bytes. */
    static boolean fits(String eTag, byte[] body, Dialect dialect) {
        return !dialect.md5ETags() || md5(body).map(eTag::equals).orElse(true);
    }

    /** The MD5 sum in lower-case hex; empty where this machine must not use MD5. */
    static Optional<String> md5(byte[] body) {
        try {
            return Optional.of(
                    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body)));
        } catch (NoSuchAlgorithmException forbidden) {
            return Optional.empty();
        }
    }

    /** The sum as a header has it. */
    static String crc32c(byte[] body) {
        CRC32C sum = new CRC32C();
        sum.update(body);
        byte[] bytes =
                ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue()).array();
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Whether a 304 is about the object with this ETag. */
    static boolean unchanged(Throwable failure, String eTag) {
        return failure instanceof AwsServiceException answer
                && eTagOf(answer)
                        .filter(value -> value.equals(eTag) || value.equals(ETags.quoted(eTag)))
                        .isPresent();
    }

    private static Optional<String> eTagOf(AwsServiceException answer) {
        return Optional.ofNullable(answer.awsErrorDetails())
                .map(details -> details.sdkHttpResponse())
                .flatMap(response -> response.firstMatchingHeader("ETag"));
    }

    /** Checks that a page answers the question: another bucket's, another prefix', or none at all may parse just as well. */
    static void page(ListObjectsV2Response page, String prefix, Optional<String> token, int limit, Dialect dialect) {
        whole(page);
        String name = page.name();
        if (name == null || name.isEmpty() || !dialect.listName().orElse(name).equals(name)) {
            throw new Unproved("The listing is not of the bucket: it names " + name);
        }
        if (!Objects.requireNonNullElse(page.prefix(), "").equals(prefix)) {
            throw new Unproved("The listing is not of the prefix");
        }
        if (page.isTruncated() == null) {
            throw new Unproved("The listing does not say whether it is the last page");
        }
        if (dialect.echoedToken()
                && !Optional.ofNullable(page.continuationToken()).equals(token)) {
            throw new Unproved("The page of the listing is not the one that was asked for");
        }
        if (page.isTruncated()) {
            String next = page.nextContinuationToken();
            if (next == null || next.isEmpty() || Optional.of(next).equals(token)) {
                throw new Unproved("The page of the listing is not the last, and has no token of the next");
            }
        }
        entries(page, prefix, limit);
    }

    private static void entries(ListObjectsV2Response page, String prefix, int limit) {
        if (page.contents().size() > limit) {
            throw new Unproved("The page of the listing is longer than was asked for");
        }
        Set<String> keys = new HashSet<>();
        for (S3Object object : page.contents()) {
            String key = object.key();
            if (key == null || !key.startsWith(prefix) || !keys.add(key)) {
                throw new Unproved("The page of the listing has a key twice, or one of another prefix");
            }
            if (object.size() == null) {
                throw new Unproved("The listing does not say how long an object is");
            }
            var unused = eTag(object.eTag());
        }
    }
}
