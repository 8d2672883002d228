package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.atoll.client.local.LocalCluster;
import dev.atoll.client.local.LocalCluster.Member;
import dev.atoll.runtime.config.HostAndPort;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** A whole cluster comes, goes, and comes again. */
class UpDownTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aClusterComesAndGoes() throws Exception {
        try (Installation atoll = Installation.create()) {
            var up = atoll.run("up", "--workers", "1");
            assertThat(up.exitCode()).as(up.err()).isZero();
            assertThat(up.err()).contains("up: 1 workers").contains("atoll down");
            assertThat(mode(atoll, "")).isEqualTo("rwx------");
            assertThat(mode(atoll, "token")).isEqualTo("rw-------");
            List<Member> first = atoll.members();
            assertThat(first).hasSize(2).allMatch(UpDownTest::runs);

            assertThat(atoll.run("up").err()).contains("already up");
            var other = atoll.run("up", "--workers", "2");
            assertThat(other.err()).contains("already up, with other options: 1 workers");
            assertThat(other.exitCode()).isEqualTo(1);
            assertThat(atoll.members()).isEqualTo(first);
            assertThat(atoll.run("run", "--", "echo", "kept").out()).isEqualTo("kept\n");

            assertThat(atoll.run("down").exitCode()).isZero();
            assertThat(first).noneMatch(UpDownTest::runs);
            assertThat(atoll.run("nodes").exitCode()).isEqualTo(69);

            assertThat(atoll.run("up", "--workers", "1").exitCode()).isZero();
            assertThat(atoll.run("result", "1").out()).isEqualTo("kept\n");
            assertThat(atoll.run("run", "--", "echo", "new").out()).isEqualTo("new\n");
        }
    }

    @Test
    void aWorkerThatDiedIsStartedAgainAndTheRestGoesOn() throws Exception {
        try (Installation atoll = Installation.create()) {
            assertThat(atoll.run("up", "--workers", "2", "--cpus", "3").exitCode()).isZero();
            List<Member> before = atoll.members();
            kill(before.getLast());

            var up = atoll.run("up");
            assertThat(up.err()).contains("a part of the cluster was gone: starting it again");
            assertThat(up.err()).contains("up: 2 workers of 3 cpus");
            assertThat(up.exitCode()).as(up.err()).isZero();
            List<Member> after = atoll.members();
            assertThat(after).hasSize(3).allMatch(UpDownTest::runs);
            assertThat(after.subList(0, 2)).isEqualTo(before.subList(0, 2));
            assertThat(atoll.run("run", "--", "echo", "back").out()).isEqualTo("back\n");
        }
    }

    @Test
    void aMasterThatDiedIsFoundWhereItWasByWhoeverWaits() throws Exception {
        try (Installation atoll = Installation.create()) {
            assertThat(atoll.run("up", "--workers", "1").exitCode()).isZero();
            Path gate = atoll.home().resolve("gate");
            String waits =
                    "echo ready; while [ ! -e %s ]; do sleep 0.05; done; echo through"
                            .formatted(gate);
            try (Invocation attached = atoll.start("run", "--", "sh", "-c", waits)) {
                await().atMost(PATIENCE).until(() -> attached.outSoFar().equals("ready\n"));
                kill(atoll.members().getFirst());
                assertThat(atoll.run("up").exitCode()).isZero();
                Files.createFile(gate);
                var end = attached.end();
                assertThat(end.out()).isEqualTo("ready\nthrough\n");
                assertThat(end.exitCode()).as(end.err()).isZero();
            }
        }
    }

    @Test
    void aRepairThatFailedIsTriedAgain() throws Exception {
        try (Installation atoll = Installation.create()) {
            assertThat(atoll.run("up", "--workers", "1").exitCode()).isZero();
            HostAndPort address =
                    HostAndPort.parse(LocalCluster.read(atoll.home()).orElseThrow().address());
            kill(atoll.members().getFirst());
            try (var _ =
                    new java.net.ServerSocket(
                            address.port(), 1, java.net.InetAddress.getLoopbackAddress())) {
                assertThat(atoll.run("up").exitCode()).isEqualTo(1);
            }

            var up = atoll.run("up");
            assertThat(up.err()).doesNotContain("already up");
            assertThat(up.exitCode()).as(up.err()).isZero();
            assertThat(atoll.run("run", "--", "echo", "back").out()).isEqualTo("back\n");
        }
    }

    private static void kill(Member member) {
        ProcessHandle handle = ProcessHandle.of(member.pid()).orElseThrow();
        handle.destroyForcibly();
        handle.onExit().join();
    }

    @Test
    void aPortThatIsTakenIsSaidAndNothingIsLeft() throws Exception {
        try (Installation atoll = Installation.create();
                var socket =
                        new java.net.ServerSocket(
                                0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var up = atoll.run("up", "--port", Integer.toString(socket.getLocalPort()));

            assertThat(up.exitCode()).isEqualTo(1);
            assertThat(up.err()).contains("master ended").contains("last words");
            assertThat(atoll.members()).isEmpty();
        }
    }

    /* A process that has ended stays in the table until its parent, which may be slow, has asked. */
    private static boolean runs(Member member) {
        Path stat = Path.of("/proc", Long.toString(member.pid()), "stat");
        try {
            String line = Files.readString(stat);
            return line.charAt(line.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    private static String mode(Installation atoll, String name) throws Exception {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(atoll.home().resolve(name)));
    }
}
