package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.Uploads;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The lines of a text file; empty lines are left out. */
public final class LineItems extends TableItems {
    private static final int LINE_BYTES_MAX = 64 << 10;

    private final InputFiles files;
    private final String name;

    /**
     * @param files where names lead
     * @param name of the file
     */
    public LineItems(InputFiles files, String name) {
        this.files = files;
        this.name = name;
    }

    @Override
    public void check() {
        files.check(List.of(name));
    }

    @Override
    void fill(ItemTableBuilder table, Uploads uploads, UploadListener listener) throws IOException {
        try (InputStream in = new BufferedInputStream(files.open(name))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long number = 1;
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    line.write(next);
                    if (line.size() > LINE_BYTES_MAX) {
                        throw fault(number, "is longer than %d bytes".formatted(LINE_BYTES_MAX));
                    }
                } else {
                    add(table, line, number);
                    number++;
                }
            }
            add(table, line, number);
        }
    }

    @Override
    String emptyMessage() {
        return name + " holds no lines";
    }

    private void add(ItemTableBuilder table, ByteArrayOutputStream line, long number)
            throws IOException {
        if (line.size() > 0) {
            table.add(decoded(line.toByteArray(), number));
            line.reset();
        }
    }

    private String decoded(byte[] bytes, long number) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw fault(number, "is not UTF-8");
        }
    }

    private CommandException fault(long number, String what) {
        return CommandException.usage("%s: line %d %s".formatted(name, number, what));
    }
}
