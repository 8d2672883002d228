package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.atoll.client.Atoll;
import dev.atoll.client.ClusterExecutor;
import dev.atoll.client.ConnectOptions;
import dev.atoll.client.FunctionJob;
import dev.atoll.client.FunctionOptions;
import dev.atoll.client.Job;
import dev.atoll.client.JobRequest;
import dev.atoll.client.JobStatus;
import dev.atoll.client.Outcome;
import dev.atoll.client.RemoteException;
import dev.atoll.client.function.Codec;
import dev.atoll.client.function.RemoteCallable;
import dev.atoll.client.function.TaskContext;
import dev.atoll.client.local.LocalCluster;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Functions of a program, in JVMs on the workers, over a real cluster. */
@ExtendWith(ClusterExtension.class)
class FunctionsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final FunctionOptions SMALL = FunctionOptions.defaults();
    private static final FunctionOptions SHARED = SMALL.slots(4);

    private final Installation installation;
    @TempDir private Path directory;
    private Atoll cluster;

    FunctionsTest(Installation installation) {
        this.installation = installation;
    }

    @BeforeEach
    void connect() throws Exception {
        cluster =
                Atoll.connect(
                        ConnectOptions.to(LocalCluster.read(installation.home()).orElseThrow()));
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    /** What travels both ways. */
    record Word(String text, int length) implements java.io.Serializable {}

    @Test
    void resultsComeInTheOrderOfTheItems() {
        int factor = 3; // Travels with the lambda.
        List<Integer> items = IntStream.range(0, 10_000).boxed().toList();

        try (FunctionJob<Integer> job = cluster.map(items, i -> i * factor, SHARED)) {
            assertThat(job.results())
                    .containsExactlyElementsOf(items.stream().map(i -> i * factor).toList());
        }
    }

    @Test
    void recordsTravelAndNullsToo() {
        try (FunctionJob<Word> job =
                cluster.map(List.of("a", "", "ccc"), FunctionsTest::word, SMALL)) {
            assertThat(job.results().toList())
                    .containsExactly(new Word("a", 1), null, new Word("ccc", 3));
        }
    }

    private static Word word(String text) {
        return text.isEmpty() ? null : new Word(text, text.length());
    }

    @Test
    void jvmsAreStartedOnce_andUsedAgainByTheNextJob() {
        Set<Long> first = pids();
        Set<Long> second = pids();

        assertThat(first).hasSizeLessThanOrEqualTo(8);
        assertThat(second).containsAnyElementsOf(first);
    }

    private Set<Long> pids() {
        FunctionOptions options = FunctionOptions.defaults();
        try (FunctionJob<Long> job =
                cluster.map(
                        IntStream.range(0, 200).boxed().toList(),
                        _ -> ProcessHandle.current().pid(),
                        options)) {
            return job.results().collect(Collectors.toSet());
        }
    }

    @Test
    void whatAFunctionThrowsIsTheCause_andItIsSaidWhereThatWas() {
        try (FunctionJob<Integer> job =
                cluster.map(List.of(1, 0), i -> divide(10, i), SMALL.attemptsMax(2))) {
            List<Outcome<Integer>> outcomes = job.outcomes().toList();

            assertThat(outcomes.getFirst().get()).isEqualTo(10);
            RemoteException thrown =
                    catchThrowableOfType(RemoteException.class, () -> outcomes.getLast().get());
            assertThat(thrown.getCause())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("cannot divide 10 by 0")
                    .hasRootCauseInstanceOf(ArithmeticException.class);
            assertThat(thrown.getCause().getStackTrace()[0].getMethodName()).isEqualTo("divide");
            assertThat(thrown.remoteStackTrace())
                    .contains("FunctionsTest.divide")
                    .contains("Caused by: java.lang.ArithmeticException: / by zero");
            assertThat(thrown.worker()).startsWith("worker-");
            assertThat(thrown.attempt()).isEqualTo(2);
            assertThat(thrown.index()).isEqualTo(1);
            assertThatExceptionOfType(RemoteException.class)
                    .isThrownBy(() -> job.results().toList());
        }
    }

    private static int divide(int a, int b) {
        try {
            return a / b;
        } catch (ArithmeticException e) {
            throw new IllegalStateException("cannot divide %d by %d".formatted(a, b), e);
        }
    }

    @Test
    void functionThatExitsItsJvmHasFailed_andOnlyThat() {
        try (FunctionJob<Integer> job =
                cluster.map(
                        List.of(1, 2, 3),
                        i -> {
                            if (i == 2) {
                                Runtime.getRuntime().halt(7);
                            }
                            return i;
                        },
                        SHARED.attemptsMax(1))) {
            List<Outcome<Integer>> outcomes = job.outcomes().toList();

            assertThat(outcomes.get(0).get()).isEqualTo(1);
            assertThat(outcomes.get(2).get()).isEqualTo(3);
            assertThatExceptionOfType(RemoteException.class)
                    .isThrownBy(() -> outcomes.get(1).get())
                    .withMessageContaining("EXIT");
        }
    }

    @Test
    void whatAFunctionPrintsIsItsTasksStandardError() throws Exception {
        try (FunctionJob<Integer> job =
                cluster.map(
                        List.of(1),
                        i -> {
                            System.out.println("printed by the function");
                            return i;
                        },
                        SMALL)) {
            assertThat(job.results()).containsExactly(1);
            String id = job.job().id() + ".0";

            assertThat(installation.run("logs", id).err()).contains("printed by the function");
        }
    }

    @Test
    void busyLoopIsStopped_andItsNeighboursRunAgainUnmarked() throws Exception {
        String go = directory.resolve("go").toString();
        String began = directory.resolve("began").toString();
        List<Integer> items = IntStream.range(0, 9).boxed().toList();
        try (FunctionJob<Integer> job =
                cluster.map(
                        items,
                        i -> i == 0 ? spin(began) : waitFor(go, began + i),
                        SMALL.cpuMillis(100).slots(16).attemptsMax(1))) {
            await().atMost(PATIENCE).until(() -> began(began, items));

            job.job().cancelTasks(0, Ranges.of(0), 15, "enough");
            await().atMost(PATIENCE)
                    .until(() -> job.job().status().stages().getFirst().failedCount() == 1);
            Files.createFile(Path.of(go));
            List<Outcome<Integer>> outcomes = job.outcomes().toList();

            assertThatExceptionOfType(RemoteException.class)
                    .isThrownBy(() -> outcomes.getFirst().get())
                    .withMessageContaining("CANCELLED");
            List<Integer> attempts = outcomes.stream().skip(1).map(Outcome::get).toList();
            assertThat(attempts).hasSize(8).contains(2);
        }
    }

    private static boolean began(String mark, List<Integer> items) {
        return Files.exists(Path.of(mark))
                && items.stream().skip(1).allMatch(i -> Files.exists(Path.of(mark + i)));
    }

    private static int spin(String mark) throws Exception {
        Files.writeString(Path.of(mark), "");
        while (true) {
            Thread.onSpinWait();
        }
    }

    private static int waitFor(String file, String mark) throws Exception {
        Files.writeString(Path.of(mark), "");
        while (!Files.exists(Path.of(file))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return TaskContext.current().orElseThrow().attempt();
    }

    @Test
    void functionHearsThatItIsCancelled() throws Exception {
        String began = directory.resolve("began").toString();
        String ended = directory.resolve("ended").toString();
        try (FunctionJob<Integer> _ =
                cluster.map(List.of(1), _ -> untilCancelled(began, ended), SMALL)) {
            await().atMost(PATIENCE).until(() -> Files.exists(Path.of(began)));
        }
        // Closing it has cancelled it.
        await().atMost(PATIENCE).until(() -> Files.exists(Path.of(ended)));
        assertThat(Files.readString(Path.of(ended))).matches("[0-9]+[.]1");
    }

    private static int untilCancelled(String began, String ended) throws Exception {
        TaskContext task = TaskContext.current().orElseThrow();
        Files.writeString(Path.of(began), "");
        while (!task.isCancelled()) {
            Thread.onSpinWait();
        }
        boolean _ = Thread.interrupted();
        Files.writeString(Path.of(ended + ".part"), task.fence());
        Files.move(Path.of(ended + ".part"), Path.of(ended));
        return 0;
    }

    @Test
    void whatAFunctionSubmitsIsItsTasksChild_andEndsWithIt() throws Exception {
        List<Integer> items = List.of(0, 1, 2);
        List<Job> children;
        try (FunctionJob<Long> job = cluster.map(items, FunctionsTest::submit, SHARED)) {
            children = new ArrayList<>();
            job.results().limit(2).forEach(id -> children.add(cluster.job(id)));
            for (int i = 0; i < children.size(); i++) {
                JobStatus status = children.get(i).status();
                TaskRef task = new TaskRef(new StageRef(job.job().id(), 0), i);
                assertThat(status.parent()).contains(task);
            }
        }

        for (Job child : children) {
            await().atMost(PATIENCE).until(() -> child.status().state().isFinal());
            assertThat(child.status().state()).isEqualTo(JobStatus.State.CANCELLED);
        }
    }

    private static long submit(int index) throws InterruptedException {
        try (Atoll inner = Atoll.connect()) {
            if (index == 2) {
                Thread.sleep(PATIENCE); // Its job has not ended when its children are looked at.
            }
            return inner.submit(JobRequest.command("sleep", "1000")).id().value();
        }
    }

    @Test
    void deadlineCancelsWhatHasNotEnded() throws Exception {
        try (FunctionJob<Integer> job =
                cluster.map(
                        List.of(1, 2),
                        _ -> {
                            Thread.sleep(1_000_000);
                            return 1;
                        },
                        SMALL.deadline(Duration.ofSeconds(1)))) {
            assertThat(job.outcomes().toList())
                    .allSatisfy(it -> assertThat(it).isInstanceOf(Outcome.Failed.class));
            assertThat(job.job().waitForEnd().state().name()).isEqualTo("CANCELLED");
        }
    }

    @Test
    void progressIsTold() throws Exception {
        AtomicInteger succeeded = new AtomicInteger();
        try (FunctionJob<Integer> job =
                cluster.map(List.of(1, 2, 3), i -> i, SMALL)
                        .onProgress(status ->
                                succeeded.set(status.stages().getFirst().succeededCount()))) {
            assertThat(job.results()).hasSize(3);
            await().atMost(PATIENCE).until(() -> succeeded.get() == 3);
        }
    }

    /** Text of which the first letter says that this codec, and no other, was at work. */
    record TextCodec(String mark) implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            return (mark + value).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8) + mark;
        }
    }

    @Test
    void valuesTravelAsTheCodecSays() {
        try (FunctionJob<String> job =
                cluster.map(
                        List.of("x"),
                        text -> "<" + text + ">",
                        new TextCodec("i"),
                        new TextCodec("r"),
                        SMALL)) {
            assertThat(job.results()).containsExactly("r<ixi>r");
        }
    }

    @Test
    void futuresAreCompleted() throws Exception {
        CompletableFuture<Integer> good = cluster.submit(() -> 6 * 7);
        CompletableFuture<Integer> bad = cluster.submit(() -> divide(1, 0));

        assertThat(good.get(5, TimeUnit.MINUTES)).isEqualTo(42);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> bad.get(5, TimeUnit.MINUTES))
                .withRootCauseInstanceOf(ArithmeticException.class);
    }

    @Test
    void executorRunsWhatItIsGiven() throws Exception {
        try (ClusterExecutor executor = cluster.executor(SMALL)) {
            List<RemoteCallable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                calls.add(() -> number * number);
            }
            List<Integer> results = new ArrayList<>();
            for (Future<Integer> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }

            assertThat(results)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 100).mapToObj(i -> i * i).toList());
            assertThat(executor.submit(() -> "lambda").get()).isEqualTo("lambda");
            assertThat(executor.invokeAny(calls)).isBetween(0, 99 * 99);
            Object here = this;
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() ->
                            executor.submit(
                                    (java.util.concurrent.Callable<String>) here::toString));
        }
    }

    /** Can be made and sent, and never be read. */
    static final class Unreadable implements java.io.Serializable {
        private static final long serialVersionUID = 1L;

        private void readObject(java.io.ObjectInputStream in) throws java.io.IOException {
            throw new java.io.InvalidObjectException("not here");
        }
    }

    @Test
    void aResultThatCannotBeReadIsTheTroubleOfItsOwnCall() throws Exception {
        try (ClusterExecutor executor = cluster.executor(SHARED)) {
            List<RemoteCallable<Object>> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                calls.add(() -> number % 2 == 0 ? new Unreadable() : number);
            }
            List<Future<Object>> futures = executor.invokeAll(calls);
            for (int i = 0; i < 40; i++) {
                Future<Object> future = futures.get(i);
                if (i % 2 == 0) {
                    assertThatExceptionOfType(ExecutionException.class)
                            .isThrownBy(future::get)
                            .withMessageContaining("not here");
                } else {
                    assertThat(future.get()).isEqualTo(i);
                }
            }
        }
    }

    /** Has no words for itself. */
    static final class Sulking extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }
    }

    @Test
    void whatIsThrownNeedNotHaveWords() {
        try (FunctionJob<Integer> job =
                cluster.<Integer, Integer>map(
                        List.of(1),
                        _ -> {
                            throw new Sulking();
                        },
                        SMALL)) {
            assertThat(job.outcomes().toList())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            it ->
                                    assertThat(it.exception().getCause())
                                            .isInstanceOf(Sulking.class));
        }
    }

    @Test
    void mapReduceFoldsWhatComes() {
        int sum =
                cluster.mapReduce(
                        Stream.iterate(1, i -> i + 1).limit(100).toList(),
                        i -> i * 2,
                        0,
                        Integer::sum);

        assertThat(sum).isEqualTo(10_100);
    }
}
