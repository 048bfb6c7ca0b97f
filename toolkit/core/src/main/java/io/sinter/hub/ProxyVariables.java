package io.sinter.hub;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code ALL_PROXY} name, in either case, except for hosts in
 * {@code NO_PROXY}; where there are none, Java's own ({@code -Dhttps.proxyHost} and so on).
 */
final class ProxyVariables extends ProxySelector {

    private final Map<String, String> environment;
    private final ProxySelector java;

    /** Reads variables. */
    ProxyVariables(Map<String, String> environment, ProxySelector java) {
        this.environment = environment;
        this.java = java;
    }

    @Override
    public List<Proxy> select(URI uri) {
        Optional<URI> proxy = proxy(uri.getScheme());
        if (proxy.isEmpty()) {
            return java.select(uri);
        }
        return isExempt(uri)
                ? List.of(Proxy.NO_PROXY)
                : List.of(new Proxy(
                        Proxy.Type.HTTP, new InetSocketAddress(proxy.get().getHost(), port(proxy.get()))));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        java.connectFailed(uri, address, e);
    }

    /** Answers proxies that ask for the name and password in their address, if one has them. */
    Optional<Authenticator> authenticator() {
        List<URI> withName = Stream.of("https", "http")
                .flatMap(scheme -> proxy(scheme).stream())
                .filter(p -> p.getRawUserInfo() != null)
                .toList();
        return withName.isEmpty()
                ? Optional.empty()
                : Optional.of(new Authenticator() {
                    @Override
                    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                        return getRequestorType() != RequestorType.PROXY
                                ? null
                                : withName.stream()
                                        .filter(p -> p.getHost().equalsIgnoreCase(getRequestingHost()))
                                        .findFirst()
                                        .map(ProxyVariables::password)
                                        .orElse(null);
                    }
                });
    }

    private static PasswordAuthentication password(URI proxy) {
        String[] parts = proxy.getRawUserInfo().split(":", 2);
        String password = parts.length < 2 ? "" : parts[1];
        return new PasswordAuthentication(decoded(parts[0]), decoded(password).toCharArray());
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private Optional<URI> proxy(String scheme) {
        return Stream.of(scheme + "_proxy", "all_proxy")
                .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT)))
                .map(name -> environment.getOrDefault(name, "").strip())
                .filter(value -> !value.isEmpty())
                .map(value -> URI.create(value.contains("://") ? value : "http://" + value))
                .filter(uri ->
                        uri.getHost() != null && String.valueOf(uri.getScheme()).startsWith("http"))
                .findFirst();
    }

    private static int port(URI proxy) {
        return proxy.getPort() >= 0 ? proxy.getPort() : proxy.getScheme().equals("https") ? 443 : 80;
    }

    private boolean isExempt(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String list = environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""));
        return Stream.of(list.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(entry -> entry.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", ""))
                .anyMatch(entry -> entry.equals("*") || host.equals(entry) || host.endsWith("." + entry));
    }
}
