package io.sinter.probe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * An estimate of the inverse of a function's second derivatives, from the latest steps and what these did to the gradient:
 * the two-loop recursion of limited-memory BFGS (Nocedal, Updating quasi-Newton matrices with limited storage, 1980).
 */
final class InverseHessian {

    /** Steps that are remembered: each costs as much as the weights, which is little beside the rows. */
    private static final int MEMORY = 50;

    private final Deque<Update> updates = new ArrayDeque<>();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Update(double[] step, double[] change, double product) {}

    /** Learns that a step changed the gradient so; nothing if the function is not seen to be convex there. */
    void learn(double[] step, double[] change) {
        double product = dot(step, change);
        if (product <= 1e-14 * dot(change, change)) {
            return;
        }
        if (updates.size() == MEMORY) {
            updates.removeFirst();
        }
        updates.addLast(new Update(step, change, product));
    }

    /** The estimate times a vector, new. */
    double[] times(double[] vector) {
        double[] result = vector.clone();
        double[] factors = new double[updates.size()];
        int i = updates.size();
        for (Iterator<Update> latest = updates.descendingIterator(); latest.hasNext(); ) {
            Update update = latest.next();
            factors[--i] = dot(update.step, result) / update.product;
            add(-factors[i], update.change, result);
        }
        if (!updates.isEmpty()) {
            Update latest = updates.getLast();
            scale(latest.product / dot(latest.change, latest.change), result);
        }
        for (Update update : updates) {
            add(factors[i++] - dot(update.change, result) / update.product, update.step, result);
        }
        return result;
    }

    private static void scale(double factor, double[] vector) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    /** {@code to += factor · vector}. */
    static void add(double factor, double[] vector, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * vector[i];
        }
    }

    /** The sum of products. */
    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
