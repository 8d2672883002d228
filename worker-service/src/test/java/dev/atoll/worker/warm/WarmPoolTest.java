package dev.atoll.worker.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.execution.Marker;
import dev.atoll.worker.execution.MemoryWatch;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.execution.ProcessStarter;
import dev.atoll.worker.execution.RunningProcess;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Real programs that stay: a Python loop which does as its tasks say. */
class WarmPoolTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path LOOP = Path.of("..", "examples", "warm").toAbsolutePath();
    private static final Path PROGRAM =
            Path.of("src", "test", "resources", "warm", "many.py").toAbsolutePath();

    @TempDir private Path directory;
    private final MemoryWatch memory = new MemoryWatch();
    private final AtomicInteger launches = new AtomicInteger();
    private WarmPool pool = pool(new WarmPool.Limits(4, Duration.ofHours(1)));

    /** A task that runs, what it has written, and how it ends. */
    private record Call(
            RunningProcess process, StringBuffer out, CompletableFuture<ProcessEnd> end) {
        ProcessEnd ended() {
            return end.join();
        }

        String output() {
            assertThat(ended()).isEqualTo(new ProcessEnd.Exited(0));
            return out.toString();
        }

        void awaitOutput(String words) {
            await().atMost(PATIENCE).until(() -> out.toString().contains(words));
        }
    }

    private WarmPool pool(WarmPool.Limits limits) {
        ProcessStarter starter = ProcessStarter.ofThisMachine();
        return new WarmPool(new WarmPool.Tools(starter, this::prepare, memory), limits);
    }

    private WarmLaunching.Outcome prepare(WarmKind kind) {
        Marker marker = new Marker("warm-test-" + launches.incrementAndGet());
        Map<String, String> environment = new HashMap<>(kind.environment());
        environment.put("PATH", System.getenv("PATH"));
        environment.put(Marker.NAME, marker.value());
        return new WarmLaunching.Outcome.Ready(
                new Launch(
                        kind.command(),
                        kind.command().getFirst(),
                        environment,
                        directory,
                        marker,
                        new Launch.Input.Piped()),
                () -> {});
    }

    @AfterEach
    void endAll() {
        pool.close();
        await().atMost(PATIENCE).until(() -> pool.size() == 0);
        memory.close();
    }

    private static WarmKind kind(int slots, long memoryBytes, String name) {
        return new WarmKind(
                List.of("python3", PROGRAM.toString(), LOOP.toString(), Integer.toString(slots)),
                new TreeMap<>(Map.of("NAME", name)),
                "",
                Optional.empty(),
                memoryBytes,
                List.of());
    }

    private static WarmKind command(String... command) {
        return new WarmKind(List.of(command), new TreeMap<>(), "", Optional.empty(), 0, List.of());
    }

    private Call call(WarmKind kind, String item) {
        return call(kind, item, 1, Optional.empty(), "");
    }

    private Call call(
            WarmKind kind, String item, int attempt, Optional<BlobRef> setup, String setupBytes) {
        RunningProcess process =
                pool.begin(
                        new WarmTask(
                                kind,
                                setup,
                                ByteString.copyFromUtf8(setupBytes),
                                new TaskRef(new StageRef(new JobId(8), 0), 5),
                                attempt,
                                "77." + attempt,
                                ByteString.copyFromUtf8(item)));
        StringBuffer out = new StringBuffer();
        return new Call(
                process,
                out,
                CompletableFuture.supplyAsync(
                        () -> awaitEnd(process, out),
                        task -> Thread.ofPlatform().daemon().start(task)));
    }

    private static ProcessEnd awaitEnd(RunningProcess process, StringBuffer out) {
        try {
            OutputSink sink =
                    (_, bytes) -> out.append(StandardCharsets.UTF_8.decode(bytes.duplicate()));
            return process.await(sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void taskAfterTaskRunsInTheSameProgram() {
        WarmKind kind = kind(1, 0, "a");

        String first = call(kind, "pid").output();

        for (int i = 0; i < 20; i++) {
            assertThat(call(kind, "pid").output()).isEqualTo(first);
        }
        assertThat(launches).hasValue(1);
    }

    @Test
    void whatDiffersInAnythingHasAProgramOfItsOwn() {
        Set<String> pids = new HashSet<>();
        pids.add(call(kind(1, 0, "a"), "pid").output());
        pids.add(call(kind(1, 0, "b"), "pid").output());
        pids.add(call(kind(2, 0, "a"), "pid").output());
        pids.add(call(kind(1, 1L << 30, "a"), "pid").output());

        assertThat(pids).hasSize(4);
    }

    @Test
    void taskIsToldAllAboutItself() {
        assertThat(call(kind(1, 0, "a"), "fence").output()).isEqualTo("8 5 1 77.1");
    }

    @Test
    void setupComesOnce_andIsForgottenInTheEnd() {
        WarmKind kind = kind(1, 0, "a");
        for (int i = 0; i < 100; i++) {
            BlobRef name = new BlobRef("%064x".formatted(i % 50), 9);
            String setup = "setup-" + i % 50;
            assertThat(call(kind, "setup", 1, Optional.of(name), setup).output()).isEqualTo(setup);
        }
        assertThat(launches).hasValue(1);
    }

    @Test
    void asManyTasksAsThereAreSlotsShareAProgram() {
        WarmKind kind = kind(3, 0, "a");
        List<Call> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(call(kind, "wait"));
        }
        waiting.forEach(it -> it.awaitOutput("waits"));

        assertThat(launches).hasValue(2);

        waiting.forEach(it -> it.process().signal(15));
        assertThat(waiting)
                .extracting(Call::ended)
                .containsOnly(
                        new ProcessEnd.Failed(new Failure(Failure.Kind.EXIT, 9, "Cancelled")));
        call(kind, "pid").output();
        assertThat(launches).hasValue(2);
    }

    @Test
    void taskThatMustBeKilledTakesItsProgramWithIt_andItsNeighboursAreNotToBlame() {
        WarmKind kind = kind(2, 0, "a");
        Call hanging = call(kind, "hang");
        Call neighbour = call(kind, "wait");
        hanging.awaitOutput("hangs");
        neighbour.awaitOutput("waits");

        hanging.process().signal(15);
        hanging.process().signal(9);

        assertThat(hanging.ended()).isEqualTo(new ProcessEnd.Signalled(9));
        assertThat(failure(neighbour).kind()).isEqualTo(Failure.Kind.WORKER_TROUBLE);
        call(kind, "pid").output();
        assertThat(launches).hasValue(2);
    }

    @Test
    void programEndsUnderTwoTasks_nobodyIsToBlame() {
        WarmKind kind = kind(2, 0, "a");
        Call neighbour = call(kind, "wait");
        neighbour.awaitOutput("waits");

        Call exiting = call(kind, "exit 3");

        assertThat(failure(exiting).kind()).isEqualTo(Failure.Kind.WORKER_TROUBLE);
        assertThat(failure(neighbour).kind()).isEqualTo(Failure.Kind.WORKER_TROUBLE);
    }

    @Test
    void secondAttemptRunsAlone_andIsToBlame() {
        WarmKind kind = kind(2, 0, "a");
        Call neighbour = call(kind, "wait");
        neighbour.awaitOutput("waits");

        Call exiting = call(kind, "exit 3", 2, Optional.empty(), "");

        assertThat(failure(exiting).kind()).isEqualTo(Failure.Kind.EXIT);
        assertThat(failure(exiting).code()).isEqualTo(3);
        assertThat(exiting.out().toString()).contains("last words");
        assertThat(neighbour.end()).isNotDone();
    }

    @ParameterizedTest
    @CsvSource({"garbage,a frame of", "unknown,word of call", "twice,a second hello"})
    void programThatBreaksTheContractIsKilled_andItsTaskHasFailed(String item, String words) {
        Failure failure = failure(call(kind(1, 0, "a"), item));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.NOT_EXECUTABLE);
        assertThat(failure.detail()).contains(words);
        call(kind(1, 0, "a"), "pid").output();
    }

    @Test
    void programThatIsNoneSaysWhy() {
        Failure chatty = failure(call(command("echo", "hello"), ""));
        Call dying = call(command("sh", "-c", "echo cannot >&2; exit 4"), "");
        Failure missing = failure(call(command("no-such-program"), ""));

        assertThat(chatty.kind()).isEqualTo(Failure.Kind.NOT_EXECUTABLE);
        assertThat(failure(dying).kind()).isEqualTo(Failure.Kind.EXIT);
        assertThat(failure(dying).code()).isEqualTo(4);
        assertThat(dying.out()).contains("cannot");
        assertThat(missing.kind()).isEqualTo(Failure.Kind.NOT_FOUND);
    }

    @Test
    void taskThatIsStoppedWhileItsProgramStartsEndsAtOnce() {
        Call waiting = call(command("sleep", "1000"), "");
        await().atMost(PATIENCE).until(() -> pool.size() == 1);

        waiting.process().signal(9);

        assertThat(waiting.ended()).isEqualTo(new ProcessEnd.Signalled(9));
    }

    @Test
    void programThatTakesTooMuchMemoryIsKilled() {
        Failure failure = failure(call(kind(1, 64L << 20, "a"), "grow 500"));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.OUT_OF_MEMORY);
    }

    /** However many kinds there are, what is kept of them is bounded: nothing is left to leak. */
    @Test
    void idleProgramsOfManyKindsAreEnded() {
        pool = pool(new WarmPool.Limits(3, Duration.ofHours(1)));
        for (int i = 0; i < 30; i++) {
            call(kind(1, 0, "kind-" + i), "pid").output();
        }

        await().atMost(PATIENCE).until(() -> pool.size() == 3);
        // Those that were used last are there still.
        int before = launches.get();
        call(kind(1, 0, "kind-29"), "pid").output();
        assertThat(launches).hasValue(before);
    }

    @Test
    void programThatNobodyWantsEnds() {
        pool = pool(new WarmPool.Limits(3, Duration.ofMillis(1)));
        call(kind(1, 0, "a"), "pid").output();

        await().atMost(PATIENCE)
                .until(() -> {
                    pool.sweep();
                    return pool.size() == 0;
                });
    }

    private static Failure failure(Call call) {
        assertThat(call.ended()).isInstanceOf(ProcessEnd.Failed.class);
        return ((ProcessEnd.Failed) call.ended()).failure();
    }
}
