package io.durableserver.runtime.jdk;

import io.durableserver.spi.TimeSource;

/** The clocks of the JVM. */
public final class JdkTime implements TimeSource {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
