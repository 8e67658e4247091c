package io.durableserver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.RuntimeEvents;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerNamesTest {
    /** Can be made. */
    public static class Audit implements RuntimeEvents {
        @Override
        public void happened(Fact fact) {}
    }

    /** Can be made, too. */
    public static final class Meters extends Audit {}

    /** Cannot be made. */
    public static final class Broken extends Audit {
        public Broken() {
            throw new IllegalStateException("boom");
        }
    }

    /** Cannot be loaded. */
    public static final class Unloadable extends Audit {
        static final int NUMBER = Integer.parseInt("none");
    }

    /** Has no constructor without parameters. */
    public static final class Wanting extends Audit {
        public Wanting(int number) {
            assertThat(number).isPositive();
        }
    }

    /** Is for this package alone. */
    static final class Hidden extends Audit {
        private Hidden() {}
    }

    private static List<RuntimeEvents> events(String names) {
        return DurableServersConfig.from(Map.of("prefix", "p/", "events", names))
                .backend(context -> {
                    throw new IllegalStateException("not opened here");
                })
                .build()
                .events();
    }

    @Test
    void namedClassesAreInstalledInTheirOrderAndEachOnce() {
        String audit = Audit.class.getName();
        assertThat(events(audit + ", " + Meters.class.getName() + "," + audit))
                .hasExactlyElementsOfTypes(Audit.class, Meters.class);
    }

    @Test
    void servicesOfTheClassLoaderOfTheThreadAreInstalled(@TempDir Path dir) throws IOException {
        assertThat(events("service-loader")).isEmpty();
        Path services = Files.createDirectories(dir.resolve("META-INF/services"));
        Path file = services.resolve(RuntimeEvents.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {dir.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            Files.writeString(file, Audit.class.getName() + "\n" + Meters.class.getName());
            assertThat(events("service-loader")).hasExactlyElementsOfTypes(Audit.class, Meters.class);
            Files.writeString(file, Broken.class.getName());
            ConfigurationException refused =
                    catchThrowableOfType(ConfigurationException.class, () -> events("service-loader"));
            assertThat(refused.context()).containsEntry("option", "events").containsEntry("value", "service-loader");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no.such.Class", "java.lang.String", "io.durableserver.spi.RuntimeEvents", "a b"})
    void nameOfWhichNoListenerCanBeMadeIsRefused(String name) {
        assertRefused(name);
    }

    @ParameterizedTest
    @ValueSource(classes = {Broken.class, Unloadable.class, Wanting.class, Hidden.class})
    void classOfWhichNoListenerCanBeMadeIsRefusedWithItsCause(Class<?> broken) {
        assertThat(assertRefused(broken.getName())).hasCauseInstanceOf(Throwable.class);
    }

    private static ConfigurationException assertRefused(String name) {
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> events(Audit.class.getName() + "," + name));
        assertThat(refused).as(name).isNotNull();
        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
        assertThat(refused.context()).containsEntry("option", "events").containsEntry("value", name);
        return refused;
    }
}
