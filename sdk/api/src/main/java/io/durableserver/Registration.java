package io.durableserver;

/** Something that can be undone once; closing it again does nothing. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
