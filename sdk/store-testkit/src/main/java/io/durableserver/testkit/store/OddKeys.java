package io.durableserver.testkit.store;

import java.util.List;

/**
 * Keys that clients, proxies, stores and listings are known to mix up, or to lose at the border of a page: escapes, what looks
 * like an escape, segments that paths swallow, text of several forms, keys that begin other keys, and what XML cannot hold.
 */
final class OddKeys {
    static final List<String> ALL = List.of(
            // Percent signs, plus, blanks: decoded once too often, or not at all.
            "%",
            "%%",
            "%2",
            "%20",
            "%2F",
            "%2f",
            "%252F",
            "%zz",
            "a%00b",
            "a+b",
            "a b",
            "a%20b",
            "+",
            " ",
            " a",
            "a ",
            "a  b",
            // What is a separator somewhere.
            "a?b=c&d",
            "a#b",
            "a;b=c",
            "a=b",
            "a,b",
            "a:b",
            "a@b",
            "a\\b",
            "a|b^c`d",
            "{a}[b]~$!*()",
            "s3://bucket/a",
            // Quotes and markup.
            "'",
            "\"",
            "'a\"b'",
            "<a>&amp;</a>",
            "&#x41;",
            "]]>",
            "<!--",
            // Segments that paths swallow, and those that look like their escapes.
            "/",
            "//",
            "a/",
            "/a",
            "a//b",
            "a///b",
            ".",
            "..",
            "...",
            "./a",
            "../a",
            "a/.",
            "a/..",
            "a/../b",
            "a/%/b",
            "a/%../b",
            // Text of several forms, and of several lengths.
            "\u00e9",
            "e\u0301",
            "\u212b",
            "\u00c5",
            "\u00df",
            "\u0130i\u0131I",
            "\ud83d\udd11",
            "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "\ufeffa",
            "\ufffd",
            "\u202eabc",
            // What XML 1.0 cannot hold, or changes.
            "a\u0001b",
            "a\tb\r\nc",
            "a\u007fb\u0085c",
            // A key that begins the next, in one segment longer than a file's name may be.
            "k".repeat(300),
            "k".repeat(300) + "k");

    private OddKeys() {}
}
