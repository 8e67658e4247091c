package io.durableserver;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of a message class on the wire. Without it the class name is used, which then must not change while nodes of
 * two releases run side by side. Names only select among the classes a server type registered; they never load a class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WireName {
    /** The name: 1 to 128 characters, unique within a server type. */
    String value();
}
