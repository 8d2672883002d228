package dev.atoll.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.local.LocalCluster.Member;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class ProcessStampTest {
    @Test
    void aProcessIsFoundByPidAndStart() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "600").start();
        try {
            String stamp = ProcessStamp.of(sleeper.pid()).orElseThrow();

            assertThat(ProcessStamp.find(member(sleeper.pid(), stamp))).isPresent();
            assertThat(ProcessStamp.find(member(sleeper.pid(), stamp + "0"))).isEmpty();
            assertThat(ProcessStamp.find(member(ProcessHandle.current().pid(), stamp))).isEmpty();
        } finally {
            sleeper.destroyForcibly().waitFor();
        }
    }

    @Test
    void stoppingEndsWhatRunsAndMindsNothingElse() throws Exception {
        Process stubborn = new ProcessBuilder("sleep", "600").start();
        Member running = member(stubborn.pid(), ProcessStamp.of(stubborn.pid()).orElseThrow());
        Member somebodyElse = member(ProcessHandle.current().pid(), "1");

        assertThat(ClusterStop.stop(List.of(running, somebodyElse))).isEqualTo(1);
        assertThat(stubborn.waitFor()).isNotZero();
        assertThat(ClusterStop.running(List.of(running, somebodyElse))).isEmpty();
        assertThat(ClusterStop.stop(List.of(running))).isZero();
    }

    private static Member member(long pid, String stamp) {
        return new Member("sleeper", pid, stamp, Path.of("/dev/null"));
    }
}
