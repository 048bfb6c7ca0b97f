package io.sinter.cli;

import io.sinter.finetune.recipe.TrainingPlan;
import io.sinter.finetune.recipe.TrainingWatcher;
import io.sinter.train.StepReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How far a training is, on standard error: one line that changes where that is a terminal, else a line now and then.
 */
final class TrainingLine implements TrainingWatcher {

    private static final long TERMINAL_MILLIS = 200;
    private static final long ELSE_MILLIS = 15_000;

    /** Weight of a loss in the running mean that is shown. */
    private static final double NEWEST = 0.05;

    private final PrintWriter out;
    private final Consumer<TrainingPlan> plans;
    private final boolean terminal = Boolean.getBoolean("sinter.terminal");
    private long steps = 1;
    private long first = -1;
    private long begun;
    private long shown;
    private double loss = Double.NaN;
    private boolean open;

    /**
     * A line.
     *
     * @param plans is told of the plan
     */
    TrainingLine(PrintWriter out, Consumer<TrainingPlan> plans) {
        this.out = out;
        this.plans = plans;
    }

    @Override
    public void planned(TrainingPlan plan) {
        plans.accept(plan);
        steps = plan.steps();
        begun = System.nanoTime();
        shown = begun;
        first = 0;
    }

    @Override
    public void resumed(long step) {
        first = step;
        line("goes on after step %,d".formatted(step));
    }

    @Override
    public void stepped(StepReport report) {
        loss = Double.isNaN(loss) ? report.loss() : loss + NEWEST * (report.loss() - loss);
        long now = System.nanoTime();
        long wait = terminal ? TERMINAL_MILLIS : ELSE_MILLIS;
        boolean last = report.step() == steps;
        if (last || now - shown >= wait * 1_000_000) {
            shown = now;
            show(report.step(), (report.step() - first) / Math.max(1e-9, (now - begun) / 1e9));
        }
    }

    @Override
    public void measured(long step, String metric, double value) {
        line("step %,d of %,d  %s %.4f on held-out data".formatted(step, steps, metric, value));
    }

    private void show(long step, double rate) {
        String text = "step %,d of %,d  loss %.4f  %.3g steps/s  %s left"
                .formatted(step, steps, loss, rate, time((long) ((steps - step) / rate)));
        if (terminal) {
            out.print("\r" + text + "\u001B[K");
            open = true;
            if (step == steps) {
                close();
            }
        } else {
            out.println(text);
        }
        out.flush();
    }

    private void line(String text) {
        close();
        out.println(text);
        out.flush();
    }

    private void close() {
        if (open) {
            out.println();
            open = false;
        }
    }

    private static String time(long seconds) {
        Duration left = Duration.ofSeconds(seconds);
        return left.toHours() > 0
                ? "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart())
                : "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
    }
}
