package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import java.util.List;
import org.apache.ignite.Ignition;

/** Finds out before Ignite starts, and fails half-way, whether the JVM has the flags Ignite needs. */
final class JvmFlags {
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

    private JvmFlags() {}

    static void check() {
        Module base = Object.class.getModule();
        List<String> missing = OPENED.stream()
                .filter(name -> !base.isOpen(name, Ignition.class.getModule()))
                .toList();
        if (!missing.isEmpty()) {
            throw ConfigurationException.option(
                    "jvm", "--add-opens missing for " + missing, "java @ignite-plugin/jvm.opts, see that file");
        }
    }
}
