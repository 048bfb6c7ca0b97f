package io.sinter.hub;

import io.sinter.error.RecipeException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the hub is and how it is talked to. The variables are those of Hugging Face's own library.
 *
 * @param endpoint the hub's address, without a slash at its end
 * @param token that says who asks; sent to the endpoint's host and to nobody else
 * @param network whether it may be used
 * @param otherCache the cache of Hugging Face's library, which is read and never written
 * @param patience how long is waited
 */
public record HubSettings(URI endpoint, Optional<HubToken> token, Network network, Path otherCache, Patience patience) {

    private static final String ENDPOINT = "HF_ENDPOINT";
    private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

    /**
     * What the environment says: {@code HF_ENDPOINT}; {@code HF_TOKEN}, {@code HUGGING_FACE_HUB_TOKEN} or the file
     * that {@code huggingface-cli login} writes; {@code HF_HUB_OFFLINE} or {@code SINTER_OFFLINE}; {@code HF_HUB_CACHE},
     * {@code HF_HOME}, {@code XDG_CACHE_HOME}.
     *
     * @throws RecipeException if the endpoint or the token cannot be one
     */
    public static HubSettings standard() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /**
     * The same of other variables.
     *
     * @param home the user's folder
     */
    static HubSettings of(Map<String, String> environment, Path home) {
        Path caches = first(environment, "XDG_CACHE_HOME").map(Path::of).orElse(home.resolve(".cache"));
        Path huggingFace = first(environment, "HF_HOME").map(Path::of).orElse(caches.resolve("huggingface"));
        boolean offline = Stream.of("HF_HUB_OFFLINE", "SINTER_OFFLINE")
                .flatMap(name -> first(environment, name).stream())
                .anyMatch(value -> TRUE.contains(value.toLowerCase(Locale.ROOT)));
        return new HubSettings(
                endpoint(first(environment, ENDPOINT).orElse("https://huggingface.co")),
                token(environment, huggingFace),
                offline ? Network.OFFLINE : Network.ONLINE,
                first(environment, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")
                        .map(Path::of)
                        .orElse(huggingFace.resolve("hub")),
                Patience.USUAL);
    }

    /** The same without the network. */
    public HubSettings offline() {
        return new HubSettings(endpoint, token, Network.OFFLINE, otherCache, patience);
    }

    /** An address below the endpoint. */
    URI address(String encodedPath) {
        return URI.create(endpoint + "/" + encodedPath);
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() != null
                    && Set.of("http", "https").contains(scheme)
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new RecipeException("%s: got \"%s\", expected the address of a hub such as https://huggingface.co"
                .formatted(ENDPOINT, text));
    }

    private static Optional<HubToken> token(Map<String, String> environment, Path huggingFace) {
        for (String variable : new String[] {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
            Optional<String> value = first(environment, variable);
            if (value.isPresent()) {
                return Optional.of(HubToken.of(variable, value.get()));
            }
        }
        Path file = first(environment, "HF_TOKEN_PATH").map(Path::of).orElse(huggingFace.resolve("token"));
        try {
            String text = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
            return text.isEmpty() ? Optional.empty() : Optional.of(HubToken.of(file.toString(), text));
        } catch (IOException e) {
            throw new RecipeException(
                    "%s: the hub's token cannot be read: %s; make it readable or remove it".formatted(file, e), e);
        }
    }

    private static Optional<String> first(Map<String, String> environment, String... names) {
        return Stream.of(names)
                .map(name -> environment.getOrDefault(name, "").strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }
}
