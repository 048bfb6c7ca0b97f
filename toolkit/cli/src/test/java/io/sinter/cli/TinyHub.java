package io.sinter.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sinter.output.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A hub on this machine that has the folders given to it, as repositories of one commit. */
final class TinyHub implements AutoCloseable {

    static final String COMMIT = "89abcdef0123456789abcdef0123456789abcdef";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Path> repositories;

    /** Paths that were asked for, with {@code Range}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** Between two pieces of a file; 0 for no wait. */
    volatile long pauseMillis;

    TinyHub(Map<String, Path> repositories) throws IOException {
        this.repositories = new TreeMap<>(repositories);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The environment of a process that takes this for the hub. */
    Map<String, String> environment(Path folder) {
        return Map.of(
                "HF_ENDPOINT",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "HF_HOME",
                folder.resolve("no-huggingface").toString());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(path + (range == null ? "" : " " + range));
        for (Map.Entry<String, Path> repository : repositories.entrySet()) {
            String files = "/" + repository.getKey() + "/resolve/" + COMMIT + "/";
            if (path.equals("/api/models/" + repository.getKey() + "/revision/main")) {
                send(exchange, listing(repository.getValue()).getBytes(StandardCharsets.UTF_8));
                return;
            }
            if (path.startsWith(files)) {
                send(exchange, Files.readAllBytes(repository.getValue().resolve(path.substring(files.length()))));
                return;
            }
        }
        exchange.sendResponseHeaders(404, -1);
        exchange.close();
    }

    private static String listing(Path folder) throws IOException {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                entries.add("{\"rfilename\": \"%s\", \"size\": %d, \"lfs\": {\"sha256\": \"%s\"}}"
                        .formatted(folder.relativize(file), Files.size(file), Sha256.of(file)));
            }
        }
        return "{\"sha\": \"%s\", \"siblings\": [%s]}".formatted(COMMIT, String.join(", ", entries));
    }

    private void send(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        byte[] rest = content;
        if (range != null) {
            int start = Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes %d-%d/%d".formatted(start, content.length - 1, content.length));
            rest = Arrays.copyOfRange(content, start, content.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, rest.length);
        try (OutputStream body = exchange.getResponseBody()) {
            for (int at = 0; at < rest.length; at += 65_536) {
                body.write(rest, at, Math.min(65_536, rest.length - at));
                body.flush();
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(pauseMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
