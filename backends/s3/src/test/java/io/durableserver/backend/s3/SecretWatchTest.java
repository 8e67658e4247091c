package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A test of this module that shows a secret fails, wherever it shows it. */
class SecretWatchTest {
    private static final String SECRET = Secrets.of("watch");
    /** Text literals where a secret belongs. */
    private static final Pattern LITERAL = Pattern.compile(
            "(?:S3Credentials\\.of|AwsBasicCredentials\\.create|AwsCredentialsIdentity\\.create|\\.credentials)"
                    + "\\(\\s*\"[^\"]*\"[^,;]*,\\s*\"([^\"]*)\"");

    /** Tests that leak, one each; they are run by the test that wants them to fail. */
    @ExtendWith(SecretWatch.class)
    static final class Leaking {
        private static final Logger LOG = logger();

        private static Logger logger() {
            WatchedLogging logging = new WatchedLogging();
            logging.initialize();
            return logging.getLoggerFactory().getLogger("a.library");
        }

        @Test
        void inALine() {
            LOG.debug("Sent {} to {}", SECRET, "store");
        }

        @Test
        void inTheCauseOfALine() {
            LOG.info("Failed", new IllegalStateException("outer", new IllegalArgumentException(SECRET)));
        }

        @Test
        void inAnArgumentThatIsEncoded() {
            LOG.debug(
                    "Authorization: Basic {}",
                    Base64.getEncoder().encodeToString(("u:" + SECRET).getBytes(StandardCharsets.UTF_8)));
        }

        @Test
        void inHexadecimal() {
            LOG.info(HexFormat.of().withUpperCase().formatHex(SECRET.getBytes(StandardCharsets.UTF_8)));
        }

        @Test
        void inItsOwnFailure() {
            assertThat("with " + SECRET).isEqualTo("without");
        }

        @Test
        void nowhere() {
            LOG.debug("Sent {} to {}", "a request", "store");
        }
    }

    /** Leaks after its last test. */
    @ExtendWith(SecretWatch.class)
    static final class LeakingAtTheEnd {
        @Test
        void nothingYet() {
            Leaking.LOG.debug("nothing");
        }

        @AfterAll
        static void end() {
            Leaking.LOG.debug(SECRET);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"inALine", "inTheCauseOfALine", "inAnArgumentThatIsEncoded", "inHexadecimal", "inItsOwnFailure"})
    void aTestThatShowsASecretFailsAndDoesNotShowItAgain(String leak) {
        List<Throwable> failures = EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Leaking.class, leak))
                .execute()
                .testEvents()
                .failed()
                .stream()
                .flatMap(event ->
                        event.getPayload(TestExecutionResult.class).flatMap(TestExecutionResult::getThrowable).stream())
                .toList();
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessageContaining("secret");
            assertThat(Secrets.in(WatchedLogging.text(failure))).isFalse();
        });
    }

    @Test
    void aTestThatShowsNoSecretPasses() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Leaking.class, "nowhere"))
                .execute()
                .testEvents()
                .assertStatistics(all -> all.succeeded(1).failed(0));
    }

    @Test
    void aSecretThatIsShownAfterTheLastTestFailsTheClass() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(LeakingAtTheEnd.class))
                .execute()
                .containerEvents()
                .assertStatistics(all -> all.failed(1));
    }

    @Test
    void aSecretIsFoundInBase64WhereverItBegins() {
        for (int before = 0; before < 6; before++) {
            for (int after = 0; after < 6; after++) {
                String text = "a".repeat(before) + SECRET + "z".repeat(after);
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                assertThat(Secrets.in("x " + Base64.getEncoder().encodeToString(bytes)))
                        .isTrue();
            }
        }
        assertThat(Secrets.in("x7Zk0vW9hT3cB, SGVsbG8=")).isFalse();
    }

    @Test
    void everyTestHasTheWatch() {
        assertThat(ServiceLoader.load(Extension.class)).hasAtLeastOneElementOfType(SecretWatch.class);
    }

    /** Runners that are not the build log as they like. */
    @Test
    @EnabledIfSystemProperty(
            named = "surefire.test.class.path",
            matches = ".+",
            disabledReason = "only the build turns the watch on: run this by Maven")
    void theBuildTurnsTheWatchOn() {
        Logger any = LoggerFactory.getLogger("software.amazon.awssdk.request");
        assertThat(any.isDebugEnabled()).isTrue();
        any.debug("the watch {}", SECRET);
        assertThat(WatchedLogging.leaks()).hasSize(1);
        assertThat(System.getProperty("junit.jupiter.extensions.autodetection.enabled"))
                .isEqualTo("true");
    }

    /** A secret without the mark would be looked for by nobody. */
    @Test
    void allSecretsOfTheTestsCarryTheMark() throws IOException {
        List<String> unmarked = new ArrayList<>();
        Path here = Stream.of(Path.of("src/test/java"), Path.of("backends/s3/src/test/java"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        try (Stream<Path> sources = Files.walk(here)) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher literal = LITERAL.matcher(Files.readString(source));
                while (literal.find()) {
                    if (!literal.group(1).isEmpty() && !Secrets.in(literal.group(1))) {
                        unmarked.add(source.getFileName() + ": " + literal.group(1));
                    }
                }
            }
        }
        assertThat(unmarked).isEmpty();
    }
}
