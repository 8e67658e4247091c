package io.durableserver.runtime.turn;

import io.durableserver.DurableServer;
import java.lang.reflect.Method;

/** Which callbacks of {@link DurableServer} a class has of its own. */
final class Callbacks {
    private Callbacks() {}

    /** Whether the class, or one above it, overrides the callback of this name. */
    static boolean overrides(Class<?> server, String name) {
        for (Class<?> c = server; c != null && c != DurableServer.class; c = c.getSuperclass()) {
            for (Method method : c.getDeclaredMethods()) {
                if (method.getName().equals(name) && isCallback(method)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** An overload is no override: the parameters that are classes of the API must be the same. */
    private static boolean isCallback(Method method) {
        for (Method callback : DurableServer.class.getDeclaredMethods()) {
            if (callback.getName().equals(method.getName()) && sameParameters(callback, method)) {
                return true;
            }
        }
        return false;
    }

    private static boolean sameParameters(Method callback, Method method) {
        Class<?>[] declared = callback.getParameterTypes();
        Class<?>[] own = method.getParameterTypes();
        if (declared.length != own.length) {
            return false;
        }
        for (int i = 0; i < declared.length; i++) {
            // A state parameter is Object by erasure, and in the override of the state's class.
            if (declared[i] != own[i] && declared[i] != Object.class) {
                return false;
            }
        }
        return true;
    }
}
