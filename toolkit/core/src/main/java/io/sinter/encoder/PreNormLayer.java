package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps.Residual;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A transformer layer with its norms before attention and feed-forward, as in GPT-2, Llama and ViT:
 *
 * <pre>
 * a = x + attention(norm(x))
 * y = a + feedForward(norm(a))
 * </pre>
 *
 * @param name before the names of its nodes
 */
public record PreNormLayer(String name, Branch attention, Branch feedForward) {

    /**
     * x + after(block(before(x))).
     *
     * @param before null where x comes normalised, as in ModernBERT's first layer
     * @param block attention or feed-forward
     * @param after null where the block's result is added as it is, as nearly everywhere
     */
    public record Branch(
            @Nullable Norm before, Block block, @Nullable Norm after) {

        /** With a norm before it only. */
        public static Branch of(Norm before, Block block) {
            return new Branch(before, block, null);
        }
    }

    /** What the first layer is given. */
    @FunctionalInterface
    public interface Start {

        /** Emits the sum that the first layer starts from, and the layer's norm of it; the sum itself for no norm. */
        Residual emit(Layers layers, @Nullable Norm norm);

        /** A sum that is there. */
        static Start from(Value x) {
            return (layers, norm) -> new Residual(norm == null ? x : layers.norm(x, norm), x);
        }
    }

    /**
     * Emits layers one after another, and the norm after the last. Every sum is normalised by whatever comes next, so
     * that both fuse.
     *
     * @param x {@code [B, S, h]}
     * @param count of layers
     * @param layers by number from 0, asked for in order, the next one while one is emitted
     * @param last the norm after all
     * @return the last norm's output, and the sum that it normalises
     */
    public static Residual chain(Network network, Value x, long count, LongFunction<PreNormLayer> layers, Norm last) {
        return chain(network, Start.from(x), count, layers, last);
    }

    /** The same, from a sum that fuses with the first layer's norm. */
    public static Residual chain(
            Network network, Start start, long count, LongFunction<PreNormLayer> layers, Norm last) {
        PreNormLayer layer = layers.apply(0);
        Residual state = start.emit(network.layers().at(layer.name), layer.attention.before());
        for (long i = 1; i < count; i++) {
            PreNormLayer next = layers.apply(i);
            state = layer.emit(network, state, Objects.requireNonNull(next.attention.before()));
            layer = next;
        }
        return layer.emit(network, state, last);
    }

    private Residual emit(Network network, Residual x, Norm next) {
        Layers layers = network.layers().at(name);
        Residual attended = emit(network, layers, x, attention, Objects.requireNonNull(feedForward.before()));
        return emit(network, layers, attended, feedForward, next);
    }

    private static Residual emit(Network network, Layers layers, Residual x, Branch branch, Norm next) {
        Block block = branch.block();
        Value inner = block.inner(network, layers, x.output());
        if (branch.after() == null) {
            return layers.residual(inner, block.output(), x.sum(), next);
        }
        Value result = layers.norm(layers.linear(inner, block.output()), branch.after());
        return layers.residual(result, x.sum(), next);
    }
}
