package io.durableserver.backend.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The secrets of the tests of this module: whatever shows one of them shows the mark that is in all of them. */
final class Secrets {
    private static final String MARK = "xq7Zk0vW9hT3cB";
    private static final List<String> FORMS = forms();

    private Secrets() {}

    /** A secret of its own for each name. */
    static String of(String name) {
        return name + MARK + name;
    }

    /** Whether a text shows a secret, as it is, in Base64 or in hexadecimal. */
    static boolean in(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return FORMS.stream().anyMatch(form -> text.contains(form) || lower.contains(form));
    }

    /** A text that may be shown. */
    static String hidden(String text) {
        String hidden = text;
        for (String form : FORMS) {
            hidden = Pattern.compile(form, Pattern.LITERAL | Pattern.CASE_INSENSITIVE)
                    .matcher(hidden)
                    .replaceAll("***");
        }
        return hidden.substring(0, Math.min(hidden.length(), 500));
    }

    private static List<String> forms() {
        byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
        List<String> forms = new ArrayList<>(List.of(MARK, HexFormat.of().formatHex(mark)));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + mark.length];
            System.arraycopy(mark, 0, shifted, before, mark.length);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            // What its neighbours cannot change.
            forms.add(encoded.substring(before == 0 ? 0 : before + 1, shifted.length / 3 * 4));
        }
        return forms;
    }
}
