package io.durableserver.runtime.shape;

import java.lang.reflect.Constructor;
import java.util.Optional;
import java.util.Set;

/** What is known of the classes of languages beside Java. */
public interface LanguageRules {
    /** The names of those whose classes can be read. */
    Set<String> names();

    /**
     * Why values of what a constructor takes would not all come back; empty when they do.
     *
     * @param parameter its index, from 0
     */
    Optional<String> refusal(Constructor<?> constructor, int parameter);
}
