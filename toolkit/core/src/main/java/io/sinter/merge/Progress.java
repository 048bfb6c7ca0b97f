package io.sinter.merge;

/** Hears how far long work has come. */
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

    /** A task under way. */
    interface Task extends AutoCloseable {

        /** That many more bytes are done. */
        void advance(long bytes);

        /** The task is over. */
        @Override
        void close();
    }
}
