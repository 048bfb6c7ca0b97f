package io.sinter.linalg;

/** The best few of many numbers. */
public final class Ranking {

    private Ranking() {}

    /** The indices of the k smallest numbers (all, if there are not so many), smallest first; of equals the first. */
    public static int[] smallest(double[] numbers, int k) {
        return best(numbers, k, 1);
    }

    /** The indices of the k largest numbers (all, if there are not so many), largest first; of equals the first. */
    public static int[] largest(double[] numbers, int k) {
        return best(numbers, k, -1);
    }

    private static int[] best(double[] numbers, int k, double sign) {
        int[] best = new int[Math.min(k, numbers.length)];
        int count = 0;
        for (int i = 0; i < numbers.length; i++) {
            double number = sign * numbers[i];
            if (count == best.length && number >= sign * numbers[best[count - 1]]) {
                continue;
            }
            int at = count < best.length ? count++ : count - 1;
            while (at > 0 && sign * numbers[best[at - 1]] > number) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = i;
        }
        return best;
    }
}
