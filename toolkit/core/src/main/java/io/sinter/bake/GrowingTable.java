package io.sinter.bake;

import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows are being made by a thread of its own, first to last, so that those that are there can be written
 * while the others are made.
 */
public final class GrowingTable implements AutoCloseable {

    private final TensorData table;
    private final long rowBytes;
    private long rows;
    private boolean ended;
    private boolean cancelled;
    private @Nullable Throwable failure;
    private @Nullable Thread maker;

    private GrowingTable(TensorData table) {
        this.table = table;
        this.rowBytes = table.dim(0) == 0 ? 1 : table.data().byteSize() / table.dim(0);
    }

    /** A table that is complete. */
    public static GrowingTable complete(TensorData table) {
        GrowingTable done = new GrowingTable(table);
        done.grownTo(table.dim(0));
        return done;
    }

    /** Starts to combine tables into given memory. */
    static GrowingTable start(Bake bake, CombinedTable combined, TensorData target) {
        GrowingTable growing = new GrowingTable(target);
        growing.maker = Thread.ofPlatform()
                .daemon()
                .name("sinter-bake")
                .start(() -> growing.make(() -> bake.into(combined, target, growing::grownTo)));
        return growing;
    }

    /** The table, of which only the rows that were waited for may be read. */
    public TensorData unfinished() {
        return table;
    }

    /**
     * Waits for all rows.
     *
     * @param progress told how many more bytes there are, now and then
     * @throws RuntimeException what making them threw
     */
    public TensorData whole(LongConsumer progress) {
        long seen = 0;
        while (seen < table.dim(0)) {
            long now = waitFor(seen + 1);
            progress.accept((now - seen) * rowBytes);
            seen = now;
        }
        return table;
    }

    /** Waits until the bytes of a segment are there, if they are a part of this table. */
    public void await(MemorySegment bytes) {
        long offset = bytes.address() - table.data().address();
        if (bytes.isNative() && offset >= 0 && offset < table.data().byteSize()) {
            waitFor(Math.ceilDiv(
                    Math.min(offset + bytes.byteSize(), table.data().byteSize()), rowBytes));
        }
    }

    private void make(Runnable work) {
        Throwable thrown = null;
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            thrown = e;
        } finally {
            ended(thrown);
        }
    }

    private synchronized void ended(@Nullable Throwable thrown) {
        failure = thrown;
        ended = true;
        notifyAll();
    }

    private synchronized void grownTo(long count) {
        if (cancelled) {
            throw new CancellationException("nobody needs the table any more");
        }
        rows = count;
        notifyAll();
    }

    private synchronized long waitFor(long count) {
        try {
            while (rows < count && !ended) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the table was made", e);
        }
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
        if (rows < count) {
            throw new IllegalStateException("the table ended at row %d of %d".formatted(rows, count));
        }
        return rows;
    }

    private synchronized void cancel() {
        cancelled = true;
    }

    /** Makes no more rows. */
    @Override
    public void close() {
        cancel();
        Thread thread = maker;
        if (thread == null) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
