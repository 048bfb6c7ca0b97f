package io.sinter.progress;

/** Hears how far a task is that takes long, and what people should know while they wait. */
public interface Progress {

    /** Hears nothing. */
    Progress NONE = (task, total) -> new Task() {
        @Override
        public void advance(long bytes) {}

        @Override
        public void close() {}
    };

    /**
     * A task begins.
     *
     * @param task what is done, such as {@code "merging tables"}
     * @param totalBytes how much there is to do
     */
    Task begin(String task, long totalBytes);

    /** Something that explains a wait, such as that another process holds what is needed; one sentence. */
    default void note(String sentence) {}

    /** A task under way. */
    interface Task extends AutoCloseable {

        /** That many more bytes are done. */
        void advance(long bytes);

        /** The task is over. */
        @Override
        void close();
    }
}
