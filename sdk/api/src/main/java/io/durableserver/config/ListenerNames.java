package io.durableserver.config;

import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.spi.RuntimeEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/** Makes listeners of a text: names of classes, and a word for those that a service loader finds. */
final class ListenerNames {
    static final String KEY = "events";
    static final String BOUND =
            "names of public classes that implement RuntimeEvents and have a public constructor without parameters,"
                    + " or service-loader, with commas between them";

    private static final String SERVICES = "service-loader";

    private ListenerNames() {}

    /**
     * A listener for each name, in their order, and each once; of the class loader of the thread, or else of this class.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} for a name of which none can be made, with the cause
     */
    static List<RuntimeEvents> load(String names) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        ClassLoader own = loader == null ? ListenerNames.class.getClassLoader() : loader;
        Set<String> once = new LinkedHashSet<>();
        for (String name : names.split(",", -1)) {
            once.add(name.strip());
        }
        List<RuntimeEvents> listeners = new ArrayList<>();
        for (String name : once) {
            if (name.equals(SERVICES)) {
                listeners.addAll(services(own));
            } else {
                listeners.add(made(name, own));
            }
        }
        return listeners;
    }

    private static List<RuntimeEvents> services(ClassLoader loader) {
        try {
            return ServiceLoader.load(RuntimeEvents.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError broken) {
            throw refused(SERVICES, broken);
        }
    }

    private static RuntimeEvents made(String name, ClassLoader loader) {
        try {
            // Not initialized before it is known to be a listener.
            Class<?> named = Class.forName(name, false, loader);
            if (!RuntimeEvents.class.isAssignableFrom(named)) {
                throw new ClassCastException(name + " does not implement " + RuntimeEvents.class.getName());
            }
            return (RuntimeEvents) named.getConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError | RuntimeException broken) {
            throw refused(name, broken);
        }
    }

    private static ConfigurationException refused(String name, Throwable cause) {
        Map<String, String> context = new LinkedHashMap<>();
        context.put("option", KEY);
        context.put("value", name);
        context.put("bound", BOUND);
        return new ConfigurationException(
                Reason.INVALID_OPTION, "Option " + KEY + " must be " + BOUND + ", was " + name, context, cause);
    }
}
