package io.durableserver;

import io.durableserver.admin.Admin;

/** How {@link Admin#terminate} leaves a server behind. */
public enum Termination {
    /** Status {@code stopped_graceful}: may be restarted. */
    GRACEFUL,
    /**
     * Status {@code stopped_permanent}: comes back by an explicit start only. A stored server that does not run gets it too; none of
     * its code runs for that, neither {@code load} nor {@code init} nor {@code terminate}.
     */
    PERMANENT,
    /**
     * The record is removed. For a stored server that does not run none of its code runs, neither {@code load} nor {@code init}
     * nor {@code terminate}: it may be of a type that no node has, or have a state that cannot be read.
     */
    DELETE
}
