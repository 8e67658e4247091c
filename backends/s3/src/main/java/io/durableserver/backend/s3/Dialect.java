package io.durableserver.backend.s3;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How a store says things, as it showed at the start: what its answers carry is asked of all later ones.
 *
 * @param absentCodes error codes of a 404 that mean that there is no such object
 * @param conditionCodes error codes of a 412 that mean that the condition did not hold
 * @param silentAbsence whether it says 404 without a code; then a listing has to say the same
 * @param silentRefusal whether it says 412 without a code
 * @param md5ETags whether ETags are MD5 sums of bodies
 * @param echoedChecksum whether an answer to a PUT repeats the checksum that was sent with it
 * @param unchangedETag whether a 304 has the ETag of the object
 * @param echoedToken whether a page of a listing names the token it was asked with
 * @param listName the bucket's name in listings; empty while it is not known
 */
record Dialect(
        Set<String> absentCodes,
        Set<String> conditionCodes,
        boolean silentAbsence,
        boolean silentRefusal,
        boolean md5ETags,
        boolean echoedChecksum,
        boolean unchangedETag,
        boolean echoedToken,
        Optional<String> listName) {
    /** What the standard says, and nothing that only some stores do. */
    static final Dialect STANDARD = new Dialect(
            Set.of("NoSuchKey"),
            Set.of("PreconditionFailed"),
            false,
            false,
            false,
            false,
            true,
            false,
            Optional.empty());

    Dialect saysAbsent(String code) {
        return new Dialect(
                with(absentCodes, code),
                conditionCodes,
                code.isEmpty(),
                silentRefusal,
                md5ETags,
                echoedChecksum,
                unchangedETag,
                echoedToken,
                listName);
    }

    Dialect refuses(String code) {
        return new Dialect(
                absentCodes,
                with(conditionCodes, code),
                silentAbsence,
                code.isEmpty(),
                md5ETags,
                echoedChecksum,
                unchangedETag,
                echoedToken,
                listName);
    }

    Dialect tags(boolean md5, boolean onUnchanged) {
        return new Dialect(
                absentCodes,
                conditionCodes,
                silentAbsence,
                silentRefusal,
                md5,
                echoedChecksum,
                onUnchanged,
                echoedToken,
                listName);
    }

    Dialect echoesChecksum(boolean echoed) {
        return new Dialect(
                absentCodes,
                conditionCodes,
                silentAbsence,
                silentRefusal,
                md5ETags,
                echoed,
                unchangedETag,
                echoedToken,
                listName);
    }

    Dialect lists(String name, boolean token) {
        return new Dialect(
                absentCodes,
                conditionCodes,
                silentAbsence,
                silentRefusal,
                md5ETags,
                echoedChecksum,
                unchangedETag,
                token,
                Optional.of(name));
    }

    private static Set<String> with(Set<String> codes, String code) {
        Set<String> all = new HashSet<>(codes);
        if (!code.isEmpty()) {
            all.add(code);
        }
        return Set.copyOf(all);
    }
}
