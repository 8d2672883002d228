package dev.atoll.core.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.keeper.Survey.Holder;
import dev.atoll.core.keeper.Survey.NamedFile;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/** What the keeper wants, told as a transcript: "copy a w1->w3", "release b w2 known". */
class KeeperTest {
    private static final long MUCH = 1_000;

    private final Keeper keeper = new Keeper(3);

    @Test
    void everythingOnTwoWorkers_nothingToDo() {
        assertThat(look(files("f=ab"), here("w1", "ab"), here("w2", "a"), here("w3", "b")))
                .isEmpty();
        assertThat(keeper.copies("f")).contains(2);
        assertThat(keeper.copies("g")).isEmpty();
    }

    @Test
    void aBlobOnOneWorker_isCopiedToTheOneWithMostRoom() {
        assertThat(
                        look(
                                files("f=a"),
                                here("w1", "a"),
                                holder("w2", true, 100, ""),
                                holder("w3", true, 500, "")))
                .containsExactly("copy a w1->w3");
        assertThat(keeper.copies("f")).contains(1);
    }

    @Test
    void copies_areSharedOutAndBounded() {
        assertThat(
                        look(
                                files("f=abcd"),
                                here("w1", "abcd"),
                                holder("w2", true, 100, ""),
                                holder("w3", true, 95, "")))
                .containsExactly("copy a w1->w2", "copy b w1->w3", "copy c w1->w2");
    }

    @Test
    void withoutATargetThatHasRoomAndTakesMore_nothingIsCopied() {
        assertThat(
                        look(
                                files("f=a"),
                                here("w1", "a"),
                                holder("w2", true, 10, ""),
                                holder("w3", false, MUCH, "")))
                .isEmpty();
    }

    @Test
    void whileSomebodyIsAwaited_nothingIsCopied() {
        Survey survey =
                new Survey(files("f=a"), true, List.of(here("w1", "a"), here("w2", "")), true);
        assertThat(keeper.look(survey)).isEmpty();
    }

    @Test
    void aSilentWorkerCounts_butIsNeitherReadNorGivenAnything() {
        Holder silent = new Holder(new WorkerId("w1"), false, true, MUCH, blobs("ab"));
        assertThat(look(files("f=ab"), silent, here("w2", "a"), here("w3", ""))).isEmpty();
        assertThat(keeper.copies("f")).contains(1);
    }

    @Test
    void aLostBlob_isLookedForEverywhere() {
        assertThat(look(files("f=ab"), here("w1", "a"), here("w2", "a")))
                .containsExactly("adopt b");
        assertThat(keeper.copies("f")).contains(0);
    }

    @Test
    void aThirdCopy_isReleasedWhereLeastIsFree() {
        assertThat(
                        look(
                                files("f=a"),
                                here("w1", "a"),
                                holder("w2", true, 50, "a"),
                                here("w3", "a")))
                .containsExactly("release a w2 known");
    }

    @Test
    void whatNoFileNeeds_isReleased_andAtOnceIfOneDidBefore() {
        assertThat(look(files("f=a", "g=a"), here("w1", "ab"), here("w2", "a")))
                .containsExactly("release b w1");
        assertThat(look(files("g=a"), here("w1", "a"), here("w2", "a"))).isEmpty();
        assertThat(look(files(), here("w1", "a"), here("w2", "ac")))
                .containsExactly("release a w1 known", "release a w2 known", "release c w2");
        assertThat(look(files("h=a"), here("w1", "a"), here("w2", "a"))).isEmpty();
    }

    @Test
    void whileAFileIsNotKnown_nothingIsReleased() {
        Survey survey =
                new Survey(files("f=a"), false, List.of(here("w1", "ab"), here("w2", "a")), false);
        assertThat(keeper.look(survey)).isEmpty();
        assertThat(look(files("f=a"), here("w1", "ab"), here("w2", "a")))
                .containsExactly("release b w1");
    }

    private List<String> look(List<NamedFile> files, Holder... holders) {
        return keeper.look(new Survey(files, true, List.of(holders), false)).stream()
                .map(KeeperTest::tell)
                .toList();
    }

    private static String tell(KeeperCommand command) {
        return switch (command) {
            case KeeperCommand.Copy(BlobRef blob, WorkerId from, WorkerId to) ->
                    "copy %s %s->%s".formatted(letter(blob), from, to);
            case KeeperCommand.Adopt(List<BlobRef> blobs) -> "adopt " + letters(blobs);
            case KeeperCommand.Release(WorkerId worker, List<BlobRef> blobs, boolean isKnown) ->
                    "release %s %s%s".formatted(letters(blobs), worker, isKnown ? " known" : "");
        };
    }

    /** "f=ab" is a file of two blobs. */
    private static List<NamedFile> files(String... files) {
        return Arrays.stream(files)
                .map(file -> file.split("=", 2))
                .map(parts -> new NamedFile(parts[0], List.copyOf(blobs(parts[1]))))
                .toList();
    }

    private static Holder here(String id, String kept) {
        return holder(id, true, MUCH, kept);
    }

    private static Holder holder(String id, boolean isTaking, long freeBytes, String kept) {
        return new Holder(new WorkerId(id), true, isTaking, freeBytes, blobs(kept));
    }

    private static LinkedHashSet<BlobRef> blobs(String letters) {
        LinkedHashSet<BlobRef> blobs = new LinkedHashSet<>();
        letters.chars().forEach(c -> blobs.add(new BlobRef(Character.toString(c).repeat(64), 10)));
        return blobs;
    }

    private static String letters(List<BlobRef> blobs) {
        return String.join("", blobs.stream().map(KeeperTest::letter).toList());
    }

    private static String letter(BlobRef blob) {
        return blob.sha256().substring(0, 1);
    }
}
