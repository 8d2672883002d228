package dev.atoll.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;

/** Documents as one stream of bytes. */
final class DocumentStream extends InputStream {
    private final Iterator<Corpus.Document> rest;
    private InputStream present = InputStream.nullInputStream();
    private boolean separatorDue;

    DocumentStream(Iterator<Corpus.Document> documents) {
        this.rest = documents;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            int count = present.read(target, offset, length);
            if (count >= 0) {
                return count;
            }
            // The last word of one document and the first of the next are two words.
            if (separatorDue) {
                separatorDue = false;
                target[offset] = '\n';
                return 1;
            }
            if (!rest.hasNext()) {
                return -1;
            }
            present.close();
            present = rest.next().open();
            separatorDue = true;
        }
    }

    @Override
    public void close() throws IOException {
        present.close();
    }
}
