package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.Module;
import io.durableserver.Codec;
import java.lang.reflect.Constructor;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * What the classes of another language than Java need in JSON and CBOR. Every one on the class path is part of all codecs of the JVM: they
 * are found by {@link ServiceLoader}. Thread-safe.
 */
public interface CodecLanguage {
    /** A short name. */
    String name();

    /**
     * The number of the form its values have in bytes: a higher one when that changes. With the name it is part of {@link Codec#revision}: nodes
     * with another form, or without this language, do not form a cluster.
     */
    int revision();

    /** A new Jackson module; empty when the library that it is from is not on the class path: classes of the language are then refused. */
    Optional<Module> module();

    /**
     * Whether a value may lack what a constructor takes: because it may be null, or has a default. False for classes of other languages.
     *
     * @param parameter its index, from 0
     */
    boolean mayBeMissing(Constructor<?> constructor, int parameter);

    /**
     * Why values of what a constructor takes would not all come back, as a sentence with what to do; empty when they do, and for classes of other
     * languages.
     *
     * @param parameter its index, from 0
     */
    Optional<String> refusal(Constructor<?> constructor, int parameter);
}
