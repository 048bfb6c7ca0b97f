package io.sinter.cli;

import io.sinter.merge.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on standard error, where that is a terminal. */
final class TerminalProgress implements Progress {

    private static final int UPDATE_MILLIS = 200;

    private TerminalProgress() {}

    /** Bars on a terminal, silence elsewhere. The launcher says which, since it filters standard error. */
    static Progress standard() {
        return Boolean.getBoolean("sinter.terminal") ? new TerminalProgress() : Progress.NONE;
    }

    @Override
    public Task begin(String task, long totalBytes) {
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
