package io.durableserver.ignite.start;

import io.durableserver.ConfigurationException;
import java.util.List;
import org.apache.ignite.Ignition;

/** Finds out before Ignite starts, and fails half-way, whether the JVM has the flags Ignite needs. */
public final class JvmFlags {
    private static final List<String> OPENED = List.of(
            "java.io",
            "java.lang",
            "java.lang.invoke",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "jdk.internal.access",
            "jdk.internal.misc",
            "sun.nio.ch");

    /** All flags, as an argument file. */
    private static final String FILE = "io/durableserver/ignite/jvm.opts";

    private JvmFlags() {}

    public static void check() {
        Module base = Object.class.getModule();
        List<String> missing = OPENED.stream()
                .filter(name -> !base.isOpen(name, Ignition.class.getModule()))
                .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
                .toList();
        if (!missing.isEmpty()) {
            throw ConfigurationException.option(
                    "jvm",
                    "without " + String.join(" ", missing),
                    "java with all flags of " + FILE + " in this library's jar: unzip it and say java @jvm.opts");
        }
    }
}
