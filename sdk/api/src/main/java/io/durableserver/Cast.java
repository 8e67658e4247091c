package io.durableserver;

/** A one-way message: no reply, no acknowledgement, at most once. Implement it with an immutable type. */
public interface Cast {}
