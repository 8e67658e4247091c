package io.durableserver.backend.ignite;

/**
 * Two nodes of which a node that was there knows: they were away at once while partitions are lost, and did not meet since. What only
 * these two have is written no more until they do, whichever of them comes and goes. The older one is not newer; of two that are equal each
 * is the older one of a pair.
 */
record LostPair(String newer, String older) {
    boolean of(String name) {
        return newer.equals(name) || older.equals(name);
    }

    /** The first name may have blanks. */
    String line() {
        return newer.length() + " " + newer + " " + older;
    }

    /** Throws {@link NumberFormatException} for what is none. */
    static LostPair parse(String line) {
        String[] parts = line.split(" ", 2);
        int length = parts.length < 2 ? -1 : Integer.parseInt(parts[0]);
        if (length < 0 || parts[1].length() <= length || parts[1].charAt(length) != ' ') {
            throw new NumberFormatException("Not two nodes that were away: " + line);
        }
        return new LostPair(parts[1].substring(0, length), parts[1].substring(length + 1));
    }
}
