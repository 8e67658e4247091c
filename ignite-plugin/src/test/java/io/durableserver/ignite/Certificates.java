package io.durableserver.ignite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Real certificates, made with the keytool of the JDK this runs on. */
final class Certificates {
    static final String PASSWORD = "changeit-test";

    private final Path directory;

    Certificates(Path directory) {
        this.directory = directory;
    }

    private Path file(String name) {
        return directory.resolve(name + ".p12");
    }

    /** An authority of this name, and what trusts it. */
    void authority(String name) {
        keytool(name, "-genkeypair", "-alias", "ca", "-dname", "CN=" + name, "-keyalg", "EC", "-ext", "bc:c");
        Path certificate = directory.resolve(name + ".crt");
        keytool(name, "-exportcert", "-alias", "ca", "-file", certificate.toString());
        keytool(name + "-trust", "-importcert", "-noprompt", "-alias", "ca", "-file", certificate.toString());
    }

    /** A key with a certificate of the authority, with further options. */
    void node(String name, String authority, String... options) {
        try {
            Files.copy(file(authority), file(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        List<String> make = new ArrayList<>(
                List.of("-genkeypair", "-alias", "node", "-dname", "CN=" + name, "-keyalg", "EC", "-signer", "ca"));
        make.addAll(List.of(options));
        keytool(name, make.toArray(String[]::new));
        keytool(name, "-delete", "-alias", "ca");
    }

    NodeTls tls(String name, String authority) {
        return new NodeTls(file(name), PASSWORD, file(authority + "-trust"), PASSWORD);
    }

    private void keytool(String store, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file(store).toString()));
        Path log = directory.resolve("keytool.log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + ": " + Files.readString(log));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
