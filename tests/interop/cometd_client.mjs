// CometD's own JavaScript client, told line by line what to do.
//
// Its argument is a JSON object: `url`, `transports` (types, the preferred one first), `extensions`
// (of "ack", "replay" and "timesync"), `configuration` (more of CometD's own), `handshake` (more fields of that
// message) and `clockBehind`, the milliseconds by which its clock is to be wrong.
import { AckExtension, CometD, LongPollingTransport, TimeSyncExtension, WebSocketTransport }
  from "cometd";
import { adapt } from "cometd-nodejs-client";

import { obey, options, say } from "./lines.mjs";

const TRANSPORTS = { "long-polling": LongPollingTransport, websocket: WebSocketTransport };

if (options.clockBehind) {
  const rightTime = Date.prototype.getTime;
  Date.prototype.getTime = function () {
    return rightTime.call(this) - options.clockBehind;
  };
}

// CometD has none for this; it is written as users of Salesforce write it.
class ReplayExtension {
  #lastIds = {};

  outgoing(message) {
    if (message.channel === "/meta/handshake") {
      message.ext = { ...message.ext, replay: true };
    } else if (message.channel === "/meta/subscribe") {
      const channel = message.subscription;
      message.ext = { ...message.ext, replay: { [channel]: this.#lastIds[channel] ?? -1 } };
    }
    return message;
  }

  incoming(message) {
    if (message.channel === "/meta/subscribe" && message.successful) {
      // Where events begin for one who has heard none yet.
      this.#lastIds = { ...message.ext.replay, ...this.#lastIds };
    } else if (message.data?.event) {
      this.#lastIds[message.channel] = message.data.event.replayId;
    }
    return message;
  }
}

adapt();
const cometd = new CometD();
const timesync = new TimeSyncExtension();
const channels = new Set();
let connected = false;

cometd.unregisterTransports();
for (const type of options.transports) {
  cometd.registerTransport(type, new TRANSPORTS[type]());
}
if (options.extensions.includes("ack")) {
  cometd.registerExtension("ack", new AckExtension());
}
if (options.extensions.includes("replay")) {
  cometd.registerExtension("replay", new ReplayExtension());
}
if (options.extensions.includes("timesync")) {
  cometd.registerExtension("timesync", timesync);
}
cometd.configure({ logLevel: "warn", ...options.configuration, url: options.url });

function subscribe(channel) {
  cometd.subscribe(
    channel,
    (event) => say("event", { channel: event.channel, data: event.data }),
    ({ successful, error }) => say("subscribed", { channel, successful, error }),
  );
}

cometd.addListener("/meta/handshake", ({ successful, error }) => {
  say("handshaken", { successful, error });
  // A new session knows nothing of the old one's subscriptions: CometD's manual has applications
  // subscribe here.
  if (successful) cometd.batch(() => channels.forEach(subscribe));
});
cometd.addListener("/meta/connect", ({ successful }) => {
  if (successful !== connected && !cometd.isDisconnected()) {
    connected = successful;
    say(connected ? "connected" : "broken", { transport: cometd.getTransport().type });
  }
});

const commands = {
  handshake: () => cometd.handshake(options.handshake ?? {}),
  subscribe: ({ channel }) => {
    channels.add(channel);
    subscribe(channel);
  },
  publish: ({ channel, data }) =>
    cometd.publish(channel, data, ({ successful, error }) =>
      say("published", { channel, successful, error })),
  batch: ({ commands: batched }) =>
    cometd.batch(() => batched.forEach((command) => commands[command.do](command))),
  call: ({ target, data }) =>
    cometd.remoteCall(target, data, ({ successful, data: answer, error }) =>
      say("answered", { target, successful, data: answer, error })),
  timesync: () => say("timesync", {
    offset: timesync.getTimeOffset(), lag: timesync.getNetworkLag(),
  }),
  disconnect: () => cometd.disconnect(({ successful }) => say("disconnected", { successful })),
};

await obey(commands);
