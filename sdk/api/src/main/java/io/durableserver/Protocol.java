package io.durableserver;

/**
 * The messages of a server type, as a sealed interface that names itself:
 *
 * <pre>{@code
 * sealed interface Message extends Protocol<Message> {}
 * record Add(long by) implements Message, Call<Long> {}
 * record Forget() implements Message, Cast {}
 * }</pre>
 *
 * <p>A type that {@linkplain ServerType#messages names it} handles all of them, which its registration checks, and its
 * {@link TypedRef}s accept nothing else, which the compiler checks.
 *
 * @param <P> the sealed interface
 */
public interface Protocol<P extends Protocol<P>> {}
