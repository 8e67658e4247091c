package io.durableserver.examples.match

/**
 * How a match stands, as a line of text: `over 37 booked=ann,cid points=ann:5,bob:1,cid:3`.
 *
 * @property phase `gathering`, `playing` or `over`
 */
internal data class Standing(
    val phase: String,
    val minute: Int,
    val booked: Set<String>,
    val points: Map<String, Int>,
) {
    val isOver: Boolean
        get() = phase == "over"

    /** The points of all players. */
    val sum: Int
        get() = points.values.sum()

    fun line(): String =
        "$phase $minute booked=${booked.joinToString(",")} " +
            "points=${points.entries.joinToString(",") { "${it.key}:${it.value}" }}"

    companion object {
        private val LINE = Regex("(\\w+) (\\d+) booked=(\\S*) points=(\\S*)")

        fun of(match: Match): Standing {
            val points = match.points.mapKeys { it.key.name }
            return when (val phase = match.phase) {
                is Gathering -> Standing("gathering", 0, emptySet(), points)
                is Playing -> Standing("playing", phase.minute, emptySet(), points)
                is Over -> Standing("over", phase.minute, phase.booked.map { it.name }.toSet(), points)
            }
        }

        /** The standing in a line; null when the line is something else. */
        fun parse(line: String): Standing? {
            val (phase, minute, booked, points) = LINE.matchEntire(line)?.destructured ?: return null
            return Standing(
                phase,
                minute.toInt(),
                items(booked).toSet(),
                items(points).associate { it.substringBefore(':') to it.substringAfter(':').toInt() },
            )
        }

        private fun items(list: String): List<String> = list.split(",").filter { it.isNotEmpty() }
    }
}
