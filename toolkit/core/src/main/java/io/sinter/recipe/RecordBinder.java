package io.sinter.recipe;

import io.sinter.error.RecipeException;
import io.sinter.error.SinterException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of a mapping: the components are the keys, in snake case or kebab case. A component that is {@code @Nullable} or a
 * {@code boolean} (then false) may be left out. Components may be text, numbers, booleans, enums (in kebab case),
 * records, {@link Yaml} as it stands, and lists of these. Checks in a record's constructor become errors at its line.
 */
public final class RecordBinder {

    private RecordBinder() {}

    /**
     * Binds a mapping.
     *
     * @throws RecipeException if a key is unknown (the message lists the known ones), one that is needed is missing, or a
     *     value is of the wrong kind
     */
    public static <R extends Record> R bind(Yaml yaml, Class<R> type) {
        if (!(yaml instanceof Yaml.Mapping written)) {
            throw yaml.place().error("got " + yaml.kind() + ", expected a mapping with " + keys(type));
        }
        Yaml.Mapping mapping = written.inSnakeCase();
        List<String> known = keys(type);
        mapping.entries().forEach((key, value) -> {
            if (!known.contains(key)) {
                throw value.place().error("unknown key; " + Nearest.hint(key, known));
            }
        });
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = argument(mapping, components[i]);
        }
        return construct(mapping.place(), type, arguments);
    }

    /** The keys that a record takes, in order. */
    public static List<String> keys(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(c -> snakeCase(c.getName()))
                .toList();
    }

    /** {@code normalizeRows} to {@code normalize_rows}. */
    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    /** {@code WeightedSum} to {@code weighted-sum}. */
    static String kebabCase(String name) {
        return snakeCase(name).replace('_', '-');
    }

    /** {@code WEIGHTED_SUM} to {@code weighted-sum}. */
    static String kebabCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static @Nullable Object argument(Yaml.Mapping mapping, RecordComponent component) {
        String key = snakeCase(component.getName());
        Yaml value = mapping.get(key);
        if (value != null) {
            return convert(value, component.getGenericType());
        }
        if (component.getType() == boolean.class) {
            return false;
        }
        if (isNullable(component.getAnnotatedType())) {
            return null;
        }
        throw mapping.place().error("needs the key \"" + key + "\"");
    }

    /** Whether a value may be absent. */
    static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private static Object convert(Yaml yaml, Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return list(yaml, list.getActualTypeArguments()[0]);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == Yaml.class) {
            return yaml;
        }
        if (raw.isRecord()) {
            return bind(yaml, raw.asSubclass(Record.class));
        }
        if (!(yaml instanceof Yaml.Scalar scalar)) {
            throw yaml.place().error("got " + yaml.kind() + ", expected " + expected(raw));
        }
        return scalar(scalar, raw);
    }

    private static List<Object> list(Yaml yaml, Type element) {
        if (!(yaml instanceof Yaml.Sequence sequence)) {
            throw yaml.place().error("got " + yaml.kind() + ", expected a list");
        }
        List<Object> converted = new ArrayList<>();
        sequence.elements().forEach(e -> converted.add(convert(e, element)));
        return List.copyOf(converted);
    }

    private static Object scalar(Yaml.Scalar scalar, Class<?> type) {
        String text = scalar.text();
        try {
            if (type == String.class) {
                return text;
            } else if (type == boolean.class || type == Boolean.class) {
                return bool(text);
            } else if (type == int.class || type == Integer.class) {
                return Integer.parseInt(text);
            } else if (type == long.class || type == Long.class) {
                return Long.parseLong(text);
            } else if (type == double.class || type == Double.class) {
                return finite(Double.parseDouble(text));
            } else if (type.isEnum()) {
                return constant(scalar, type);
            }
        } catch (NumberFormatException e) {
            throw scalar.place().error("got \"" + text + "\", expected " + expected(type));
        }
        throw new IllegalArgumentException("recipes cannot hold a " + type);
    }

    private static boolean bool(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new NumberFormatException("neither true nor false");
    }

    private static double finite(double value) {
        if (Double.isFinite(value)) {
            return value;
        }
        throw new NumberFormatException("not finite");
    }

    private static Object constant(Yaml.Scalar scalar, Class<?> type) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(c -> kebabCase((Enum<?>) c))
                .toList();
        int index = names.indexOf(scalar.text().toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw scalar.place().error("got \"" + scalar.text() + "\"; " + Nearest.hint(scalar.text(), names));
        }
        return type.getEnumConstants()[index];
    }

    private static String expected(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        return type == double.class || type == Double.class ? "a finite number" : "one value";
    }

    private static <R extends Record> R construct(Place place, Class<R> type, Object[] arguments) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException || e.getCause() instanceof SinterException) {
                throw new RecipeException(place + ": " + e.getCause().getMessage(), e.getCause());
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
