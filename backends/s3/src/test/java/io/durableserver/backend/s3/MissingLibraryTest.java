package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What a node says without the library of Zstandard, which users add themselves. */
class MissingLibraryTest {
    private static final String LIBRARY = "com.github.luben:zstd-jni";

    @Test
    void theOptionThatNeedsItIsRefusedWhenABackendIsOpened() throws Exception {
        Runnable opening = without(Opens.class);
        assertThatThrownBy(opening::run)
                .isInstanceOfSatisfying(ConfigurationException.class, refusal -> {
                    assertThat(refusal.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
                    assertThat(refusal.context().get("option")).isEqualTo("s3.compression");
                    assertThat(String.valueOf(refusal.context().get("value"))).isEqualTo("ZSTD");
                })
                .hasMessageContaining(LIBRARY);
    }

    @Test
    void anObjectThatNeedsItIsUnreadableAndNamesIt() throws Exception {
        assertThatThrownBy(without(Decodes.class)::run)
                .hasRootCauseInstanceOf(IOException.class)
                .hasStackTraceContaining(LIBRARY);
    }

    @Test
    void whatDoesNotNeedItWorks() throws Exception {
        without(Compresses.class).run();
    }

    /** Opens a backend with Zstandard. */
    public static final class Opens implements Runnable {
        public Opens() {}

        @Override
        public void run() {
            S3Config config = S3Config.builder()
                    .bucket("bucket")
                    .region("eu-central-1")
                    .compression(S3Compression.ZSTD)
                    .build();
            try (TestNode node = new TestNode()) {
                node.open(config).close();
            }
        }
    }

    /** Reads what a node with the library wrote. */
    public static final class Decodes implements Runnable {
        public Decodes() {}

        @Override
        public void run() {
            try {
                byte[] read = Encoding.decode(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1}, 100);
                throw new AssertionError("read " + read.length + " bytes");
            } catch (IOException unreadable) {
                throw new IllegalStateException(unreadable);
            }
        }
    }

    /** Writes and reads without it. */
    public static final class Compresses implements Runnable {
        public Compresses() {}

        @Override
        public void run() {
            try {
                Encoding.check(S3Compression.GZIP);
                Encoding.Encoded sent = Encoding.encode(new byte[1_000], S3Compression.GZIP, 0);
                assertThat(Encoding.decode(sent.bytes(), 1_000)).hasSize(1_000);
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private static Runnable without(Class<? extends Runnable> action) throws Exception {
        return Runnable.class.cast(new WithoutZstd()
                .loadClass(action.getName())
                .getDeclaredConstructor()
                .newInstance());
    }

    /** Loads this package anew, where the library is not there; everything else is shared. */
    private static final class WithoutZstd extends ClassLoader {
        private static final String PACKAGE = S3.class.getPackageName() + ".";

        WithoutZstd() {
            super(S3.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.github.luben.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
