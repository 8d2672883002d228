package dev.atoll.system.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.ConfigReader;
import dev.atoll.runtime.config.ConfigSection;
import dev.atoll.runtime.program.ProcessConfig;
import dev.atoll.runtime.program.ServiceProgram;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;

/** Reads the settings in the manifests as the programs themselves will. */
class SettingsTest {
    private static final Manifests MANIFESTS =
            Manifests.parse(Manifests.render(Path.of("..", "k8s")));

    @ParameterizedTest
    @ValueSource(strings = {"naming", "master", "worker"})
    void theProgramTakesItsSettings(String program) {
        Map<String, String> environment = environment(container(program));

        assertThat(environment).isNotEmpty();
        read(program, environment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"naming", "master", "worker"})
    void theProgramWouldRefuseOthers(String program) {
        Map<String, String> environment = environment(container(program));
        String misspelt = "ATOLL_" + program.toUpperCase(Locale.ROOT) + "_LISTN";
        environment.put(misspelt, "0.0.0.0:1");

        assertThatThrownBy(() -> read(program, environment))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(misspelt);
    }

    private static Container container(String program) {
        return MANIFESTS
                .workloads()
                .flatMap(workload -> workload.containers().stream())
                .filter(container -> container.getArgs().equals(List.of(program)))
                .findFirst()
                .orElseThrow();
    }

    /** With an example in place of what is known only when a pod runs. */
    private static Map<String, String> environment(Container container) {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            String value = variable.getValue() == null ? "10.0.0.1" : variable.getValue();
            environment.put(variable.getName(), value.replaceAll("\\$\\(\\w+\\)", "10.0.0.1"));
        }
        return environment;
    }

    private static void read(String program, Map<String, String> environment) {
        new ConfigReader(
                        List.of(
                                ConfigSection.ofProgram(program, settings(program)),
                                ConfigSection.ofProcess(ProcessConfig.class)))
                .read(List.of(), environment);
    }

    private static Class<? extends Record> settings(String name) {
        for (ServiceProgram<?> program : ServiceLoader.load(ServiceProgram.class)) {
            if (program.name().equals(name)) {
                return program.configType();
            }
        }
        throw new AssertionError("no program is called " + name);
    }
}
