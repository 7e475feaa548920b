// The frames under /session/* hear of it by this entry; the pages share their origin.
const entry = "topolo.session.logout";

/** Tells the other apps of this browser that the session has ended. */
export const announceSignOut = (): void => {
  localStorage.setItem(entry, crypto.randomUUID());
  localStorage.removeItem(entry);
};
