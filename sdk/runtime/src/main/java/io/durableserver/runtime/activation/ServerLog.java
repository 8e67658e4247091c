package io.durableserver.runtime.activation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is logged of servers, under one name. */
final class ServerLog {
    static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private ServerLog() {}
}
