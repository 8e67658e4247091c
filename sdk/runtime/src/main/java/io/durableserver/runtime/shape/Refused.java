package io.durableserver.runtime.shape;

/** Ends an examination: what was found, and where. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String why;

    Refused(String path, String why) {
        super(path + ": " + why, null, false, false);
        this.path = path;
        this.why = why;
    }

    String path() {
        return path;
    }

    String why() {
        return why;
    }
}
