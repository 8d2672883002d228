package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.ConnectOptions.Credentials;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class ParentTaskTest {
    private static final String CLUSTER = "naming://127.0.0.1:7400";

    @Test
    void aTaskIsTheParentOfWhatItSubmitsToItsOwnCluster() {
        TaskRef task = new TaskRef(new StageRef(new JobId(17), 1), 3);
        var own = Map.of("ATOLL_CLUSTER", CLUSTER, "ATOLL_PARENT", task + "@" + CLUSTER);
        var other = Map.of("ATOLL_CLUSTER", "there:7401", "ATOLL_PARENT", task + "@" + CLUSTER);

        assertThat(ConnectOptions.find(own).orElseThrow().parent().get()).contains(task);
        assertThat(ConnectOptions.find(other).orElseThrow().parent().get()).isEmpty();
    }

    @Test
    void theSecretOfTheTasksClusterIsToldToNoOther() {
        var own =
                Map.of(
                        "ATOLL_CLUSTER", CLUSTER,
                        "ATOLL_TOKEN_FILE", "/token",
                        "ATOLL_TOKEN_CLUSTER", CLUSTER);
        var other = new HashMap<>(own);
        other.put("ATOLL_CLUSTER", "there:7401");

        assertThat(ConnectOptions.find(own).orElseThrow().security())
                .isEqualTo(Credentials.token(Path.of("/token")));
        assertThat(ConnectOptions.find(other).orElseThrow().security())
                .isEqualTo(Credentials.none());
    }

    @Test
    void whoeverClearsItHasNoParent() {
        assertThat(ParentTask.find(Map.of("ATOLL_CLUSTER", CLUSTER, "ATOLL_PARENT", "")).get())
                .isEmpty();
        assertThat(ParentTask.find(Map.of("ATOLL_CLUSTER", CLUSTER)).get()).isEmpty();
    }
}
