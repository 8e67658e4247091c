package io.durableserver;

import org.jspecify.annotations.Nullable;

/**
 * A request that expects a reply of type {@code R}. Implement it with an immutable type, usually a record.
 *
 * <p>The reply type is read from the class declaration ({@code record GetCount() implements Call<Long>}), so a message
 * class must bind {@code R} to a concrete type.
 *
 * @param <R> the type of the reply, nullable where it may be null; {@code Void} when only completion matters
 */
public interface Call<R extends @Nullable Object> {}
