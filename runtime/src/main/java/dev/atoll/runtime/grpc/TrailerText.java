package dev.atoll.runtime.grpc;

/**
 * Text that travels in the trailers of a call. All trailers together must fit into 8 KiB, which is
 * what clients take in most languages; of an answer that does not fit they see nothing at all.
 */
final class TrailerText {
    /* A status message travels percent-encoded: a character beyond ASCII takes three bytes for each
     * byte of its UTF-8 form. The same message and the details travel in base64 besides. 1,000
     * bytes of message and 3,000 of violations make 7,500 bytes at the worst. */

    /** How much of a message is sent, in bytes as it travels. */
    static final int MESSAGE_BYTES_MAX = 1_000;

    /** How much of all violations together is sent, in bytes. */
    static final int VIOLATIONS_BYTES_MAX = 3_000;

    /** How much of one value of the metadata is sent, in bytes. */
    static final int METADATA_VALUE_BYTES_MAX = 256;

    private static final String ELLIPSIS = "...";

    private TrailerText() {}

    /** As much of a text as fits, with an ellipsis where something is left out. */
    static String shortened(String text, int bytesMax) {
        int bytes = 0;
        int index = 0;
        while (index < text.length()) {
            int codePoint = text.codePointAt(index);
            bytes += bytesOf(codePoint);
            if (bytes > bytesMax) {
                return text.substring(0, index) + ELLIPSIS;
            }
            index += Character.charCount(codePoint);
        }
        return text;
    }

    /** The size of a text as it travels in a status message. */
    static int bytesOf(String text) {
        return text.codePoints().map(TrailerText::bytesOf).sum();
    }

    private static int bytesOf(int codePoint) {
        if (codePoint >= ' ' && codePoint <= '~') {
            return codePoint == '%' ? 3 : 1;
        }
        if (codePoint < 0x80) {
            return 3;
        }
        if (codePoint < 0x800) {
            return 6;
        }
        return codePoint < 0x10000 ? 9 : 12;
    }
}
