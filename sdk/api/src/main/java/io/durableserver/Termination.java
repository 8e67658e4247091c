package io.durableserver;

/** How {@link Admin#terminate} leaves a server behind. */
public enum Termination {
    /** Status {@code stopped_graceful}: may be restarted. */
    GRACEFUL,
    /** Status {@code stopped_permanent}: comes back by an explicit start only. */
    PERMANENT,
    /** The record is removed; a stored server that does not run is started for it, so its {@code init} runs. */
    DELETE
}
