package io.sinter.hub;

import io.sinter.error.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Asks a hub. Redirections are followed, to any host but not from https to http; the token goes to the hub's own host
 * only.
 */
final class HubConnection {

    private static final int MOST_REDIRECTIONS = 10;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> TEMPORARY = Set.of(408, 429, 500, 502, 503, 504);

    private final HttpClient client;

    /** A connection that nobody listens at yet. */
    HubConnection(Patience patience, Map<String, String> environment) {
        ProxyVariables proxies = new ProxyVariables(
                environment, Objects.requireNonNullElse(ProxySelector.getDefault(), HttpClient.Builder.NO_PROXY));
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .proxy(proxies);
        proxies.authenticator().ifPresent(authenticator -> {
            allowPasswordsOfProxies();
            builder.authenticator(authenticator);
        });
        client = builder.build();
    }

    /** Java sends no password to a proxy of https unless it is told to; whoever put one into the address has told. */
    private static void allowPasswordsOfProxies() {
        String property = "jdk.http.auth.tunneling.disabledSchemes";
        if (System.getProperty(property) == null) {
            System.setProperty(property, "");
        }
    }

    /** An answer that may be another one in a while. */
    static final class TemporaryRefusal extends IOException {

        private static final long serialVersionUID = 1L;

        private final String retryAfter;

        private TemporaryRefusal(int status, String retryAfter) {
            super("it answered " + status);
            this.retryAfter = retryAfter;
        }

        /** When to ask again, if the hub says so. */
        Optional<String> retryAfter() {
            return retryAfter.isEmpty() ? Optional.empty() : Optional.of(retryAfter);
        }
    }

    /**
     * The answer to a request: of success (2xx), or 416.
     *
     * @throws TemporaryRefusal if it may work later
     * @throws IOException if there is no answer
     * @throws io.sinter.error.MissingException if the hub refuses
     */
    HttpResponse<InputStream> get(HubRequest asked, Map<String, String> headers) throws IOException {
        URI address = asked.address();
        for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
            HttpResponse<InputStream> response = send(request(asked, address, headers));
            int status = response.statusCode();
            if (status / 100 == 2 || status == 416) {
                return response;
            }
            response.body().close();
            if (TEMPORARY.contains(status)) {
                throw new TemporaryRefusal(
                        status, response.headers().firstValue("Retry-After").orElse(""));
            }
            if (!REDIRECTIONS.contains(status)) {
                throw HubRefusal.of(asked, response);
            }
            address = redirected(address, response);
        }
        throw new IOException("more than %d redirections".formatted(MOST_REDIRECTIONS));
    }

    private static HttpRequest request(HubRequest asked, URI address, Map<String, String> headers) {
        HubSettings settings = asked.settings();
        HttpRequest.Builder builder = HttpRequest.newBuilder(address)
                .timeout(settings.patience().answer())
                .header("User-Agent", "sinter; java " + Runtime.version().feature())
                .header("Accept-Encoding", "identity");
        headers.forEach(builder::header);
        if (isSameHost(address, settings.endpoint())) {
            settings.token().ifPresent(token -> builder.header("Authorization", token.authorization()));
        }
        return builder.build();
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static URI redirected(URI from, HttpResponse<?> response) throws IOException {
        String location = response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("it redirects without saying where"));
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("it redirects to what is no address", e);
        }
        boolean known = to.getHost() != null && Set.of("http", "https").contains(scheme(to));
        if (!known || (scheme(from).equals("https") && !scheme(to).equals("https"))) {
            throw new MalformedException(
                    "%s: redirects to %s, which is not followed: expected https".formatted(from, withoutQuery(to)));
        }
        return to;
    }

    private static boolean isSameHost(URI a, URI b) {
        return scheme(a).equals(scheme(b))
                && String.valueOf(a.getHost()).equalsIgnoreCase(b.getHost())
                && port(a) == port(b);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : scheme(uri).equals("https") ? 443 : 80;
    }

    private static String scheme(URI uri) {
        return String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    }

    /** Signed addresses have secrets in their query. */
    private static String withoutQuery(URI uri) {
        return uri.toString().replaceFirst("\\?.*", "");
    }
}
