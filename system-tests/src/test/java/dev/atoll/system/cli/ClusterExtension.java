package dev.atoll.system.cli;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;

/** Gives tests an installation whose cluster is up: the same one to all of them. */
final class ClusterExtension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Installation.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(ClusterExtension.class))
                .computeIfAbsent("cluster", _ -> up(), Installation.class);
    }

    private static Installation up() {
        try {
            Installation installation = Installation.create();
            // More processors than there are: tasks of these tests mostly wait.
            Invocation.Ended up = installation.run("up", "--workers", "2", "--cpus", "4");
            if (up.exitCode() != 0) {
                installation.close();
                throw new AssertionError("up failed: " + up.err());
            }
            return installation;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
