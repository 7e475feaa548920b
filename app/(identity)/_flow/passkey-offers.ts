const key = "topolo_auth_no_passkey_offer";
const restMs = 90 * 24 * 3_600_000;

/** Who is not asked in this browser, and until when. Where it keeps nothing, people are asked again. */
const readResting = (now: number): Record<string, number> => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).filter(
        (entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] > now,
      ),
    );
  } catch {
    return {};
  }
};

export const mayOfferPasskey = (userId: string): boolean => !Object.hasOwn(readResting(Date.now()), userId);

/** After a "Not now", or where the browser has a passkey, this person is not asked in this browser for three months. */
export const restPasskeyOffer = (userId: string): void => {
  const now = Date.now();
  try {
    localStorage.setItem(key, JSON.stringify({ ...readResting(now), [userId]: now + restMs }));
  } catch {
    // A browser that keeps nothing.
  }
};
