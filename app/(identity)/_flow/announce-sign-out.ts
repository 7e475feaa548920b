// As the frames under /session/* hear it; the pages share their origin.
const channelName = "topolo.session";
const entry = "topolo.session.logout";

/** Tells the other apps of this browser that the session has ended. */
export const announceSignOut = (): void => {
  const id = crypto.randomUUID();
  const channel = new BroadcastChannel(channelName);
  channel.postMessage({ event: "logout", id });
  channel.close();
  localStorage.setItem(entry, id);
  localStorage.removeItem(entry);
};
