package io.sinter.hub;

import io.sinter.error.MissingException;
import java.net.http.HttpResponse;

/** What a hub's refusals mean, and what to do about them. */
final class HubRefusal {

    private HubRefusal() {}

    /**
     * The error of an answer that is no success and will be none if it is asked again.
     *
     * @param asked who for what
     */
    static MissingException of(HubRequest asked, HttpResponse<?> response) {
        String code = response.headers().firstValue("X-Error-Code").orElse("");
        String why = switch (response.statusCode()) {
            case 401 -> unauthorized(asked);
            case 403 -> forbidden(asked);
            case 404 -> notFound(asked, code);
            default -> "the hub refuses";
        };
        return new MissingException("%s: %s (%s answered %d%s)"
                .formatted(
                        asked.model(),
                        why,
                        asked.address(),
                        response.statusCode(),
                        code.isEmpty() ? "" : ", " + printable(code)));
    }

    private static String unauthorized(HubRequest asked) {
        return asked.settings().token().isPresent()
                ? "the hub does not take the token, or there is no such model: make a new token at %s/settings/tokens, and check the name"
                        .formatted(asked.settings().endpoint())
                : "no such public model: check the name; for a private or gated one set HF_TOKEN to a token from %s/settings/tokens"
                        .formatted(asked.settings().endpoint());
    }

    private static String forbidden(HubRequest asked) {
        String page = asked.settings().endpoint() + "/" + asked.model().repository();
        return asked.settings().token().isPresent()
                ? "the token may not read it: if the model is gated, accept its conditions at %s with the token's account, and give the token the right to read gated models"
                        .formatted(page)
                : "it may not be read without an account: accept its conditions at %s, then set HF_TOKEN to that account's token"
                        .formatted(page);
    }

    private static String notFound(HubRequest asked, String code) {
        HubModel model = asked.model();
        return switch (code) {
            case "RevisionNotFound" ->
                "no revision \"%s\": check the branch, tag or commit after @".formatted(model.revision());
            case "EntryNotFound" -> "listed, but not there: try again, the repository may be changing";
            default ->
                "no such model or revision: check \"%s\" and \"%s\"".formatted(model.repository(), model.revision());
        };
    }

    private static String printable(String text) {
        String start = text.length() > 60 ? text.substring(0, 60) : text;
        return start.replaceAll("[^ -~]", "?");
    }
}
