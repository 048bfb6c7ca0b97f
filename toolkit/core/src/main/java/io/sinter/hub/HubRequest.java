package io.sinter.hub;

import java.net.URI;

/**
 * Who asks a hub for what.
 *
 * @param settings of the hub
 * @param model that it is about, for messages
 * @param address that is asked for
 */
record HubRequest(HubSettings settings, HubModel model, URI address) {}
