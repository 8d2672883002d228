package dev.atoll.client.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.client.local.LocalCluster.Member;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class LocalClusterTest {
    @TempDir private Path directory;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        LocalCluster cluster =
                new LocalCluster(
                        "127.0.0.1:7401",
                        directory.resolve("token"),
                        List.of(
                                new Member("master", 17, "123", directory.resolve("m.log")),
                                new Member("worker-1", 18, "124", directory.resolve("w.log"))));
        cluster.write(directory);

        assertThat(LocalCluster.read(directory)).contains(cluster);
        LocalCluster.remove(directory);
        assertThat(LocalCluster.read(directory)).isEmpty();
    }

    @Test
    void aDamagedFileIsSaid() throws Exception {
        Files.writeString(directory.resolve("cluster.json"), "{\"address\": 7}");

        assertThatThrownBy(() -> LocalCluster.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cluster.json");
    }

    @Test
    void theHomeIsWhereTheEnvironmentSays() {
        assertThat(LocalCluster.home(Map.of("ATOLL_HOME", "/srv/atoll")))
                .isEqualTo(Path.of("/srv/atoll"));
        assertThat(LocalCluster.home(Map.of())).endsWithRaw(Path.of(".atoll", "local"));
    }
}
