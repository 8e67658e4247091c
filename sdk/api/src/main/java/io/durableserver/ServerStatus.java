package io.durableserver;

/** The status of a stored server. The wire name is what the record holds. */
public enum ServerStatus {
    RUNNING("running"),
    STOPPED_GRACEFUL("stopped_graceful"),
    STOPPED_PERMANENT("stopped_permanent"),
    CRASHED("crashed"),
    PERMANENTLY_CRASHED("permanently_crashed"),
    /** A tombstone: the record is about to be removed. */
    DELETING("deleting"),
    CORDONED("cordoned");

    private final String wireName;

    ServerStatus(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
