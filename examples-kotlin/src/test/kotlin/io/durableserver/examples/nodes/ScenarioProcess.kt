package io.durableserver.examples.nodes

import java.nio.file.Path
import java.util.concurrent.TimeUnit.MINUTES
import kotlin.io.path.readText
import org.assertj.core.api.Assertions.assertThat

/** A scenario as users run it: a JVM of its own, which starts the nodes. */
internal class ScenarioProcess(private val main: Class<*>, private val directory: Path) {
    val out: String
        get() = directory.resolve("out").readText()

    val err: String
        get() = directory.resolve("err").readText()

    /** Runs it to its end; its exit status. */
    fun run(vararg options: String): Int {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        // The module's directory is the current one.
        val flags = Path.of("..", "ignite-plugin", "jvm.opts").toAbsolutePath().toString()
        val process =
            ProcessBuilder(
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.name,
                    "--jvm-options",
                    flags,
                    *options,
                )
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start()
        try {
            assertThat(process.waitFor(8, MINUTES)).`as`("ends in time").isTrue()
            return process.exitValue()
        } finally {
            process.destroy() // its nodes end with it
        }
    }
}
