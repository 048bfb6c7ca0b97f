package io.sinter.evolve;

import io.sinter.error.RecipeException;
import io.sinter.evolve.Range.Kind;
import io.sinter.evolve.Range.Scale;
import io.sinter.recipe.Place;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.Yaml;
import io.sinter.recipe.YamlReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number of a recipe that is searched.
 *
 * @param path of its keys, such as {@code models[0].parameters.weight}
 * @param range of its values
 * @param gradient how many values take its place, spread over the layers; 1 for the number itself
 */
public record SearchPlace(String path, Range range, int gradient) {

    private static final Pattern OPTION = Pattern.compile(
            "(?<path>[^=]+)=(?<from>[^:]+?)\\.\\.(?<to>[^:]+?)(?<log>:log)?(?<int>:int)?(:gradient=(?<gradient>\\d+))?");

    private static final String FORM = "PATH=FROM..TO[:log][:int][:gradient=N]";

    /** Checks the number of values. */
    public SearchPlace {
        if (gradient < 1 || gradient > 100) {
            throw new IllegalArgumentException("gradient: got %d, expected 1 to 100 values".formatted(gradient));
        }
    }

    /** An element of a file. */
    private record Keys(
            String path,
            double from,
            double to,
            @Nullable Scale scale,
            boolean integer,
            @Nullable Integer gradient) {}

    /**
     * Reads {@code PATH=FROM..TO[:log][:int][:gradient=N]}.
     *
     * @throws RecipeException if it is something else
     */
    public static SearchPlace parse(String option) {
        Matcher parts = OPTION.matcher(option);
        if (!parts.matches()) {
            throw new RecipeException(
                    "space: got \"%s\", expected %s, such as models[0].parameters.weight=0..1".formatted(option, FORM));
        }
        try {
            Range range = new Range(
                    Double.parseDouble(parts.group("from")),
                    Double.parseDouble(parts.group("to")),
                    parts.group("log") == null ? Scale.LINEAR : Scale.LOG,
                    parts.group("int") == null ? Kind.REAL : Kind.INTEGER);
            String gradient = parts.group("gradient");
            return new SearchPlace(parts.group("path"), range, gradient == null ? 1 : Integer.parseInt(gradient));
        } catch (NumberFormatException e) {
            throw new RecipeException("space: got \"%s\", expected numbers in %s".formatted(option, FORM), e);
        } catch (IllegalArgumentException e) {
            throw new RecipeException("space: %s: %s".formatted(parts.group("path"), e.getMessage()), e);
        }
    }

    /**
     * Reads a YAML file: a list of {@code {path, from, to, scale: linear|log, integer: true|false, gradient: N}}.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws RecipeException if it is something else, with line and key
     */
    public static List<SearchPlace> read(Path file) {
        Yaml yaml = YamlReader.parse(String.valueOf(file.getFileName()), YamlReader.text(file));
        if (!(yaml instanceof Yaml.Sequence(Place place, List<Yaml> elements)) || elements.isEmpty()) {
            throw yaml.place().error("got %s, expected a list of {path, from, to}".formatted(yaml.kind()));
        }
        return elements.stream().map(SearchPlace::of).toList();
    }

    private static SearchPlace of(Yaml element) {
        Keys keys = RecordBinder.bind(element, Keys.class);
        try {
            Range range = new Range(
                    keys.from,
                    keys.to,
                    keys.scale == null ? Scale.LINEAR : keys.scale,
                    keys.integer ? Kind.INTEGER : Kind.REAL);
            return new SearchPlace(keys.path, range, keys.gradient == null ? 1 : keys.gradient);
        } catch (IllegalArgumentException e) {
            throw element.place().error(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String toString() {
        return "%s: %s%s"
                .formatted(path, range, gradient == 1 ? "" : String.format(Locale.ROOT, ", %d values", gradient));
    }
}
