package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of the server with everything shows the server that is compiled and tested. */
class EverythingPageTest {
    private static final String PAGE = "sdk/docs/everything.md";
    private static final String SERVER = "examples-java/src/main/java/io/durableserver/examples/auction/Auction.java";
    private static final String TESTS = "examples-java/src/test/java/io/durableserver/examples/auction/";

    private static String source(String name) {
        return switch (name) {
            case "test" -> TESTS + "AuctionTest.java";
            case "turn" -> TESTS + "AuctionTurnsTest.java";
            default -> SERVER;
        };
    }

    @Test
    void everySampleIsTheCode() {
        List<Docs.Block> samples = Docs.blocks(PAGE);
        assertThat(samples).hasSize(15).allSatisfy(sample -> {
            String name = sample.info().replace("java ", "");
            assertThat(sample.text().strip()).isEqualTo(Docs.region(source(name), name));
        });
    }
}
