package io.sinter.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A hub with one repository on this machine, which speaks as Hugging Face's does, and misbehaves when it is told to. */
public final class TestHub implements AutoCloseable {

    /** The only commit. */
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String repository;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();

    /** All requests, {@code GET path?query | Authorization | Range | If-Range}. */
    public final List<String> requests = new CopyOnWriteArrayList<>();

    /** Replaces the listing, if set. */
    public volatile String listing = "";

    /** Answers one request in its own way. */
    @FunctionalInterface
    public interface Fault {
        /** Answers; {@code content} is what the file has. */
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    /** Starts a hub with an empty repository. */
    public TestHub(String repository) throws IOException {
        this.repository = repository;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Puts a file into the repository. */
    public TestHub with(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    /** Puts a text into the repository. */
    public TestHub with(String path, String content) {
        return with(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** The next request for a path (or, for {@code ""}, for the listing) is answered so; faults of a path are used in turn. */
    public TestHub fails(String path, Fault... inTurn) {
        faults.computeIfAbsent(path, p -> new ArrayDeque<>()).addAll(List.of(inTurn));
        return this;
    }

    /** Its address. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Requests whose path has a part. */
    public List<String> requestsOf(String part) {
        return requests.stream().filter(r -> r.contains(part)).toList();
    }

    /** A fault: a status without a body, with headers. */
    public static Fault status(int status, String... headers) {
        return (exchange, content) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        };
    }

    /** A fault: the connection is cut after that many bytes of the content. */
    public static Fault cutAfter(int bytes) {
        return (exchange, content) -> {
            byte[] asked = asked(exchange, content);
            OutputStream body = exchange.getResponseBody();
            body.write(asked, 0, Math.min(bytes, asked.length));
            body.flush();
            throw new IOException("cut");
        };
    }

    /** A fault: the last byte is another one. */
    public static Fault damaged() {
        return (exchange, content) -> {
            byte[] other = content.clone();
            other[other.length - 1] ^= 1;
            send(exchange, other);
        };
    }

    /** A fault: that many bytes, then nothing for as long as the connection lives. */
    public static Fault silentAfter(int bytes) {
        return (exchange, content) -> {
            byte[] asked = asked(exchange, content);
            OutputStream body = exchange.getResponseBody();
            body.write(asked, 0, bytes);
            body.flush();
            try {
                Thread.sleep(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("the end of the silence");
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        requests.add("GET %s | %s | %s | %s"
                .formatted(
                        uri,
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        exchange.getRequestHeaders().getFirst("Range"),
                        exchange.getRequestHeaders().getFirst("If-Range")));
        String path = uri.getPath();
        String api = "/api/models/" + repository + "/revision/";
        String resolve = "/" + repository + "/resolve/" + COMMIT + "/";
        if (path.startsWith(api)) {
            String revision = path.substring(api.length());
            if (List.of("main", "v1", "refs/pr/1", COMMIT).contains(revision)) {
                answer(exchange, "", (listing.isEmpty() ? usualListing() : listing).getBytes(StandardCharsets.UTF_8));
            } else {
                status(404, "X-Error-Code", "RevisionNotFound").answer(exchange, new byte[0]);
            }
        } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
            String file = path.substring(resolve.length());
            answer(exchange, file, files.getOrDefault(file, new byte[0]));
        } else {
            status(404, "X-Error-Code", "RepoNotFound").answer(exchange, new byte[0]);
        }
    }

    private void answer(HttpExchange exchange, String path, byte[] content) throws IOException {
        Deque<Fault> due = faults.getOrDefault(path, new ArrayDeque<>());
        Fault fault;
        synchronized (due) {
            fault = due.poll();
        }
        if (fault != null) {
            fault.answer(exchange, content);
        } else {
            send(exchange, content);
        }
    }

    /** Answers as a server should. */
    public static void send(HttpExchange exchange, byte[] content) throws IOException {
        byte[] asked = asked(exchange, content);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(asked);
        }
    }

    /** Sends the headers of what is asked for, and gives that. */
    private static byte[] asked(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        exchange.getResponseHeaders().add("ETag", tag(content));
        boolean partial = range != null && (condition == null || condition.equals(tag(content)));
        if (!partial) {
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            return content;
        }
        int start = Integer.parseInt(range.replaceAll("\\D", ""));
        exchange.getResponseHeaders()
                .add("Content-Range", "bytes %d-%d/%d".formatted(start, content.length - 1, content.length));
        byte[] rest = Arrays.copyOfRange(content, start, content.length);
        exchange.sendResponseHeaders(206, rest.length);
        return rest;
    }

    private static String tag(byte[] content) {
        return '"' + sha("SHA-256", content) + '"';
    }

    /** The listing of what is there: large files with SHA-256, small ones with git's digest. */
    public String usualListing() {
        return """
                {"id": "%s", "sha": "%s", "private": false, "siblings": [%s]}""".formatted(
                        repository,
                        COMMIT,
                        files.entrySet().stream()
                                .map(f -> entry(f.getKey(), f.getValue()))
                                .collect(Collectors.joining(", ")));
    }

    private static String entry(String path, byte[] content) {
        boolean large = path.endsWith(".safetensors") || path.endsWith(".onnx") || path.endsWith("_data");
        return large
                ? """
                {"rfilename": "%s", "size": %d, "blobId": "%s",
                 "lfs": {"sha256": "%s", "size": %d, "pointerSize": 134}}""".formatted(path, content.length, "0".repeat(40), sha("SHA-256", content), content.length)
                : "{\"rfilename\": \"%s\", \"size\": %d, \"blobId\": \"%s\"}"
                        .formatted(path, content.length, gitDigest(content));
    }

    /** Git's digest of a blob, computed another way than Sinter does. */
    public static String gitDigest(byte[] content) {
        byte[] header = ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] both = Arrays.copyOf(header, header.length + content.length);
        System.arraycopy(content, 0, both, header.length, content.length);
        return sha("SHA-1", both);
    }

    /** A digest in hexadecimal. */
    public static String sha(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
