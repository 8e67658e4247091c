package io.durableserver.runtime.shape;

/** Which classes belong to the JDK. */
final class Platform {
    private static final ClassLoader LOADER = ClassLoader.getPlatformClassLoader();

    private Platform() {}

    static boolean owns(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == LOADER;
    }
}
