package io.durableserver.testkit.backend;

/** The kinds of request a backend serves. */
public enum Operation {
    /** {@link io.durableserver.spi.Backend#get}. */
    GET,
    /** {@link io.durableserver.spi.Backend#create}. */
    CREATE,
    /** {@link io.durableserver.spi.Backend#replace}. */
    REPLACE,
    /** {@link io.durableserver.spi.Backend#delete}. */
    DELETE,
    /** {@link io.durableserver.spi.Backend#list}. */
    LIST;

    /** Whether it changes a record. */
    public boolean writes() {
        return this == CREATE || this == REPLACE || this == DELETE;
    }
}
