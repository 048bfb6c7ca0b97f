package io.sinter.evolve;

/**
 * How a search goes.
 *
 * @param population candidates of a generation; 0 for 4 + ⌊3 ln n⌋ of n numbers (Hansen)
 * @param budget candidates in all, the recipe itself not counted
 * @param step standard deviation of the first candidates, in parts of the ranges
 * @param seed of their draws, and of the masks of plain text
 */
public record SearchSettings(int population, int budget, double step, long seed) {

    /** Checks the numbers. */
    public SearchSettings {
        if (population != 0 && population < 2) {
            throw new IllegalArgumentException("population: got %d, expected 2 or more".formatted(population));
        }
        if (budget < 1) {
            throw new IllegalArgumentException("budget: got %d, expected 1 or more".formatted(budget));
        }
        if (!(step > 0 && step <= 1)) {
            throw new IllegalArgumentException("step: got %s, expected more than 0, at most 1".formatted(step));
        }
    }

    /** How many candidates a generation has. */
    public int population(int numbers) {
        return population == 0 ? 4 + (int) (3 * Math.log(numbers)) : population;
    }
}
