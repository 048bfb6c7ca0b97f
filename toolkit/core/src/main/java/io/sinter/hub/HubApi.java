package io.sinter.hub;

import io.sinter.error.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The addresses of a hub, and its answers that are JSON.
 *
 * @param settings of the hub
 * @param connection to it
 */
record HubApi(HubSettings settings, HubConnection connection) {

    /** What a model's revision has now. */
    HubListing listing(HubModel model, Attempts attempts) throws IOException {
        URI address = settings.address(
                "api/models/%s/revision/%s?blobs=true".formatted(path(model.repository()), encoded(model.revision())));
        HubRequest asked = new HubRequest(settings, model, address);
        return attempts.run(model.toString(), () -> HubListing.parse(Path.of(withoutScheme(address)), json(asked)));
    }

    /** Where a file of a commit is. */
    HubRequest file(HubModel model, String commit, HubFile file) {
        return new HubRequest(
                settings,
                model,
                settings.address("%s/resolve/%s/%s".formatted(path(model.repository()), commit, path(file.path()))));
    }

    private byte[] json(HubRequest asked) throws IOException {
        HttpResponse<InputStream> response = connection.get(asked, Map.of("Accept", "application/json"));
        try (InputStream body = response.body();
                SilenceWatch watch =
                        new SilenceWatch(body, asked.settings().patience().silence())) {
            return watch.readAll(
                    HubListing.MAX_BYTES,
                    () -> new MalformedException(
                            "%s: a listing of more than %d bytes".formatted(asked.address(), HubListing.MAX_BYTES)));
        }
    }

    /** Messages show it as a path does: {@code Path} would take {@code https://} for folders. */
    private static String withoutScheme(URI address) {
        return address.getRawAuthority() + address.getRawPath();
    }

    private static String path(String path) {
        return Arrays.stream(path.split("/", -1)).map(HubApi::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
