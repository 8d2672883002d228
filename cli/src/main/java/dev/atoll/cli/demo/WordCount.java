package dev.atoll.cli.demo;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.client.ItemTable;
import dev.atoll.client.JobRequest;
import dev.atoll.client.StageRequest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The word count: a word is a maximal run of letters A to Z, upper and lower case being different.
 * The result has a line for each word, its count before it, the most frequent first.
 */
public final class WordCount {
    private static final String COUNT =
            "tr -cs A-Za-z '\\n' | awk '$0 != \"\" { n[$0]++ }"
                    + " END { for (w in n) printf \"%d %s\\n\", n[w], w }'";
    private static final String SUM =
            "awk '{ n[$2] += $1 } END { for (w in n) printf \"%d %s\\n\", n[w], w }'"
                    + " | sort -k1,1nr -k2,2";

    private WordCount() {}

    /** The job: a task counts each block, one adds up the counts. */
    public static JobRequest request(ItemTable blocks) {
        StageRequest count =
                StageRequest.command("sh", "-c", COUNT)
                        .name("count")
                        .environment("LC_ALL", "C")
                        .items(new StageRequest.Items.Table(blocks))
                        .input(new StageRequest.Input.ItemBlob())
                        .build();
        StageRequest sum =
                StageRequest.command("sh", "-c", SUM)
                        .name("sum")
                        .environment("LC_ALL", "C")
                        .input(new StageRequest.Input.Gathered(0))
                        .dependsOn(0)
                        .build();
        return JobRequest.builder().name("word count").stage(count).stage(sum).build();
    }

    /** The same result, by one plain process on this machine. */
    public static String inOneProcess(InputStream text) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", COUNT + " | " + SUM);
        builder.environment().put("LC_ALL", "C");
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        CompletableFuture<Void> fed =
                CompletableFuture.runAsync(() -> feed(text, process), Thread::startVirtualThread);
        String result =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        int exitCode = process.waitFor();
        try {
            fed.join();
        } catch (CompletionException e) {
            throw new IOException("the text could not be read", e.getCause());
        }
        if (exitCode != 0) {
            throw new CommandException(
                    ExitCode.FAILED, "the plain process ended with exit code " + exitCode);
        }
        return result;
    }

    private static void feed(InputStream text, Process process) {
        try (OutputStream in = process.getOutputStream()) {
            text.transferTo(in);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
