package io.sinter.cli;

import io.sinter.progress.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress on standard error: bars where that is a terminal, and notes. */
final class TerminalProgress implements Progress {

    private static final int UPDATE_MILLIS = 200;

    private TerminalProgress() {}

    /** Bars on a terminal, notes alone elsewhere. The launcher says which, since it filters standard error. */
    static Progress standard() {
        return new TerminalProgress();
    }

    @Override
    public void note(String sentence) {
        System.err.println("sinter: " + sentence);
    }

    @Override
    public Task begin(String task, long totalBytes) {
        return Boolean.getBoolean("sinter.terminal") ? bar(task, totalBytes) : Progress.NONE.begin(task, totalBytes);
    }

    private static Task bar(String task, long totalBytes) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(totalBytes)
                .setUnit(" MB", 1_000_000)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .clearDisplayOnFinish()
                .build();
        return new Task() {
            @Override
            public void advance(long bytes) {
                bar.stepBy(bytes);
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }
}
