import type { IncomingMessage } from "node:http";
import type { LiveSession } from "../../validation/live-session.ts";

const sessions = new WeakMap<object, LiveSession>();

/** Notes who is signed in on the browser a request came from. */
export const bindLiveSession = (message: IncomingMessage, session: LiveSession | undefined): void => {
  if (session) sessions.set(message, session);
};

export const liveSessionOf = (message: object): LiveSession | undefined => sessions.get(message);
