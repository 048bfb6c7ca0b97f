package io.sinter.encoder.family;

import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps.Residual;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Pictures as rows: first those of special tokens, then a projection of each patch, row by row of the picture; each has
 * its place's row added.
 *
 * <p>What is added to the patches (places, bias, special tokens) is the same for all pictures and one table here, so that
 * neither the number of pictures nor a special token has to be stretched in the graph.
 *
 * @param pictures their sizes
 * @param projection of the numbers of a patch
 * @param specials before the patches, in order; some hold several rows
 * @param places {@code [P, h]}: first those of the special tokens that have one, then those of the patches
 */
record PatchEmbeddings(Pictures pictures, Linear projection, List<TensorData> specials, TensorData places) {

    /** A projection that is stored as the kernel {@code [h, channels, height, width]} of a convolution. */
    static Linear projection(Weights w, Pictures pictures, long hidden, Bias bias) {
        Pictures.Extent patch = pictures.patch();
        TensorData kernel = w.tensor("weight", hidden, pictures.channels(), patch.height(), patch.width());
        return new Linear(
                w.path(),
                kernel.reshape(List.of(hidden, pictures.numbers())),
                Linear.Layout.OUT_IN,
                bias == Bias.WITH ? w.zeros("bias", hidden) : null);
    }

    /** Emits the rows {@code [B, n + N, h]}, and the norm of them. */
    Residual emit(Network network, Layers layers, Norm norm) {
        return layers.residual(patches(network, layers), table(layers), norm);
    }

    /** Emits the rows, {@code [B, n + N, h]}. */
    Value emit(Network network, Layers layers) {
        return layers.ops().add(patches(network, layers), table(layers));
    }

    /** Projections of the patches after as many rows of 0 as there are special tokens. */
    private Value patches(Network network, Layers layers) {
        Ops ops = layers.ops();
        Value rows = layers.product(cut(network, layers), projection.withoutBias());
        long before = specialRows().size();
        return before == 0 ? rows : ops.apply("Pad", List.of(rows, layers.indices(0, before, 0, 0, 0, 0)), Map.of());
    }

    /** The numbers of each patch, {@code [B, N, channels · height · width]}. */
    private Value cut(Network network, Layers layers) {
        Ops ops = layers.ops();
        Pictures.Extent grid = pictures.grid();
        Pictures.Extent patch = pictures.patch();
        Pictures.Extent whole = pictures.picture();
        long height = grid.height() * patch.height();
        long width = grid.width() * patch.width();
        Value pixels = network.pixelValues(pictures.channels(), whole.height(), whole.width());
        if (height < whole.height() || width < whole.width()) {
            pixels = ops.slice(
                    pixels,
                    layers.indices(0, 0),
                    layers.indices(height, width),
                    layers.indices(2, 3),
                    layers.indices(1, 1));
        }
        Value apart = layers.reshape(
                pixels, 0, pictures.channels(), grid.height(), patch.height(), grid.width(), patch.width());
        return layers.reshape(ops.transpose(apart, 0, 2, 4, 1, 3, 5), 0, pictures.count(), pictures.numbers());
    }

    private Value table(Layers layers) {
        List<float[]> tokens = specialRows();
        int width = (int) projection.out();
        int placed = (int) (places.dim(0) - pictures.count());
        float[] table = new float[(int) (tokens.size() + pictures.count()) * width];
        float[] added = places.toFloatArray();
        float[] bias =
                projection.bias() == null ? new float[width] : projection.bias().toFloatArray();
        for (int row = 0; row * width < table.length; row++) {
            boolean special = row < tokens.size();
            float[] base = special ? tokens.get(row) : bias;
            int place = special ? row : row - tokens.size() + placed;
            for (int i = 0; i < width; i++) {
                float shift = special && row >= placed ? 0 : added[place * width + i];
                table[row * width + i] = base[i] + shift;
            }
        }
        TensorData data = TensorData.of(List.of(1L, tokens.size() + pictures.count(), (long) width), table);
        return layers.weight(projection.name() + ".places", data);
    }

    private List<float[]> specialRows() {
        int width = (int) projection.out();
        List<float[]> rows = new ArrayList<>();
        for (TensorData special : specials) {
            float[] all = special.toFloatArray();
            for (int from = 0; from < all.length; from += width) {
                rows.add(Arrays.copyOfRange(all, from, from + width));
            }
        }
        return rows;
    }
}
