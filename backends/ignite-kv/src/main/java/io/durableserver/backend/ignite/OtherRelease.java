package io.durableserver.backend.ignite;

import java.util.List;

/** What a small file says was written by another release of this library, in a format that this one does not know. */
final class OtherRelease extends NumberFormatException {
    private static final long serialVersionUID = 1L;

    private OtherRelease(String format) {
        super("Not a format that this release knows: " + format);
    }

    /**
     * The lines after the one that names their format.
     *
     * @param formats how the names of all formats of a file begin, as the first line does
     * @param known the rest of the one that is known
     */
    static List<String> rest(List<String> lines, String formats, String known) {
        String format = lines.get(0);
        if (format.equals(formats + known)) {
            return lines.subList(1, lines.size());
        }
        // Zeros and half a line are no format.
        if (format.substring(formats.length()).chars().allMatch(Character::isDigit)
                && format.length() > formats.length()) {
            throw new OtherRelease(format);
        }
        throw new NumberFormatException("No format: " + format);
    }
}
