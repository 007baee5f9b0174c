// Faye's JavaScript client, told line by line what to do.
//
// Its argument is a JSON object: `url`, `transports` (whether "websocket" is among them; Faye
// prefers it, but always handshakes by long-polling, so that it cannot do without that), and
// `retry`, the seconds after which it sends again what failed.
import faye from "faye";

import { obey, options, say } from "./lines.mjs";

const client = new faye.Client(options.url, { retry: options.retry });

if (!options.transports.includes("websocket")) client.disable("websocket");

// Faye has no listeners for meta messages. The connect tells which transport Faye has chosen, and
// the reply that it works.
let chosen = null;
let working = null;
client.addExtension({
  outgoing(message, callback) {
    if (message.channel === "/meta/connect") chosen = message.connectionType;
    callback(message);
  },
  incoming(message, callback) {
    const { channel, successful, error } = message;
    if (channel === "/meta/handshake") {
      working = null;
      say("handshaken", { successful, error });
    }
    if (channel === "/meta/subscribe") {
      say("subscribed", { channel: message.subscription, successful, error });
    }
    if (channel === "/meta/connect" && successful && working !== chosen) {
      working = chosen;
      say("connected", { transport: working });
    }
    callback(message);
  },
});
client.on("transport:down", () => {
  working = null;
  say("broken");
});

function tell(said, details, promise) {
  promise.then(
    () => say(said, { ...details, successful: true }),
    (error) => say(said, { ...details, successful: false, error: error.message }),
  );
}

await obey({
  handshake: () => client.connect(),
  subscribe: ({ channel }) =>
    client.subscribe(channel).withChannel((name, data) => say("event", { channel: name, data })),
  publish: ({ channel, data }) =>
    tell("published", { channel }, client.publish(channel, data)),
  disconnect: () => tell("disconnected", {}, client.disconnect()),
});
