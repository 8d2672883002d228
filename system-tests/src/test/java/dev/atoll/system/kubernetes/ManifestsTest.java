package dev.atoll.system.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/** Holds the rules against the manifests, and against the same manifests with a fault planted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManifestsTest {
    private static final Path K8S = Path.of("..", "k8s");

    private String yaml = "";

    @BeforeAll
    void render() {
        yaml = Manifests.render(K8S);
    }

    @Test
    void theManifestsKeepTheRules() {
        assertThat(ManifestRules.faults(Manifests.parse(yaml))).isEmpty();
    }

    @Test
    void everyProgramIsThere() {
        assertThat(Manifests.parse(yaml).workloads())
                .extracting(Workload::name)
                .containsExactlyInAnyOrder(
                        "Deployment naming",
                        "StatefulSet master",
                        "StatefulSet worker",
                        "StatefulSet etcd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "readOnlyRootFilesystem: true|readOnlyRootFileSystem: true|readOnlyRootFileSystem",
                "kind: PodDisruptionBudget|kind: PodDisruptionBudgets|PodDisruptionBudgets",
                "replicas: 3|replicas: three|three",
                "apiVersion: policy/v1|apiVersion: policy/v9|policy/v9"
            })
    void whatKubernetesDoesNotHaveIsRefused(String right, String wrong, String named) {
        assertThatThrownBy(() -> Manifests.parse(plant(right, wrong))).hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runAsNonRoot: true|runAsNonRoot: false|may run as root",
                "runAsUser: 10001|runAsUser: 0|runs as a user that is not known",
                "type: RuntimeDefault|type: Unconfined|has no seccomp profile",
                "automountServiceAccountToken: false|automountServiceAccountToken: true|gets a key",
                "readOnlyRootFilesystem: true|readOnlyRootFilesystem: false|may write its root",
                "allowPrivilegeEscalation: false|allowPrivilegeEscalation: true|may gain"
                        + " privileges",
                "- ALL|- NET_RAW|keeps capabilities",
                "secretName: atoll-token|secretName: other|mounts a secret",
                "name: tmp|name: nowhere|mounts a volume that is not there",
                "livenessProbe:(?s:.*?) name:| name:|liveness probe is missing",
                "readinessProbe:(?s:.*?) resources:| resources:|readiness probe is missing",
                "startupProbe:(?s:.*?) volumeMounts:| volumeMounts:|startup probe is missing",
                "port: metrics|port: nowhere|asks a port",
                "targetPort: grpc|targetPort: nowhere|leads to no port",
                "clusterIP: None|clusterIP: 10.0.0.1|must exist and be headless",
                "cpu: 500m|cpu: 5000m|has a request above its limit",
                "memory: 512Mi|ephemeral-storage: 1Gi|memory has no",
                "app.kubernetes.io/name: etcd|app.kubernetes.io/name: gone|its selector matches"
                        + " nothing",
                "port: client|port: nowhere|nothing listens on its port",
                "name: nothing-else|name: names|stands twice",
                "namespace: atoll|namespace: other|outside the namespace",
            })
    void theRulesFindAPlantedFault(String right, String wrong, String complaint) {
        assertThat(ManifestRules.faults(Manifests.parse(plant(right, wrong))))
                .anyMatch(fault -> fault.contains(complaint));
    }

    /** The manifests with the first match of the pattern {@code right} replaced. */
    private String plant(String right, String wrong) {
        assertThat(yaml).containsPattern(right);
        return yaml.replaceFirst(right, wrong);
    }
}
