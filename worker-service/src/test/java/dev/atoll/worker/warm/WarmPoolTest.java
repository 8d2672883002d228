package dev.atoll.worker.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.execution.Marker;
import dev.atoll.worker.execution.MemoryWatch;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.execution.ProcessStarter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

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

    /** A batch of tasks, what they have written, and how each ends; empty: it was given back. */
    private static final class Call implements WarmBatch.Listener {
        private final int first;
        private final List<StringBuffer> texts = new ArrayList<>();
        private final List<CompletableFuture<Optional<ProcessEnd>>> ends = new ArrayList<>();
        private final AtomicReference<WarmBatch> batch = new AtomicReference<>();

        Call(int first, int count) {
            this.first = first;
            for (int i = 0; i < count; i++) {
                texts.add(new StringBuffer());
                ends.add(new CompletableFuture<>());
            }
        }

        @Override
        public void wrote(int index, OutputSink.Stream stream, ByteString bytes) {
            assertThat(ends.get(index - first)).isNotDone();
            texts.get(index - first).append(bytes.toStringUtf8());
        }

        @Override
        public void ended(int index, ProcessEnd how) {
            assertThat(ends.get(index - first).complete(Optional.of(how))).isTrue();
        }

        @Override
        public void returned(Ranges indexes) {
            indexes.indexes()
                    .forEachRemaining((int index) ->
                            assertThat(ends.get(index - first).complete(Optional.empty()))
                                    .isTrue());
        }

        @Override
        public void paused() {}

        void signal(int signal) {
            batch.get().signal(Ranges.between(first, first + ends.size()), signal);
        }

        StringBuffer out() {
            return texts.getFirst();
        }

        CompletableFuture<Optional<ProcessEnd>> end() {
            return ends.getFirst();
        }

        ProcessEnd ended() {
            return end().join().orElseThrow();
        }

        String output() {
            assertThat(ended()).isEqualTo(new ProcessEnd.Exited(0));
            return out().toString();
        }

        void awaitOutput(String words) {
            await().atMost(PATIENCE).until(() -> out().toString().contains(words));
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
        return kind(slots, 0, memoryBytes, name);
    }

    private static WarmKind kind(int slots, int ahead, long memoryBytes, String name) {
        return new WarmKind(
                List.of(
                        "python3",
                        PROGRAM.toString(),
                        LOOP.toString(),
                        Integer.toString(slots),
                        Integer.toString(ahead)),
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
        return begin(kind, List.of(item), attempt, setup, setupBytes);
    }

    private Call batch(WarmKind kind, String... items) {
        return begin(kind, List.of(items), 1, Optional.empty(), "");
    }

    private Call begin(
            WarmKind kind,
            List<String> items,
            int attempt,
            Optional<BlobRef> setup,
            String setupBytes) {
        Call call = new Call(5, items.size());
        call.batch.set(
                pool.batch(
                        new WarmTasks(
                                kind,
                                setup,
                                ByteString.copyFromUtf8(setupBytes),
                                new StageRef(new JobId(8), 0),
                                attempt,
                                "77." + attempt,
                                5,
                                items.stream().map(ByteString::copyFromUtf8).toList()),
                        call));
        call.batch.get().begin();
        return call;
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

        waiting.forEach(it -> it.signal(15));
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

        hanging.signal(15);
        hanging.signal(9);

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
    @CsvSource({
        "garbage,a frame of",
        "unknown,word of call",
        "half,word of call",
        "double,two results of call",
        "twice,a second hello"
    })
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
    void taskThatIsStoppedWhileItsProgramStartsIsGivenBackAtOnce() {
        Call waiting = call(command("sleep", "1000"), "");
        await().atMost(PATIENCE).until(() -> pool.size() == 1);

        waiting.signal(9);

        assertThat(waiting.end().join()).isEmpty();
    }

    @Test
    void tasksOfABatchFollowEachOtherInOneSlot() {
        Call batch = batch(kind(2, 100, 0, "a"), "pid", "wait", "pid", "pid");
        Call other = batch(kind(2, 100, 0, "a"), "wait", "pid");
        await().atMost(PATIENCE).until(() -> batch.texts.get(1).toString().contains("waits"));
        other.awaitOutput("waits");

        // Whoever waits keeps a slot, and both are taken; what follows has not begun.
        assertThat(batch.ends.get(0).join()).hasValue(new ProcessEnd.Exited(0));
        assertThat(other.ends.get(1)).isNotDone();

        batch.batch.get().signal(Ranges.of(6), 15);
        assertThat(batch.ends.get(1).join()).isPresent();
        for (int i = 2; i < 4; i++) {
            assertThat(batch.ends.get(i).join()).hasValue(new ProcessEnd.Exited(0));
        }
        assertThat(launches).hasValue(1);
        other.signal(15);
        assertThat(other.ended()).isInstanceOf(ProcessEnd.Failed.class);
        other.ends.get(1).join();
    }

    @Test
    void whatHasNotBegunIsGivenBack_andWhatHasGoesOn() {
        Call batch = batch(kind(1, 100, 0, "a"), "wait", "pid", "pid");
        batch.awaitOutput("waits");

        batch.signal(0);

        assertThat(batch.ends.get(1).join()).isEmpty();
        assertThat(batch.ends.get(2).join()).isEmpty();
        assertThat(batch.end()).isNotDone();
        batch.signal(15);
        assertThat(batch.ended()).isInstanceOf(ProcessEnd.Failed.class);
    }

    /** A program that takes none ahead gets the next one when it is done with the last. */
    @Test
    void whatWasNotSentIsGivenBack() {
        Call batch = batch(kind(1, 0, "a"), "wait", "pid", "pid");
        batch.awaitOutput("waits");

        batch.signal(0);

        assertThat(batch.ends.get(1).join()).isEmpty();
        assertThat(batch.ends.get(2).join()).isEmpty();
        batch.signal(15);
        assertThat(batch.ended()).isInstanceOf(ProcessEnd.Failed.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void programEndsInTheMiddleOfABatch_oneIsToBlame_andTheRestIsGivenBack(int ahead) {
        Call batch = batch(kind(1, ahead, 0, "a"), "pid", "exit 3", "pid", "pid");

        assertThat(batch.ends.get(0).join()).hasValue(new ProcessEnd.Exited(0));
        assertThat(batch.ends.get(1).join().orElseThrow()).isInstanceOf(ProcessEnd.Failed.class);
        assertThat(batch.ends.get(2).join()).isEmpty();
        assertThat(batch.ends.get(3).join()).isEmpty();
    }

    @Test
    void killedBatchLosesTheTaskThatRuns() {
        Call batch = batch(kind(1, 100, 0, "a"), "hang", "pid", "pid");
        batch.awaitOutput("hangs");

        batch.signal(9);

        assertThat(batch.ended()).isEqualTo(new ProcessEnd.Signalled(9));
        assertThat(batch.ends.get(1).join()).isEmpty();
        assertThat(batch.ends.get(2).join()).isEmpty();
    }

    @Test
    void longBatchIsDone_inOrder() {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            items.add("fence");
        }
        Call batch = begin(kind(1, 100, 0, "a"), items, 1, Optional.empty(), "");

        for (int i = 0; i < items.size(); i++) {
            assertThat(batch.ends.get(i).join()).hasValue(new ProcessEnd.Exited(0));
            assertThat(batch.texts.get(i).toString()).isEqualTo("8 %d 1 77.1".formatted(5 + i));
        }
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

    /* A class path of its own means a program of its own, and so nothing can pile up within one. */
    @Test
    void tenThousandKindsOfProgramsLeaveNothingBehind() throws Exception {
        String hello = "\\000\\000\\000\\006\\012\\004\\010\\001\\020\\001";
        String result = "\\000\\000\\000\\004\\032\\002\\010\\001";
        String program =
                "printf '%s'; while read -r bytes; do case $bytes in *go*) printf '%s'; esac; done"
                        .formatted(hello, result);
        List<WeakReference<Call>> calls = new ArrayList<>();
        int threads = 0;
        long files = 0;
        for (int i = 0; i < 10_000; i++) {
            Call call = call(command("sh", "-c", program, "class path " + i), "go\n");
            assertThat(call.ended()).isEqualTo(new ProcessEnd.Exited(0));
            calls.add(new WeakReference<>(call));
            if (i == 100) {
                threads = Thread.activeCount();
                files = openFiles();
            }
        }

        await().atMost(PATIENCE).until(() -> pool.size() <= 4);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 10);
        assertThat(openFiles()).isLessThanOrEqualTo(files + 50);
        await().atMost(PATIENCE)
                .until(() -> {
                    System.gc();
                    return calls.stream().filter(it -> it.get() != null).count() < 100;
                });
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
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
