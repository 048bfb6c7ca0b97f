package io.sinter.weights;

/**
 * Reads the models of a group, or their task vectors, a block at a time: the base is read once for all. One a task.
 *
 * <p>δᵢ = Xᵢ − B is rounded to float32, as the papers' code does; so are the magnitudes by which elements are kept.
 */
final class Sources {

    /** What is read. */
    enum Kind {
        /** Xᵢ. */
        MODELS,
        /** δᵢ = Xᵢ − B. */
        TASK_VECTORS
    }

    private final Reader reader;
    private final Kind kind;
    private final float[] base = new float[Reader.ROOM];
    private long first;
    private int count;

    Sources(Reader reader, Kind kind) {
        this.reader = reader;
        this.kind = kind;
    }

    static Sources models(Reader reader) {
        return new Sources(reader, Kind.MODELS);
    }

    static Sources taskVectors(Reader reader) {
        return new Sources(reader, Kind.TASK_VECTORS);
    }

    /** Turns to a block. */
    void at(long firstElement, int elements) {
        first = firstElement;
        count = elements;
        if (kind == Kind.TASK_VECTORS) {
            reader.read(-1, first, count, base);
        }
    }

    /** The base's elements of the block; of task vectors only. */
    float[] base() {
        return base;
    }

    /** Reads the block's elements of a model or its task vector. */
    void read(int model, float[] target) {
        reader.read(model, first, count, target);
        if (kind == Kind.TASK_VECTORS) {
            subtract(base, count, target);
        }
    }

    private static void subtract(float[] base, int count, float[] target) {
        for (int i = 0; i < count; i++) {
            target[i] -= base[i];
        }
    }
}
