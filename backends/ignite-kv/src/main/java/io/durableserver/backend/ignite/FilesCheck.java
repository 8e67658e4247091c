package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.ignite.configuration.IgniteConfiguration;

/** Whether a node can use the small files beside its records: better found before it joins than by all that wait for it then. */
final class FilesCheck {
    private FilesCheck() {}

    /** Throws {@link ConfigurationException} where it cannot. What is not known yet is not looked at. */
    static void check(IgniteConfiguration node, String cacheName) {
        Serializable id = node.getConsistentId();
        if (id == null || node.getWorkDirectory() == null || Boolean.TRUE.equals(node.isClientMode())) {
            return;
        }
        check(MarkTask.file(node, id, cacheName), MarkTask::remembered);
        check(SizeTask.file(node, id, cacheName), SizeTask::remembered);
    }

    private static void check(Path file, Function<Path, Optional<?>> reader) {
        try {
            var unused = reader.apply(file);
        } catch (FileFailure failure) {
            Map<String, Object> context = new LinkedHashMap<>();
            context.put("option", "workDirectory");
            context.put("value", file);
            context.put("bound", "without files that cannot be used");
            throw new ConfigurationException(
                    Reason.INVALID_OPTION, String.valueOf(failure.getMessage()), context, failure);
        }
    }
}
