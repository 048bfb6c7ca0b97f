package io.sinter.parameters;

import io.sinter.combine.ParameterSpec;
import io.sinter.combine.Uniform;
import io.sinter.error.IncompatibleException;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The numbers of a combination.
 *
 * @param tensors float32, by name, in the order of the specifications
 * @param training whether they mean anything yet
 */
public record Parameters(Map<String, TensorData> tensors, Training training) {

    /** No parameters. */
    public static final Parameters NONE = new Parameters(Map.of(), Training.USABLE);

    /** Whether parameters mean anything. */
    public enum Training {
        /** Fitted, trained, or an exact start. */
        USABLE,
        /** Random, in part at least: whoever uses them says so. */
        UNTRAINED
    }

    /** Keeps the order. */
    public Parameters {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** Both together; untrained if one is. */
    public Parameters and(Parameters other) {
        Map<String, TensorData> all = new LinkedHashMap<>(tensors);
        all.putAll(other.tensors);
        return new Parameters(all, training == Training.UNTRAINED ? Training.UNTRAINED : other.training);
    }

    /**
     * Makes the tensors that the specifications ask for.
     *
     * @throws io.sinter.error.MissingException if a file or a tensor in it is not there
     * @throws io.sinter.error.MalformedException if a file is no safetensors file
     * @throws IncompatibleException if a tensor has another shape or is not of floats, there are tensors that nothing asks
     *     for, or there is no start at the average
     */
    public static Parameters resolve(ParameterSource source, List<ParameterSpec> specs) {
        if (specs.isEmpty()) {
            return NONE;
        }
        return switch (source) {
            case ParameterSource.FromFile file -> fromFile(file, specs);
            case ParameterSource.AverageStart() ->
                each(specs, spec -> spec.averageStart().get());
            case ParameterSource.RandomStart(long seed) -> random(new Uniform(seed), specs);
            case ParameterSource.Fitted(Map<String, TensorData> tensors) -> given("fitted", tensors, specs);
            case ParameterSource.Learned(Map<String, TensorData> tensors) -> given("learned", tensors, specs);
        };
    }

    private static Parameters each(List<ParameterSpec> specs, Function<ParameterSpec, TensorData> make) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        specs.forEach(spec -> tensors.put(spec.name(), make.apply(spec)));
        return new Parameters(tensors, Training.USABLE);
    }

    private static Parameters random(Uniform uniform, List<ParameterSpec> specs) {
        Parameters made = each(specs, spec -> uniform.tensor(spec.name(), spec.shape(), Uniform.bound(spec.fanIn())));
        return new Parameters(made.tensors, Training.UNTRAINED);
    }

    private static Parameters fromFile(ParameterSource.FromFile source, List<ParameterSpec> specs) {
        SafetensorsFile file = SafetensorsFile.open(source.file());
        List<String> expected =
                specs.stream().map(spec -> source.prefix() + spec.name()).toList();
        requireExpected(source.file().toString(), underPrefix(file, source.prefix()), expected);
        return each(specs, spec -> {
            String name = source.prefix() + spec.name();
            return float32(source.file() + ": tensor \"" + name + "\"", file.tensor(name), spec);
        });
    }

    private static List<String> underPrefix(SafetensorsFile file, String prefix) {
        return file.names().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    private static Parameters given(String origin, Map<String, TensorData> tensors, List<ParameterSpec> specs) {
        requireExpected(
                origin + " parameters",
                tensors.keySet(),
                specs.stream().map(ParameterSpec::name).toList());
        return each(specs, spec -> {
            TensorData tensor = Optional.ofNullable(tensors.get(spec.name()))
                    .orElseThrow(() -> new IncompatibleException("%s parameters: \"%s\" is missing: got %s"
                            .formatted(origin, spec.name(), quoted(tensors.keySet()))));
            return float32("%s parameter \"%s\"".formatted(origin, spec.name()), tensor, spec);
        });
    }

    private static void requireExpected(String where, Collection<String> found, List<String> expected) {
        List<String> unexpected =
                found.stream().filter(name -> !expected.contains(name)).toList();
        if (!unexpected.isEmpty()) {
            throw new IncompatibleException(
                    "%s: tensors that nothing takes: got %s, expected %s; is it the right method, or is a `prefix` missing?"
                            .formatted(where, quoted(unexpected), quoted(expected)));
        }
    }

    private static TensorData float32(String where, TensorData tensor, ParameterSpec spec) {
        if (!tensor.shape().equals(spec.shape()) || !tensor.dtype().isFloat()) {
            throw new IncompatibleException(
                    "%s: got %s, expected floats of shape %s".formatted(where, tensor.describe(), spec.shape()));
        }
        return Conversion.convert(tensor, DType.FLOAT);
    }

    private static String quoted(Collection<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    }
}
