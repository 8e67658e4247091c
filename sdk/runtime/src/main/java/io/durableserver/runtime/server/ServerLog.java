package io.durableserver.runtime.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is logged of servers, under one name. */
public final class ServerLog {
    public static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private ServerLog() {}
}
