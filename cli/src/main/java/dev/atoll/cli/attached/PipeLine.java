package dev.atoll.cli.attached;

import dev.atoll.cli.shell.CommandException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A line of shell, cut into the commands between its pipes; what they mean is left to a shell. */
public final class PipeLine {
    /* Only pipes that are open to all sides count: not those in quotes, in $( ), ( ) or { }, or in what
     * begins with if, while, until, for or case. As a pipe binds more tightly than "&&" and ";" do,
     * those beside a pipe would mean something else when the line is cut, so they are refused. */
    private static final Map<String, String> COMPOUNDS =
            Map.of(
                    "{", "}",
                    "if", "fi",
                    "while", "done",
                    "until", "done",
                    "for", "done",
                    "case", "esac");

    /** After these another command begins. */
    private static final Set<String> BEFORE_COMMANDS =
            Set.of("{", "if", "while", "until", "then", "else", "elif", "do", "!");

    private static final String DOUBLE_QUOTES = "\"";
    private static final String BACKTICK = "`";
    private static final String PARENTHESIS = "(";
    private static final String EXPANSION = "${";
    private static final String CASE = "case";

    private final String text;
    private final List<String> commands = new ArrayList<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final StringBuilder word = new StringBuilder();
    private int at;
    private int begin;
    private boolean isWord;
    private boolean isPlainWord;
    private boolean isCommandNext = true;
    private boolean isNegated;
    private boolean isHereDocument;

    /** What separates commands at the end of what was read, and matters if more comes. */
    private Optional<String> separator = Optional.empty();

    /** What else than pipes is between commands. */
    private Optional<String> list = Optional.empty();

    private PipeLine(String text) {
        this.text = text;
    }

    /**
     * The commands of a line, at least one.
     *
     * @throws CommandException if it is no single pipe
     */
    public static List<String> commands(String text) {
        return new PipeLine(text).cut();
    }

    private List<String> cut() {
        while (at < text.length()) {
            String within = open.isEmpty() ? "" : open.peek();
            switch (within) {
                case DOUBLE_QUOTES -> passQuoted();
                case EXPANSION -> passExpansion();
                case BACKTICK -> passBackticks();
                default -> passCode();
            }
        }
        endWord();
        if (!open.isEmpty()) {
            throw unclosed(open.peek());
        }
        addCommand("behind the last pipe");
        if (commands.size() > 1) {
            check();
        }
        return commands;
    }

    private void check() {
        if (isHereDocument) {
            throw hereDocument();
        }
        if (list.isPresent()) {
            throw CommandException.usage(
                    ("%s beside a pipe: put what belongs together into ( ), as in"
                                    + " '( A; B ) | C'; one line is one pipe")
                            .formatted(list.get()));
        }
        if (isNegated) {
            throw CommandException.usage(
                    "! before a pipe: leave it out, and look at the exit code");
        }
    }

    private static CommandException hereDocument() {
        return CommandException.usage(
                "<< in a pipe: give the text with echo or printf, as in 'printf \"a\\nb\\n\" | cat"
                        + " -n'");
    }

    private CommandException unclosed(String opener) {
        return isHereDocument
                ? hereDocument()
                : CommandException.usage("%s is not closed".formatted(opener));
    }

    private void addCommand(String where) {
        String command = text.substring(begin, at).strip();
        if (command.isEmpty()) {
            throw CommandException.usage(
                    commands.isEmpty() && at == text.length()
                            ? "there is no command in the line; for example: atoll sh 'ls | wc -l'"
                            : "there is no command " + where);
        }
        commands.add(command);
    }

    // ---- within quotes and expansions

    private void passQuoted() {
        if (text.charAt(at) == '"') {
            open.pop();
            at++;
        } else {
            passWithin();
        }
    }

    private void passExpansion() {
        switch (text.charAt(at)) {
            case '}' -> {
                open.pop();
                at++;
            }
            case '\'' -> passSingleQuotes();
            case '"' -> open(DOUBLE_QUOTES);
            default -> passWithin();
        }
    }

    private void passBackticks() {
        if (text.charAt(at) == '`') {
            open.pop();
            at++;
        } else {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
    }

    /** What means something within quotes and without. */
    private void passWithin() {
        if (text.charAt(at) == '\\') {
            at += 2;
        } else if (text.startsWith("$(", at)) {
            at++;
            open(PARENTHESIS);
            isCommandNext = true;
            isWord = false;
        } else if (text.startsWith("${", at)) {
            at++;
            open(EXPANSION);
        } else if (text.charAt(at) == '`') {
            open(BACKTICK);
        } else {
            at++;
        }
    }

    private void open(String opener) {
        open.push(opener);
        at++;
    }

    private void passSingleQuotes() {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            throw unclosed("'");
        }
        at = end + 1;
    }

    // ---- code

    private void passCode() {
        char c = text.charAt(at);
        switch (c) {
            case ' ', '\t' -> {
                endWord();
                at++;
            }
            case '\n', ';', '&', '|' -> passOperator(c);
            case '(' -> {
                endWord();
                noteMore();
                open(PARENTHESIS);
                isCommandNext = true;
            }
            case ')' -> close();
            case '<', '>' -> {
                endWord();
                noteMore();
                passRedirection();
            }
            case '#' -> {
                if (isWord) {
                    passWord(c);
                } else {
                    int end = text.indexOf('\n', at);
                    at = end < 0 ? text.length() : end;
                }
            }
            default -> passWord(c);
        }
    }

    /** With the "|" and the "&" that belong to it: "&gt;|", "&gt;&amp;", "&lt;&amp;". */
    private void passRedirection() {
        isHereDocument |=
                open.isEmpty() && text.startsWith("<<", at) && !text.startsWith("<<<", at);
        at++;
        while (at < text.length() && "<>|&".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void passOperator(char c) {
        endWord();
        isCommandNext = true;
        boolean isTwice = at + 1 < text.length() && text.charAt(at + 1) == c && c != '\n';
        if (!open.isEmpty()) {
            at += isTwice ? 2 : 1;
        } else if (c == '|' && !isTwice) {
            passPipe();
        } else if (c == '&' && !isTwice) {
            list = Optional.of("&");
            at++;
        } else {
            boolean isAfterCommand = !text.substring(begin, at).isBlank();
            if (isAfterCommand && separator.isEmpty()) {
                separator = Optional.of(c == '\n' ? "a line break" : isTwice ? "" + c + c : "" + c);
            }
            at += isTwice ? 2 : 1;
        }
    }

    private void passPipe() {
        if (text.startsWith("|&", at)) {
            throw CommandException.usage("|& is not for every sh: write 2>&1 | instead");
        }
        noteMore();
        addCommand(commands.isEmpty() ? "before the first pipe" : "between two pipes");
        at++;
        begin = at;
    }

    private void passWord(char c) {
        if (!isWord) {
            noteMore();
            isWord = true;
            isPlainWord = true;
            word.setLength(0);
        }
        switch (c) {
            case '\\' -> {
                isPlainWord = false;
                at += 2;
            }
            case '\'' -> {
                isPlainWord = false;
                passSingleQuotes();
            }
            case '"' -> {
                isPlainWord = false;
                isCommandNext = false;
                open(DOUBLE_QUOTES);
            }
            case '$', '`' -> {
                isPlainWord = false;
                isCommandNext = false;
                passWithin();
            }
            default -> {
                word.append(c);
                at++;
            }
        }
    }

    /** More comes, behind whatever has separated it from what was before. */
    private void noteMore() {
        if (separator.isPresent()) {
            list = list.or(() -> separator);
            separator = Optional.empty();
        }
    }

    private void close() {
        endWord();
        if (PARENTHESIS.equals(open.peek())) {
            open.pop();
            isCommandNext = false;
        } else if (CASE.equals(open.peek())) {
            isCommandNext = true;
        } else {
            throw CommandException.usage(") closes nothing");
        }
        at++;
    }

    private void endWord() {
        if (!isWord) {
            return;
        }
        isWord = false;
        String ended = word.toString();
        if (!isCommandNext || !isPlainWord) {
            isCommandNext = false;
            return;
        }
        isNegated |= open.isEmpty() && ended.equals("!");
        isCommandNext = BEFORE_COMMANDS.contains(ended);
        if (COMPOUNDS.containsKey(ended)) {
            open.push(ended);
        } else if (!open.isEmpty() && ended.equals(COMPOUNDS.get(open.peek()))) {
            open.pop();
        }
    }
}
