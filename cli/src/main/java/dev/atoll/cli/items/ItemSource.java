package dev.atoll.cli.items;

import dev.atoll.client.Atoll;
import dev.atoll.client.StageRequest;

import java.io.IOException;

/** Where the items of a stage come from. */
public interface ItemSource {
    /**
     * Looks whether everything is there, before anything is uploaded.
     *
     * @throws dev.atoll.cli.shell.CommandException with every input that is missing
     */
    void check() throws IOException;

    /**
     * Uploads what must be uploaded.
     *
     * @param listener told how many bytes have been uploaded, on any thread
     */
    StageRequest.Items upload(Atoll cluster, UploadListener listener)
            throws IOException, InterruptedException;

    /** Where the tasks' standard input comes from. */
    default StageRequest.Input input() {
        return new StageRequest.Input.Empty();
    }

    /** Hears how an upload goes on. */
    interface UploadListener {
        /** So many items, and so many bytes that the cluster has. */
        void progress(int itemCount, long bytes);
    }
}
