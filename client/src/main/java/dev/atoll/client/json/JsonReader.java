package dev.atoll.client.json;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads JSON values one after the other, so that a long list needs little memory. */
public final class JsonReader {
    private static final int DEPTH_MAX = 200;
    private static final int END = -1;

    private final Reader in;
    private int next;
    private int line = 1;
    private int depth;
    private boolean begun;

    /**
     * @param in read character by character: it should be buffered
     */
    public JsonReader(Reader in) {
        this.in = in;
    }

    /**
     * Reads a text that is one value.
     *
     * @throws JsonException when it is not
     */
    public static Json parse(String text) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(text));
        Json value = reader.value();
        if (reader.hasMore()) {
            throw reader.wrong("nothing after the value");
        }
        return value;
    }

    /** The line of the next character, from 1. */
    public int line() {
        return line;
    }

    /** Whether anything but white space follows. */
    public boolean hasMore() throws IOException {
        skipSpace();
        return next != END;
    }

    /** Enters an array if one begins here. */
    public boolean enterArray() throws IOException {
        skipSpace();
        if (next != '[') {
            return false;
        }
        advance();
        return true;
    }

    /** The next element of the array that was entered; empty at its end. */
    public Optional<Json> element(boolean first) throws IOException {
        skipSpace();
        if (next == ']') {
            advance();
            return Optional.empty();
        }
        if (!first) {
            expect(',', "',' or ']'");
        }
        return Optional.of(value());
    }

    /** The next value. */
    public Json value() throws IOException {
        skipSpace();
        if (++depth > DEPTH_MAX) {
            throw wrong("at most %d levels".formatted(DEPTH_MAX));
        }
        Json value =
                switch (next) {
                    case '{' -> members();
                    case '[' -> elements();
                    case '"' -> new Json.Text(string());
                    case 't' -> word("true", Json.Word.TRUE);
                    case 'f' -> word("false", Json.Word.FALSE);
                    case 'n' -> word("null", Json.Word.NULL);
                    default -> digits();
                };
        depth--;
        return value;
    }

    private Json members() throws IOException {
        advance();
        Map<String, Json> members = new LinkedHashMap<>();
        skipSpace();
        while (next != '}') {
            if (!members.isEmpty()) {
                expect(',', "',' or '}'");
                skipSpace();
            }
            if (next != '"') {
                throw wrong("a name in double quotes");
            }
            String name = string();
            skipSpace();
            expect(':', "':'");
            members.put(name, value());
            skipSpace();
        }
        advance();
        return new Json.Members(members);
    }

    private Json elements() throws IOException {
        advance();
        List<Json> elements = new ArrayList<>();
        Optional<Json> element = element(true);
        while (element.isPresent()) {
            elements.add(element.get());
            element = element(false);
        }
        return new Json.Elements(elements);
    }

    private String string() throws IOException {
        advance();
        StringBuilder out = new StringBuilder();
        while (next != '"') {
            if (next == END || next < ' ') {
                throw wrong("the end of a string: a line break in it is written \\n");
            }
            if (next == '\\') {
                advance();
                out.append(escaped());
            } else {
                out.append((char) next);
            }
            advance();
        }
        advance();
        return out.toString();
    }

    private char escaped() throws IOException {
        return switch (next) {
            case '"', '\\', '/' -> (char) next;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    advance();
                    int digit = Character.digit(next, 16);
                    if (digit < 0) {
                        throw wrong("four hexadecimal digits after \\u");
                    }
                    code = code * 16 + digit;
                }
                yield (char) code;
            }
            default -> throw wrong("one of \" \\ / b f n r t u after a backslash");
        };
    }

    private Json word(String word, Json.Word value) throws IOException {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i), word);
        }
        return value;
    }

    private Json digits() throws IOException {
        StringBuilder out = new StringBuilder();
        while (next != END && "+-.0123456789eE".indexOf(next) >= 0) {
            out.append((char) next);
            advance();
        }
        String written = out.toString();
        if (!written.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw wrong(written.isEmpty() ? "a value" : "a number, not " + written);
        }
        return new Json.Digits(written);
    }

    private void skipSpace() throws IOException {
        if (!begun) {
            begun = true;
            advance();
        }
        while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
            advance();
        }
    }

    private void expect(char wanted, String words) throws IOException {
        if (next != wanted) {
            throw wrong(words);
        }
        advance();
    }

    private void advance() throws IOException {
        if (next == '\n' && begun) {
            line++;
        }
        next = in.read();
    }

    private JsonException wrong(String wanted) {
        String found = next == END ? "the end" : "'" + (char) next + "'";
        return new JsonException(line, "expected %s, found %s".formatted(wanted, found));
    }
}
