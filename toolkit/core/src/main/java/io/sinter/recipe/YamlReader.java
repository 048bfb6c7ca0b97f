package io.sinter.recipe;

import io.sinter.error.MissingException;
import io.sinter.error.RecipeException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Reads YAML (or JSON, which is YAML too) into a {@link Yaml} tree. */
public final class YamlReader {

    /** Recipes are written by people: more than this is a wrong file. */
    private static final long MAX_BYTES = 4 << 20;

    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(50).build())
            .build();

    private final String file;
    private final JsonParser parser;

    private YamlReader(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * The text of a file.
     *
     * @throws MissingException if there is no such file
     * @throws RecipeException if it is not UTF-8, or larger than 4 MiB
     */
    public static String text(Path path) {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new RecipeException(
                        path + ": " + Files.size(path) + " bytes, but a recipe has at most " + MAX_BYTES);
            }
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new MissingException(path + ": no such recipe", e);
        } catch (CharacterCodingException e) {
            throw new RecipeException(path + ": not UTF-8 text, so no recipe", e);
        } catch (IOException e) {
            throw new MissingException(path + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a text of one document.
     *
     * @param file name for messages
     */
    public static Yaml parse(String file, String text) {
        List<Yaml> documents = documents(file, text);
        if (documents.size() > 1) {
            throw new RecipeException(
                    file + ":" + documents.get(1).place().line() + ": a second document, expected one recipe a file");
        }
        return documents.getFirst();
    }

    /**
     * Reads a text of one document or several, which {@code ---} parts; at least one.
     *
     * @param file name for messages
     */
    public static List<Yaml> documents(String file, String text) {
        try (JsonParser parser = FACTORY.createParser(tools.jackson.core.ObjectReadContext.empty(), text)) {
            List<Yaml> documents = new ArrayList<>();
            while (parser.nextToken() != null) {
                documents.add(new YamlReader(file, parser)
                        .value(new Place(file, parser.currentLocation().getLineNr(), "")));
            }
            if (documents.isEmpty()) {
                throw new RecipeException(file + ": empty, expected a recipe");
            }
            return documents;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new RecipeException(
                    file + (line > 0 ? ":" + line : "") + ": not valid YAML: " + e.getOriginalMessage(), e);
        } catch (StackOverflowError e) {
            throw new RecipeException(file + ": nested too deeply", e);
        }
    }

    /** The values of a text with their places, in order. */
    static List<RecipeText.Spot> spots(String file, String text) {
        List<Yaml> documents = documents(file, text);
        List<RecipeText.Spot> spots = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(tools.jackson.core.ObjectReadContext.empty(), text)) {
            for (int i = 0; i < documents.size(); i++) {
                String prefix = documents.size() == 1 ? "" : "[%d].".formatted(i);
                for (Yaml.Scalar scalar : scalars(documents.get(i)).toList()) {
                    spots.add(spot(parser, text, prefix + scalar.place().path(), scalar.text()));
                }
            }
        }
        return spots;
    }

    private static Stream<Yaml.Scalar> scalars(Yaml yaml) {
        return switch (yaml) {
            case Yaml.Scalar scalar -> Stream.of(scalar);
            case Yaml.Sequence sequence -> sequence.elements().stream().flatMap(YamlReader::scalars);
            case Yaml.Mapping mapping -> mapping.entries().values().stream().flatMap(YamlReader::scalars);
        };
    }

    /** The next value; the parser counts characters beyond the first plane once, strings do twice. */
    private static RecipeText.Spot spot(JsonParser parser, String text, String path, String value) {
        while (!parser.nextToken().isScalarValue()) {
            // keys and brackets
        }
        int from =
                text.offsetByCodePoints(0, (int) parser.currentTokenLocation().getCharOffset());
        int to = text.offsetByCodePoints(0, (int) parser.currentLocation().getCharOffset());
        return new RecipeText.Spot(path, from, to, value);
    }

    private Yaml value(Place place) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(place);
            case START_ARRAY -> sequence(place);
            default -> {
                if (parser.currentToken() == JsonToken.VALUE_NULL) {
                    throw place.error("has no value; give one, or remove the key");
                }
                yield new Yaml.Scalar(place, parser.getString());
            }
        };
    }

    private Yaml.Mapping mapping(Place place) {
        SequencedMap<String, Yaml> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Place below = place.key(key, parser.currentTokenLocation().getLineNr());
            parser.nextToken();
            entries.put(key, value(below));
        }
        return new Yaml.Mapping(place, entries);
    }

    private Yaml.Sequence sequence(Place place) {
        List<Yaml> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(
                    place.element(elements.size(), parser.currentTokenLocation().getLineNr())));
        }
        return new Yaml.Sequence(place, elements);
    }

    @Override
    public String toString() {
        return file;
    }
}
