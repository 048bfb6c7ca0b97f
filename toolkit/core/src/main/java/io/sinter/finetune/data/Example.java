package io.sinter.finetune.data;

import java.util.List;
import java.util.stream.Stream;

/** What a model is trained on, one line of a file each. */
public sealed interface Example {

    /** Its texts, in order. */
    List<String> texts();

    /**
     * Two texts and how alike they are.
     *
     * @param score in units of the file
     */
    record Scored(String first, String second, double score) implements Example {
        @Override
        public List<String> texts() {
            return List.of(first, second);
        }
    }

    /**
     * Two texts that belong together, and texts that do not belong to the first.
     *
     * @param negatives as many in every example of a file; none, too
     */
    record Pair(String anchor, String positive, List<String> negatives) implements Example {

        /** Copies the list. */
        public Pair {
            negatives = List.copyOf(negatives);
        }

        @Override
        public List<String> texts() {
            return Stream.concat(Stream.of(anchor, positive), negatives.stream())
                    .toList();
        }
    }

    /**
     * A text and the names of its classes.
     *
     * @param labels one, where classes exclude each other; else any number
     */
    record Labelled(String text, List<String> labels) implements Example {

        /** Copies the list. */
        public Labelled {
            labels = List.copyOf(labels);
        }

        @Override
        public List<String> texts() {
            return List.of(text);
        }
    }

    /** A text alone. */
    record Text(String text) implements Example {
        @Override
        public List<String> texts() {
            return List.of(text);
        }
    }
}
