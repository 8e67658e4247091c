package io.durableserver.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.runtime.wire.Message.CallMessage;
import io.durableserver.runtime.wire.Message.CastMessage;
import io.durableserver.runtime.wire.Message.NotHereMessage;
import io.durableserver.runtime.wire.Message.ReplyMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class WireFormatTest {
    @Test
    void everythingComesBackEqual() {
        WireSamples.messages()
                .forEach((name, sample) -> same(name, WireFormat.decodeMessage(WireFormat.encode(sample)), sample));
        WireSamples.controls()
                .forEach((name, sample) -> same(name, WireFormat.decodeControl(WireFormat.encode(sample)), sample));
        WireSamples.entries()
                .forEach((name, sample) -> same(name, WireFormat.decodeEntry(WireFormat.encode(sample)), sample));
        WireSamples.states()
                .forEach((name, sample) -> same(name, WireFormat.decodeState(WireFormat.encode(sample)), sample));
    }

    @Test
    void nodeStatesOfLaterReleasesAreReadAsFarAsTheyAreKnown() {
        byte[] more = HexFormat.of().parseHex("0102" + "01" + "046c6f6164" + "0137" + "ff");
        assertThat(WireFormat.decodeState(more)).isEqualTo(new NodeState(NodeState.Status.READY, Map.of("load", "7")));
        byte[] unknown = HexFormat.of().parseHex("0109" + "00");
        assertThat(WireFormat.decodeState(unknown).status()).isEqualTo(NodeState.Status.UNKNOWN);
        for (String bad : List.of("", "01", "0202" + "00", "0102", "0102" + "01" + "ff")) {
            assertThatThrownBy(() -> WireFormat.decodeState(HexFormat.of().parseHex(bad)))
                    .as(bad)
                    .isInstanceOf(WireFormatException.class);
        }
    }

    @Test
    void partsOfAnEntryThatAreNotKnownComeInOrderAndWithinTheirBound() {
        String entry = "0101" + "74" + "016e" + "0169" + "05" + "01" + "00" + "00";
        for (String parts : List.of("", "0100", "0101ff", "0702aabb" + "0900", "ffffffffffffffff7f00")) {
            byte[] bytes = HexFormat.of().parseHex(entry + parts);
            assertThat(WireFormat.encode(WireFormat.decodeEntry(bytes))).isEqualTo(bytes);
        }
        String tooMuch = "01" + "ffff07" + "00".repeat(131_071);
        for (String parts :
                List.of("01", "0101", "0000", "0100" + "0100", "0200" + "0100", "ffffffffffffffffff0100", tooMuch)) {
            assertThatThrownBy(() -> WireFormat.decodeEntry(HexFormat.of().parseHex(entry + parts)))
                    .isInstanceOf(WireFormatException.class);
        }
    }

    /** A failure here means that nodes of two releases no longer understand each other: raise the version. */
    @Test
    void bytesOfVersionOneArePinned() throws IOException {
        Map<String, String> encoded = new LinkedHashMap<>();
        WireSamples.messages().forEach((name, sample) -> encoded.put(name, hex(WireFormat.encode(sample))));
        WireSamples.controls().forEach((name, sample) -> encoded.put(name, hex(WireFormat.encode(sample))));
        WireSamples.entries().forEach((name, sample) -> encoded.put(name, hex(WireFormat.encode(sample))));
        WireSamples.states().forEach((name, sample) -> encoded.put(name, hex(WireFormat.encode(sample))));

        assertThat(encoded).isEqualTo(pinned());
    }

    @Test
    void absurdLengthsAreRefusedBeforeAnythingIsAllocated() {
        // reply, id 1, payload of 2^31 - 1, of 2^62 and of "-1" bytes
        for (String length : List.of("ffffffff07", "808080808080808040", "ffffffffffffffffff01")) {
            malformed("010301" + length);
        }
        // call whose chain claims 2^28 keys
        malformed("0101" + "00" + "016b" + "0174" + "016d" + "00" + "00" + "8080808001");
    }

    @Test
    void otherVersionsKindsAndLeftoversAreRefused() {
        malformed("");
        malformed("01");
        malformed("02057f");
        malformed("01637f");
        malformed("01057f00");
        malformed("0105ffffffffffffffffff02");
        malformed("0105ffffffffffffffffffff01");
        assertThatThrownBy(() -> WireFormat.decodeMessage(new byte[] {2, 5, 1}))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("protocol version 2, this node knows 1");
    }

    @Test
    void brokenUtf8AndRepeatedNamesAreRefused() {
        malformed("0102" + "01ff" + "0174" + "016d" + "00" + "00");
        malformed("0102" + "016b" + "0174" + "016d" + "00" + "02" + "016100" + "016100");
    }

    @Test
    void theCharThatStandsForBrokenUtf8IsAKeyLikeAnyOther() {
        CastMessage sent = new CastMessage("k\ufffd", "\u00ff\ufffd\ud83d\ude00", "m", new byte[0], Map.of());

        same("cast", WireFormat.decodeMessage(WireFormat.encode(sent)), sent);
        malformed("0102" + "04efbfbdff" + "0174" + "016d" + "00" + "00");
    }

    @Test
    void chainHasABoundOnBothSides() {
        List<String> tooLong = Collections.nCopies(33, "k");
        assertThatThrownBy(() -> new Origin(tooLong, 1, RequestTag.NONE, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        malformed("0101" + "00" + "016b" + "0174" + "016d" + "00" + "00" + "21" + "016b".repeat(33) + "00" + "00");
    }

    @Test
    void keyWithoutUtf8FormIsRefusedAndNotSentToAnotherKey() {
        CallMessage call = new CallMessage(1, "k\ud800", "t", "m", new byte[0], Origin.NONE);

        assertThatThrownBy(() -> WireFormat.encode(call)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void emptyHeadersCostOneByteAndBigPayloadsArriveWhole() {
        assertThat(WireFormat.encode(new NotHereMessage(1))).hasSize(3);
        byte[] big = new byte[3 << 20];
        big[big.length - 1] = 9;

        ReplyMessage reply = (ReplyMessage) WireFormat.decodeMessage(WireFormat.encode(new ReplyMessage(1, big)));

        assertThat(reply.payload()).isEqualTo(big);
    }

    private static void same(String name, Object decoded, Object sample) {
        assertThat(decoded).as(name).usingRecursiveComparison().isEqualTo(sample);
    }

    private static void malformed(String hex) {
        assertThatThrownBy(() -> WireFormat.decodeMessage(HexFormat.of().parseHex(hex)))
                .as(hex)
                .isInstanceOf(WireFormatException.class);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Map<String, String> pinned() throws IOException {
        Map<String, String> pinned = new LinkedHashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(WireFormatTest.class.getResourceAsStream("/wire/version-1.txt")),
                StandardCharsets.UTF_8))) {
            in.lines().map(line -> line.split(" ", 2)).forEach(line -> pinned.put(line[0], line[1]));
        }
        return pinned;
    }
}
