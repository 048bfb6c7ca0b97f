package io.sinter.vocabulary;

import java.util.List;
import java.util.stream.Stream;

/** What became of the tokens of one tokenizer in a union. */
final class Outcome {

    private final String base;
    private final String other;
    private final Notes added = new Notes();
    private final Notes there = new Notes();
    private final Notes covered = new Notes();
    private final Notes unwritable = new Notes();
    private final Notes unreachable = new Notes();

    Outcome(String base, String other) {
        this.base = base;
        this.other = other;
    }

    void added(TokenForm form) {
        added.add(form);
    }

    void there(TokenForm form) {
        there.add(form);
    }

    void covered(TokenForm form) {
        covered.add(form);
    }

    void unwritable(TokenForm form) {
        unwritable.add(form);
    }

    void unreachable(TokenForm form) {
        unreachable.add(form);
    }

    /** A sentence for each thing that happened. */
    List<String> notes() {
        return Stream.of(
                        note(added, "%s: added %s"),
                        note(there, "%s: %s are there already"),
                        note(covered, "%s: left out %s: " + base + " writes their text, or parts of it, with its own"),
                        note(
                                unwritable,
                                "%s: left out %s: " + base + " has no way to write them at their place of a word"),
                        note(
                                unreachable,
                                "%s: left out %s: " + base + " changes or cuts their text before its model sees it"))
                .filter(note -> !note.isEmpty())
                .toList();
    }

    private String note(Notes notes, String sentence) {
        return notes.count() == 0 ? "" : sentence.formatted(other, notes);
    }
}
