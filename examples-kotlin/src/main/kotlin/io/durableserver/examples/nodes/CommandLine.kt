package io.durableserver.examples.nodes

/** The command line is wrong; the message says what is expected. */
internal class UsageException(message: String) : RuntimeException(message)

/** Options of the form `--name value`, each at most once. */
internal class CommandLine private constructor(private val values: Map<String, String>) {
    fun text(name: String): String? = values[name]

    fun required(name: String): String = values[name] ?: throw UsageException("--$name is required")

    fun number(name: String, unlessGiven: Int, within: IntRange): Int {
        val text = values[name] ?: return unlessGiven
        return text.toIntOrNull()?.takeIf { it in within }
            ?: throw UsageException("--$name is $text, expected ${within.first} to ${within.last}")
    }

    companion object {
        fun parse(arguments: Array<String>, known: Set<String>): CommandLine {
            val values = mutableMapOf<String, String>()
            for (pair in arguments.asList().chunked(2)) {
                val name = pair[0].removePrefix("--")
                if (!pair[0].startsWith("--") || name !in known) {
                    throw UsageException("unknown option ${pair[0]}, expected one of ${known.sorted()}")
                }
                val value = pair.getOrNull(1) ?: throw UsageException("${pair[0]} needs a value")
                if (values.put(name, value) != null) {
                    throw UsageException("${pair[0]} is given twice")
                }
            }
            return CommandLine(values)
        }
    }
}
